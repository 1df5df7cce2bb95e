package e2e_test

import (
	"bufio"
	"testing"
	"time"
)

func TestNonsenseOnStdinDoesNotEndTheServer(t *testing.T) {
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
		case <-time.After(patience):
			t.Fatalf("%q was not answered", line)
		}
		return answer
	}
	for _, nonsense := range []string{`{`, `hello`, `"hello"`, `{"jsonrpc": "1.0", "id": 1, "method": "ping"}`, `{"jsonrpc": "2.0", "id": 1, "method": "no/such"}`} {
		answer := decode[struct {
			Version string    `json:"jsonrpc"`
			Error   *rpcError `json:"error"`
		}](t, []byte(exchange(nonsense)))
		if answer.Version != "2.0" || answer.Error == nil || answer.Error.Code == 0 {
			t.Errorf("%q was answered with %+v", nonsense, answer)
		}
	}
	if answer, want := exchange(`{"jsonrpc": "2.0", "id": 2, "method": "ping"}`), `{"jsonrpc":"2.0","id":2,"result":{}}`; answer != want {
		t.Errorf("ping was answered with %s, want %s", answer, want)
	}
	srv.terminate()
	srv.waitExit(exitLimit, 0)
	for line := range lines {
		t.Errorf("one more line: %s", line)
	}
}
