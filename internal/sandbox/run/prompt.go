package run

import (
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/template"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxTemplateError bounds what an error repeats of a template library's, in characters.
const maxTemplateError = 300

// Prompt is what an agent knows before any message: its templates with the variables filled in.
type Prompt struct {
	System, Instructions string

	engine    string // of templates
	variables map[string]any
}

// newPrompt fills in the variables of an agent's templates. An error names the field.
func newPrompt(agent orq.Agent, engine string, variables map[string]any) (Prompt, error) {
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
	p := Prompt{
		System: fill("system_prompt", agent.SystemPrompt), Instructions: fill("instructions", agent.Instructions),
		engine: engine, variables: variables,
	}
	return p, problems.Err()
}

// CheckTemplates refuses an agent whose template engine cannot read its templates.
func CheckTemplates(agent orq.Agent) error {
	var problems apierror.Problems
	for _, field := range [][2]string{{"system_prompt", agent.SystemPrompt}, {"instructions", agent.Instructions}} {
		if _, err := template.Parse(agent.Engine, field[1]); err != nil {
			problems.Add(field[0], "%s", truncate.Runes(err.Error(), maxTemplateError))
		}
	}
	return problems.Err()
}

// Render fills in the variables of a user's text. A text that is no template stays as it is: nobody has to know the
// agent's template engine to write to it.
func (p Prompt) Render(text string) string {
	parsed, err := template.Parse(p.engine, text)
	if err != nil {
		return text
	}
	rendered, err := parsed(p.variables)
	if err != nil {
		return text
	}
	return rendered
}
