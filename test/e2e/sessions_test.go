package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// pingStatus returns the HTTP status of a ping in a session.
func pingStatus(t *testing.T, srv *server, session []string) int {
	t.Helper()
	return doHTTP(t, http.MethodPost, srv.url, pingMessage, session...).status
}

// checkSession checks that the session exists, or that it does not.
func checkSession(t *testing.T, srv *server, name string, session []string, alive bool) {
	t.Helper()
	want := http.StatusOK
	if !alive {
		want = http.StatusNotFound
	}
	if status := pingStatus(t, srv, session); status != want {
		t.Errorf("ping in session %s: status = %d, want %d", name, status, want)
	}
}

func TestANewSessionEvictsTheLongestIdle(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9", args: []string{"--max-sessions", "2"}})
	a, b := openSession(t, srv), openSession(t, srv)
	// Session a is older, but after this ping b has been idle for longer.
	checkSession(t, srv, "a", a, true)
	c := openSession(t, srv)
	checkSession(t, srv, "a", a, true)
	checkSession(t, srv, "b", b, false)
	checkSession(t, srv, "c", c, true)
	// A new session evicts the one that is now idle longest.
	b = openSession(t, srv)
	checkSession(t, srv, "a", a, false)
	checkSession(t, srv, "b", b, true)
	checkSession(t, srv, "c", c, true)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if r := doHTTP(t, method, srv.url, "", a...); r.status != http.StatusNotFound {
			t.Errorf("%s in an evicted session: status = %d, want 404", method, r.status)
		}
	}
}

// listening is the GET stream of a session.
type listening struct {
	t *testing.T
	// leave closes it.
	leave func()
	ended chan struct{}
	text  bytes.Buffer
}

// listen opens the GET stream of a session.
func listen(t *testing.T, srv *server, session []string) *listening {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l := &listening{t: t, leave: cancel, ended: make(chan struct{})}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/event-stream")
	for i := 0; i < len(session); i += 2 {
		request.Header.Set(session[i], session[i+1])
	}
	web := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := web.Do(request) //nolint:bodyclose // closed below, after reading
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	go func() {
		defer close(l.ended)
		defer response.Body.Close()
		// It ends with the server or with the test.
		_, _ = io.Copy(&l.text, response.Body)
	}()
	t.Cleanup(func() {
		cancel()
		<-l.ended
	})
	if media := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || media != "text/event-stream" {
		t.Fatalf("GET = %s %s, want 200 text/event-stream", response.Status, media)
	}
	return l
}

// received returns everything that was received, when the server has closed the stream.
func (l *listening) received() string {
	l.t.Helper()
	await(l.t, l.ended, "the end of the listening stream")
	return l.text.String()
}

func TestABusySessionIsNotForgotten(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newGatedUpstream(t, a, 2)
		srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-sessions", "2"}})
		running := connect(t, srv, identity{})
		calls := map[string]*call{"one": w.begin(t, running, "one")}
		listening := openSession(t, srv)
		stream := listen(t, srv, listening)
		doHTTP(t, http.MethodPost, srv.url, initialize(t, `"mine"`)).checkRetryLater(t, http.StatusServiceUnavailable, `"mine"`)
		checkSession(t, srv, "that listens", listening, true)
		running.ping()
		// Without its stream the session is idle. The server notices that with a delay, so the request is retried.
		stream.leave()
		for deadline := time.Now().Add(waitTimeout); ; {
			if r := doHTTP(t, http.MethodPost, srv.url, initialize(t, "1")); r.status == http.StatusOK {
				break
			} else if time.Now().After(deadline) {
				t.Fatalf("no room for a session after %v: status %d: %s", waitTimeout, r.status, r.body)
			}
		}
		checkSession(t, srv, "that listened", listening, false)
		w.finish(t, calls)
		running.ping()
	}, march, today)
}

