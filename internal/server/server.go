package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// instructions reach the model of most clients.
const instructions = "Agents of orq.ai: list_agents and get_agent look, create_agent, update_agent, delete_agent and register_a2a_agent manage, " +
	"invoke_agent runs an agent that exists, run_agent creates and runs one in one step. " +
	"A run that is still working or waits for tool results goes on with its task_id: get_agent_response, invoke_agent."

// listTTL is how long a client may keep the list of tools, which changes only with the program.
const listTTL = 10 * time.Minute

// Options configure a Server.
type Options struct {
	// Version is told to clients.
	Version string
	// Tools are offered; mcp-go lists them by name. Their schemas are derived when they are first asked for.
	Tools []tools.Definition
	// Orq calls the API for callers that bring no credentials of their own.
	Orq *orq.Client
	// Logger receives one line per call; nothing is logged when nil.
	Logger *slog.Logger
	// TextLimit bounds the text of a result, in bytes; 60,000 when 0. A result costs at most a third as many tokens.
	TextLimit int
	// StallTimeout is how long the stream of a run may bring no event before its task is looked up; 60 s when 0.
	StallTimeout time.Duration
	// Library configures mcp-go beyond what the tools need: other capabilities than tools. Hooks given here replace the
	// server's own, without which a call on stdio cannot be cancelled while it waits.
	Library []mcpserver.ServerOption
}

// Server offers tools over MCP.
type Server struct {
	mcp       *mcpserver.MCPServer
	orq       *orq.Client
	logger    *slog.Logger
	textLimit int
	stall     time.Duration
	version   string
	// offer makes the tools known to mcp-go, once.
	offer func()
}

// New puts a server together.
func New(options Options) *Server {
	logger := options.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{orq: options.Orq, logger: logger, textLimit: options.TextLimit, stall: options.StallTimeout, version: options.Version}
	hooks := &mcpserver.Hooks{}
	hooks.AddOnRequestInitialization(beginRequest)
	s.mcp = mcpserver.NewMCPServer("orq-mcp", options.Version, append([]mcpserver.ServerOption{
		mcpserver.WithTitle("orq.ai agents"),
		mcpserver.WithInstructions(instructions),
		mcpserver.WithToolCapabilities(false),
		mcpserver.WithCacheHints(listTTL.Milliseconds(), mcp.CacheScopePublic),
		mcpserver.WithToolHandlerMiddleware(s.attend),
		mcpserver.WithHooks(hooks),
	}, options.Library...)...)
	s.offer = sync.OnceFunc(func() { s.addTools(options.Tools) })
	return s
}

// addTools makes the tools known to mcp-go.
func (s *Server) addTools(definitions []tools.Definition) {
	derived, err := tools.Derive(definitions)
	if err != nil {
		// The tests derive every tool, so that this is never seen.
		s.logger.Error("tools cannot be offered", "error", err)
		return
	}
	for _, tool := range derived {
		s.mcp.AddTool(tool.MCP(), s.handler(tool))
	}
}

// about prepares for a message: the tools are offered as soon as one asks for them.
func (s *Server) about(message envelope) {
	if strings.HasPrefix(string(message.Method), "tools/") {
		s.offer()
	}
}

// Library is the mcp-go server within, to which a program can add what is no orq.ai tool. Its tools get what ours get:
// Progress and Notify, recovery from panics, and the limits.
func (s *Server) Library() *mcpserver.MCPServer { return s.mcp }

// attend surrounds each call of a tool. It never returns an error: mcp-go would show its text as a protocol error.
func (s *Server) attend(next mcpserver.ToolHandlerFunc) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (result *mcp.CallToolResult, _ error) {
		started, tool := time.Now(), request.Params.Name
		defer func() {
			if reason := recover(); reason != nil {
				s.logger.ErrorContext(ctx, "panic in a tool", "tool", tool, "reason", reason, "stack", string(debug.Stack()))
				result = mcp.NewToolResultError("The tool failed by a fault of this server; its log says more. Look at what it has done before you call again.")
			}
			s.logger.InfoContext(ctx, "tool call", "tool", tool, "error", result.IsError, "duration", time.Since(started))
		}()
		ctx, done := untilStopped(ctx)
		defer done()
		sink := newSink(ctx, request)
		defer sink.close(ctx)
		result, err := next(withSink(ctx, sink), request)
		if err != nil {
			s.logger.ErrorContext(ctx, "error of a tool handler", "tool", tool, "error", err)
			result = mcp.NewToolResultError("The tool failed by a fault of this server; its log says more.")
		}
		return result, nil
	}
}

// handler runs one call of a tool.
func (s *Server) handler(tool tools.Tool) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return tool.Handle(ctx, s.call(ctx, request, sinkFrom(ctx)), arguments(request)), nil
	}
}

// call gathers what the tool may use.
func (s *Server) call(ctx context.Context, request mcp.CallToolRequest, sink *sink) *tools.Call {
	call := &tools.Call{TextLimit: s.textLimit, StallTimeout: s.stall, Ask: s.asker(ctx, request)}
	caller := orq.Caller{APIKey: keyFrom(ctx)}
	if sink != nil {
		call.Progress = sink
		caller.OnIdle = sink.flush
		caller.OnWait = func(wait orq.Wait) { _ = sink.Send(relay.Progress{Message: waitLine(wait)}) }
	}
	call.Orq = s.orq.For(caller)
	return call
}

func waitLine(wait orq.Wait) string {
	reason := "orq.ai cannot be reached"
	var answer *orq.APIError
	switch {
	case errors.Is(wait.Cause, orq.ErrRateLimited):
		reason = "rate limited"
	case errors.As(wait.Cause, &answer):
		reason = fmt.Sprintf("orq.ai answered %d", answer.Status)
	}
	return fmt.Sprintf("%s, next try in %.1f s", reason, wait.For.Seconds())
}

// arguments are the call's arguments as they came.
func arguments(request mcp.CallToolRequest) json.RawMessage {
	if raw := request.Params.RawArguments; len(raw) > 0 {
		return raw
	}
	raw, err := json.Marshal(request.Params.Arguments)
	if err != nil {
		return nil
	}
	return raw
}
