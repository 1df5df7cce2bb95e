package server

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	mcpserver "github.com/mark3labs/mcp-go/server"
)

// recordingTransport responds to every GET with an agent and to any other request with 204, and keeps its method and path.
type recordingTransport struct {
	mu       sync.Mutex
	requests []string
}

func (k *recordingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	k.mu.Lock()
	k.requests = append(k.requests, r.Method+" "+r.URL.Path)
	k.mu.Unlock()
	if r.Method == http.MethodGet {
		return cannedTransport{"application/json", `{"key":"k"}`}.RoundTrip(r)
	}
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
}

func (k *recordingTransport) deletions() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return strings.Count(strings.Join(k.requests, "\n"), http.MethodDelete)
}

// pendingDeletion is a delete_agent call over HTTP that waits for the answer to its elicitation.
type pendingDeletion struct {
	*testServer
	session string
	service *recordingTransport
	// rest receives what is streamed after the elicitation.
	rest chan string
	// disconnect closes the connection of the call.
	disconnect context.CancelFunc
	began      time.Time
}

// startDeletion starts a server and a deletion in the current bubble.
func startDeletion(t *testing.T) *pendingDeletion {
	t.Helper()
	d := &pendingDeletion{service: &recordingTransport{}, rest: make(chan string, 1), began: time.Now()}
	s, _ := newServer(t, "http://orq.test", d.service)
	d.testServer = servePipe(t, s, HTTPOptions{})
	d.session = d.openSession(t)
	var ctx context.Context
	ctx, d.disconnect = context.WithCancel(context.WithoutCancel(t.Context()))
	request, err := d.newRequest(ctx, http.MethodPost, d.session, callMessage(7, "delete_agent", `{"key":"k","confirm":"k"}`, ""))
	if err != nil {
		t.Fatal(err)
	}
	response, err := d.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	stream := bufio.NewReader(response.Body)
	t.Cleanup(func() {
		response.Body.Close()
		d.disconnect()
	})
	for line := ""; !strings.Contains(line, `"elicitation/create"`); {
		if line, err = stream.ReadString('\n'); err != nil {
			t.Fatalf("no elicitation before the end of the stream: %q, %v", line, err)
		}
	}
	go func() { // a stream that is not read runs into the write timeout
		rest, _ := io.ReadAll(stream)
		d.rest <- string(rest)
	}()
	return d
}

// confirm accepts the elicitation.
func (d *pendingDeletion) confirm(t *testing.T) {
	t.Helper()
	d.answer(t, `{"action":"accept","content":{"confirm":true}}`)
}

// answer answers the elicitation with a result.
func (d *pendingDeletion) answer(t *testing.T, result string) {
	t.Helper()
	for id := range 3 { // all IDs that the elicitation may have
		if _, err := d.post(t.Context(), d.session, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":%s}`, id, result)); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Wait()
}

func TestConfirmationInTimeDeletes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := startDeletion(t)
		time.Sleep(elicitTimeout - time.Second)
		d.confirm(t)
		if rest := <-d.rest; !strings.Contains(rest, `"deleted":true`) || d.service.deletions() != 1 {
			t.Errorf("got %d deletions and %s; want 1 and a result with \"deleted\":true", d.service.deletions(), rest)
		}
	})
}

func TestARefusalThatComesTooSoonIsTheClientsOwn(t *testing.T) {
	t.Parallel()
	const byClient = "the client refused the question at once, before a person could read it. Where no person is there to ask, " +
		"a server of orq-mcp started with --confirm-by argument deletes"
	const byPerson = "the answer was no. Do not try again unless the person asks for it."
	const closed = "the form came back without an answer."
	for name, each := range map[string]struct {
		action string
		after  time.Duration
		want   string
	}{
		"declined at once":      {"decline", 0, byClient},
		"declined after a trip": {"decline", minReadingTime - time.Millisecond, byClient},
		"declined by a person":  {"decline", minReadingTime, byPerson},
		"cancelled at once":     {"cancel", 0, byClient},
		"cancelled by a person": {"cancel", minReadingTime, closed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := startDeletion(t)
				time.Sleep(each.after)
				d.answer(t, `{"action":"`+each.action+`"}`)
				if rest := <-d.rest; !strings.Contains(rest, each.want) || d.service.deletions() > 0 {
					t.Errorf("got %d deletions and %s; want none and %q", d.service.deletions(), rest, each.want)
				}
			})
		})
	}
}

func TestElicitationTimesOutAndIgnoresLateConfirmation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := startDeletion(t)
		rest := <-d.rest
		const want = "The deletion was not confirmed, so nothing was deleted: no answer within 60 s. Ask the person before calling again."
		if !strings.Contains(rest, want) || !strings.Contains(rest, `"isError":true`) {
			t.Errorf("result %s; want an error with %q", rest, want)
		}
		if took := time.Since(d.began); took < elicitTimeout || took > elicitTimeout+time.Second {
			t.Errorf("timed out after %v, want %v", took, elicitTimeout)
		}
		d.confirm(t)
		if n := d.service.deletions(); n > 0 {
			t.Errorf("deletions = %d, want 0", n)
		}
	})
}

func TestAbandonedElicitationDeletesNothing(t *testing.T) {
	t.Parallel()
	for name, abandon := range map[string]func(*testing.T, *pendingDeletion){
		"the connection breaks": func(_ *testing.T, d *pendingDeletion) { d.disconnect() },
		"the call is cancelled": func(t *testing.T, d *pendingDeletion) {
			if _, err := d.post(t.Context(), d.session, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}`); err != nil {
				t.Fatal(err)
			}
		},
		"the session is ended": func(t *testing.T, d *pendingDeletion) {
			request, err := d.newRequest(t.Context(), http.MethodDelete, d.session, "")
			if err != nil {
				t.Fatal(err)
			}
			response, err := d.client.Do(request)
			if err != nil || response.StatusCode != http.StatusOK {
				t.Fatal(response, err)
			}
			response.Body.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := startDeletion(t)
				time.Sleep(10 * time.Second)
				abandon(t, d)
				synctest.Wait()
				d.confirm(t)
				time.Sleep(elicitTimeout)
				if n := d.service.deletions(); n > 0 {
					t.Errorf("deletions = %d, want 0", n)
				}
			})
		})
	}
}

// A client that may be asked opens its GET stream at any time. Its answers reach the call only if both belong to one session
// of mcp-go.
func TestSessionsThatMayBeAskedAreKeptByTheLibrary(t *testing.T) {
	t.Parallel()
	for message, kept := range map[string]bool{
		initialize: true, initializeWithoutElicitation(): false,
		strings.Replace(initialize, `"elicitation"`, `"sampling"`, 1): true, strings.Replace(initialize, `"elicitation"`, `"roots"`, 1): true,
	} {
		s, _ := newServer(t, "http://orq.test", hangingTransport{})
		h := s.newHTTPHandler(t.Context(), HTTPOptions{}.withDefaults())
		request := httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(message))
		setHeaders(request, "")
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, request)
		err := s.Library().SendNotificationToSpecificClient(answer.Header().Get("Mcp-Session-Id"), "notifications/message", nil)
		if known := !errors.Is(err, mcpserver.ErrSessionNotFound); known != kept {
			t.Errorf("after %s the session is known: %t, want %t (%v)", message, known, kept, err)
		}
	}
}