func TestASessionThatIsIdleIsForgotten(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		const idle = time.Second
		w := newGatedUpstream(t, a, 2)
		srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--session-idle", idle.String()}})
		running := connect(t, srv, identity{})
		calls := map[string]*call{"long": w.begin(t, running, "long")}
		listening, left := openSession(t, srv), openSession(t, srv)
		listen(t, srv, listening)
		// The test is about the passing of this time.
		<-time.After(3 * idle)
		checkSession(t, srv, "that was left", left, false)
		checkSession(t, srv, "that listens", listening, true)
		running.ping()
		w.finish(t, calls)
		running.ping()
		fresh := openSession(t, srv)
		checkSession(t, srv, "that is new", fresh, true)
	}, march, today)
}

func TestTheEndOfASessionEndsItsCalls(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		w := newWaitingUpstream(t, a)
		srv := serve(t, overHTTP, setup{base: w.url})
		other := connect(t, srv, identity{})
		endOther := w.checkOther(t, other)
		var ended *client
		var abandoned *call
		w.checkAbandon(t, func() *call {
			ended = connect(t, srv, identity{})
			abandoned = waiting(ended)
			return abandoned
		}, func(*call) {
			if r := doHTTP(t, http.MethodDelete, srv.url, "", ended.session()...); r.status != http.StatusOK && r.status != http.StatusNoContent {
				t.Errorf("DELETE: status = %d, want 200 or 204; body %s", r.status, r.body)
			}
		})
		if result := abandoned.result(); !result.IsError || !strings.Contains(result.text(), "session") {
			t.Errorf("result: isError %v, text %q, want an error that mentions the session", result.IsError, result.text())
		}
		checkSession(t, srv, "that was ended", ended.session(), false)
		other.ping()
		endOther()
	}, march, today)
}

// memory returns a figure of /proc/PID/status in KB: VmRSS, the resident memory, or VmHWM, its peak.
func (p *process) memory(figure string) int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^` + figure + `:\s+(\d+) kB$`).FindSubmatch(status)
	if found == nil {
		p.t.Fatalf("/proc/PID/status has no %s:\n%s", figure, status)
	}
	kilobytes, err := strconv.Atoi(string(found[1]))
	if err != nil {
		p.t.Fatal(err)
	}
	return kilobytes
}

// requireProc skips the test where there is no /proc.
func requireProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skipf("memory is read from /proc, which %s lacks", runtime.GOOS)
	}
}

// TestSessionsWithoutAnEndTakeNoMoreMemory opens sessions and ends none.
func TestSessionsWithoutAnEndTakeNoMoreMemory(t *testing.T) {
	t.Parallel()
	requireProc(t)
	first, last, args := 15_000, 50_000, []string(nil)
	if built.Race {
		// The race detector slows everything down, and its own memory grows with time.
		first, last, args = 1500, 5000, []string{"--max-sessions", "1000"}
	}
	// At the program's own pace of collections, a busy server keeps more garbage than a calm one.
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9", args: args, env: []string{"GOGC=20"}})
	begin := sessionOpener(t, srv)
	begin(first)
	before := srv.memory("VmRSS")
	begin(last - first)
	after := srv.memory("VmRSS")
	t.Logf("%d MB after %d sessions, %d MB after %d", before>>10, first, after>>10, last)
	if limit := before * 13 / 10; after > limit {
		t.Errorf("memory = %d KB after %d sessions and %d KB after %d, want at most %d KB", before, first, after, last, limit)
	}
	checkSession(t, srv, "that is new", openSession(t, srv), true)
}

// sessionOpener returns a function that opens a number of sessions, over few connections.
func sessionOpener(t *testing.T, srv *server) func(int) {
	t.Helper()
	const connections = 4
	web := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}, Timeout: waitTimeout}
	t.Cleanup(web.CloseIdleConnections)
	hello := initialize(t, "1")
	one := func() error {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.url, strings.NewReader(hello))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Accept", "application/json, text/event-stream")
		response, err := web.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK || response.Header.Get("Mcp-Session-Id") == "" {
			return fmt.Errorf("initialize: %s", response.Status)
		}
		return nil
	}
	return func(n int) {
		t.Helper()
		var group sync.WaitGroup
		for range connections {
			group.Go(func() {
				for range n / connections {
					if err := one(); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		group.Wait()
	}
}
