package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tiktoken-go/tokenizer"

	"github.com/orq-mcp/orq-mcp/bench/rig"
)

// caller returns a function that makes a call over HTTP, and one that closes its connections.
func caller(ctx context.Context, t target, request func(id string) rig.Request) (call func(n int) error, end func(), err error) {
	if t.subject == direct {
		client := rig.NewDirect(t.URL)
		return func(int) error { return client.GetAgent(ctx) }, client.Close, nil
	}
	client := rig.NewHTTPClient(t.URL, rig.HTTPOptions{})
	session, err := client.Open(ctx)
	if err != nil {
		return nil, nil, err
	}
	return func(n int) error {
		_, err := session.Do(ctx, request(strconv.Itoa(n)))
		return err
	}, client.Close, nil
}

// warmCalls is the number of calls before a series is measured.
const warmCalls = 200

// series makes calls one after the other and returns the median latency and the processor time per call, both in
// nanoseconds. The processor time is NaN without a server.
func series(ctx context.Context, t target, calls int, request func(id string) rig.Request) (latency, cpu float64, err error) {
	call, closeCalls, err := caller(ctx, t, request)
	if err != nil {
		return 0, 0, err
	}
	defer closeCalls()
	for n := range warmCalls {
		if err := call(n); err != nil {
			return 0, 0, err
		}
	}
	took := make([]time.Duration, calls)
	cpu, err = t.cpuDuring(func() error {
		for n := range calls {
			began := time.Now()
			if err := call(n); err != nil {
				return err
			}
			took[n] = time.Since(began)
		}
		return nil
	})
	slices.Sort(took)
	return float64(took[calls/2]), cpu / float64(calls), err
}

func getAgent(ctx context.Context, l *lab, t target) ([]float64, error) {
	latency, _, err := series(ctx, t, l.size(3000, 1500), rig.GetAgent)
	return []float64{latency}, err
}

func listTools(ctx context.Context, l *lab, t target) ([]float64, error) {
	_, cpu, err := series(ctx, t, l.size(1000, 300), rig.ListTools)
	return []float64{cpu}, err
}

func getAgentMany(ctx context.Context, l *lab, t target) ([]float64, error) {
	call, closeCalls, err := caller(ctx, t, rig.GetAgent)
	if err != nil {
		return nil, err
	}
	defer closeCalls()
	const callers = 64
	if err := together(callers, 5, call); err != nil {
		return nil, err
	}
	each := l.size(150, 60)
	calls := float64(callers * each)
	var took time.Duration
	cpu, err := t.cpuDuring(func() error {
		began := time.Now()
		defer func() { took = time.Since(began) }()
		return together(callers, each, call)
	})
	return []float64{cpu / calls, calls / took.Seconds()}, err
}

// together has callers make calls, each one after the other.
func together(callers, each int, call func(n int) error) error {
	var running sync.WaitGroup
	errs := make(chan error, callers)
	for first := range callers {
		running.Go(func() {
			for n := range each {
				if err := call(first*each + n); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	running.Wait()
	close(errs)
	return <-errs
}

// startUp measures the start of a subject on stdio and its idle memory: medians of many starts.
func startUp(ctx context.Context, l *lab, s subject) ([]float64, error) {
	starts := l.size(21, 11)
	times, resident := make([]float64, starts), make([]float64, starts)
	for i := range starts {
		began := time.Now()
		process, err := rig.StartStdio(ctx, l.program(s, rig.StdIO))
		if err != nil {
			return nil, err
		}
		client, err := rig.NewStdio(ctx, process.In, process.Out, rig.StdioOptions{})
		times[i] = float64(time.Since(began))
		if err == nil {
			_, err = client.Do(ctx, rig.ListTools("1"))
		}
		if err == nil {
			var now int64
			now, err = process.Memory()
			resident[i] = float64(now)
		}
		process.Kill()
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(times)
	slices.Sort(resident)
	return []float64{times[starts/2], resident[starts/2]}, nil
}

func sizes(ctx context.Context, l *lab, s subject) ([]float64, error) {
	info, err := os.Stat(l.paths[s])
	if err != nil {
		return nil, err
	}
	process, err := rig.StartStdio(ctx, l.program(s, rig.StdIO))
	if err != nil {
		return nil, err
	}
	defer process.Kill()
	client, err := rig.NewStdio(ctx, process.In, process.Out, rig.StdioOptions{})
	if err != nil {
		return nil, err
	}
	list, err := client.Do(ctx, rig.ListTools("1"))
	if err != nil {
		return nil, err
	}
	tokens, err := tokensOf(list)
	return []float64{float64(info.Size()), float64(len(list)), float64(tokens)}, err
}

// tokensOf returns the number of tokens that a model reads of the tools.
func tokensOf(list json.RawMessage) (int, error) {
	encoding, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Tools []struct {
			Name        string          `json:"name"`
			Description string          `json:"description"`
			InputSchema json.RawMessage `json:"inputSchema"`
		} `json:"tools"`
	}
	if err := json.Unmarshal(list, &answer); err != nil {
		return 0, fmt.Errorf("tools: %w", err)
	}
	total := 0
	for _, tool := range answer.Tools {
		shown, err := json.Marshal(tool)
		if err != nil {
			return 0, err
		}
		tokens, err := encoding.Count(string(shown))
		if err != nil {
			return 0, err
		}
		total += tokens
	}
	return total, nil
}
