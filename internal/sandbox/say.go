package sandbox

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// speaker opens everything that an agent says here.
const speaker = "[sandbox] "

// finalAnswer is what the rule engine says at the end of a turn: who speaks, under which instructions, to what, and
// what the commands brought.
func finalAnswer(agent orq.Agent, p prompt, told string, notes []string) string {
	var b strings.Builder
	b.WriteString(speaker + "This is the sandbox's rule engine, not a language model.")
	fmt.Fprintf(&b, "\nAgent: %s (%s)", cmp.Or(agent.DisplayName, agent.Key), agent.Role)
	fmt.Fprintf(&b, "\nInstructions: %s", truncate.Runes(p.instructions, 200))
	fmt.Fprintf(&b, "\nYou wrote: %s", truncate.Runes(told, 2000))
	for _, note := range notes {
		b.WriteString("\n- " + note)
	}
	return b.String()
}

// usageOf counts words: the sandbox has no tokenizer, and no tokens.
func usageOf(prompt, completion string) *orq.Usage {
	in, out := float64(len(strings.Fields(prompt))), float64(len(strings.Fields(completion)))
	return &orq.Usage{PromptTokens: in, CompletionTokens: out, TotalTokens: in + out}
}

// executionName is a short name for people, from the first line of a message.
func executionName(message string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(message), "\n")
	return cmp.Or(truncate.Runes(strings.TrimSpace(first), 60), "Untitled")
}
