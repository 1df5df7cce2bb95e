// Command bare is the baseline of the benchmark: the same tools on mcp-go, implemented as its documentation shows. It
// serves stdio, or with the argument http a free loopback port. It reads the tools from a file with a tools/list result.
// Only invoke_agent and get_agent are implemented.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

func main() {
	list := flag.String("tools", "", "the file that holds the tools")
	flag.Parse()
	if err := run(*list, flag.Arg(0) == "http"); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(list string, overHTTP bool) error {
	s, err := newServer(list, upstream{base: os.Getenv("ORQ_BASE_URL"), key: os.Getenv("ORQ_API_KEY")})
	if err != nil {
		return err
	}
	if !overHTTP {
		return server.ServeStdio(s)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	_, _ = fmt.Fprintf(os.Stderr, "bare listens on http://%s/mcp\n", listener.Addr())
	mux := http.NewServeMux()
	mux.Handle("/mcp", server.NewStreamableHTTPServer(s))
	web := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	return web.Serve(listener)
}

// listed is a tool of a tools/list result.
type listed struct {
	Name         string             `json:"name"`
	Title        string             `json:"title"`
	Description  string             `json:"description"`
	InputSchema  json.RawMessage    `json:"inputSchema"`
	OutputSchema json.RawMessage    `json:"outputSchema"`
	Annotations  mcp.ToolAnnotation `json:"annotations"`
}

func newServer(list string, up upstream) (*server.MCPServer, error) {
	raw, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Tools []listed `json:"tools"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, fmt.Errorf("tools: %w", err)
	}
	s := server.NewMCPServer("bare", "1.0.0", server.WithToolCapabilities(false))
	for _, t := range answer.Tools {
		tool := mcp.NewToolWithRawSchema(t.Name, t.Description, t.InputSchema)
		tool.RawOutputSchema = t.OutputSchema
		tool.Title, tool.Annotations = t.Title, t.Annotations
		s.AddTool(tool, up.handler(t.Name))
	}
	return s, nil
}

func (u upstream) handler(name string) server.ToolHandlerFunc {
	switch name {
	case "invoke_agent":
		return u.invokeAgent
	case "get_agent":
		return u.getAgent
	}
	return func(context.Context, mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return mcp.NewToolResultError(name + " is not part of the benchmark"), nil
	}
}
