package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/internal/server"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// workspaceFlags select the workspace of a command: orq.ai or a local one.
type workspaceFlags struct {
	BaseURL, API string
	Sandbox      bool
	localFlags
}

// defaultBaseURL is the default of --base-url.
const defaultBaseURL = "https://my.orq.ai"

func (f *workspaceFlags) define(flags flags) {
	flags.text(&f.BaseURL, "base-url", defaultBaseURL, "ORQ_BASE_URL", "Address of the orq.ai API")
	flags.choice(&f.API, "api", []string{"auto", "agents", "responses"}, "ORQ_MCP_API",
		"Generation of the API to use. auto uses what the server offers")
	flags.toggle(&f.Sandbox, "sandbox", "ORQ_MCP_SANDBOX", "Use an embedded local workspace instead of orq.ai")
	f.localFlags.define(flags)
}

// selectionFlags select the tools of a command.
type selectionFlags struct {
	ReadOnly bool
	Tools    []string
}

func (f *selectionFlags) define(flags flags) {
	flags.toggle(&f.ReadOnly, "read-only", "ORQ_MCP_READ_ONLY", "Offer only tools that change and start nothing")
	flags.list(&f.Tools, "tools", "ORQ_MCP_TOOLS", "Offer only the tools `a,b,c`")
}

func (f selectionFlags) names() []string {
	names := make([]string, len(f.Tools))
	for i, name := range f.Tools {
		names[i] = strings.TrimSpace(name)
	}
	return names
}

// selected returns the tools that the flags select, an error when checkNames returns any.
func (f selectionFlags) selected() ([]tools.Definition, error) {
	return tools.Select(tools.Selection{ReadOnly: f.ReadOnly, Names: f.names()})
}

// checkNames returns an error for each tool that does not exist.
func (f selectionFlags) checkNames() (found []error) {
	for _, name := range f.names() {
		if _, err := tools.Select(tools.Selection{Names: []string{name}}); err != nil {
			found = append(found, err)
		}
	}
	return found
}

// checkSelection returns an error when no tool is selected, though all names exist.
func (f selectionFlags) checkSelection() error {
	if selected, err := f.selected(); err == nil && len(selected) == 0 {
		return errors.New("--read-only and --tools together leave no tool")
	}
	return nil
}

// toolFlags select the tools of a server and limit their results.
type toolFlags struct {
	selectionFlags
	TextLimit      int
	StallTimeout   time.Duration
	StreamPatience time.Duration
	ConfirmBy      string
}

// define defines the flags. textLimit is the default of --text-limit.
func (f *toolFlags) define(flags flags, textLimit int) {
	f.selectionFlags.define(flags)
	flags.number(&f.TextLimit, "text-limit", textLimit, "ORQ_MCP_TEXT_LIMIT",
		"Cut results at this many bytes of text, or a third as many tokens")
	flags.duration(&f.StallTimeout, "stall-timeout", time.Minute, "ORQ_MCP_STALL_TIMEOUT",
		"Look a run up when its stream has brought nothing for this long")
	flags.duration(&f.StreamPatience, "stream-patience", 0, "ORQ_MCP_STREAM_PATIENCE",
		"Return a streamed run that still works after this long, as working;\nfor clients that give up although progress comes. 0 is no bound")
	flags.choice(&f.ConfirmBy, "confirm-by", []string{"person", "argument"}, "ORQ_MCP_CONFIRM_BY",
		"Who confirms a deletion. person asks where the client can show a form;\nargument asks nobody, as headless clients need")
}

func (f toolFlags) checkBounds() []error {
	bounds := []error{positive("text-limit", f.TextLimit), positive("stall-timeout", f.StallTimeout)}
	if f.StreamPatience < 0 {
		bounds = append(bounds, fmt.Errorf("--stream-patience must be 0 or more, not %v", f.StreamPatience))
	}
	return bounds
}

// workspace is an open workspace and a client of its agents.
type workspace struct {
	client *orq.Client
	// close shuts an embedded workspace down.
	close func() error
}

// hasKey reports whether requests can be sent with the server's own API key.
func (f workspaceFlags) hasKey(process *Process) bool {
	return f.Sandbox || strings.TrimSpace(process.Getenv("ORQ_API_KEY")) != ""
}

// checkWorkspace returns what is wrong with the flags and variables of the selected workspace. Those of orq.ai are not
// used by a local one and therefore not checked.
func (f workspaceFlags) checkWorkspace(process *Process) (found []error) {
	if f.Sandbox {
		return f.checkModel(process)
	}
	return append(f.checkLocal(), checkBaseURL(f.BaseURL), inSetting("ORQ_API_KEY", apikey.Check(process.Getenv("ORQ_API_KEY"))))
}

// checkLocal returns an error for each flag of a local workspace, where none is selected.
func (f workspaceFlags) checkLocal() (found []error) {
	for _, flag := range f.set() {
		found = append(found, fmt.Errorf("%s belongs to --sandbox; without it the agents live at %s", flag, redact.URL(f.BaseURL)))
	}
	return found
}

// inSetting puts the name of a setting before an error that describes its value.
func inSetting(name string, err error) error {
	if err != nil {
		err = fmt.Errorf("%s %w", name, err)
	}
	return err
}

// proxyVariables names the environment variables that hold a proxy, in the order in which Go reads them.
func proxyVariables(process *Process) string {
	var set []string
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if process.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	return strings.Join(set, " or ")
}

// open opens the workspace of the flags, which have been checked.
func (f workspaceFlags) open(ctx context.Context, process *Process, logger *slog.Logger) (*workspace, error) {
	options := orq.Options{
		BaseURL: f.BaseURL, APIKey: process.Getenv("ORQ_API_KEY"), UserAgent: "orq-mcp/" + process.Version, Logger: logger,
		API: orq.API(f.API), Proxy: proxyVariables(process),
	}
	shutdown := func() error { return nil }
	if f.Sandbox {
		var err error
		if options.BaseURL, options.APIKey, shutdown, err = f.startEmbedded(ctx, process, sandbox.Options{Logger: logger.With("from", "sandbox")}); err != nil {
			return nil, err
		}
		options.OneKey = true
	} else {
		warnClearText(logger, "API keys", "ORQ_BASE_URL or --base-url", f.BaseURL)
	}
	client, err := orq.New(options)
	if err != nil {
		return nil, err
	}
	return &workspace{client, shutdown}, nil
}

// newServer returns the MCP server of a command.
func (f toolFlags) newServer(process *Process, client *orq.Client, logger *slog.Logger) (*server.Server, error) {
	selected, err := f.selected()
	if err != nil {
		return nil, err
	}
	return server.New(server.Options{
		Version: process.Version, Tools: selected, Orq: client, Logger: logger, TextLimit: f.TextLimit, StallTimeout: f.StallTimeout,
		StreamPatience: f.StreamPatience, ConfirmByArgument: f.ConfirmBy == "argument",
	}), nil
}

// serve opens a workspace, calls run with a server for it, and closes the workspace.
func serve(ctx context.Context, process *Process, on workspaceFlags, with toolFlags, logger *slog.Logger,
	run func(context.Context, *server.Server, *workspace) error,
) error {
	defer tuneGC(ctx, process)()
	ws, err := on.open(ctx, process, logger)
	if err != nil {
		return err
	}
	srv, err := with.newServer(process, ws.client, logger)
	if err == nil {
		err = run(ctx, srv, ws)
	}
	if closeErr := ws.close(); err == nil {
		err = closeErr
	}
	return err
}
