package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

type object = map[string]any

// form returns an elicitation of the given properties, of which the named ones are required.
func form(message string, properties object, required ...string) mcp.ElicitationParams {
	schema := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	return mcp.ElicitationParams{Mode: mcp.ElicitationModeForm, Message: message, RequestedSchema: schema}
}

// addElicitation adds the tools that send elicitations while the call waits, as orq-mcp does before protocol 2026-07-28.
func addElicitation(library *mcpserver.MCPServer) {
	elicit := func(ctx context.Context, answered string, asked mcp.ElicitationParams) (*mcp.CallToolResult, error) {
		answer, err := library.RequestElicitation(ctx, mcp.ElicitationRequest{Params: asked})
		if err != nil {
			return mcp.NewToolResultError(err.Error()), nil
		}
		content, err := json.Marshal(answer.Content)
		return mcp.NewToolResultText(fmt.Sprintf("%s: action=%s, content=%s", answered, answer.Action, content)), err
	}
	library.AddTool(
		mcp.NewTool("test_elicitation", mcp.WithDescription("Asks the user who they are."), mcp.WithString("message", mcp.Required())),
		func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return elicit(ctx, "User response", form(request.GetString("message", ""), object{
				"username": object{"type": "string", "description": "User's response"},
				"email":    object{"type": "string", "description": "User's email address"},
			}, "username", "email"))
		})
	library.AddTool(
		mcp.NewTool("test_elicitation_sep1034_defaults", mcp.WithDescription("Asks with defaults of every primitive type.")),
		func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return elicit(ctx, "Elicitation completed", form("Check what is filled in.", object{
				"name":     object{"type": "string", "default": "John Doe"},
				"age":      object{"type": "integer", "default": 30},
				"score":    object{"type": "number", "default": 95.5},
				"status":   object{"type": "string", "enum": []string{"active", "inactive", "pending"}, "default": "active"},
				"verified": object{"type": "boolean", "default": true},
			}))
		})
	library.AddTool(
		mcp.NewTool("test_elicitation_sep1330_enums", mcp.WithDescription("Asks with every kind of choice.")),
		func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return elicit(ctx, "Elicitation completed", form("Choose.", choices()))
		})
}

func choices() object {
	plain := []string{"option1", "option2", "option3"}
	titled := []object{
		{"const": "value1", "title": "First Option"},
		{"const": "value2", "title": "Second Option"},
		{"const": "value3", "title": "Third Option"},
	}
	return object{
		"untitledSingle": object{"type": "string", "enum": plain},
		"titledSingle":   object{"type": "string", "oneOf": titled},
		"legacyEnum": object{
			"type": "string", "enum": []string{"opt1", "opt2", "opt3"}, "enumNames": []string{"Option One", "Option Two", "Option Three"},
		},
		"untitledMulti": object{"type": "array", "items": object{"type": "string", "enum": plain}},
		"titledMulti":   object{"type": "array", "items": object{"anyOf": titled}},
	}
}

// sample returns a sampling request with one message.
func sample(prompt string) mcp.CreateMessageParams {
	return mcp.CreateMessageParams{
		Messages:  []mcp.SamplingMessage{{Role: mcp.RoleUser, Content: mcp.NewTextContent(prompt)}},
		MaxTokens: 100,
	}
}

// sampledText returns the text of the answer of the client's model.
func sampledText(answer *mcp.CreateMessageResult) string {
	switch content := answer.Content.(type) {
	case mcp.TextContent:
		return content.Text
	case map[string]any:
		return fmt.Sprint(content["text"])
	}
	return ""
}
