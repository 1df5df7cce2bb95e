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

// instructions are sent in the answer to initialize; most clients show them to the model. They say which words of people belong to
// which tool.
const instructions = "To see which orq.ai agents there are use list_agents, for the configuration of one get_agent, for the models, tools " +
	"and stores that agents are made of list_building_blocks; to create or duplicate an agent create_agent, to change or rename one " +
	"update_agent, to remove one delete_agent, to connect one that runs elsewhere register_a2a_agent, to reload its card refresh_agent_card. " +
	"To ask, message or chat with an agent, to continue or resume its task, and to answer its pending tool calls use orq.ai's invoke_agent, " +
	"to create and run one in one step run_agent; for the status, progress or result of a run get_agent_response, which without task_id " +
	"shows your newest run of that agent."

// listTTL is how long a client may cache the list of tools, which changes only with the program.
const listTTL = 10 * time.Minute

// Options configure a Server.
type Options struct {
	// Version is the server version that clients are sent.
	Version string
	// Tools are served, and listed in the order of their names. They are prepared with the first tools/* request.
	Tools []tools.Definition
	// Orq is the API client. A caller's own API key replaces its key.
	Orq *orq.Client
	// Logger receives one line per call; nil discards it.
	Logger *slog.Logger
	// TextLimit bounds the text of a result, in bytes; relay.DefaultTextLimit when 0. A result costs at most a third as many tokens.
	TextLimit int
	// StallTimeout is how long the stream of a run may bring no event before the task is polled; 0 means 60 s.
	StallTimeout time.Duration
	// StreamPatience bounds how long a call follows the stream of a run; no bound when 0.
	StreamPatience time.Duration
	// ConfirmByArgument leaves the confirmation of a deletion to the argument of the call: no person is asked.
	ConfirmByArgument bool
	// Library configures mcp-go for more than tools, such as other capabilities. Hooks set here replace the server's own,
	// without which a call on stdio cannot be cancelled while it is queued.
	Library []mcpserver.ServerOption
}

// Server serves tools over MCP. Its methods may be called by several goroutines, except that only one ServeStdio may run in
// a process.
type Server struct {
	mcp       *mcpserver.MCPServer
	orq       *orq.Client
	logger    *slog.Logger
	textLimit int
	stall     time.Duration
	patience  time.Duration
	version   string
	hidden    *hiddenJSON
	// runs are those that callers started lately.
	runs *tools.RecentRuns
	// confirmByArgument keeps calls from asking the person.
	confirmByArgument bool
	// addToolsOnce derives the tools and registers them with mcp-go on its first call.
	addToolsOnce func()
	// tools are the built-in tools by name, once they are derived.
	tools map[string]*tools.Tool
}

// New returns a server for the given tools. It serves nothing until ServeStdio or ServeHTTP is called.
func New(options Options) *Server {
	logger := options.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		orq: options.Orq, logger: logger, version: options.Version,
		textLimit: options.TextLimit, stall: options.StallTimeout, patience: options.StreamPatience,
		hidden: newHiddenJSON(), runs: tools.NewRecentRuns(), confirmByArgument: options.ConfirmByArgument,
	}
	hooks := &mcpserver.Hooks{}
	hooks.AddOnRequestInitialization(s.dequeueRequest)
	s.mcp = mcpserver.NewMCPServer("orq-mcp", options.Version, append([]mcpserver.ServerOption{
		mcpserver.WithTitle("orq.ai agents"),
		mcpserver.WithInstructions(instructions),
		mcpserver.WithToolCapabilities(false),
		mcpserver.WithCacheHints(listTTL.Milliseconds(), mcp.CacheScopePublic),
		mcpserver.WithToolHandlerMiddleware(s.wrapCall),
		mcpserver.WithHooks(hooks),
	}, options.Library...)...)
	s.addToolsOnce = sync.OnceFunc(func() { s.addTools(options.Tools) })
	return s
}

// addTools registers the tools with mcp-go.
func (s *Server) addTools(definitions []tools.Definition) {
	derived, err := tools.Derive(definitions)
	if err != nil {
		// The tests derive every tool, so this does not happen.
		s.logger.Error("tool registration failed", "error", err)
		return
	}
	s.tools = make(map[string]*tools.Tool, len(derived))
	for _, tool := range derived {
		s.tools[tool.Name] = &tool
		s.mcp.AddTool(tool.MCP(), s.handler(tool))
	}
}

