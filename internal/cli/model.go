package cli

import (
	"errors"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// modelFlags select the model server that plays the agents of a local workspace.
type modelFlags struct {
	ModelURL, Model string
	ModelKeepPrefix bool
}

func (f *modelFlags) define(flags flags) {
	flags.text(&f.ModelURL, "model-url", "", "ORQ_SANDBOX_MODEL_URL",
		"`URL` of an OpenAI-compatible server whose models play the agents of the local workspace,\n"+
			"such as http://127.0.0.1:11434/v1 for Ollama; its key is read from ORQ_SANDBOX_MODEL_KEY.\n"+
			"Without it a rule engine plays them")
	flags.text(&f.Model, "model", "", "ORQ_SANDBOX_MODEL",
		"`NAME` of the server's model that plays every agent,\nwhatever model an agent names")
	flags.toggle(&f.ModelKeepPrefix, "model-keep-prefix", "ORQ_SANDBOX_MODEL_KEEP_PREFIX",
		"Ask the model server for openai/gpt-4o when an agent has that;\nwithout it for gpt-4o, without the provider")
}

// options returns the options of the workspace. The key has no flag, so that it appears in no process list.
func (f modelFlags) options(process *Process) sandbox.ModelOptions {
	options := sandbox.ModelOptions{URL: f.ModelURL, KeepPrefix: f.ModelKeepPrefix, Model: f.Model}
	if f.ModelURL != "" {
		options.Key = strings.TrimSpace(process.Getenv("ORQ_SANDBOX_MODEL_KEY"))
	}
	return options
}

// checkModel returns what is wrong with the flags and the key.
func (f modelFlags) checkModel(process *Process) []error {
	options := f.options(process)
	if f.ModelURL == "" {
		return f.checkUnused()
	}
	var both error
	if f.Model != "" && f.ModelKeepPrefix {
		both = errors.New("--model-keep-prefix is about the models that agents name, of which --model asks none")
	}
	// The URL and the key are checked separately: Check returns its first error only.
	urlOnly := sandbox.ModelOptions{URL: options.URL}
	keyOnly := sandbox.ModelOptions{URL: "http://127.0.0.1", Key: options.Key}
	return []error{urlOnly.Check(), keyOnly.Check(), both}
}

// checkUnused returns an error for each flag that has no effect without a model server.
func (f modelFlags) checkUnused() (found []error) {
	if f.ModelKeepPrefix {
		found = append(found, errors.New("--model-keep-prefix belongs to --model-url; without it no model is asked"))
	}
	if f.Model != "" {
		found = append(found, errors.New("--model belongs to --model-url; without it no model is asked"))
	}
	return found
}
