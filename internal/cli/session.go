package cli

import (
	"context"
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
	end    func()
}

// openSession starts srv and a client that passes each progress message to onProgress, in order.
func openSession(ctx context.Context, srv *server.Server, version string, onProgress func(message string)) (*session, error) {
	ctx, cancel := context.WithCancel(ctx)
	toServer, fromClient := io.Pipe()
	toClient, fromServer := io.Pipe()
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = srv.ServeStdio(ctx, toServer, fromServer, server.StdioOptions{})
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
		if message, ok := notification.Params.AdditionalFields["message"].(string); ok && notification.Method == "notifications/progress" {
			onProgress(message)
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

// call calls a tool with a progress token.
func (s *session) call(ctx context.Context, tool string, arguments any) (*mcp.CallToolResult, error) {
	request := mcp.CallToolRequest{}
	request.Params.Name = tool
	request.Params.Arguments = arguments
	request.Params.Meta = &mcp.Meta{ProgressToken: tool}
	result, err := s.client.CallTool(ctx, request)
	if ctx.Err() != nil {
		return nil, errors.New("interrupted")
	}
	return result, err
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
