// Command conformance serves the tools, prompts and resources that the official conformance suite requires, in addition to
// the tools of orq-mcp, on the same server with the same middleware and progress.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"os/signal"
	"syscall"

	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/internal/server"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:0", "address to listen on")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *addr)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr string) error {
	box, err := sandbox.Open(sandbox.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = box.Close() }()
	workspace := httptest.NewServer(box)
	defer workspace.Close()
	srv, err := newServer(workspace.URL)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(os.Stderr, "conformance listens on http://%s%s\n", listener.Addr(), server.MCPPath)
	return srv.ServeHTTP(ctx, listener, server.HTTPOptions{})
}

// newServer returns the server of orq-mcp with the fixtures of the suite.
func newServer(workspace string) (*server.Server, error) {
	client, err := orq.New(orq.Options{BaseURL: workspace, APIKey: "sandbox", UserAgent: "orq-mcp/conformance"})
	if err != nil {
		return nil, err
	}
	ours, err := tools.Select(tools.Selection{})
	if err != nil {
		return nil, err
	}
	state := newSigner()
	hooks := &mcpserver.Hooks{}
	hooks.AddOnRequestInitialization(state.check)
	srv := server.New(server.Options{
		Version: "conformance",
		Tools:   ours,
		Orq:     client,
		Library: []mcpserver.ServerOption{
			mcpserver.WithToolCapabilities(true), // unlike the tools of orq-mcp, these change
			mcpserver.WithPromptCapabilities(true),
			mcpserver.WithResourceCapabilities(true, false),
			mcpserver.WithCompletions(),
			mcpserver.WithLogging(),
			mcpserver.WithElicitation(),
			mcpserver.WithHooks(hooks),
		},
	})
	library := srv.Library()
	library.EnableSampling()
	addTools(library)
	addSchemas(library)
	addListChanges(library)
	addElicitation(library)
	addInputRequired(library, state)
	addPrompts(library)
	addResources(library)
	return srv, nil
}
