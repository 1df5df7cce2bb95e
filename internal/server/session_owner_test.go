package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const ping = `{"jsonrpc":"2.0","id":9,"method":"ping"}`

// answerTo is what a caller sees of a response, but for its date.
type answerTo struct {
	Status int
	Header http.Header
	Body   string
}

// doAs sends a request with an API key of the caller's own, none when key is "".
func (s *testServer) doAs(t *testing.T, method, key, session, message string) answerTo {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // a stream that opens never ends
	defer cancel()
	request, err := s.newRequest(ctx, method, session, message)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Header.Del("Date")
	return answerTo{response.StatusCode, response.Header, string(body)}
}

func TestASessionIsUnknownToOtherCallers(t *testing.T) {
	t.Parallel()
	messages := map[string]struct{ method, body string }{
		"a request":            {http.MethodPost, ping},
		"a call":               {http.MethodPost, callMessage(1, "list_agents", "{}", "1")},
		"a cancel":             {http.MethodPost, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}`},
		"an answer":            {http.MethodPost, `{"jsonrpc":"2.0","id":1,"result":{"action":"accept"}}`},
		"a stream of its own":  {http.MethodGet, ""},
		"the end of a session": {http.MethodDelete, ""},
		"a notification":       {http.MethodPost, `{"jsonrpc":"2.0","method":"notifications/initialized"}`},
		"the cached tool list": {http.MethodPost, `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`},
	}
	for _, hello := range []string{initialize, initializeWithoutElicitation()} {
		for owner, others := range map[string][]string{"key-one": {"key-two", "key-on", ""}, "": {"key-one"}} {
			t.Run(fmt.Sprintf("of %q, asked %v", owner, hello == initialize), func(t *testing.T) {
				t.Parallel()
				s, _ := newServer(t, "http://orq.test", cannedTransport{"application/json", `{"object":"list","data":[],"has_more":false}`})
				server := serveTCP(t, s)
				session := server.doAs(t, http.MethodPost, owner, "", hello).Header.Get("Mcp-Session-Id")
				for _, other := range others {
					for name, message := range messages {
						got := server.doAs(t, message.method, other, session, message.body)
						want := server.doAs(t, message.method, other, "unknown", message.body)
						if diff := cmp.Diff(want, got); diff != "" || got.Status != http.StatusNotFound {
							t.Errorf("%s with key %q (-unknown session +session of another): status %d\n%s", name, other, got.Status, diff)
						}
					}
				}
				if got := server.doAs(t, http.MethodPost, owner, session, ping); got.Status != http.StatusOK {
					t.Errorf("ping of the owner afterwards: status %d, want 200", got.Status)
				}
			})
		}
	}
}

func TestAnotherCallerNeitherAnswersNorCancelsAQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := startDeletion(t)
		for id := range 3 { // all IDs that the question may have
			d.doAs(t, http.MethodPost, "key-of-another", d.session, fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":{"action":"accept"}}`, id))
		}
		d.doAs(t, http.MethodPost, "key-of-another", d.session, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}`)
		d.doAs(t, http.MethodDelete, "key-of-another", d.session, "")
		synctest.Wait()
		if got := d.service.deletions(); got != 0 {
			t.Fatalf("%d deletions after the answer of another caller, want 0", got)
		}
		d.confirm(t)
		if rest := <-d.rest; !strings.Contains(rest, `"deleted":true`) {
			t.Errorf("result after the owner's answer: %s, want \"deleted\":true", rest)
		}
	})
}

func TestACallerIDStandsForOneCredential(t *testing.T) {
	t.Parallel()
	one, two := newCallerIDs(), newCallerIDs()
	id := func(ids callerIDs, key string) callerID {
		r := httptest.NewRequest(http.MethodPost, MCPPath, nil)
		if key != "" {
			r.Header.Set("Authorization", "Bearer "+key)
		}
		ctx, err := withAPIKey(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return callerIDFrom(ids.with(ctx))
	}
	if !id(one, "k1").is(id(one, "k1")) || !id(one, "").is(id(one, "")) {
		t.Error("the same credential has two IDs")
	}
	for name, other := range map[string]callerID{"another key": id(one, "k2"), "none": id(one, ""), "the key in another process": id(two, "k1")} {
		if id(one, "k1").is(other) {
			t.Errorf("a key has the ID of %s", name)
		}
	}
}
