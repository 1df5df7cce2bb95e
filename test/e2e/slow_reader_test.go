package e2e_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// flood is an upstream whose run "flood" sends more than all buffers hold and never ends. Other runs end at once.
type flood struct {
	*upstream
	// runs counts all runs.
	runs atomic.Int64
	// sent counts the bytes of floods. full is closed when they exceed floodSize.
	sent atomic.Int64
	full chan struct{}
	// left receives the time at which the request of a flood was cancelled.
	left chan time.Time
}

const (
	// floodSize is more than a server reads ahead. At floodLimit all buffers must be full.
	floodSize  = 2 << 20
	floodLimit = 256 << 20
	// stopped is the receive buffer of a reader that never reads again.
	stopped = 4096
)

func newFlood(t *testing.T, a api) *flood {
	t.Helper()
	f := &flood{upstream: &upstream{t: t, api: a}, full: make(chan struct{}), left: make(chan time.Time, 1)}
	text := strings.Repeat("too much ", 4000)
	// Not newUpstream, which would record all of it.
	f.url, f.env = a.serve(t, a.uncheckedRuns(t, func(s *script, prompt string) {
		f.runs.Add(1)
		s.start()
		if prompt != "flood" {
			s.thought("a word")
			s.finish("the answer to " + prompt)
			return
		}
		for s.request.Context().Err() == nil && f.sent.Load() < floodLimit {
			s.thought(text)
			if before := f.sent.Add(int64(len(text))) - int64(len(text)); before < floodSize && before+int64(len(text)) >= floodSize {
				close(f.full)
			}
		}
		<-s.request.Context().Done()
		f.left <- time.Now()
	}))
	return f
}

// startFlood starts a flood on a connection of its own and reads only the header of the response. It returns the
// body. buffer is the size of the receive buffer, in bytes.
func startFlood(t *testing.T, srv *server, session []string, buffer int) io.Reader {
	t.Helper()
	address := strings.TrimSuffix(strings.TrimPrefix(srv.url, "http://"), "/mcp")
	conn, err := (&net.Dialer{Timeout: waitTimeout}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(buffer); err != nil {
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
	// The connection is closed with the test.
	response, err := http.ReadResponse(bufio.NewReaderSize(conn, 16), request) //nolint:bodyclose // see above
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("response to the call = %v, error %v, want 200", response, err)
	}
	return response.Body
}

// TestASlowReaderDoesNotSlowOthers makes runs in the same session and in another while one reader has stopped.
func TestASlowReaderDoesNotSlowOthers(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		f := newFlood(t, a)
		srv := serve(t, overHTTP, f.setup())
		c, other := connect(t, srv, identity{}), connect(t, srv, identity{protocol: modern})
		startFlood(t, srv, c.session(), stopped)
		await(t, f.full, "the flood")
		for _, quick := range []*client{c, other} {
			best := time.Hour
			for i := range 20 {
				began, prompt := time.Now(), fmt.Sprint("run ", i)
				ran, result := quick.run("invoke_agent", object{"key": "walker", "message": prompt})
				if best = min(best, time.Since(began)); ran.OutputText != "the answer to "+prompt || len(result.progress) != 4 {
					t.Errorf("outcome beside a slow reader = %+v, progress %q, want the answer and 4 messages", ran, result.messages())
				}
			}
			if limit := time.Second; best > limit {
				t.Errorf("a short run took %v at best, want at most %v", best, limit)
			}
		}
		c.ping()
		if f.sent.Load() >= floodLimit {
			t.Error("the upstream of a stopped reader was read to its end, want backpressure")
		}
		select {
		case <-f.left:
			t.Error("the run of the slow reader was cancelled before --write-timeout")
		default:
		}
	}, march, today, marchHTTP2, todayHTTP2)
}

func TestAReaderThatHasStoppedLosesItsCallAlone(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		f := newFlood(t, a)
		srv := serve(t, overHTTP, f.setup("--write-timeout", "1s"))
		c, other := connect(t, srv, identity{}), connect(t, srv, identity{})
		startFlood(t, srv, c.session(), stopped)
		await(t, f.full, "the flood")
		await(t, f.left, "the end of the call whose reader stopped")
		if f.sent.Load() >= floodLimit {
			t.Error("the upstream of a stopped reader was read to its end, want backpressure")
		}
		for _, quick := range []*client{c, other} {
			if ran, _ := quick.run("invoke_agent", object{"key": "walker", "message": "hello"}); ran.OutputText != "the answer to hello" {
				t.Errorf("outcome after a slow reader = %+v, want the output %q", ran, "the answer to hello")
			}
		}
		if n := f.runs.Load(); n != 3 {
			t.Errorf("upstream has %d runs, want 3", n)
		}
	}, march, today, marchHTTP2, todayHTTP2)
}

func TestSlowReadersTakeLittleMemory(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		requireProc(t)
		readers := 20
		if built.Race { // filling the buffers of so many connections would take too long
			readers = 5
		}
		f := newFlood(t, a)
		f.left = make(chan time.Time, readers)
		srv := serve(t, overHTTP, f.setup("--write-timeout", "2s"))
		session := openSession(t, srv)
		before := srv.memory("VmRSS")
		for range readers {
			startFlood(t, srv, session, stopped)
		}
		for range readers {
			await(t, f.left, "the end of a call whose reader stopped")
		}
		most := srv.memory("VmHWM")
		limit := before + readers*2<<10
		if built.Race {
			limit = before + readers*16<<10
		}
		t.Logf("%d MB before, %d MB at most, %d MB sent", before>>10, most>>10, f.sent.Load()>>20)
		if most > limit {
			t.Errorf("peak memory with %d stopped readers = %d KB, before %d KB, want at most %d KB", readers, most, before, limit)
		}
	}, march, today, marchHTTP2, todayHTTP2)
}

// TestTheProgramExitsWhenItsHostStopsReading fills the pipe of stdout.
func TestTheProgramExitsWhenItsHostStopsReading(t *testing.T) {
	t.Parallel()
	onAPIs(t, func(t *testing.T, a api) {
		f := newFlood(t, a)
		unread, out, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer unread.Close()
		p := start(t, setup{base: f.url, env: f.env, exit: 1, args: []string{"--write-timeout", "1s"}}, out, "stdio")
		out.Close()
		for _, line := range []string{
			initialize(t, "0"), `{"jsonrpc": "2.0", "method": "notifications/initialized"}`, callOfAgent(t, "1", "flood", object{"progressToken": "slow"}),
		} {
			if _, err := p.stdin.Write([]byte(line + "\n")); err != nil {
				t.Fatal(err)
			}
		}
		p.waitExit(waitTimeout, 1)
		await(t, f.left, "the end of the run")
		if got := p.stderr.await(t, `(?m)^(orq-mcp: .*)$`); !strings.Contains(got, "read") {
			t.Errorf("error of the program = %q, want it to mention the reader", got)
		}
	}, march, today)
}
