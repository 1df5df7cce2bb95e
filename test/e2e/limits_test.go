package e2e_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// callOfAgent returns the message of a call of invoke_agent with mode=stream. id is JSON, meta may be nil.
func callOfAgent(t *testing.T, id, prompt string, meta object) string {
	t.Helper()
	params := object{"name": "invoke_agent", "arguments": object{"key": "walker", "message": prompt, "mode": "stream"}}
	if meta != nil {
		params["_meta"] = meta
	}
	raw := encode(t, object{"jsonrpc": "2.0", "id": 0, "method": "tools/call", "params": params})
	return strings.Replace(string(raw), `"id":0`, `"id":`+id, 1)
}

// checkRetryLater checks for a JSON-RPC error of the request with the id, with the status and a Retry-After header.
func (r reply) checkRetryLater(t *testing.T, status int, id string) {
	t.Helper()
	if r.status != status {
		t.Errorf("status = %d, want %d; body %.300s", r.status, status, r.body)
	}
	if seconds, err := strconv.Atoi(r.header.Get("Retry-After")); err != nil || seconds < 1 {
		t.Errorf("Retry-After = %q, want seconds", r.header.Get("Retry-After"))
	}
	r.errorResponse(t, id)
}

// gatedUpstream is an upstream whose runs wait until release is closed.
type gatedUpstream struct {
	*upstream
	// arrived receives the message of each run, left that of each run whose request was cancelled.
	arrived, left chan string
	release       chan struct{}
}

func newGatedUpstream(t *testing.T, a api, size int) *gatedUpstream {
	t.Helper()
	w := &gatedUpstream{arrived: make(chan string, size), left: make(chan string, size), release: make(chan struct{})}
	w.upstream = a.newUpstream(t, a.scriptedRuns(t, func(s *script, prompt string) {
		s.start()
		w.arrived <- prompt
		select {
		case <-w.release:
			s.finish("the answer to " + prompt)
		case <-s.request.Context().Done():
			w.left <- prompt
		}
	}))
	return w
}

// await receives a value, or fails after waitTimeout.
func await[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(waitTimeout):
		t.Fatalf("timeout waiting for %s", what)
		panic("unreachable")
	}
}

// begin starts a run of the client and returns when the upstream has received it.
func (w *gatedUpstream) begin(t *testing.T, c *client, prompt string) *call {
	t.Helper()
	call := c.begin("invoke_agent", object{"key": "walker", "message": prompt})
	if got := await(t, w.arrived, "the run "+prompt); got != prompt {
		t.Fatalf("upstream received the run %q, want %q", got, prompt)
	}
	return call
}

// finish releases the runs and checks the answer of each.
func (w *gatedUpstream) finish(t *testing.T, calls map[string]*call) {
	t.Helper()
	close(w.release)
	for prompt, call := range calls {
		ran := decode[outcome](t, call.client.mustSucceed("invoke_agent", call.result()).Structured)
		if want := "the answer to " + prompt; ran.OutputText != want {
			t.Errorf("output = %q, want %q", ran.OutputText, want)
		}
	}
}

func TestCallsOfASessionAreLimited(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newGatedUpstream(t, a, 8)
		srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-session-calls", "2"}})
		c, other := connect(t, srv, identity{}), connect(t, srv, identity{})
		calls := map[string]*call{"one": w.begin(t, c, "one"), "two": w.begin(t, c, "two")}
		for _, id := range []string{"77", `"a \"name\""`} {
			doHTTP(t, http.MethodPost, srv.url, callOfAgent(t, id, "too many", nil), c.session()...).checkRetryLater(t, http.StatusTooManyRequests, id)
		}
		// Other requests are answered, and so are calls of another session.
		c.request("ping", object{}).response()
		calls["another's"] = w.begin(t, other, "another's")
		w.finish(t, calls)
		if ran := decode[outcome](t, c.tool("invoke_agent", object{"key": "walker", "message": "three", "mode": "stream"}).Structured); ran.OutputText != "the answer to three" {
			t.Errorf("outcome of the next call = %+v, want the output %q", ran, "the answer to three")
		}
		for _, x := range w.starts("walker") {
			if strings.Contains(string(x.body), "too many") {
				t.Error("a refused call reached the upstream")
			}
		}
	}, march, today)
}

func TestCallsOfTheServerAreLimited(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newGatedUpstream(t, a, 8)
		srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-calls", "2"}})
		one, two, c := connect(t, srv, identity{}), connect(t, srv, identity{protocol: modern}), connect(t, srv, identity{})
		calls := map[string]*call{"one": w.begin(t, one, "one"), "two": w.begin(t, two, "two")}
		doHTTP(t, http.MethodPost, srv.url, callOfAgent(t, "77", "too many", nil), c.session()...).checkRetryLater(t, http.StatusServiceUnavailable, "77")
		c.ping()
		if r := doHTTP(t, http.MethodPost, srv.url, initialize(t, "1")); r.status != http.StatusOK {
			t.Errorf("initialize: status = %d, want 200; body %s", r.status, r.body)
		}
		w.finish(t, calls)
		if ran := decode[outcome](t, c.tool("invoke_agent", object{"key": "walker", "message": "three", "mode": "stream"}).Structured); ran.OutputText != "the answer to three" {
			t.Errorf("outcome of the next call = %+v, want the output %q", ran, "the answer to three")
		}
		if n := len(w.starts("walker")); n != 3 {
			t.Errorf("upstream has %d runs, want 3", n)
		}
	}, march, today)
}

