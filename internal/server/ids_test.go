package server

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tidwall/gjson"
)

// exactIDs are request IDs that a decoder of float64, or of strings, may change or take for one another.
func exactIDs() []string {
	return []string{
		`0`, `7`, `-1`, `999999999999999`, `1764278658123456789`, `9007199254740992`, `9007199254740993`, `-9007199254740993`,
		`123456789012345678901234567890`, `1.5`, `1.0`, `1e3`, `1E+3`, `-0`, `1e400`, `1e-400`,
		`""`, `"7"`, `"1e3"`, `"a b"`, `"<&>"`, `"\u00e9"`, `"é"`, `"\ud800"`, `"\/"`, `"a\"b\\"`, `"` + strings.Repeat("x", 2000) + `"`,
	}
}

func TestIDsComeBackAsSentOverHTTP(t *testing.T) {
	t.Parallel()
	address, transport := startAPI(t, emptyAgentList)
	s, _ := newServer(t, address, transport)
	ts := serveTCP(t, s)
	session := ts.openSession(t)
	for name, request := range map[string]string{
		"a ping":            `{"jsonrpc":"2.0","id":%s,"method":"ping"}`,
		"the tools":         `{"jsonrpc":"2.0","id":%s,"method":"tools/list"}`,
		"a call":            `{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"list_agents","arguments":{}}}`,
		"wrong arguments":   `{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"list_agents","arguments":{"limit":"x"}}}`,
		"an unknown tool":   `{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":"none"}}`,
		"an unknown method": `{"jsonrpc":"2.0","id":%s,"method":"none"}`,
		"wrong params":      `{"jsonrpc":"2.0","id":%s,"method":"ping","params":7}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, id := range exactIDs() {
				got, err := ts.post(t.Context(), session, fmt.Sprintf(request, id))
				if raw := gjson.Get(got.body, "id").Raw; err != nil || raw != id {
					t.Errorf("id = %.100s, want %.100s; error %v, body %.300s", raw, id, err, got.body)
				}
			}
		})
	}
}

func TestRefusalsNameTheIDAsSent(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", http.DefaultTransport)
	ts := serveTCP(t, s)
	for _, id := range []string{`1764278658123456789`, `1.0`, `"<\u00e9>"`} {
		got, err := ts.post(t.Context(), "no such session", fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"ping"}`, id))
		if raw := gjson.Get(got.body, "id").Raw; err != nil || raw != id || got.status != http.StatusNotFound {
			t.Errorf("id = %s, status %d, error %v; want %s, 404", raw, got.status, err, id)
		}
	}
}

// A subscription repeats the ID of its request in what it sends.
func TestSubscriptionIDComesBackAsSent(t *testing.T) {
	t.Parallel()
	hidden := newHiddenJSON()
	const id = `1764278658123456789`
	_, adapted, rejected := hidden.adapt([]byte(`{"jsonrpc":"2.0","id":` + id + `,"method":"subscriptions/listen"}`))
	if rejected != nil {
		t.Fatal(rejected.text)
	}
	wire := gjson.GetBytes(adapted, "id").Raw
	message := `{"jsonrpc":"2.0","id":` + wire + `,"result":{"_meta":{"io.modelcontextprotocol/subscriptionId":` + wire + `}}}`
	want := `{"jsonrpc":"2.0","id":` + id + `,"result":{"_meta":{"io.modelcontextprotocol/subscriptionId":` + id + `}}}`
	if got := string(hidden.restore([]byte(message))); got != want {
		t.Errorf("restore() = %s, want %s", got, want)
	}
}

func TestRestoreKeepsOtherText(t *testing.T) {
	t.Parallel()
	hidden, other := newHiddenJSON(), newHiddenJSON()
	hidden.hide([]byte("1"))
	for _, message := range []string{``, `{}`, `{"a":` + string(other.hide([]byte(`1,"b":2`))) + `}`, `{"a":"json-x-"}`, `{"a":"` + hidden.prefix, `{"a":"` + hidden.prefix + `%"}`} {
		if got := string(hidden.restore([]byte(message))); got != message {
			t.Errorf("restore() = %s, want %s", got, message)
		}
	}
}

// Two IDs that float64 cannot tell apart, or that differ in their type alone, are two calls: a cancel ends the one it names.
func TestCancelNamesTheExactID(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{`9007199254740993`, `9007199254740992`}, {`-9007199254740993`, `-9007199254740992`}, {`1764278658123456789`, `1764278658123456788`},
		{`1.0`, `1`}, {`"7"`, `7`}, {`"1e3"`, `1e3`},
	} {
		t.Run(pair[0], func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, _ := newServer(t, "http://orq.test", hangingTransport{})
				ts := servePipe(t, s, HTTPOptions{})
				session := ts.openSession(t)
				replies := map[string]chan reply{}
				for _, id := range pair {
					ended := make(chan reply, 1)
					replies[id] = ended
					go func() {
						got, _ := ts.post(t.Context(), session, `{"jsonrpc":"2.0","id":`+id+`,"method":"tools/call","params":{"name":"list_agents","arguments":{}}}`)
						ended <- got
					}()
				}
				synctest.Wait()
				for i, id := range pair {
					if _, err := ts.post(t.Context(), session, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":`+id+`}}`); err != nil {
						t.Fatal(err)
					}
					synctest.Wait()
					select {
					case got := <-replies[id]:
						if raw := gjson.Get(strings.TrimPrefix(got.body, "event: message\ndata: "), "id").Raw; raw != id {
							t.Errorf("id of the cancelled call = %s, want %s", raw, id)
						}
					default:
						t.Errorf("call %s continues, want it cancelled", id)
					}
					if i == 0 && len(replies[pair[1]]) > 0 {
						t.Errorf("cancelling %s ended %s", id, pair[1])
					}
				}
			})
		})
	}
}
