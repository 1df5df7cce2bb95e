package e2e_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/test/built"
)

// lines speaks to a program by lines of the test's own.
type lines struct {
	t   *testing.T
	srv *server
	// came are the lines of stdout; it is closed at their end.
	came chan string
}

func speak(t *testing.T, s setup) *lines {
	t.Helper()
	l := &lines{t: t, srv: serve(t, overStdio, s), came: make(chan string, 64)}
	go func() {
		defer close(l.came)
		for reader := bufio.NewReader(l.srv.stdout); ; {
			line, err := reader.ReadString('\n')
			if err != nil {
				if !errors.Is(err, io.EOF) || line != "" {
					t.Errorf("stdout ended with %.300q, %v", line, err)
				}
				return
			}
			l.came <- strings.TrimSuffix(line, "\n")
		}
	}()
	return l
}

func (l *lines) say(text string) {
	l.t.Helper()
	if _, err := io.WriteString(l.srv.stdin, text); err != nil {
		l.t.Fatal(err)
	}
}

func (l *lines) next() string {
	l.t.Helper()
	return await(l.t, l.came, "a line")
}

// checkPing wants the next line to be the answer to a ping.
func (l *lines) checkPing() {
	l.t.Helper()
	l.say(pinging + "\n")
	l.checkPong()
}

// checkPong wants the next line to answer a ping.
func (l *lines) checkPong() {
	l.t.Helper()
	if got, want := l.next(), `{"jsonrpc":"2.0","id":9,"result":{}}`; got != want {
		l.t.Fatalf("a ping was answered with %.300q, want %q", got, want)
	}
}

// end ends the program and returns the lines that were left.
func (l *lines) end() (left []string) {
	l.t.Helper()
	if err := l.srv.stdin.Close(); err != nil {
		l.t.Error(err)
	}
	for line := range l.came {
		left = append(left, line)
	}
	l.srv.waitExit(exitLimit, 0)
	return left
}

// checkEnd ends the program and wants no more lines.
func (l *lines) checkEnd() {
	l.t.Helper()
	for _, line := range l.end() {
		l.t.Errorf("one more line: %.300s", line)
	}
}

func TestALineThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	l := speak(t, setup{base: "http://127.0.0.1:9"})
	for name, line := range unreadable() {
		l.say(line + "\n")
		answer := l.next()
		refused, err := parseRefusal([]byte(answer), "null")
		if err != nil && namesItself(name) {
			refused, err = parseRefusal([]byte(answer), "1")
		}
		if err != nil || refused.Code != -32700 && refused.Code != -32600 {
			t.Errorf("%s: answered %.300q, %v; want the error -32700 or -32600", name, answer, err)
		}
		if len(answer) > 1000 {
			t.Errorf("%s: an answer of %d bytes", name, len(answer))
		}
		l.checkPing()
	}
	l.checkEnd()
}

func TestAnIrregularLineIsRefused(t *testing.T) {
	t.Parallel()
	l := speak(t, setup{base: "http://127.0.0.1:9"})
	for name, line := range irregular() {
		l.say(line + "\n")
		answer := l.next()
		if _, err := parseRefusal([]byte(answer), "1"); err != nil {
			t.Errorf("%s: %v: %.300q", name, err, answer)
		}
	}
	l.checkPing()
	l.checkEnd()
}

func TestANumberOfAnySizeIsRefusedOverStdio(t *testing.T) {
	t.Parallel()
	l := speak(t, setup{base: "http://127.0.0.1:9"})
	for name, line := range hugeNumbers() {
		l.say(line + "\n")
		checkRefused(t, name, l.next())
	}
	l.checkPing()
	l.checkEnd()
}

