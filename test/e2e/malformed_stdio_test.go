package e2e_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// rawStdio sends arbitrary text to the stdin of a program and reads its lines.
type rawStdio struct {
	t   *testing.T
	srv *server
	// lines receives the lines of stdout. It is closed when stdout ends.
	lines chan string
}

func startRawStdio(t *testing.T, s setup) *rawStdio {
	t.Helper()
	l := &rawStdio{t: t, srv: serve(t, overStdio, s), lines: make(chan string, 64)}
	go func() {
		defer close(l.lines)
		for reader := bufio.NewReader(l.srv.stdout); ; {
			line, err := reader.ReadString('\n')
			if err != nil {
				if !errors.Is(err, io.EOF) || line != "" {
					t.Errorf("stdout ended with %.300q, %v", line, err)
				}
				return
			}
			l.lines <- strings.TrimSuffix(line, "\n")
		}
	}()
	return l
}

func (l *rawStdio) write(text string) {
	l.t.Helper()
	if _, err := io.WriteString(l.srv.stdin, text); err != nil {
		l.t.Fatal(err)
	}
}

func (l *rawStdio) next() string {
	l.t.Helper()
	return await(l.t, l.lines, "a line")
}

// checkPing sends a ping and checks that the next line is its answer.
func (l *rawStdio) checkPing() {
	l.t.Helper()
	l.write(pingMessage + "\n")
	l.checkPong()
}

// checkPong checks that the next line is the answer to a ping.
func (l *rawStdio) checkPong() {
	l.t.Helper()
	if got, want := l.next(), `{"jsonrpc":"2.0","id":9,"result":{}}`; got != want {
		l.t.Fatalf("answer to ping = %.300q, want %q", got, want)
	}
}

// end closes stdin, waits for the program to exit and returns the lines that had not been read.
func (l *rawStdio) end() (left []string) {
	l.t.Helper()
	if err := l.srv.stdin.Close(); err != nil {
		l.t.Error(err)
	}
	for line := range l.lines {
		left = append(left, line)
	}
	l.srv.waitExit(exitLimit, 0)
	return left
}

// checkEnd ends the program and checks that all lines have been read.
func (l *rawStdio) checkEnd() {
	l.t.Helper()
	for _, line := range l.end() {
		l.t.Errorf("unexpected line on stdout: %.300s", line)
	}
}

func TestALineThatCannotBeReadIsRefused(t *testing.T) {
	t.Parallel()
	l := startRawStdio(t, setup{base: "http://127.0.0.1:9"})
	for name, line := range unreadable() {
		l.write(line + "\n")
		answer := l.next()
		refused, err := parseErrorResponse([]byte(answer), "null")
		if err != nil && hasReadableID(name) {
			refused, err = parseErrorResponse([]byte(answer), "1")
		}
		if err != nil || refused.Code != -32700 && refused.Code != -32600 {
			t.Errorf("%s: answer = %.300q, %v, want the error -32700 or -32600", name, answer, err)
		}
		if len(answer) > 1000 {
			t.Errorf("%s: answer has %d bytes, want at most 1000", name, len(answer))
		}
		l.checkPing()
	}
	l.checkEnd()
}

func TestAnIrregularLineIsRefused(t *testing.T) {
	t.Parallel()
	l := startRawStdio(t, setup{base: "http://127.0.0.1:9"})
	for name, line := range invalidMessages() {
		l.write(line + "\n")
		answer := l.next()
		if _, err := parseErrorResponse([]byte(answer), "1"); err != nil {
			t.Errorf("%s: %v: %.300q", name, err, answer)
		}
	}
	l.checkPing()
	l.checkEnd()
}

func TestANumberOfAnySizeIsRefusedOverStdio(t *testing.T) {
	t.Parallel()
	l := startRawStdio(t, setup{base: "http://127.0.0.1:9"})
	for name, line := range hugeNumbers() {
		l.write(line + "\n")
		checkIsError(t, name, l.next())
	}
	l.checkPing()
	l.checkEnd()
}

