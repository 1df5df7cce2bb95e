package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The first client disconnects before its list is written; the next one still gets the list.
func TestAbandonedListIsNotCached(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, "http://orq.test", hangingTransport{})
	handler := s.routes(s.newHTTPHandler(t.Context(), HTTPOptions{}.withDefaults()))
	initialized := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodPost, MCPPath, strings.NewReader(initialize))
	setHeaders(request, "")
	handler.ServeHTTP(initialized, request)
	const list = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`
	requestList := func(ctx context.Context) *httptest.ResponseRecorder {
		defer func() {
			if reason := recover(); reason != nil {
				t.Errorf("tools/list panicked: %v", reason)
			}
		}()
		request := httptest.NewRequestWithContext(ctx, http.MethodPost, MCPPath, strings.NewReader(list))
		setHeaders(request, initialized.Header().Get("Mcp-Session-Id"))
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		return recorder
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	requestList(ctx)
	if got := requestList(t.Context()); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"list_agents"`) {
		t.Errorf("second tools/list: status %d, body %.300s; want %d, a list with list_agents", got.Code, got.Body, http.StatusOK)
	}
}
