package sandbox

import (
	"encoding/json"
	"errors"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/agents"
)

// nested returns the body of POST /v2/agents for the arguments of create_agent, whose fields are flat. It moves the settings
// below settings and the settings of the model below model, and gives the path that create_agent gives. Other fields stay.
func nested(fields map[string]json.RawMessage) (json.RawMessage, error) {
	settings := map[string]json.RawMessage{}
	for _, name := range []string{
		"tools", "max_iterations", "max_execution_time", "max_cost", "tool_approval_required", "chat_exposed", "evaluators", "guardrails",
	} {
		if value, given := fields[name]; given {
			settings[name] = value
			delete(fields, name)
		}
	}
	if err := nestModel(fields); err != nil {
		return nil, err
	}
	if fields["path"] == nil {
		fields["path"] = json.RawMessage(`"` + agents.DefaultPath + `"`)
	}
	var bases []string
	if json.Unmarshal(fields["knowledge_bases"], &bases) == nil && bases != nil {
		written := make([]map[string]string, len(bases))
		for i, id := range bases {
			written[i] = map[string]string{"knowledge_id": id}
		}
		var err error
		if fields["knowledge_bases"], err = json.Marshal(written); err != nil {
			return nil, err
		}
	}
	var err error
	if fields["settings"], err = json.Marshal(settings); err != nil {
		return nil, err
	}
	return json.Marshal(fields)
}

// nestModel makes model and model_settings one object.
func nestModel(fields map[string]json.RawMessage) error {
	given, ok := fields["model_settings"]
	if !ok {
		return nil
	}
	var model map[string]json.RawMessage
	if json.Unmarshal(given, &model) != nil || model == nil {
		return errors.New("model_settings: must be an object")
	}
	model["id"] = fields["model"]
	delete(fields, "model_settings")
	var err error
	fields["model"], err = json.Marshal(model)
	return err
}
