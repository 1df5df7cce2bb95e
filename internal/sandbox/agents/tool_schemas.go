package agents

import (
	"bytes"
	"encoding/json"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

// schemasOf are the schemas of the tools that a run defines, by key.
func schemasOf(tools []orq.RunTool) (map[string]store.ToolSchema, error) {
	schemas := map[string]store.ToolSchema{}
	for _, tool := range tools {
		var schema store.ToolSchema
		var parameters any
		switch {
		case tool.Function != nil:
			parameters = tool.Function.Parameters
			schema.Strict = tool.Function.Strict != nil && *tool.Function.Strict
		case tool.Code != nil:
			parameters = tool.Code.Parameters
		case tool.JSONSchema != nil:
			parameters = tool.JSONSchema.Schema
		case tool.HTTP != nil:
			parameters = httpParameters(*tool.HTTP)
		}
		encoded, err := json.Marshal(parameters)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(encoded, []byte("null")) {
			schema.Parameters = encoded
		}
		if tool.Key != "" && (schema.Parameters != nil || schema.Strict) {
			schemas[tool.Key] = schema
		}
	}
	return schemas, nil
}

// httpParameters are the placeholders of an HTTP tool that a model may fill in.
func httpParameters(tool orq.HTTPTool) any {
	properties := map[string]any{}
	for name, argument := range tool.Arguments {
		if argument.SendToModel == nil || *argument.SendToModel {
			properties[name] = map[string]any{"type": argument.Type, "description": argument.Description}
		}
	}
	return map[string]any{"type": "object", "properties": properties}
}
