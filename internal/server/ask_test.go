package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// keeping is a service that answers every request and keeps what it was asked.
type keeping struct {
	mu    sync.Mutex
	asked []string
}

func (k *keeping) RoundTrip(r *http.Request) (*http.Response, error) {
	k.mu.Lock()
	k.asked = append(k.asked, r.Method+" "+r.URL.Path)
	k.mu.Unlock()
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
}

func (k *keeping) deletions() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Count(strings.Join(k.asked, "\n"), http.MethodDelete)
}

// asking is a deletion over HTTP, whose client has been asked and has not answered.
type asking struct {
	*running
	session string
	service *keeping
	// rest is what comes on the stream of the answer after the question.
	rest chan string
	// leave ends the client's request.
	leave context.CancelFunc
	began time.Time
}

// beginAsking starts a server and a deletion in the bubble.
func beginAsking(t *testing.T) *asking {
	t.Helper()
	a := &asking{service: &keeping{}, rest: make(chan string, 1), began: time.Now()}
	s, _ := newServer(t, "http://orq.test", a.service)
	listener := &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.ServeHTTP(ctx, listener, HTTPOptions{}) }()
	a.running = &running{address: "127.0.0.1", web: &http.Client{Transport: &http.Transport{DialContext: listener.dial}}}
	a.session = a.begin(t)
	ctx, a.leave = context.WithCancel(ctx)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1"+MCPPath,
		strings.NewReader(callOf(7, "delete_agent", `{"key":"k","confirm":"k"}`, "")))
	if err != nil {
		t.Fatal(err)
	}
	prepare(request, a.session)
	response, err := a.web.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	answer := bufio.NewReader(response.Body)
	t.Cleanup(func() {
		response.Body.Close()
		a.leave()
		a.web.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for line := ""; !strings.Contains(line, `"elicitation/create"`); {
		if line, err = answer.ReadString('\n'); err != nil {
			t.Fatalf("nobody was asked: %q, %v", line, err)
		}
	}
	go func() { // a stream that nobody reads is given up
		rest, _ := io.ReadAll(answer)
		a.rest <- string(rest)
	}()
	return a
}

// say answers the question with a yes.
func (a *asking) say(t *testing.T) {
	t.Helper()
	for id := range 3 { // of the questions there can be
		yes := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":{"action":"accept","content":{"confirm":true}}}`, id)
		if _, err := a.post(t.Context(), a.session, yes); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Wait()
}

func TestAYesInTimeDeletes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := beginAsking(t)
		time.Sleep(askTimeout - time.Second)
		a.say(t)
		if rest := <-a.rest; !strings.Contains(rest, `"deleted":true`) || a.service.deletions() != 1 {
			t.Errorf("%d deletions: %s", a.service.deletions(), rest)
		}
	})
}

func TestNoAnswerIsANoAndAYesAfterItIsNotTaken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := beginAsking(t)
		rest := <-a.rest
		const want = "Nobody confirmed the deletion, so nothing was deleted: no answer within 60 s. Ask the person before calling again."
		if !strings.Contains(rest, want) || !strings.Contains(rest, `"isError":true`) {
			t.Errorf("answered %s", rest)
		}
		if took := time.Since(a.began); took < askTimeout || took > askTimeout+time.Second {
			t.Errorf("the person had %v", took)
		}
		a.say(t)
		if n := a.service.deletions(); n > 0 {
			t.Errorf("%d deletions", n)
		}
	})
}

func TestWhoLeavesWhileAskedDeletesNothing(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*testing.T, *asking){
		"the connection breaks": func(_ *testing.T, a *asking) { a.leave() },
		"the call is cancelled": func(t *testing.T, a *asking) {
			if _, err := a.post(t.Context(), a.session, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}`); err != nil {
				t.Fatal(err)
			}
		},
		"the session is ended": func(t *testing.T, a *asking) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, "http://127.0.0.1"+MCPPath, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			prepare(request, a.session)
			response, err := a.web.Do(request)
			if err != nil || response.StatusCode != http.StatusOK {
				t.Fatal(response, err)
			}
			response.Body.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := beginAsking(t)
				time.Sleep(10 * time.Second)
				leave(t, a)
				synctest.Wait()
				a.say(t)
				time.Sleep(askTimeout)
				if n := a.service.deletions(); n > 0 {
					t.Errorf("%d deletions", n)
				}
			})
		})
	}
}
