package main

import (
	"context"
	"fmt"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// addPrompt adds a prompt whose arguments are all required.
func addPrompt(library *mcpserver.MCPServer, name string, arguments []string, content func(arguments map[string]string) []mcp.Content) {
	options := []mcp.PromptOption{mcp.WithPromptDescription("A prompt for testing.")}
	for _, argument := range arguments {
		options = append(options, mcp.WithArgument(argument, mcp.ArgumentDescription("An argument for testing."), mcp.RequiredArgument()))
	}
	library.AddPrompt(mcp.NewPrompt(name, options...), func(_ context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		return promptResult(content(request.Params.Arguments)...), nil
	})
}

// promptResult returns a prompt with one user message for each content.
func promptResult(contents ...mcp.Content) *mcp.GetPromptResult {
	result := &mcp.GetPromptResult{}
	for _, content := range contents {
		result.Messages = append(result.Messages, mcp.NewPromptMessage(mcp.RoleUser, content))
	}
	return result
}

func addPrompts(library *mcpserver.MCPServer) {
	addPrompt(library, "test_simple_prompt", nil, func(map[string]string) []mcp.Content {
		return []mcp.Content{mcp.NewTextContent("This is a simple prompt for testing.")}
	})
	addPrompt(library, "test_prompt_with_arguments", []string{"arg1", "arg2"}, func(arguments map[string]string) []mcp.Content {
		return []mcp.Content{mcp.NewTextContent(fmt.Sprintf("Prompt with arguments: arg1='%s', arg2='%s'", arguments["arg1"], arguments["arg2"]))}
	})
	addPrompt(library, "test_prompt_with_embedded_resource", []string{"resourceUri"}, func(arguments map[string]string) []mcp.Content {
		return []mcp.Content{
			embedded(arguments["resourceUri"], "text/plain", "Embedded resource content for testing."),
			mcp.NewTextContent("Please process the embedded resource above."),
		}
	})
	addPrompt(library, "test_prompt_with_image", nil, func(map[string]string) []mcp.Content {
		return []mcp.Content{mcp.NewImageContent(pixel, "image/png"), mcp.NewTextContent("Please analyze the image above.")}
	})
}
