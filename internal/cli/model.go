package cli

import (
	"errors"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// modelFlags say which models play the agents of a local workspace.
type modelFlags struct {
	ModelURL        string `help:"OpenAI-compatible server whose models play the agents of the local workspace, such as http://127.0.0.1:11434/v1 for Ollama; its key is read from ORQ_SANDBOX_MODEL_KEY. Without it a rule engine plays them." placeholder:"URL" env:"ORQ_SANDBOX_MODEL_URL"`
	ModelKeepPrefix bool   `help:"Ask the model server for openai/gpt-4o when an agent has that; without it for gpt-4o, without the provider." env:"ORQ_SANDBOX_MODEL_KEEP_PREFIX"`
}

// options are for the workspace. The key has no flag, so that it appears in no process list.
func (f modelFlags) options(process *Process) (sandbox.ModelOptions, error) {
	options := sandbox.ModelOptions{URL: f.ModelURL, KeepPrefix: f.ModelKeepPrefix}
	if f.ModelURL == "" {
		if f.ModelKeepPrefix {
			return options, usageError{errors.New("--model-keep-prefix belongs to --model-url; without it no model is asked")}
		}
		return options, nil
	}
	options.Key = strings.TrimSpace(process.Getenv("ORQ_SANDBOX_MODEL_KEY"))
	if err := options.Check(); err != nil {
		return options, usageError{err}
	}
	return options, nil
}