// ensureTools registers the tools on the first tools/* request. The start of the program does not wait for their schemas.
func (s *Server) ensureTools(message *envelope) {
	if strings.HasPrefix(string(message.Method), "tools/") {
		s.addToolsOnce()
	}
}

// Library returns the underlying mcp-go server, to which a program can add tools, prompts and resources of its own, as
// test/conformance does; orq-mcp itself adds none. Such tools run like the built-in ones: with Progress and Notify,
// recovery from panics, and the limits.
func (s *Server) Library() *mcpserver.MCPServer { return s.mcp }

// wrapCall is middleware around all tools. Its handler never returns an error, whose text mcp-go would send as a protocol
// error.
func (s *Server) wrapCall(next mcpserver.ToolHandlerFunc) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		if result, detached := detachCall(ctx, &request); detached {
			return result, nil
		}
		result := s.runCall(ctx, &request, func(ctx context.Context) (tools.Result, error) {
			result, err := next(ctx, request)
			return tools.ResultOf(result), err
		})
		return result.MCP(), nil
	}
}

// runCall runs a call: logging, panic recovery, cancellation, progress.
func (s *Server) runCall(ctx context.Context, request *mcp.CallToolRequest, run func(context.Context) (tools.Result, error)) (result tools.Result) {
	started, tool := time.Now(), request.Params.Name
	defer func() {
		if reason := recover(); reason != nil {
			s.logger.ErrorContext(ctx, "tool panicked", "tool", tool, "reason", reason, "stack", string(debug.Stack()))
			result = tools.NewErrorResult("The tool failed by a fault of this server; its log says more. Look at what it has done before you call again.")
		}
		s.logger.InfoContext(ctx, "tool call", "tool", tool, "error", result.IsError, "duration", time.Since(started))
	}()
	ctx, release := callContext(ctx)
	defer release()
	sink := newSink(ctx, s.hidden.progressToken(request))
	defer sink.close(ctx)
	ctx, unlink := endWithInput(ctx, sink)
	defer unlink()
	result, err := run(withSink(ctx, sink))
	if err != nil {
		s.logger.ErrorContext(ctx, "tool handler failed", "tool", tool, "error", err)
		result = tools.NewErrorResult("The tool failed by a fault of this server; its log says more.")
	}
	return result
}

// handler returns the mcp-go handler of a tool.
func (s *Server) handler(tool tools.Tool) mcpserver.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		return s.runTool(ctx, &tool, &request).MCP(), nil
	}
}

// runTool runs a built-in tool.
func (s *Server) runTool(ctx context.Context, tool *tools.Tool, request *mcp.CallToolRequest) tools.Result {
	return tool.Answer(ctx, s.call(ctx, request, sinkFrom(ctx)), s.arguments(request))
}

// call returns the dependencies of one call: the API client of its caller, elicitation, and progress unless sink is nil.
func (s *Server) call(ctx context.Context, request *mcp.CallToolRequest, sink *sink) *tools.Call {
	call := &tools.Call{
		TextLimit: s.textLimit, StallTimeout: s.stall, StreamPatience: s.patience,
		Ask: s.elicitor(ctx, request), Runs: s.runs, Caller: callerFrom(ctx),
	}
	caller := orq.Caller{APIKey: apiKeyFrom(ctx)}
	if sink != nil {
		call.Progress = sink
		caller.OnIdle = sink.flush
		caller.OnWait = func(wait orq.Wait) { _ = sink.Send(relay.Progress{Message: waitLine(wait)}) }
	}
	call.Orq = s.orq.For(caller)
	return call
}

// waitLine returns the progress line for the wait before a retry.
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

// arguments returns the JSON arguments of a call, unchanged where mcp-go keeps them.
func (s *Server) arguments(request *mcp.CallToolRequest) json.RawMessage {
	if text, ok := request.Params.Arguments.(string); ok {
		if raw, ok := s.hidden.revealed(text); ok {
			return raw
		}
	}
	if raw := request.Params.RawArguments; len(raw) > 0 {
		return raw
	}
	raw, err := json.Marshal(request.Params.Arguments)
	if err != nil {
		return nil
	}
	return raw
}
