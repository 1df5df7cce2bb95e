package e2e_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// callOfAgent is a run by hand, as a client without a progress token begins it.
func callOfAgent(t *testing.T, id, told string, meta object) string {
	t.Helper()
	params := object{"name": "invoke_agent", "arguments": object{"key": "walker", "message": told, "mode": "stream"}}
	if meta != nil {
		params["_meta"] = meta
	}
	raw := encode(t, object{"jsonrpc": "2.0", "id": 0, "method": "tools/call", "params": params})
	return strings.Replace(string(raw), `"id":0`, `"id":`+id, 1)
}

// checkTurnedAway wants a refusal for now, of the request with the id.
func (r reply) checkTurnedAway(t *testing.T, status int, id string) {
	t.Helper()
	if r.status != status {
		t.Errorf("status %d, want %d: %.300s", r.status, status, r.body)
	}
	if seconds, err := strconv.Atoi(r.header.Get("Retry-After")); err != nil || seconds < 1 {
		t.Errorf("Retry-After: %q, want seconds", r.header.Get("Retry-After"))
	}
	r.refusal(t, id)
}

// crowd is an upstream whose runs wait until the test lets all of them end.
type crowd struct {
	*upstream
	// arrived are what the runs were told, left those whose caller has gone.
	arrived, left chan string
	release       chan struct{}
}

func newCrowd(t *testing.T, size int) *crowd {
	t.Helper()
	w := &crowd{arrived: make(chan string, size), left: make(chan string, size), release: make(chan struct{})}
	w.upstream = newUpstream(t, scripted(t, func(s *script, told string) {
		s.start()
		w.arrived <- told
		select {
		case <-w.release:
			s.finish("the answer to " + told)
		case <-s.request.Context().Done():
			w.left <- told
		}
	}))
	return w
}

// await returns what came, or fails.
func await[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		t.Fatalf("nothing came: %s", what)
		panic("unreachable")
	}
}

// begin starts a run of the client and returns when it has reached the upstream.
func (w *crowd) begin(t *testing.T, c *client, told string) *call {
	t.Helper()
	call := c.begin("invoke_agent", object{"key": "walker", "message": told})
	if got := await(t, w.arrived, "the run "+told); got != told {
		t.Fatalf("the run %q came, want %q", got, told)
	}
	return call
}

// finish lets the runs end and wants the answer of each.
func (w *crowd) finish(t *testing.T, calls map[string]*call) {
	t.Helper()
	close(w.release)
	for told, call := range calls {
		ran := decode[outcome](t, call.client.succeeded("invoke_agent", call.result()).Structured)
		if want := "the answer to " + told; ran.OutputText != want {
			t.Errorf("output %q, want %q", ran.OutputText, want)
		}
	}
}

func TestASessionRunsOnlySoManyCalls(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, 8)
	srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-session-calls", "2"}})
	c, other := connect(t, srv, identity{}), connect(t, srv, identity{})
	calls := map[string]*call{"one": w.begin(t, c, "one"), "two": w.begin(t, c, "two")}
	for _, id := range []string{"77", `"a \"name\""`} {
		ask(t, http.MethodPost, srv.url, callOfAgent(t, id, "too many", nil), c.session()...).checkTurnedAway(t, http.StatusTooManyRequests, id)
	}
	// What is no call is answered, and so is another session.
	c.request("ping", object{}).response()
	calls["another's"] = w.begin(t, other, "another's")
	w.finish(t, calls)
	if ran := decode[outcome](t, c.tool("invoke_agent", object{"key": "walker", "message": "three", "mode": "stream"}).Structured); ran.OutputText != "the answer to three" {
		t.Errorf("the next call: %+v", ran)
	}
	for _, x := range w.requests("POST", "/v2/agents/walker/stream-task") {
		if strings.Contains(string(x.body), "too many") {
			t.Error("a call that was refused was made")
		}
	}
}

