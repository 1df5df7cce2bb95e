package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"
)

// round handles one round of a call that requests input in its result, as protocol 2026-07-28 does. It returns the final
// result, or nil after adding the requests to ask. For older clients mcp-go sends the requests while the call waits.
type round func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult

// addMultiRound adds a tool that the client calls again with the requested input until next returns a result.
func addMultiRound(library *mcpserver.MCPServer, name string, next round, options ...mcp.ToolOption) {
	options = append(options, mcp.WithDescription("Asks the client by its result."))
	library.AddTool(mcp.NewTool(name, options...), func(_ context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		ask := mcpserver.NewInputRequestBuilder("")
		if result := next(request, ask); result != nil {
			return result, nil
		}
		return ask.ToolResult(), nil
	})
}

// field returns a form with one required field.
func field(message, name, typ string) mcp.ElicitationParams {
	return form(message, object{name: object{"type": typ}}, name)
}

// fieldValue returns the value of a field in the accepted form id, or nil.
func fieldValue(responses mcp.InputResponses, id, name string) any {
	answer := mcpserver.ElicitationResponse(responses, id)
	if answer == nil || answer.Action != mcp.ElicitationResponseActionAccept {
		return nil
	}
	fields, _ := answer.Content.(map[string]any)
	return fields[name]
}

func addInputRequired(library *mcpserver.MCPServer, state *signer) {
	askName := func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult {
		if name := fieldValue(request.Params.InputResponses, "user_name", "name"); name != nil {
			return mcp.NewToolResultText(fmt.Sprintf("Hello, %v!", name))
		}
		ask.Elicit("user_name", field("What is your name?", "name", "string"))
		return nil
	}
	addMultiRound(library, "test_input_required_result_elicitation", askName)
	addMultiRound(library, "test_streaming_elicitation", askName)
	addMultiRound(library, "test_input_required_result_sampling", func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult {
		if answer := mcpserver.SamplingResponse(request.Params.InputResponses, "capital_question"); answer != nil {
			return mcp.NewToolResultText(sampledText(answer))
		}
		ask.Sample("capital_question", sample("What is the capital of France?"))
		return nil
	})
	addMultiRound(library, "test_sampling", func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult {
		if answer := mcpserver.SamplingResponse(request.Params.InputResponses, "answer"); answer != nil {
			return mcp.NewToolResultText("LLM response: " + sampledText(answer))
		}
		ask.Sample("answer", sample(request.GetString("prompt", "")))
		return nil
	}, mcp.WithString("prompt", mcp.Required()))
	addMultiRound(library, "test_input_required_result_list_roots", func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult {
		if answer := mcpserver.RootsResponse(request.Params.InputResponses, "client_roots"); answer != nil {
			return mcp.NewToolResultText(fmt.Sprintf("%d roots", len(answer.Roots)))
		}
		ask.Roots("client_roots")
		return nil
	})
	addMultiRound(library, "test_input_required_result_capabilities", func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult {
		can := request.Params.Meta.ClientCapabilities()
		if can == nil || can.Sampling == nil && can.Elicitation == nil {
			return mcp.NewToolResultText("There is no way to ask.")
		}
		if can.Sampling != nil {
			ask.Sample("sample", sample("How are you?"))
		}
		if can.Elicitation != nil {
			ask.Elicit("elicit", field("How are you?", "mood", "string"))
		}
		return nil
	})
	addStateful(library, state)
	addAskingPrompt(library)
}

// addStateful adds the tools that keep their state in the request.
func addStateful(library *mcpserver.MCPServer, state *signer) {
	confirm := func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult {
		if state.open(request.Params.RequestState) == "confirm" && fieldValue(request.Params.InputResponses, "confirm", "ok") != nil {
			return mcp.NewToolResultText("state-ok")
		}
		ask.Elicit("confirm", field("Please confirm", "ok", "boolean")).RequestState(state.sign("confirm"))
		return nil
	}
	addMultiRound(library, "test_input_required_result_request_state", confirm)
	addMultiRound(library, "test_input_required_result_tampered_state", confirm)
	addMultiRound(library, "test_input_required_result_multiple_inputs", func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult {
		want := []string{"client_roots", "greeting", "user_name"}
		if state.open(request.Params.RequestState) == "several" && slices.Equal(want, slices.Sorted(maps.Keys(request.Params.InputResponses))) {
			return mcp.NewToolResultText("All is answered.")
		}
		ask.Elicit("user_name", field("What is your name?", "name", "string"))
		ask.Sample("greeting", sample("Generate a greeting"))
		ask.Roots("client_roots")
		ask.RequestState(state.sign("several"))
		return nil
	})
	addMultiRound(library, "test_input_required_result_multi_round", func(request mcp.CallToolRequest, ask *mcpserver.InputRequestBuilder) *mcp.CallToolResult {
		name, named := strings.CutPrefix(state.open(request.Params.RequestState), "named ")
		if color := fieldValue(request.Params.InputResponses, "step2", "color"); named && color != nil {
			return mcp.NewToolResultText(fmt.Sprintf("%s likes %v.", name, color))
		}
		if name := fieldValue(request.Params.InputResponses, "step1", "name"); name != nil {
			ask.Elicit("step2", field("Step 2: What is your favorite color?", "color", "string")).RequestState(state.sign(fmt.Sprint("named ", name)))
			return nil
		}
		ask.Elicit("step1", field("Step 1: What is your name?", "name", "string")).RequestState(state.sign("unnamed"))
		return nil
	})
}

// addAskingPrompt adds a prompt that requests input in its result.
func addAskingPrompt(library *mcpserver.MCPServer) {
	prompt := mcp.NewPrompt("test_input_required_result_prompt", mcp.WithPromptDescription("A prompt that asks the client by its result."))
	library.AddPrompt(prompt, func(_ context.Context, request mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
		if answer := fieldValue(request.Params.InputResponses, "user_context", "context"); answer != nil {
			return promptResult(mcp.NewTextContent(fmt.Sprintf("Context: %v", answer))), nil
		}
		ask := mcpserver.NewInputRequestBuilder("")
		return ask.Elicit("user_context", field("What context should the prompt use?", "context", "string")).PromptResult(), nil
	})
}
