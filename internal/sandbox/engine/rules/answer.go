package rules

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/run"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

const (
	// maxNote bounds a result in the answer, and the repeated text of the user, in characters.
	maxNote = 2000
	// maxInstructions bounds the repeated instructions, in characters.
	maxInstructions = 200
)

// answer is the agent's last text: that of its script or else who answers, under which instructions, to which text. What the
// commands returned follows.
func answer(r *run.Run, text string, notes []string) string {
	text = r.Prompt.Render(text)
	var b strings.Builder
	script, found, left := scripted(r.Prompt.Instructions, text)
	if notes = append(left, notes...); found {
		b.WriteString(script)
		return withNotes(&b, notes)
	}
	b.WriteString(run.Speaker + "This is the sandbox's rule engine, not a language model.")
	fmt.Fprintf(&b, "\nAgent: %s (%s)", cmp.Or(r.Agent.DisplayName, r.Agent.Key), r.Agent.Role)
	fmt.Fprintf(&b, "\nInstructions: %s", truncate.Runes(r.Prompt.Instructions, maxInstructions))
	fmt.Fprintf(&b, "\nYou wrote: %s", truncate.Runes(text, maxNote))
	return withNotes(&b, notes)
}

func withNotes(b *strings.Builder, notes []string) string {
	for _, note := range notes {
		b.WriteString("\n- " + note)
	}
	return b.String()
}
