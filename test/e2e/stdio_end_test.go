package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// pipedInput returns the messages of a program that waits for no answer. The last has no line break.
func pipedInput(t *testing.T, requests ...string) string {
	t.Helper()
	return strings.Join(append([]string{initialize(t, `"hello"`), `{"jsonrpc": "2.0", "method": "notifications/initialized"}`}, requests...), "\n")
}

func callRequest(id, tool, arguments, more string) string {
	return fmt.Sprintf(`{"jsonrpc": "2.0", "id": %s, "method": "tools/call", "params": {"name": %q, "arguments": %s%s}}`, id, tool, arguments, more)
}

// startWith starts the program with the given stdin and returns its stdout, which ends with the program.
func startWith(t *testing.T, s setup, stdin io.Reader) *pipe {
	t.Helper()
	out := newPipe()
	cmd := exec.Command(program, append([]string{"stdio"}, s.args...)...)
	var log bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = s.environment(), t.TempDir(), stdin, out, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := cmd.Wait(); err != nil {
			t.Errorf("the program ended with %v: %s", err, log.String())
		}
		out.end()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has exited if the test has passed
		<-ended
	})
	return out
}

// answersByID returns the messages with an id, each of which must come once.
func answersByID(t *testing.T, out io.Reader) map[string]string {
	t.Helper()
	all, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{}
	for line := range strings.Lines(string(all)) {
		m := decode[message](t, []byte(line))
		if len(m.ID) == 0 {
			continue
		}
		if answers[string(m.ID)] != "" {
			t.Errorf("a second answer to %s: %s", m.ID, line)
		}
		answers[string(m.ID)] = line
	}
	return answers
}

// inputs returns the forms in which a shell passes messages on.
func inputs(t *testing.T, messages string) map[string]io.Reader {
	t.Helper()
	path := filepath.Join(t.TempDir(), "messages")
	if err := os.WriteFile(path, []byte(messages), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return map[string]io.Reader{
		"from a pipe":             strings.NewReader(messages),
		"from a file":             file,
		"with a last line break":  strings.NewReader(messages + "\n"),
		"with line ends of DOS":   strings.NewReader(strings.ReplaceAll(messages, "\n", "\r\n")),
		"with a byte order mark":  strings.NewReader("\ufeff" + messages),
		"with blank lines at end": strings.NewReader(messages + "\n\n \n"),
	}
}

func TestWhatCameBeforeTheEndOfTheInputIsAnswered(t *testing.T) {
	t.Parallel()
	messages := pipedInput(t,
		callRequest("1", "list_agents", "{}", ""), `{"jsonrpc": "2.0", "id": 2, "method": "ping"}`, `{"jsonrpc": "2.0", "id": 3, "method": "tools/list"}`,
		`{"jsonrpc": "2.0", "id": 4, "method": "no/such"}`, callRequest("1764278658123456789", "list_agents", `{"limit": 0}`, ""),
		callRequest(`"run"`, "run_agent", `{"key": "a", "role": "r", "instructions": "i", "model": "m/m", "path": "Default", "message": "/count 50"}`, `, "_meta": {"progressToken": 9007199254740993}`),
		callRequest(`"last"`, "create_agent", `{"key": "b", "role": "r", "description": "d", "instructions": "i", "model": "m/m", "path": "Default"}`, ""),
	)
	for name, input := range inputs(t, messages) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := newSandbox(t, sandbox.Options{})
			answers := answersByID(t, startWith(t, setup{base: u.url}, input))
			for id, want := range map[string]string{
				`"hello"`: "serverInfo", "1": `"structuredContent":`, "2": `"result":{}`, "3": `"name":"run_agent"`, "4": "-32601",
				"1764278658123456789": "limit: must be", `"run"`: `"state":"completed"`, `"last"`: "Agent b",
			} {
				if !strings.Contains(answers[id], want) {
					t.Errorf("answer to %s = %.300q, want %s", id, answers[id], want)
				}
			}
			if len(answers) != 8 {
				t.Errorf("%d answers, want 8", len(answers))
			}
		})
	}
}

// TestAScriptGetsTheResultOfARun ends the input long before the run ends.
func TestAScriptGetsTheResultOfARun(t *testing.T) {
	t.Parallel()
	messages := pipedInput(t,
		callRequest("1", "invoke_agent", `{"key": "walker", "message": "with progress"}`, `, "_meta": {"progressToken": 1}`),
		callRequest("2", "invoke_agent", `{"key": "walker", "message": "without progress", "mode": "stream"}`, ""),
	)
	onAPIs(t, func(t *testing.T, a api) {
		for name, input := range inputs(t, messages) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w := newGatedUpstream(t, a, 2)
				out := startWith(t, w.setup(), input)
				for range 2 {
					await(t, w.arrived, "a run")
				}
				close(w.release)
				answers := answersByID(t, out)
				for id, want := range map[string]string{"1": "the answer to with progress", "2": "the answer to without progress"} {
					if !strings.Contains(answers[id], want) || strings.Contains(answers[id], "cancelled") {
						t.Errorf("answer to %s = %.300q, want %s", id, answers[id], want)
					}
				}
			})
		}
	}, march, today)
}