func TestALineThatIsTooLongIsSkipped(t *testing.T) {
	t.Parallel()
	const limit = 1000
	l := speak(t, setup{base: "http://127.0.0.1:9", args: []string{"--max-body", fmt.Sprint(limit)}})
	padded := func(size int) string {
		message := strings.TrimSuffix(pinging, "}")
		return message + strings.Repeat(" ", size-len(pinging)) + "}"
	}
	l.say(padded(limit) + "\n")
	if got, want := l.next(), `{"jsonrpc":"2.0","id":9,"result":{}}`; got != want {
		t.Errorf("a line that just fits was answered with %.300q", got)
	}
	for name, line := range map[string]string{
		"by a byte":             padded(limit + 1),
		"by far":                padded(20 << 20),
		"without a message":     strings.Repeat("x", 5000),
		"with messages in it":   strings.Repeat(pinging+" ", 100),
		"with line ends within": strings.Repeat(pinging+"\r", 100),
	} {
		l.say(line + "\n")
		answer := l.next()
		if refused, err := parseRefusal([]byte(answer), "null"); err != nil || !strings.Contains(refused.Message, "--max-body") {
			t.Errorf("too long %s: answered %.300q, %v", name, answer, err)
		}
		l.checkPing()
	}
	l.checkEnd()
}

// TestALongLineTakesLittleMemory says a line that has no end for a long while.
func TestALongLineTakesLittleMemory(t *testing.T) {
	t.Parallel()
	needProc(t)
	l := speak(t, setup{base: "http://127.0.0.1:9"})
	l.checkPing()
	before := l.srv.memory("VmRSS")
	const size = 256 << 20
	for piece, sent := strings.Repeat("x", 1<<20), 0; sent < size; sent += len(piece) {
		l.say(piece)
	}
	l.say("\n")
	answer := l.next()
	if _, err := parseRefusal([]byte(answer), "null"); err != nil {
		t.Errorf("answered %.300q, %v", answer, err)
	}
	l.checkPing()
	if most := l.srv.memory("VmHWM"); most > before+64<<10 {
		t.Errorf("a line of %d MB made %d KB of %d KB", size>>20, most, before)
	}
	l.checkEnd()
}

func TestBlankLinesAreIgnored(t *testing.T) {
	t.Parallel()
	l := speak(t, setup{base: "http://127.0.0.1:9"})
	for _, blank := range []string{"\n", "\r\n", "\n\n\n", " \t \n", "\r\n\r\n"} {
		l.say(blank)
		l.checkPing()
	}
	// A line may end as on Windows.
	l.say(strings.Repeat(pinging+"\r\n\n", 2))
	for range 2 {
		l.checkPong()
	}
	l.checkEnd()
}

// TestAMessageMayComeInPieces writes byte for byte.
func TestAMessageMayComeInPieces(t *testing.T) {
	t.Parallel()
	l := speak(t, setup{base: "http://127.0.0.1:9"})
	for _, b := range []byte(pinging + "\n" + pinging + "\n") {
		l.say(string(b))
	}
	for range 2 {
		l.checkPong()
	}
	l.checkEnd()
}

