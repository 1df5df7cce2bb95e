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

// pinged is the status of a ping within a session.
func pinged(t *testing.T, srv *server, session []string) int {
	t.Helper()
	return ask(t, http.MethodPost, srv.url, pinging, session...).status
}

// checkAlive wants the session to be known, or to be forgotten.
func checkAlive(t *testing.T, srv *server, name string, session []string, alive bool) {
	t.Helper()
	want := http.StatusOK
	if !alive {
		want = http.StatusNotFound
	}
	if status := pinged(t, srv, session); status != want {
		t.Errorf("session %s: status %d, want %d", name, status, want)
	}
}

func TestTheSessionIdleForLongestMakesRoom(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9", args: []string{"--max-sessions", "2"}})
	a, b := visit(t, srv), visit(t, srv)
	// It was begun first, but is not idle for longest any more.
	checkAlive(t, srv, "a", a, true)
	c := visit(t, srv)
	checkAlive(t, srv, "a", a, true)
	checkAlive(t, srv, "b", b, false)
	checkAlive(t, srv, "c", c, true)
	// Whoever was forgotten begins anew, at the cost of the next.
	b = visit(t, srv)
	checkAlive(t, srv, "a", a, false)
	checkAlive(t, srv, "b", b, true)
	checkAlive(t, srv, "c", c, true)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if r := ask(t, method, srv.url, "", a...); r.status != http.StatusNotFound {
			t.Errorf("%s of a forgotten session: status %d, want 404", method, r.status)
		}
	}
}

// listening is the stream on which a session listens between calls.
type listening struct {
	t *testing.T
	// leave ends it.
	leave func()
	ended chan struct{}
	text  bytes.Buffer
}

// listen opens the stream of a session.
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
	response, err := web.Do(request) //nolint:bodyclose // closed when it was read
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
		t.Fatalf("GET: %s %s", response.Status, media)
	}
	return l
}

// heard is all that was heard, once the server has ended.
func (l *listening) heard() string {
	l.t.Helper()
	await(l.t, l.ended, "the end of the listening stream")
	return l.text.String()
}

func TestABusySessionIsNotForgotten(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, 2)
	srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--max-sessions", "2"}})
	running := connect(t, srv, identity{})
	calls := map[string]*call{"one": w.begin(t, running, "one")}
	listening := visit(t, srv)
	stream := listen(t, srv, listening)
	ask(t, http.MethodPost, srv.url, initialize(t, `"mine"`)).checkTurnedAway(t, http.StatusServiceUnavailable, `"mine"`)
	checkAlive(t, srv, "that listens", listening, true)
	running.ping()
	// The session that listens no more is idle, though it takes the server a moment to know.
	stream.leave()
	for deadline := time.Now().Add(patience); ; {
		if r := ask(t, http.MethodPost, srv.url, initialize(t, "1")); r.status == http.StatusOK {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("there is no room: status %d: %s", r.status, r.body)
		}
	}
	checkAlive(t, srv, "that listened", listening, false)
	w.finish(t, calls)
	running.ping()
}

func TestASessionThatIsIdleIsForgotten(t *testing.T) {
	t.Parallel()
	const idle = time.Second
	w := newCrowd(t, 2)
	srv := serve(t, overHTTP, setup{base: w.url, args: []string{"--session-idle", idle.String()}})
	running := connect(t, srv, identity{})
	calls := map[string]*call{"long": w.begin(t, running, "long")}
	listening, left := visit(t, srv), visit(t, srv)
	listen(t, srv, listening)
	// That much time has to pass is what is tested.
	<-time.After(3 * idle)
	checkAlive(t, srv, "that was left", left, false)
	checkAlive(t, srv, "that listens", listening, true)
	running.ping()
	w.finish(t, calls)
	running.ping()
	fresh := visit(t, srv)
	checkAlive(t, srv, "that is new", fresh, true)
}

func TestTheEndOfASessionEndsItsCalls(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	srv := serve(t, overHTTP, setup{base: w.url})
	other := connect(t, srv, identity{})
	endOther := w.checkOther(t, other)
	var ended *client
	var abandoned *call
	w.checkLeaving(t, func() *call {
		ended = connect(t, srv, identity{})
		abandoned = waiting(ended)
		return abandoned
	}, func(*call) {
		if r := ask(t, http.MethodDelete, srv.url, "", ended.session()...); r.status != http.StatusOK && r.status != http.StatusNoContent {
			t.Errorf("DELETE: status %d: %s", r.status, r.body)
		}
	})
	if result := abandoned.result(); !result.IsError || !strings.Contains(result.text(), "session") {
		t.Errorf("the call ended with isError %v and %q, want an error that tells of the session's end", result.IsError, result.text())
	}
	checkAlive(t, srv, "that was ended", ended.session(), false)
	other.ping()
	endOther()
}

// memory is a figure of the process in KB: VmRSS, or VmHWM, which is the most that VmRSS has been.
func (p *process) memory(figure string) int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^` + figure + `:\s+(\d+) kB$`).FindSubmatch(status)
	if found == nil {
		p.t.Fatalf("/proc does not tell %s:\n%s", figure, status)
	}
	kilobytes, err := strconv.Atoi(string(found[1]))
	if err != nil {
		p.t.Fatal(err)
	}
	return kilobytes
}

// needProc skips where the memory of a process cannot be read.
func needProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skipf("the memory of a process is read from /proc, which %s lacks", runtime.GOOS)
	}
}

// TestSessionsWithoutAnEndTakeNoMoreMemory begins sessions and never ends one.
func TestSessionsWithoutAnEndTakeNoMoreMemory(t *testing.T) {
	t.Parallel()
	needProc(t)
	first, last, args := 15_000, 50_000, []string(nil)
	if built.Race {
		// The race detector makes all slower, and remembers more the longer a program runs.
		first, last, args = 1500, 5000, []string{"--max-sessions", "1000"}
	}
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9", args: args})
	begin := beginner(t, srv)
	begin(first)
	before := srv.memory("VmRSS")
	begin(last - first)
	after := srv.memory("VmRSS")
	t.Logf("%d MB after %d sessions, %d MB after %d", before>>10, first, after>>10, last)
	if limit := before * 13 / 10; after > limit {
		t.Errorf("%d KB after %d sessions and %d KB after %d, want at most %d KB", before, first, after, last, limit)
	}
	checkAlive(t, srv, "that is new", visit(t, srv), true)
}

// beginner returns a function that begins so many sessions, over few connections.
func beginner(t *testing.T, srv *server) func(int) {
	t.Helper()
	const connections = 4
	web := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}, Timeout: patience}
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