// gatedList is an upstream whose list of agents waits until release is closed.
func gatedList(t *testing.T) (u *upstream, arrived, release chan struct{}) {
	t.Helper()
	arrived, release = make(chan struct{}, 200), make(chan struct{})
	list := answerJSON(http.StatusOK, `{"object": "list", "data": [], "has_more": false}`)
	u = newUpstream(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		select {
		case <-release:
			list(w, r)
		case <-r.Context().Done():
		}
	}))
	return u, arrived, release
}

// connectRaw initializes as a client does, which waits for the answer.
func connectRaw(t *testing.T, s setup) *rawStdio {
	t.Helper()
	l := startRawStdio(t, s)
	l.write(initialize(t, `"hello"`) + "\n")
	l.next()
	return l
}

func TestACallThatIsRunningWhenStdinEndsIsAnswered(t *testing.T) {
	t.Parallel()
	u, arrived, release := gatedList(t)
	l := connectRaw(t, setup{base: u.url})
	l.write(callRequest("1", "list_agents", "{}", "") + "\n")
	await(t, arrived, "the request")
	if err := l.srv.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	close(release)
	if answer := l.next(); !strings.Contains(answer, "There are no such agents") {
		t.Errorf("answer = %s, want the empty list", answer)
	}
	l.srv.waitExit(exitLimit, 0)
}

// TestACallThatDoesNotEndIsGivenUpWhenStdinEnds starts more calls than run at once: some have not begun when the input ends.
func TestACallThatDoesNotEndIsGivenUpWhenStdinEnds(t *testing.T) {
	t.Parallel()
	u, arrived, _ := gatedList(t)
	l := connectRaw(t, setup{base: u.url})
	const waiting = 10
	for id := range atOnce + waiting {
		l.write(callRequest(fmt.Sprint(id), "list_agents", "{}", "") + "\n")
	}
	for range atOnce {
		await(t, arrived, "a request")
	}
	begun, queued := 0, 0
	for _, answer := range l.end() {
		switch {
		case strings.Contains(answer, "The call was cancelled before it finished: the client closed its connection."):
			begun++
		case strings.Contains(answer, "the server stopped before the call began: nothing was done"):
			queued++
		default:
			t.Errorf("answer = %.300s, want that the call was not carried out", answer)
		}
	}
	if begun+queued != atOnce+waiting || queued > waiting {
		t.Errorf("%d calls ended and %d were not begun, want %d and %d", begun, queued, atOnce, waiting)
	}
}

func TestIDsComeBackAsSentOverStdio(t *testing.T) {
	t.Parallel()
	u := newSandbox(t, sandbox.Options{})
	l := connectRaw(t, setup{base: u.url})
	for _, id := range []string{
		`1764278658123456789`, `-9007199254740993`, `1.5`, `1.0`, `1e3`, `1e400`, `-0`, strings.Repeat("9", 400), `"7"`, `"\u00e9<&>"`, `"\ud800"`, `""`,
	} {
		for _, request := range []string{
			`{"jsonrpc": "2.0", "id": ` + id + `, "method": "ping"}`, `{"jsonrpc": "2.0", "id": ` + id + `, "method": "no/such"}`,
			callRequest(id, "list_agents", "[]", ""), callRequest(id, "list_agents", `{"limit": "x"}`, ""), callRequest(id, "none", "{}", ""),
		} {
			l.write(request + "\n")
			if answer := l.next(); !strings.HasPrefix(answer, `{"jsonrpc":"2.0","id":`+id+`,`) {
				t.Errorf("answer to %s = %.300s, want its id", request, answer)
			}
		}
		l.write(callRequest(id, "run_agent", `{"key": "a", "role": "r", "instructions": "i", "model": "m/m", "path": "Default", "message": "hello"}`, `, "_meta": {"progressToken": `+id+`}`) + "\n")
		for count := 0; ; count++ {
			answer := l.next()
			if !strings.Contains(answer, `"notifications/progress"`) {
				if count == 0 || !strings.HasPrefix(answer, `{"jsonrpc":"2.0","id":`+id+`,"result":`) {
					t.Errorf("answer after %d notifications = %.300s, want progress and a result with the id %s", count, answer, id)
				}
				break
			}
			if !strings.Contains(answer, `"progressToken":`+id+`,`) {
				t.Errorf("notification = %.300s, want the token %s", answer, id)
			}
		}
	}
	l.checkEnd()
}

// TestACancelOverStdioNamesTheExactID asks two questions under ids that float64 cannot tell apart.
func TestACancelOverStdioNamesTheExactID(t *testing.T) {
	t.Parallel()
	u, arrived, release := gatedList(t)
	l := connectRaw(t, setup{base: u.url})
	for _, id := range []string{"9007199254740992", "9007199254740993"} {
		l.write(callRequest(id, "list_agents", "{}", "") + "\n")
		await(t, arrived, "the request")
	}
	l.write(`{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 9007199254740993}}` + "\n")
	if answer := l.next(); !strings.HasPrefix(answer, `{"jsonrpc":"2.0","id":9007199254740993,`) || !strings.Contains(answer, "The call was cancelled") {
		t.Errorf("first answer = %.300s, want that 9007199254740993 was cancelled", answer)
	}
	close(release)
	if answer := l.next(); !strings.HasPrefix(answer, `{"jsonrpc":"2.0","id":9007199254740992,`) || !strings.Contains(answer, "There are no such agents") {
		t.Errorf("second answer = %.300s, want the list for 9007199254740992", answer)
	}
	l.checkEnd()
}
