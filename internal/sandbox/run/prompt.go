package run

import (
	"context"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/template"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// maxTemplateError bounds what an error repeats of a template, in characters.
const maxTemplateError = 300

// Prompt is what an agent knows before any message: its templates with the variables filled in.
type Prompt struct {
	System, Instructions string

	texts *texts
}

// texts fills in the variables of a run's messages. It belongs to the goroutine of the run.
type texts struct {
	ctx       context.Context
	budget    *template.Budget
	engine    string
	variables map[string]any
	filled    map[string]string // what was filled in already: a model gets the conversation again and again
}

// newPrompt fills in the variables of an agent's templates, all within one budget. An error names the field.
func newPrompt(ctx context.Context, agent orq.Agent, engine string, variables map[string]any) (Prompt, error) {
	t := &texts{
		ctx: ctx, budget: template.NewBudget(template.Limits{}), engine: engine, variables: variables, filled: map[string]string{},
	}
	var problems apierror.Problems
	fill := func(field, source string) string {
		text, err := t.fill(source)
		if err != nil {
			problems.Add(field, "%s", truncate.Runes(err.Error(), maxTemplateError))
		}
		return text
	}
	p := Prompt{System: fill("system_prompt", agent.SystemPrompt), Instructions: fill("instructions", agent.Instructions), texts: t}
	return p, problems.Err()
}

// within lets the texts of a run that has been prepared be filled in until ctx ends, within a new budget.
func (p Prompt) within(ctx context.Context) {
	p.texts.ctx, p.texts.budget = ctx, template.NewBudget(template.Limits{})
}

// fill fills in the variables of a text, once.
func (t *texts) fill(source string) (string, error) {
	if text, ok := t.filled[source]; ok {
		return text, nil
	}
	text, err := template.Fill(t.ctx, t.budget, t.engine, source, t.variables)
	if err == nil {
		t.filled[source] = text
	}
	return text, err
}

// CheckTemplates refuses an agent whose template engine cannot read its templates.
func CheckTemplates(ctx context.Context, agent orq.Agent) error {
	var problems apierror.Problems
	budget := template.NewBudget(template.Limits{})
	for _, field := range [][2]string{{"system_prompt", agent.SystemPrompt}, {"instructions", agent.Instructions}} {
		if err := template.Check(ctx, budget, agent.Engine, field[1]); err != nil {
			problems.Add(field[0], "%s", truncate.Runes(err.Error(), maxTemplateError))
		}
	}
	return problems.Err()
}

// checkText refuses a user's text that exceeds the budget of templates.
func (p Prompt) checkText(text string) error {
	if _, err := p.texts.fill(text); err != nil && template.Exceeded(err) {
		return apierror.Invalid("message: %s", truncate.Runes(err.Error(), maxTemplateError))
	}
	return nil
}

// Render fills in the variables of a user's text. A text that is no template stays as it is: nobody has to know the
// agent's template engine to write to it.
func (p Prompt) Render(text string) string {
	filled, err := p.texts.fill(text)
	if err != nil {
		return text
	}
	return filled
}
