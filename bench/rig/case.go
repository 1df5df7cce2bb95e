package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/retry"
)

// The transports of MCP.
const (
	HTTP = "http"
	// StdIO is the name of the transport; Stdio is the client.
	StdIO = "stdio"
)

// Case is a load: runs of so many events, on so many sessions.
type Case struct {
	Transport string
	Protocol  string
	// First numbers the first run. Cases that share a server must not share numbers.
	First int
	// Runs is the number of runs. They start at once, unless Ramp spreads their starts or Together limits them.
	Runs int
	// Sessions is the number of sessions that share the runs; 1 when 0. On stdio there is only one.
	Sessions int
	// Together is the largest number of concurrent runs; all when 0.
	Together int
	// Events and Every are those of each run's Plan.
	Events int
	Every  time.Duration
	// Responses and Small are those of each run's Plan.
	Responses, Small bool
	// Ramp is the time over which the starts are spread.
	Ramp time.Duration
	// Delay is a pause of the reader after each message.
	Delay time.Duration
	// StopAfter is the number of messages after which the readers stop reading; 0 means never.
	StopAfter int
	// StopFor is how long they stop; 0 means until the end.
	StopFor time.Duration
	// SocketBuffer is the size of a reader's receive buffer in bytes; 0 leaves it to the kernel.
	SocketBuffer int
}

// Conn is an MCP client's connection.
type Conn interface {
	// Do sends a request and waits for its result.
	Do(ctx context.Context, r Request) (json.RawMessage, error)
}

// Run makes the runs of the case on connections and returns when all have ended. Errors are recorded in the calls.
func (c Case) Run(ctx context.Context, connections []Conn, checker *Checker) {
	calls := make([]*Call, c.Runs)
	for i := range calls {
		calls[i] = checker.Begin(Plan{Run: c.First + i + 1, Events: c.Events, Every: c.Every, Responses: c.Responses, Small: c.Small})
		if c.StopAfter > 0 {
			calls[i].stopAfter, calls[i].stop = c.StopAfter, func() { c.stop(ctx) }
		}
	}
	together := c.Together
	if together == 0 {
		together = c.Runs
	}
	var running sync.WaitGroup
	slots := make(chan struct{}, together)
	began := time.Now()
	for i, call := range calls {
		if c.Ramp > 0 {
			_ = retry.Sleep(ctx, time.Until(began.Add(c.Ramp*time.Duration(i)/time.Duration(c.Runs))))
		}
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			_, _ = connections[i%len(connections)].Do(ctx, call.Invoke()) // the call records its error
		})
	}
	running.Wait()
}

// stop blocks a reader for StopFor, or until ctx is cancelled.
func (c Case) stop(ctx context.Context) {
	if c.StopFor > 0 {
		_ = retry.Sleep(ctx, c.StopFor)
		return
	}
	<-ctx.Done()
}

// Connect opens the sessions of the case on HTTP. The returned function closes the idle connections.
func (c Case) Connect(ctx context.Context, url string) ([]Conn, func(), error) {
	buffer := 32 << 10
	if c.Runs > 100 {
		buffer = 8 << 10
	}
	client := NewHTTPClient(url, HTTPOptions{Protocol: c.Protocol, Delay: c.Delay, ReadBuffer: buffer, SocketBuffer: c.SocketBuffer})
	var connections []Conn
	for range max(c.Sessions, 1) {
		session, err := client.Open(ctx)
		if err != nil {
			client.Close()
			return nil, nil, fmt.Errorf("open a session: %w", err)
		}
		connections = append(connections, session)
	}
	return connections, client.Close, nil
}

// RunHTTP runs the case against the server at url, and adds its calls to checker.
func (c Case) RunHTTP(ctx context.Context, url string, checker *Checker) error {
	connections, end, err := c.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer end()
	c.Run(ctx, connections, checker)
	return ctx.Err()
}

// RunStdio runs the case against a server started for it, and adds its calls to checker.
func (c Case) RunStdio(ctx context.Context, program Program, checker *Checker) error {
	process, err := StartStdio(ctx, program)
	if err != nil {
		return err
	}
	client, err := NewStdio(ctx, process.In, process.Out, StdioOptions{Protocol: c.Protocol, Delay: c.Delay, Checker: checker})
	if err != nil {
		process.Kill()
		return err
	}
	c.Run(ctx, []Conn{client}, checker)
	if err := errors.Join(client.Sync(ctx), process.In.Close()); err != nil {
		process.Kill()
		return err
	}
	<-client.Ended()
	return process.Stop()
}
