package main

import (
	"context"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// addListChanges adds tools that change a list: each adds an item and removes it again.
func addListChanges(library *mcpserver.MCPServer) {
	changed := always(mcp.NewTextContent("The list has changed, and changed back."))
	addTool(library, "test_trigger_tool_change", "Changes the list of tools.", func(ctx context.Context, request mcp.CallToolRequest) []mcp.Content {
		addTool(library, "test_passing_tool", "Is there for a moment.", changed)
		library.DeleteTools("test_passing_tool")
		return changed(ctx, request)
	})
	addTool(library, "test_trigger_prompt_change", "Changes the list of prompts.", func(ctx context.Context, request mcp.CallToolRequest) []mcp.Content {
		addPrompt(library, "test_passing_prompt", nil, func(map[string]string) []mcp.Content { return changed(ctx, request) })
		library.DeletePrompts("test_passing_prompt")
		return changed(ctx, request)
	})
}