func TestALineThatIsTooLongIsSkipped(t *testing.T) {
	t.Parallel()
	const limit = 1000
	l := startRawStdio(t, setup{base: "http://127.0.0.1:9", args: []string{"--max-body", fmt.Sprint(limit)}})
	padded := func(size int) string {
		message := strings.TrimSuffix(pingMessage, "}")
		return message + strings.Repeat(" ", size-len(pingMessage)) + "}"
	}
	l.write(padded(limit) + "\n")
	if got, want := l.next(), `{"jsonrpc":"2.0","id":9,"result":{}}`; got != want {
		t.Errorf("answer to a line of the maximum length = %.300q, want %q", got, want)
	}
	for name, line := range map[string]string{
		"by a byte":             padded(limit + 1),
		"by far":                padded(20 << 20),
		"without a message":     strings.Repeat("x", 5000),
		"with messages in it":   strings.Repeat(pingMessage+" ", 100),
		"with line ends within": strings.Repeat(pingMessage+"\r", 100),
	} {
		l.write(line + "\n")
		answer := l.next()
		if refused, err := parseErrorResponse([]byte(answer), "null"); err != nil || !strings.Contains(refused.Message, "--max-body") {
			t.Errorf("too long %s: answer = %.300q, %v, want an error that names --max-body", name, answer, err)
		}
		l.checkPing()
	}
	l.checkEnd()
}

// TestALongLineTakesLittleMemory writes a line of 256 MB.
func TestALongLineTakesLittleMemory(t *testing.T) {
	t.Parallel()
	requireProc(t)
	l := startRawStdio(t, setup{base: "http://127.0.0.1:9"})
	l.checkPing()
	before := l.srv.memory("VmRSS")
	const size = 256 << 20
	for piece, sent := strings.Repeat("x", 1<<20), 0; sent < size; sent += len(piece) {
		l.write(piece)
	}
	l.write("\n")
	answer := l.next()
	if _, err := parseErrorResponse([]byte(answer), "null"); err != nil {
		t.Errorf("answer = %.300q, %v, want an error", answer, err)
	}
	l.checkPing()
	if most := l.srv.memory("VmHWM"); most > before+64<<10 {
		t.Errorf("peak memory with a line of %d MB = %d KB, before %d KB, want at most 64 MB more", size>>20, most, before)
	}
	l.checkEnd()
}

func TestBlankLinesAreIgnored(t *testing.T) {
	t.Parallel()
	l := startRawStdio(t, setup{base: "http://127.0.0.1:9"})
	for _, blank := range []string{"\n", "\r\n", "\n\n\n", " \t \n", "\r\n\r\n"} {
		l.write(blank)
		l.checkPing()
	}
	// CRLF may end a line.
	l.write(strings.Repeat(pingMessage+"\r\n\n", 2))
	for range 2 {
		l.checkPong()
	}
	l.checkEnd()
}

// TestAMessageMayComeInPieces writes one byte at a time.
func TestAMessageMayComeInPieces(t *testing.T) {
	t.Parallel()
	l := startRawStdio(t, setup{base: "http://127.0.0.1:9"})
	for _, b := range []byte(pingMessage + "\n" + pingMessage + "\n") {
		l.write(string(b))
	}
	for range 2 {
		l.checkPong()
	}
	l.checkEnd()
}

// TestMessagesThatLookLikeCallsOccupyNoQueueSlot sends more of them than the queue of calls holds.
func TestMessagesThatLookLikeCallsOccupyNoQueueSlot(t *testing.T) {
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
			l := startRawStdio(t, setup{base: newSandbox(t, sandbox.Options{}).url})
			l.write(initialize(t, `"hello"`) + "\n")
			l.next()
			// A ping after each 1000 makes sure that they have been handled.
			for i := range n {
				l.write(fmt.Sprintf(form, i) + "\n")
				if i%1000 == 999 {
					l.awaitAnswer(pingMessage, "9")
				}
			}
			call := `{"jsonrpc": "2.0", "id": "last", "method": "tools/call", "params": {"name": "list_agents", "arguments": {}}}`
			if answer := l.awaitAnswer(call, `"last"`); !strings.Contains(answer, "There are no") {
				t.Errorf("answer to a call after them = %.500s, want the empty list", answer)
			}
			l.end()
		})
	}
}

// awaitAnswer sends a request and reads lines until its answer.
func (l *rawStdio) awaitAnswer(request, id string) string {
	l.t.Helper()
	l.write(request + "\n")
	for {
		line := l.next()
		if m := decode[message](l.t, []byte(line)); string(m.ID) == id {
			return line
		}
	}
}