func TestTheServerRunsOnlySoManyCalls(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, 8)
	srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-calls", "2"}})
	a, b, c := connect(t, srv, identity{}), connect(t, srv, identity{protocol: modern}), connect(t, srv, identity{})
	calls := map[string]*call{"a": w.begin(t, a, "a"), "b": w.begin(t, b, "b")}
	ask(t, http.MethodPost, srv.url, callOfAgent(t, "77", "too many", nil), c.session()...).checkTurnedAway(t, http.StatusServiceUnavailable, "77")
	c.ping()
	if r := ask(t, http.MethodPost, srv.url, initialize(t, "1")); r.status != http.StatusOK {
		t.Errorf("initialize: status %d: %s", r.status, r.body)
	}
	w.finish(t, calls)
	if ran := decode[outcome](t, c.tool("invoke_agent", object{"key": "walker", "message": "three", "mode": "stream"}).Structured); ran.OutputText != "the answer to three" {
		t.Errorf("the next call: %+v", ran)
	}
	if n := len(w.requests("POST", "/v2/agents/walker/stream-task")); n != 3 {
		t.Errorf("%d runs were started, want 3", n)
	}
}

// TestACallThatWasLeftMakesRoom leaves one in each way.
func TestACallThatWasLeftMakesRoom(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, 8)
	srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-calls", "1"}})
	c := connect(t, srv, identity{})
	for name, leave := range map[string]func(*call){"cancelled": c.cancel, "disconnected": func(k *call) { k.forget() }} {
		call := beginWithRoom(t, c, w, name)
		leave(call)
		await(t, w.left, "the end of "+name)
	}
	calls := map[string]*call{"last": beginWithRoom(t, c, w, "last")}
	w.finish(t, calls)
}

// beginWithRoom starts a run as soon as there is room: a call that was left takes a moment to be gone.
func beginWithRoom(t *testing.T, c *client, w *crowd, told string) *call {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		call := c.begin("invoke_agent", object{"key": "walker", "message": told})
		if d := call.take(); d.err == nil && d.Error == nil {
			if got := await(t, w.arrived, told); got != told {
				t.Fatalf("the run %q came, want %q", got, told)
			}
			return call
		} else if time.Now().After(deadline) {
			t.Fatalf("there is no room: %v %+v", d.err, d.Error)
		}
	}
}

// caller is somebody without a session, who calls from an address of this machine.
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
	web := &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}, Timeout: patience}
	return web.Do(request)
}

// TestCallersWithoutASessionAreToldApart counts the calls of each key and address.
func TestCallersWithoutASessionAreToldApart(t *testing.T) {
	t.Parallel()
	// Linux answers at all of 127.0.0.0/8; other systems do not.
	const elsewhere = "127.0.0.2"
	hosts := []string{"127.0.0.1"}
	if probe, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", elsewhere+":0"); err != nil {
		t.Logf("callers from one address only: %v", err)
	} else {
		probe.Close()
		hosts = append(hosts, elsewhere)
	}
	w := newCrowd(t, 8)
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
				t.Fatalf("a second call of %v was taken", k)
			}
			read(t, response).checkTurnedAway(t, http.StatusTooManyRequests, "2")
		}
	}
	close(w.release)
	for _, done := range answered {
		if text := await(t, done, "an answer"); !strings.Contains(text, "the answer to") {
			t.Errorf("answered %.500s", text)
		}
	}
	cancel()
}

// TestACallThatOutlastsTheDrainIsToldSo stops a server whose call would go on for ever.
func TestACallThatOutlastsTheDrainIsToldSo(t *testing.T) {
	t.Parallel()
	const drain = 500 * time.Millisecond
	w := newCrowd(t, 1)
	c := connect(t, serve(t, overHTTP, setup{base: w.url, args: []string{"--drain", drain.String()}}), identity{})
	call := w.begin(t, c, "long")
	c.server.terminate()
	await(t, w.left, "the end of the run")
	if result := call.result(); !result.IsError || !strings.Contains(result.text(), "stopping") {
		t.Errorf("isError %v: %s", result.IsError, result.text())
	}
	c.server.waitExit(drain+exitLimit, 0)
}
