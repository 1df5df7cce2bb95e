package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// localFlags say what a local workspace is made of.
type localFlags struct {
	Data string `help:"File in which the local workspace keeps its agents; without it they end with the program." placeholder:"FILE" env:"ORQ_MCP_DATA"`
	Seed string `help:"YAML or JSON file of agents that the local workspace begins with; those that exist stay as they are." placeholder:"FILE" env:"ORQ_MCP_SEED"`
	modelFlags
}

// given returns the names of the flags that are set.
func (f localFlags) given() (flags []string) {
	if f.Data != "" {
		flags = append(flags, "--data")
	}
	if f.Seed != "" {
		flags = append(flags, "--seed")
	}
	if f.ModelURL != "" {
		flags = append(flags, "--model-url")
	}
	if f.ModelKeepPrefix {
		flags = append(flags, "--model-keep-prefix")
	}
	return flags
}

// sandboxKey is the key of an embedded workspace, which listens on this machine only.
const sandboxKey = "sandbox"

// freeAddr is a free port of this machine, which nobody else reaches.
const freeAddr = "127.0.0.1:0"

// start serves a workspace of the flags and the options, and returns its base URL and how to end it.
func (f localFlags) start(ctx context.Context, process *Process, addr string, options sandbox.Options) (base string, end func() error, err error) {
	options.Data, options.Model = f.Data, f.options(process)
	box, err := sandbox.Open(options)
	if err != nil {
		return "", nil, err
	}
	if err := seed(ctx, box, f.Seed, options.Logger); err != nil {
		return "", nil, errors.Join(err, box.Close())
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		if wrong, ok := errors.AsType[*net.OpError](err); ok {
			err = wrong.Err // it names the address a second time
		}
		return "", nil, errors.Join(fmt.Errorf("listen on %s: %w", addr, err), box.Close())
	}
	web := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	return "http://" + listener.Addr().String(), func() error {
		return endWorkspace(context.WithoutCancel(ctx), box, web, served)
	}, nil
}

// lastWords is how long a client may take to read the end of a stream.
const lastWords = time.Second

// endWorkspace lets the streams of running agents end with the reason, if they are read. Their time begins when the runs
// have ended: that of an A2A agent tells the agent first.
func endWorkspace(ctx context.Context, box *sandbox.Sandbox, web *http.Server, served <-chan error) error {
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	idle := make(chan error, 1)
	go func() { idle <- web.Shutdown(ctx) }()
	err := box.Close()
	defer time.AfterFunc(lastWords, giveUp).Stop()
	if <-idle != nil {
		_ = web.Close()
	}
	if serveErr := <-served; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(serveErr, err)
	}
	return err
}
