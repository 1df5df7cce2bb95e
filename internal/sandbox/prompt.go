package sandbox

import (
	"maps"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/template"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxTemplateError bounds what an error repeats of a template library's, in characters.
const maxTemplateError = 300

// prompt is what an agent is told before any message.
type prompt struct{ system, instructions string }

// newPrompt fills in the variables of an agent's templates. An error names the field.
func newPrompt(agent orq.Agent, engine string, variables map[string]any) (prompt, error) {
	var problems apierror.Problems
	fill := func(field, source string) string {
		parsed, err := template.Parse(engine, source)
		if err == nil {
			source, err = parsed(variables)
		}
		if err != nil {
			problems.Add(field, "%s", truncate.Runes(err.Error(), maxTemplateError))
		}
		return source
	}
	p := prompt{fill("system_prompt", agent.SystemPrompt), fill("instructions", agent.Instructions)}
	return p, problems.Err()
}

// checkTemplates refuses an agent whose engine cannot read its templates.
func checkTemplates(agent orq.Agent) error {
	var problems apierror.Problems
	for _, field := range [][2]string{{"system_prompt", agent.SystemPrompt}, {"instructions", agent.Instructions}} {
		if _, err := template.Parse(agent.Engine, field[1]); err != nil {
			problems.Add(field[0], "%s", truncate.Runes(err.Error(), maxTemplateError))
		}
	}
	return problems.Err()
}

// renderMessage fills in the variables of what a user wrote. A message that is no template stays as it is: nobody has to
// know the agent's engine to talk to it.
func renderMessage(engine, message string, variables map[string]any) string {
	parsed, err := template.Parse(engine, message)
	if err != nil {
		return message
	}
	text, err := parsed(variables)
	if err != nil {
		return message
	}
	return text
}

// withPlaceholders adds the placeholders of a template that have no value, as empty ones.
func withPlaceholders(variables map[string]any, source string) map[string]any {
	all := map[string]any{}
	for _, name := range template.Placeholders(source) {
		all[name] = ""
	}
	maps.Copy(all, variables)
	return all
}
