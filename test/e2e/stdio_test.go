package e2e_test

import (
	"bufio"
	"testing"
	"time"
)

func TestInvalidMessagesOnStdinDoNotEndTheServer(t *testing.T) {
	t.Parallel()
	srv := serve(t, overStdio, setup{base: "http://127.0.0.1:9"})
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(srv.stdout); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	exchange := func(line string) (answer string) {
		t.Helper()
		if _, err := srv.stdin.Write([]byte(line + "\n")); err != nil {
			t.Fatal(err)
		}
		select {
		case answer = <-lines:
		case <-time.After(waitTimeout):
			t.Fatalf("%q was not answered", line)
		}
		return answer
	}
	for _, line := range []string{`{`, `hello`, `"hello"`, `{"jsonrpc": "1.0", "id": 1, "method": "ping"}`, `{"jsonrpc": "2.0", "id": 1, "method": "no/such"}`} {
		answer := decode[struct {
			Version string    `json:"jsonrpc"`
			Error   *rpcError `json:"error"`
		}](t, []byte(exchange(line)))
		if answer.Version != "2.0" || answer.Error == nil || answer.Error.Code == 0 {
			t.Errorf("answer to %q = %+v, want an error", line, answer)
		}
	}
	if answer, want := exchange(`{"jsonrpc": "2.0", "id": 2, "method": "ping"}`), `{"jsonrpc":"2.0","id":2,"result":{}}`; answer != want {
		t.Errorf("answer to ping = %s, want %s", answer, want)
	}
	srv.terminate()
	srv.waitExit(exitLimit, 0)
	for line := range lines {
		t.Errorf("unexpected line on stdout: %s", line)
	}
}
