package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A subscription counts as a call for as long as its client listens.
func TestSubscriptionCountsAsCall(t *testing.T) {
	t.Parallel()
	listening, stop := make(chan struct{}, 2), make(chan struct{})
	h := newTestHandler(t, func(http.ResponseWriter, *http.Request) {
		listening <- struct{}{}
		<-stop
	}, HTTPOptions{MaxSessionCalls: 1})
	const listen = `{"jsonrpc":"2.0","id":7,"method":"subscriptions/listen"}`
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.ServeHTTP(httptest.NewRecorder(), sessionlessPost(listen))
	}()
	<-listening
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, sessionlessPost(listen))
	if recorder.Code != http.StatusTooManyRequests || recorder.Header().Get("Retry-After") == "" || !strings.Contains(recorder.Body.String(), `"id":7`) {
		t.Errorf("second subscription: status %d, Retry-After %q: %s; want %d, a time and the ID 7",
			recorder.Code, recorder.Header().Get("Retry-After"), recorder.Body, http.StatusTooManyRequests)
	}
	close(stop)
	<-ended
	recorder = httptest.NewRecorder()
	if h.ServeHTTP(recorder, sessionlessPost(listen)); recorder.Code != http.StatusOK {
		t.Errorf("subscription after the first has ended: status %d, want %d: %s", recorder.Code, http.StatusOK, recorder.Body)
	}
}
