package orq

import (
	"encoding/json"
	"strings"
)

// RunTool is a tool that a run defines inline. Type selects the definition that applies.
type RunTool struct {
	Type             string          `json:"type"`
	Key              string          `json:"key,omitzero"`
	ID               string          `json:"_id,omitzero"`
	DisplayName      string          `json:"display_name,omitzero"`
	Description      string          `json:"description,omitzero"`
	RequiresApproval *bool           `json:"requires_approval,omitzero"`
	HTTP             *HTTPTool       `json:"http,omitzero"`
	Code             *CodeTool       `json:"code_tool,omitzero"`
	Function         *FunctionTool   `json:"function,omitzero"`
	JSONSchema       *JSONSchemaTool `json:"json_schema,omitzero"`
	MCP              *MCPTool        `json:"mcp,omitzero"`
	// Timeout is in seconds; http and code tools have one.
	Timeout *float64 `json:"timeout,omitzero"`
	// Configuration belongs to built-in tools.
	Configuration map[string]any `json:"configuration,omitzero"`
}

// HTTPTool calls an HTTP endpoint; Arguments fill the placeholders of the blueprint.
type HTTPTool struct {
	Blueprint HTTPBlueprint           `json:"blueprint"`
	Arguments map[string]HTTPArgument `json:"arguments,omitzero"`
}

// HTTPBlueprint is the request an HTTPTool sends.
type HTTPBlueprint struct {
	URL     string                 `json:"url"`
	Method  string                 `json:"method"`
	Headers map[string]HeaderValue `json:"headers,omitzero"`
	Body    map[string]any         `json:"body,omitzero"`
	// Timeout is in seconds.
	Timeout *float64 `json:"timeout,omitzero"`
}

// HTTPArgument describes one placeholder of an HTTPBlueprint.
type HTTPArgument struct {
	Type        string `json:"type" jsonschema:"required,enum=string,enum=number,enum=boolean"`
	Description string `json:"description" jsonschema:"required"`
	// SendToModel is true when absent.
	SendToModel *bool `json:"send_to_model,omitzero"`
	// DefaultValue is a string, a number or a boolean.
	DefaultValue json.RawMessage `json:"default_value,omitzero" jsonschema:"type=string"`
}

// CheckArguments reports a DefaultValue that is not a scalar.
func (a HTTPArgument) CheckArguments(report func(path, message string)) {
	if raw := strings.TrimSpace(string(a.DefaultValue)); raw != "" && strings.Contains("{[n", raw[:1]) {
		report("default_value", "must be a string, a number or a boolean")
	}
}

// ToolParameters is a JSON Schema object. Its type, properties and required are always sent.
type ToolParameters map[string]any

// CodeTool runs code with Parameters as its arguments.
type CodeTool struct {
	Parameters ToolParameters `json:"parameters,omitzero"`
	Language   string         `json:"language"`
	Code       string         `json:"code"`
}

// FunctionTool is executed by the caller: the run pauses on a PendingToolCall.
type FunctionTool struct {
	Name        string         `json:"name"`
	Description string         `json:"description,omitzero"`
	Strict      *bool          `json:"strict,omitzero"`
	Parameters  ToolParameters `json:"parameters,omitzero"`
}

// JSONSchemaTool makes the agent answer with JSON that matches a schema.
type JSONSchemaTool struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Schema      ToolParameters `json:"schema"`
	Strict      *bool          `json:"strict,omitzero"`
}

// MCPTool connects a run to an MCP server.
type MCPTool struct {
	ServerURL      string            `json:"server_url"`
	Headers        map[string]Header `json:"headers,omitzero"`
	Tools          []MCPServerTool   `json:"tools"`
	ConnectionType string            `json:"connection_type"`
}

// MCPServerTool is a tool of an MCP server that the agent may call.
type MCPServerTool struct {
	ID          string         `json:"id,omitzero"`
	Name        string         `json:"name" jsonschema:"required"`
	Description string         `json:"description,omitzero"`
	Schema      map[string]any `json:"schema"`
}
