package e2e_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// flood is an upstream whose runs never end: "flood" says more than any buffer holds, all others end at once.
type flood struct {
	url string
	// runs counts all runs.
	runs atomic.Int64
	// said counts the bytes of floods; full is closed when more was said than one would read ahead for.
	said atomic.Int64
	full chan struct{}
	// left tells when the request of a flood ended.
	left chan time.Time
}

const (
	// floodSize is what fills no buffer yet; beyond floodLimit they must all be full.
	floodSize  = 4 << 20
	floodLimit = 256 << 20
)

func newFlood(t *testing.T) *flood {
	t.Helper()
	f := &flood{full: make(chan struct{}), left: make(chan time.Time, 1)}
	text := strings.Repeat("too much ", 4000)
	// What is said is not kept, as it would be by an upstream: that is too much.
	web := httptest.NewServer(improvised(t, func(s *script, told string) {
		f.runs.Add(1)
		s.start()
		if told != "flood" {
			s.say("a word")
			s.finish("the answer to " + told)
			return
		}
		for s.request.Context().Err() == nil && f.said.Load() < floodLimit {
			s.say(text)
			if before := f.said.Add(int64(len(text))) - int64(len(text)); before < floodSize && before+int64(len(text)) >= floodSize {
				close(f.full)
			}
		}
		<-s.request.Context().Done()
		f.left <- time.Now()
	}))
	t.Cleanup(web.Close)
	f.url = web.URL
	return f
}

// callFlood begins a flood over a connection of its own, and reads no more than the beginning of its answer.
func callFlood(t *testing.T, srv *server, session []string) {
	t.Helper()
	address := strings.TrimSuffix(strings.TrimPrefix(srv.url, "http://"), "/mcp")
	conn, err := (&net.Dialer{Timeout: patience}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	body := callOfAgent(t, "1", "flood", object{"progressToken": "slow"})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	for i := 0; i < len(session); i += 2 {
		request.Header.Set(session[i], session[i+1])
	}
	if err := request.Write(conn); err != nil {
		t.Fatal(err)
	}
	// The body is never read, and the connection is closed with the test.
	response, err := http.ReadResponse(bufio.NewReaderSize(conn, 16), request) //nolint:bodyclose // see above
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("the call: %v, %v", response, err)
	}
}

// TestASlowReaderSlowsNobody has other sessions, and the same one, run while one reader has stopped.
func TestASlowReaderSlowsNobody(t *testing.T) {
	t.Parallel()
	f := newFlood(t)
	srv := serve(t, overHTTP, setup{base: f.url})
	c, other := connect(t, srv, identity{}), connect(t, srv, identity{protocol: modern})
	callFlood(t, srv, c.session())
	await(t, f.full, "the flood")
	for _, quick := range []*client{c, other} {
		best := time.Hour
		for i := range 20 {
			began, told := time.Now(), fmt.Sprint("run ", i)
			ran, result := quick.run("invoke_agent", object{"key": "walker", "message": told})
			if best = min(best, time.Since(began)); ran.OutputText != "the answer to "+told || len(result.progress) != 4 {
				t.Errorf("beside a slow reader: %+v, %q", ran, result.messages())
			}
		}
		if limit := time.Second; best > limit {
			t.Errorf("a run of a moment took %v, at best", best)
		}
	}
	c.ping()
	if f.said.Load() >= floodLimit {
		t.Error("a reader that had stopped did not make its run wait")
	}
	select {
	case <-f.left:
		t.Error("the slow reader's run ended before its time")
	default:
	}
}

func TestAReaderThatHasStoppedLosesItsCallAlone(t *testing.T) {
	t.Parallel()
	f := newFlood(t)
	srv := serve(t, overHTTP, setup{base: f.url, args: []string{"--write-timeout", "1s"}})
	c, other := connect(t, srv, identity{}), connect(t, srv, identity{})
	callFlood(t, srv, c.session())
	await(t, f.full, "the flood")
	await(t, f.left, "the end of the call that nobody reads")
	if said := f.said.Load(); said >= floodLimit {
		t.Error("a reader that had stopped did not make its run wait")
	}
	for _, quick := range []*client{c, other} {
		if ran, _ := quick.run("invoke_agent", object{"key": "walker", "message": "hello"}); ran.OutputText != "the answer to hello" {
			t.Errorf("after a slow reader: %+v", ran)
		}
	}
	if n := f.runs.Load(); n != 3 {
		t.Errorf("%d runs were started, want 3", n)
	}
}

func TestSlowReadersTakeLittleMemory(t *testing.T) {
	t.Parallel()
	needProc(t)
	const readers = 20
	f := newFlood(t)
	f.left = make(chan time.Time, readers)
	srv := serve(t, overHTTP, setup{base: f.url, args: []string{"--write-timeout", "2s"}})
	session := visit(t, srv)
	before := srv.memory("VmRSS")
	for range readers {
		callFlood(t, srv, session)
	}
	for range readers {
		await(t, f.left, "the end of a call that nobody reads")
	}
	most := srv.memory("VmHWM")
	limit := before + readers*4<<10
	if built.Race {
		limit = before + readers*16<<10
	}
	t.Logf("%d MB before, %d MB at most, %d MB were said", before>>10, most>>10, f.said.Load()>>20)
	if most > limit {
		t.Errorf("%d readers that had stopped made %d KB of %d KB, want at most %d KB", readers, most, before, limit)
	}
}

// TestAHostThatReadsNoMoreEndsTheProgram has a flood run into a full pipe.
func TestAHostThatReadsNoMoreEndsTheProgram(t *testing.T) {
	t.Parallel()
	f := newFlood(t)
	unread, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer unread.Close()
	p := start(t, setup{base: f.url, exit: 1, args: []string{"--write-timeout", "1s"}}, out, "stdio")
	out.Close()
	for _, line := range []string{
		initialize(t, "0"), `{"jsonrpc": "2.0", "method": "notifications/initialized"}`, callOfAgent(t, "1", "flood", object{"progressToken": "slow"}),
	} {
		if _, err := p.stdin.Write([]byte(line + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	p.waitExit(patience, 1)
	await(t, f.left, "the end of the run")
	if got := p.stderr.await(t, `(?m)^(orq-mcp: .*)$`); !strings.Contains(got, "read") {
		t.Errorf("the program ended with %q", got)
	}
}