// TestAnAbandonedCallFreesItsSlot abandons calls in each way.
func TestAnAbandonedCallFreesItsSlot(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newGatedUpstream(t, a, 8)
		srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-calls", "1"}})
		c := connect(t, srv, identity{})
		for name, leave := range map[string]func(*call){"cancelled": c.cancel, "disconnected": func(k *call) { k.abandon() }} {
			call := beginWithRoom(t, c, w, name)
			leave(call)
			await(t, w.left, "the end of "+name)
		}
		calls := map[string]*call{"last": beginWithRoom(t, c, w, "last")}
		w.finish(t, calls)
	}, march, today)
}

// beginWithRoom starts a run as soon as there is a free slot. It retries, because an abandoned call is removed with a
// delay.
func beginWithRoom(t *testing.T, c *client, w *gatedUpstream, prompt string) *call {
	t.Helper()
	for deadline := time.Now().Add(waitTimeout); ; {
		call := c.begin("invoke_agent", object{"key": "walker", "message": prompt})
		if d := call.take(); d.err == nil && d.Error == nil {
			if got := await(t, w.arrived, prompt); got != prompt {
				t.Fatalf("upstream received the run %q, want %q", got, prompt)
			}
			return call
		} else if time.Now().After(deadline) {
			t.Fatalf("no free slot after %v: %v %+v", waitTimeout, d.err, d.Error)
		}
	}
}

// caller is a client without a session, which sends from a given address of this machine.
type caller struct{ from, bearer string }

func (k caller) post(ctx context.Context, url, body string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Accept": "application/json, text/event-stream", "Mcp-Protocol-Version": modern,
		"Mcp-Method": "tools/call", "Mcp-Name": "invoke_agent",
	} {
		request.Header.Set(name, value)
	}
	if k.bearer != "" {
		request.Header.Set("Authorization", "Bearer "+k.bearer)
	}
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(k.from)}}
	web := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}, Timeout: waitTimeout}
	return web.Do(request)
}

// TestCallersWithoutASessionAreLimitedByKeyAndAddress checks that each combination of key and address has a limit of its
// own.
func TestCallersWithoutASessionAreLimitedByKeyAndAddress(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		// Linux has all of 127.0.0.0/8 on the loopback interface; other systems have not.
		const elsewhere = "127.0.0.2"
		hosts := []string{"127.0.0.1"}
		if probe, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", elsewhere+":0"); err != nil {
			t.Logf("testing one address only: %v", err)
		} else {
			probe.Close()
			hosts = append(hosts, elsewhere)
		}
		w := newGatedUpstream(t, a, 8)
		srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-session-calls", "1"}, secrets: []string{"ada-0b5e", "bob-77c2"}})
		meta := object{
			"io.modelcontextprotocol/protocolVersion": modern, "io.modelcontextprotocol/clientInfo": clientInfo(),
			"io.modelcontextprotocol/clientCapabilities": object{},
		}
		ctx, cancel := context.WithCancel(t.Context())
		var answered []chan string
		for _, from := range hosts {
			for _, bearer := range []string{"ada-0b5e", "bob-77c2", ""} {
				k := caller{from, bearer}
				body, refused := callOfAgent(t, "1", fmt.Sprint(k), meta), callOfAgent(t, "2", "too many", meta)
				done := make(chan string, 1)
				answered = append(answered, done)
				go func() {
					response, err := k.post(ctx, srv.url, body)
					if err != nil {
						done <- err.Error()
						return
					}
					defer response.Body.Close()
					var text strings.Builder
					_ = response.Write(&text)
					done <- text.String()
				}()
				await(t, w.arrived, fmt.Sprint(k))
				response, err := k.post(ctx, srv.url, refused)
				if err != nil {
					t.Fatal(err)
				}
				if response.StatusCode == http.StatusOK {
					response.Body.Close()
					t.Fatalf("the second call of %v was accepted", k)
				}
				read(t, response).checkRetryLater(t, http.StatusTooManyRequests, "2")
			}
		}
		close(w.release)
		for _, done := range answered {
			if text := await(t, done, "an answer"); !strings.Contains(text, "the answer to") {
				t.Errorf("answer = %.500s, want that of the run", text)
			}
		}
		cancel()
	}, march, today)
}

// TestACallThatOutlastsTheDrainFailsWithTheReason stops a server by each signal while a call runs that does not end.
func TestACallThatOutlastsTheDrainFailsWithTheReason(t *testing.T) {
	t.Parallel()
	const drain = 500 * time.Millisecond
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onAPIs(t, func(t *testing.T, a api) {
				w := newGatedUpstream(t, a, 1)
				c := open(t, overHTTP, w.setup("--drain", drain.String()))
				call := w.begin(t, c, "long")
				call.awaitProgress("task " + a.task("long") + " started")
				if err := c.server.cmd.Process.Signal(signal); err != nil {
					t.Fatal(err)
				}
				await(t, w.left, "the end of the run")
				if result := call.result(); !result.IsError || !strings.Contains(result.text(), "stopping") {
					t.Errorf("result: isError %v, text %q, want an error with %q", result.IsError, result.text(), "stopping")
				}
				if n := len(w.starts("walker")); n != 1 {
					t.Errorf("the run was started %d times, want once", n)
				}
				c.server.waitExit(drain+exitLimit, 0)
			}, march, today, marchHTTP2, todayHTTP2)
		})
	}
}
