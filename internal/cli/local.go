package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// localFlags configure a local workspace.
type localFlags struct {
	Data, Seed string
	Empty      bool
	modelFlags
}

func (f *localFlags) define(flags flags) {
	flags.file(&f.Data, "data", "ORQ_MCP_DATA", "File in which the local workspace keeps its agents; without it they end with the program")
	flags.file(&f.Seed, "seed", "ORQ_MCP_SEED",
		"YAML or JSON file of agents that the local workspace begins with;\nthose that exist stay as they are")
	flags.toggle(&f.Empty, "empty", "ORQ_MCP_EMPTY",
		"Begin without the two agents that a new local workspace has\nif it has no --seed")
	f.modelFlags.define(flags)
}

// set returns the names of the flags that are set.
func (f localFlags) set() (flags []string) {
	if f.Data != "" {
		flags = append(flags, "--data")
	}
	if f.Seed != "" {
		flags = append(flags, "--seed")
	}
	if f.Empty {
		flags = append(flags, "--empty")
	}
	if f.ModelURL != "" {
		flags = append(flags, "--model-url")
	}
	if f.Model != "" {
		flags = append(flags, "--model")
	}
	if f.ModelKeepPrefix {
		flags = append(flags, "--model-keep-prefix")
	}
	return flags
}

// freeAddr makes net.Listen choose a free loopback port.
const freeAddr = "127.0.0.1:0"

// startEmbedded starts a workspace for this process alone: it has a random key, and listens on a free loopback port. It
// returns the base URL and the key, and a function that shuts it down.
func (f localFlags) startEmbedded(ctx context.Context, process *Process, options sandbox.Options) (base, key string, shutdown func() error, err error) {
	options.Key = "sandbox-" + rand.Text()
	base, shutdown, err = f.start(ctx, process, freeAddr, options)
	return base, options.Key, shutdown, err
}

// start opens the workspace, seeds it and serves it on addr. It returns the base URL and a function that shuts it down.
func (f localFlags) start(ctx context.Context, process *Process, addr string, options sandbox.Options) (base string, shutdown func() error, err error) {
	options.Data, options.Model = f.Data, f.options(process)
	if options.Model.Key != "" {
		warnClearText(options.Logger, "key of the model server", "ORQ_SANDBOX_MODEL_URL or --model-url", f.ModelURL)
	}
	box, err := f.openBox(ctx, options)
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return "", nil, errors.Join(listenError(addr, err), box.Close())
	}
	web := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() error {
		return shutDown(context.WithoutCancel(ctx), box, web, served)
	}, nil
}

// openBox opens the workspace with the agents that it begins with.
func (f localFlags) openBox(ctx context.Context, options sandbox.Options) (*sandbox.Sandbox, error) {
	starters := f.wantsStarters()
	box, err := sandbox.Open(options)
	if errors.Is(err, sandbox.ErrInUse) {
		return nil, fmt.Errorf("%w. %s", err, sharing(f.Data))
	}
	if err != nil {
		return nil, err
	}
	if starters {
		err = addStarters(ctx, box)
	} else {
		err = seed(ctx, box, f.Seed, options.Logger)
	}
	if err != nil {
		return nil, errors.Join(err, box.Close())
	}
	return box, nil
}

// sharing describes how several programs use one data file.
func sharing(file string) string {
	return "One program at a time opens it: let orq-mcp sandbox --data " + file + " be that program, and start the others with " +
		"ORQ_BASE_URL=http://127.0.0.1:8586 and any ORQ_API_KEY, without --sandbox and --data"
}

// drainTimeout is how long a client may take to read the end of a stream, once its run has ended.
const drainTimeout = time.Second

// shutDown closes the sandbox, which ends its runs, and then the server. Streams get drainTimeout to deliver their last
// event, which contains the reason. It starts after box.Close, because a run of an A2A agent first cancels the remote task.
func shutDown(ctx context.Context, box *sandbox.Sandbox, web *http.Server, served <-chan error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	idle := make(chan error, 1)
	go func() { idle <- web.Shutdown(ctx) }()
	err := box.Close()
	defer time.AfterFunc(drainTimeout, cancel).Stop()
	if <-idle != nil {
		_ = web.Close()
	}
	if serveErr := <-served; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(serveErr, err)
	}
	return err
}