// TestMessagesThatLookLikeCallsTakeNoPlace sends more of them than calls may wait.
func TestMessagesThatLookLikeCallsTakeNoPlace(t *testing.T) {
	t.Parallel()
	const n = 10_000
	for name, form := range map[string]string{
		"of another version": `{"jsonrpc": "1.0", "id": %d, "method": "tools/call", "params": {"name": "list_agents", "arguments": {}}}`,
		"that are answers":   `{"jsonrpc": "2.0", "id": %d, "method": "tools/call", "result": {}, "params": {"name": "list_agents", "arguments": {}}}`,
		"of no tool":         `{"jsonrpc": "2.0", "id": %d, "method": "tools/call", "params": {"name": "no_such", "arguments": {}}}`,
		"without params":     `{"jsonrpc": "2.0", "id": %d, "method": "tools/call"}`,
		"of one id":          `{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "x%d"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := speak(t, setup{base: newSandbox(t, sandbox.Options{}).url})
			l.say(initialize(t, `"hello"`) + "\n")
			l.next()
			// They are sent in parts, so that those of a part can all have been dealt with.
			for i := range n {
				l.say(fmt.Sprintf(form, i) + "\n")
				if i%1000 == 999 {
					l.awaitAnswer(pinging, "9")
				}
			}
			call := `{"jsonrpc": "2.0", "id": "last", "method": "tools/call", "params": {"name": "list_agents", "arguments": {}}}`
			if answer := l.awaitAnswer(call, `"last"`); !strings.Contains(answer, "There are no") {
				t.Errorf("a call after them was answered with %.500s", answer)
			}
			l.end()
		})
	}
}

// awaitAnswer says a message and reads up to its answer.
func (l *lines) awaitAnswer(request, id string) string {
	l.t.Helper()
	l.say(request + "\n")
	for {
		line := l.next()
		if m := decode[message](l.t, []byte(line)); string(m.ID) == id {
			return line
		}
	}
}

// The calls that run at once over stdio, and those that the tests let wait.
const (
	atOnce = 100
	queued = 200
)

// crowded begins more calls than run at once, and returns them when all of those that do are at the upstream.
func crowded(t *testing.T, w *crowd, c *client) (calls map[string]*call, running map[string]bool) {
	t.Helper()
	calls, running = map[string]*call{}, map[string]bool{}
	for i := range atOnce + queued {
		told := fmt.Sprintf("call %d", i)
		calls[told] = c.beginQuietly("invoke_agent", object{"key": "walker", "message": told, "mode": "stream"})
	}
	for range atOnce {
		running[await(t, w.arrived, "one of the calls that run at once")] = true
	}
	return calls, running
}

// pingLimit is how long a ping may take.
func pingLimit() time.Duration {
	if built.Race {
		return 100 * time.Millisecond
	}
	return 50 * time.Millisecond
}

// checkPingTime measures a ping; the best one counts, because a busy machine delays everything.
func checkPingTime(t *testing.T, c *client) {
	t.Helper()
	best := time.Hour
	for range attempts {
		began := time.Now()
		c.ping()
		if best = min(best, time.Since(began)); best <= pingLimit() {
			return
		}
	}
	t.Errorf("a ping took %v, at best; want %v", best, pingLimit())
}

func TestAPingIsAnsweredWhileCallsWait(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, atOnce+queued)
	c := open(t, overStdio, setup{base: w.url})
	calls, _ := crowded(t, w, c)
	checkPingTime(t, c)
	if n := len(w.requests("POST", "/v2/agents/walker/stream-task")); n != atOnce {
		t.Errorf("%d calls run at once, want %d", n, atOnce)
	}
	w.finish(t, calls)
	if n := len(w.requests("POST", "/v2/agents/walker/stream-task")); n != atOnce+queued {
		t.Errorf("%d calls were made, want %d", n, atOnce+queued)
	}
}

func TestACancelIsHeardWhileCallsWait(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, atOnce+queued)
	c := open(t, overStdio, setup{base: w.url})
	calls, running := crowded(t, w, c)
	best, cancelled := time.Hour, 0
	for told := range running {
		began := time.Now()
		c.cancel(calls[told])
		if got := await(t, w.left, "the end of "+told); got != told {
			t.Fatalf("%s ended, want %s", got, told)
		}
		delete(calls, told)
		cancelled++
		// The next in the queue takes its place.
		await(t, w.arrived, "the next call")
		if best = min(best, time.Since(began)); best <= cancelLimit() || cancelled == attempts {
			break
		}
	}
	if best > cancelLimit() {
		t.Errorf("a cancelled run went on for %v, at best; want %v", best, cancelLimit())
	}
	w.finish(t, calls)
	if n := len(w.requests("POST", "/v2/agents/walker/stream-task")); n != atOnce+queued {
		t.Errorf("%d calls were made, want %d", n, atOnce+queued)
	}
}

func TestACallThatIsCancelledWhileItWaitsIsNotMade(t *testing.T) {
	t.Parallel()
	w := newCrowd(t, atOnce+queued)
	c := open(t, overStdio, setup{base: w.url})
	calls, running := crowded(t, w, c)
	cancelled := map[string]bool{}
	for i := range atOnce + queued {
		if told := fmt.Sprintf("call %d", i); !running[told] && i%2 == 0 {
			cancelled[told] = true
			c.cancel(calls[told])
			delete(calls, told)
		}
	}
	// The notifications have been dealt with when what was sent after them is answered.
	c.ping()
	w.finish(t, calls)
	made := w.requests("POST", "/v2/agents/walker/stream-task")
	wrongly := 0
	for _, x := range made {
		body := decode[struct {
			Message struct{ Parts []struct{ Text string } }
		}](t, x.body)
		if cancelled[body.Message.Parts[0].Text] {
			wrongly++
		}
	}
	if want := atOnce + queued - len(cancelled); wrongly > 0 || len(made) != want {
		t.Errorf("%d calls were made, want %d; of the %d that were cancelled while they waited, %d were made", len(made), want, len(cancelled), wrongly)
	}
}
