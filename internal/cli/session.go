package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/server"
)

// session is an MCP client connected to a server in this process by pipes.
type session struct {
	client *client.Client
	// calls counts the calls.
	calls int
	end   func()
}

// maxRequest bounds the arguments of a call, in bytes: texts of files, escaped as JSON.
const maxRequest = 3 * maxText

// openSession starts srv and a client that passes each step of progress to onProgress, in order.
func openSession(ctx context.Context, srv *server.Server, version string, onProgress func(progressStep)) (*session, error) {
	ctx, cancel := context.WithCancel(ctx)
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = srv.ServeStdio(ctx, toServer, fromServer, server.StdioOptions{MaxBody: maxRequest})
		_ = fromServer.Close()
	}()
	c := client.NewClient(transport.NewIO(toClient, fromClient, io.NopCloser(eof{})))
	s := &session{client: c, end: func() {
		_ = fromClient.Close()
		cancel()
		_ = toServer.Close()
		<-served
		_ = c.Close()
	}}
	c.OnNotification(func(notification mcp.JSONRPCNotification) {
		if step, ok := progressOf(notification); ok {
			onProgress(step)
		}
	})
	if err := s.initialize(ctx, version); err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

func (s *session) initialize(ctx context.Context, version string) error {
	if err := s.client.Start(ctx); err != nil {
		return fmt.Errorf("start the client: %w", err)
	}
	request := mcp.InitializeRequest{}
	request.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	request.Params.ClientInfo = mcp.Implementation{Name: "orq-mcp call", Version: version}
	if _, err := s.client.Initialize(ctx, request); err != nil {
		return fmt.Errorf("initialize: %w", err)
	}
	return nil
}

// call calls a tool with a progress token. The structured content of its result is the json.RawMessage that was received: the
// client's own CallTool decodes numbers into float64.
func (s *session) call(ctx context.Context, tool string, arguments any) (*mcp.CallToolResult, error) {
	s.calls++
	id := fmt.Sprintf("call %d", s.calls) // the client's own IDs are numbers
	response, err := s.client.GetTransport().SendRequest(ctx, transport.JSONRPCRequest{
		JSONRPC: mcp.JSONRPC_VERSION, ID: mcp.NewRequestId(id), Method: string(mcp.MethodToolsCall),
		Params: map[string]any{"name": tool, "arguments": arguments, "_meta": map[string]any{"progressToken": tool}},
	})
	switch {
	case ctx.Err() != nil:
		return nil, errInterrupted
	case err != nil:
		return nil, err
	case response.Error != nil:
		return nil, errors.New(response.Error.Message)
	}
	var received struct {
		Content []struct {
			Text string `json:"text"`
		} `json:"content"`
		Structured json.RawMessage `json:"structuredContent"`
		IsError    bool            `json:"isError"`
	}
	if err := json.Unmarshal(response.Result, &received); err != nil {
		return nil, fmt.Errorf("decode the result of %s: %w", tool, err)
	}
	result := &mcp.CallToolResult{StructuredContent: received.Structured, IsError: received.IsError}
	for _, part := range received.Content {
		result.Content = append(result.Content, mcp.NewTextContent(part.Text))
	}
	return result, nil
}

// textOf returns the text content of a result.
func textOf(result *mcp.CallToolResult) string {
	var text strings.Builder
	for _, content := range result.Content {
		if part, ok := content.(mcp.TextContent); ok {
			text.WriteString(part.Text)
		}
	}
	return text.String()
}

// decodeExact decodes JSON. Its numbers are json.Number and keep all their digits.
func decodeExact(raw json.RawMessage) (value any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	err = decoder.Decode(&value)
	return value, err
}
