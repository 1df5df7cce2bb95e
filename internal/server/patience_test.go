package server

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// silent is a service that takes requests and answers none.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// TestWithoutProgressNoCallTakesLongerThanItsCallerWaits has each tool call a service that answers nothing. Most
// clients give up after 60 s.
func TestWithoutProgressNoCallTakesLongerThanItsCallerWaits(t *testing.T) {
	t.Parallel()
	const agent = `"key":"k","role":"r","description":"d","instructions":"i","model":"m/n","path":"p"`
	for tool, arguments := range map[string]string{
		"list_agents":        `{}`,
		"get_agent":          `{"key":"k"}`,
		"create_agent":       `{` + agent + `}`,
		"update_agent":       `{"key":"k","role":"r"}`,
		"delete_agent":       `{"key":"k","confirm":"k"}`,
		"register_a2a_agent": `{"key":"k","display_name":"d","description":"d","agent_url":"http://a.test"}`,
		"refresh_agent_card": `{"key":"k"}`,
		"invoke_agent":       `{"key":"k","message":"m"}`,
		"run_agent":          `{` + agent + `,"message":"m"}`,
		"get_agent_response": `{"key":"k","task_id":"t"}`,
	} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, _ := newServer(t, "http://orq.test", silent{})
				listener := &pipes{dialed: make(chan net.Conn), closed: make(chan struct{})}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan error, 1)
				go func() { ended <- s.ServeHTTP(ctx, listener, HTTPOptions{}) }()
				r := &running{address: "127.0.0.1", web: &http.Client{Transport: &http.Transport{DialContext: listener.dial}}}
				// This client cannot ask a person, who would take time of their own.
				hello := strings.Replace(initialize, `{"elicitation":{}}`, `{}`, 1)
				begun, err := r.post(t.Context(), "", hello)
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				got, err := r.post(t.Context(), begun.session, callOf(1, tool, arguments, ""))
				if took := time.Since(began); took > 50*time.Second {
					t.Errorf("the call took %v", took)
				}
				if err != nil || got.status != http.StatusOK || !strings.Contains(got.body, `"isError":true`) {
					t.Errorf("answered %d %s, %v; want an error result", got.status, got.body, err)
				}
				r.web.CloseIdleConnections()
				stop()
				if err := <-ended; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestAListThatNobodyWaitsForHarmsNobody asks for the tools, and has gone before it is answered.
func TestAListThatNobodyWaitsForHarmsNobody(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", silent{})
	handler := s.routes(s.newEntrance(t.Context(), HTTPOptions{}.withDefaults()))
	begun := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(initialize))
	prepare(request, "")
	handler.ServeHTTP(begun, request)
	const list = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	ask := func(ctx context.Context) *httptest.ResponseRecorder {
		defer func() {
			if reason := recover(); reason != nil {
				t.Errorf("it panicked: %v", reason)
			}
		}()
		request := httptest.NewRequestWithContext(ctx, http.MethodPost, MCPPath, strings.NewReader(list))
		prepare(request, begun.Header().Get("Mcp-Session-Id"))
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		return recorder
	}
	left, leave := context.WithCancel(t.Context())
	leave()
	ask(left)
	if got := ask(t.Context()); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"list_agents"`) {
		t.Errorf("after it: status %d: %.300s", got.Code, got.Body)
	}
}
