package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// lookAtModel asks the model server which models it has.
func (d *doctor) lookAtModel(ctx context.Context) {
	switch {
	case !d.Sandbox:
		d.skip("only --sandbox has one", checkModel)
	case d.Model.URL == "":
		d.skip("--model-url is not set: a rule engine plays the agents", checkModel)
	default:
		d.add(d.modelFinding(ctx))
	}
}

func (d *doctor) modelFinding(ctx context.Context) Finding {
	f := Finding{ID: checkModel, State: Failed}
	if err := d.Model.Check(); err != nil {
		f.Found, f.Do = err.Error(), "correct ORQ_SANDBOX_MODEL_URL and ORQ_SANDBOX_MODEL_KEY"
		return f
	}
	options := d.Model
	options.KeepPrefix = true // the names as the server has them
	client := chat.New(options)
	defer client.Close()
	shown := redact.URL(d.Model.URL)
	models, err := client.Models(ctx)
	names := make([]string, len(models))
	for i, model := range models {
		names[i] = model.ID
	}
	switch {
	case err != nil && ctx.Err() != nil:
		f.Found, f.Do = fmt.Sprintf("%s: %v", shown, d.describe(ctx, err)), "start the model server, or correct --model-url"
	case err != nil:
		f.Found, f.Do = err.Error(), "start the model server, or correct --model-url"
	case len(names) == 0:
		f.State, f.Found, f.Do = Warning, shown+" has no models", "load one into the model server, for Ollama with ollama pull NAME"
	case d.Model.Model != "" && !hasModel(names, d.Model.Model):
		f.State, f.Found = Warning, fmt.Sprintf("%s does not list %s, but %s", shown, d.Model.Model, listed(names))
		f.Do = "name one of these in --model"
	default:
		f.State, f.Found = OK, fmt.Sprintf("%s has %s: %s", shown, count(len(names), "model", "models"), listed(names))
	}
	return f
}

// hasModel reports whether a model is listed. Ollama lists llama3.2:latest for llama3.2.
func hasModel(names []string, name string) bool {
	return slices.Contains(names, name) || slices.Contains(names, name+":latest")
}

// listed returns the first few of a list.
func listed(names []string) string {
	const few = 5
	if len(names) > few {
		return strings.Join(names[:few], ", ") + ", ..."
	}
	return strings.Join(names, ", ")
}
