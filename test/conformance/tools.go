package main

import (
	"context"
	"fmt"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/server"
)

const (
	// pixel is a PNG of one pixel.
	pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
	// silence is a WAV of one sample.
	silence = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA=="
	// pause is the time between two notifications of a tool.
	pause = 50 * time.Millisecond
)

// addTool adds a tool that answers with content.
func addTool(library *mcpserver.MCPServer, name, description string, answer func(context.Context, mcp.CallToolRequest) []mcp.Content) {
	library.AddTool(mcp.NewTool(name, mcp.WithDescription(description)), func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return &mcp.CallToolResult{Content: answer(ctx, request)}, nil
	})
}

// always answers with the same content.
func always(content ...mcp.Content) func(context.Context, mcp.CallToolRequest) []mcp.Content {
	return func(context.Context, mcp.CallToolRequest) []mcp.Content { return content }
}

func embedded(uri, mimeType, text string) mcp.Content {
	return mcp.NewEmbeddedResource(mcp.TextResourceContents{URI: uri, MIMEType: mimeType, Text: text})
}

// addTools adds the tools that send no request to the client.
func addTools(library *mcpserver.MCPServer) {
	image := mcp.NewImageContent(pixel, "image/png")
	addTool(library, "test_simple_text", "Answers with text.", always(mcp.NewTextContent("This is a simple text response for testing.")))
	addTool(library, "test_image_content", "Answers with an image.", always(image))
	addTool(library, "test_audio_content", "Answers with audio.", always(mcp.NewAudioContent(silence, "audio/wav")))
	addTool(library, "test_embedded_resource", "Answers with a resource.",
		always(embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")))
	addTool(library, "test_multiple_content_types", "Answers with content of several types.", always(
		mcp.NewTextContent("Multiple content types test:"), image,
		embedded("test://mixed-content-resource", "application/json", `{"test":"data","value":123}`),
	))
	library.AddTool(mcp.NewTool("test_error_handling", mcp.WithDescription("Answers with an error.")),
		func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			return mcp.NewToolResultError("This tool intentionally returns an error for testing"), nil
		})
	addTool(library, "test_tool_with_progress", "Reports progress.", withProgress)
	addTool(library, "test_tool_with_logging", "Logs what it does.", withLogging)
	addTool(library, "test_logging_tool", "Logs what it does.", withLogging)
	addTool(library, "test_reconnection", "Answers on a stream.", onOneStream)
}

// withProgress reports progress as the tools of orq-mcp do.
func withProgress(ctx context.Context, _ mcp.CallToolRequest) []mcp.Content {
	const steps = 3
	for step := range steps {
		if step > 0 {
			time.Sleep(pause)
		}
		if sink := server.Progress(ctx); sink != nil {
			if err := sink.Send(relay.Progress{Message: fmt.Sprintf("step %d of %d", step+1, steps)}); err != nil {
				return []mcp.Content{mcp.NewTextContent(err.Error())}
			}
		}
	}
	return []mcp.Content{mcp.NewTextContent("Tool with progress executed.")}
}

func withLogging(ctx context.Context, _ mcp.CallToolRequest) []mcp.Content {
	for i, text := range []string{"Tool execution started", "Tool processing data", "Tool execution completed"} {
		if i > 0 {
			time.Sleep(pause)
		}
		if err := sendLog(ctx, mcp.LoggingLevelInfo, text); err != nil {
			return []mcp.Content{mcp.NewTextContent(err.Error())}
		}
	}
	return []mcp.Content{mcp.NewTextContent("Tool with logging executed.")}
}

// onOneStream answers on the stream of the request. The suite expects that the stream is closed and resumed on another,
// which the server does not support.
func onOneStream(ctx context.Context, _ mcp.CallToolRequest) []mcp.Content {
	text := "A stream that is closed cannot be picked up again."
	if err := sendLog(ctx, mcp.LoggingLevelError, text); err != nil {
		text = err.Error()
	}
	return []mcp.Content{mcp.NewTextContent(text)}
}

// sendLog sends a log message if the client wants messages of that level.
func sendLog(ctx context.Context, level mcp.LoggingLevel, text string) error {
	if wanted := logLevel(ctx); wanted == "" || !level.ShouldSendTo(wanted) {
		return nil
	}
	return server.Notify(ctx, string(mcp.MethodNotificationMessage), map[string]any{"level": level, "logger": "conformance", "data": text})
}

// logLevel returns the least severe level that the client wants, or "" for no messages. Since protocol 2026-07-28 each
// request contains it; before, it is set for the session.
func logLevel(ctx context.Context) mcp.LoggingLevel {
	if info := mcpserver.RequestProtocolInfoFromContext(ctx); info != nil && info.Modern {
		return info.LogLevel
	}
	if session, ok := mcpserver.ClientSessionFromContext(ctx).(mcpserver.SessionWithLogging); ok {
		return session.GetLogLevel()
	}
	return ""
}

// addSchemas adds tools with special input schemas.
func addSchemas(library *mcpserver.MCPServer) {
	done := func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultText("done"), nil
	}
	library.AddTool(mcp.NewToolWithRawSchema("json_schema_2020_12_tool", "Tool with JSON Schema 2020-12 features", []byte(`{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"type": "object",
		"$defs": {"address": {
			"$anchor": "addressDef",
			"type": "object",
			"properties": {"street": {"type": "string"}, "city": {"type": "string"}}
		}},
		"properties": {
			"name": {"type": "string"},
			"address": {"$ref": "#/$defs/address"},
			"contactMethod": {"type": "string", "enum": ["phone", "email"]},
			"phone": {"type": "string"},
			"email": {"type": "string"}
		},
		"allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
		"if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
		"then": {"required": ["phone"]},
		"else": {"required": ["email"]},
		"additionalProperties": false
	}`)), done)
	library.AddTool(mcp.NewToolWithRawSchema("test_custom_header", "Tool with an argument that also travels as a header.", []byte(`{
		"type": "object",
		"properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
		"required": ["region"]
	}`)), done)
}
