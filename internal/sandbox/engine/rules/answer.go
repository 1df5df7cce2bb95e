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

// answer is the agent's last text: who answers, under which instructions, to which text, and what the commands returned.
func answer(r *run.Run, text string, notes []string) string {
	var b strings.Builder
	b.WriteString(run.Speaker + "This is the sandbox's rule engine, not a language model.")
	fmt.Fprintf(&b, "\nAgent: %s (%s)", cmp.Or(r.Agent.DisplayName, r.Agent.Key), r.Agent.Role)
	fmt.Fprintf(&b, "\nInstructions: %s", truncate.Runes(r.Prompt.Instructions, maxInstructions))
	fmt.Fprintf(&b, "\nYou wrote: %s", truncate.Runes(r.Prompt.Render(text), maxNote))
	for _, note := range notes {
		b.WriteString("\n- " + note)
	}
	return b.String()
}
