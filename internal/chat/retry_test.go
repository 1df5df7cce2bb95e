package chat

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// canned is the data of an answer.
type canned struct {
	status int
	body   string
	header http.Header
}

// scripted is a transport without a network, for the fake clock of synctest.
type scripted []canned

func (s *scripted) RoundTrip(*http.Request) (*http.Response, error) {
	next := (*s)[0]
	*s = (*s)[1:]
	return &http.Response{StatusCode: next.status, Header: next.header, Body: io.NopCloser(strings.NewReader(next.body))}, nil
}

func TestModelRetries(t *testing.T) {
	t.Parallel()
	busy := func(header http.Header) canned { return canned{429, `{"error":{"message":"Slow down."}}`, header} }
	after := func(value string) http.Header { return http.Header{"Retry-After": {value}} }
	fine := canned{200, "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", nil}
	count := func(n int) *int { return &n }
	limited := "the model server limits its requests (429): Slow down."
	for name, test := range map[string]struct {
		retry    *orq.ModelRetry
		answers  scripted
		want     string // the error
		left     int    // answers that are not requested
		min, max time.Duration
	}{
		"backs off":                {nil, scripted{busy(nil), busy(nil), fine}, "", 0, 600 * time.Millisecond, 3 * time.Second},
		"Retry-After seconds":      {nil, scripted{busy(after("7")), fine}, "", 0, 7 * time.Second, 7 * time.Second},
		"Retry-After date":         {nil, scripted{busy(after("Sat, 01 Jan 2000 00:00:09 GMT")), fine}, "", 0, 9 * time.Second, 9 * time.Second},
		"beyond the run":           {nil, scripted{busy(after("61")), fine}, limited, 1, 0, 0},
		"beyond the longest pause": {nil, scripted{busy(after("301")), fine}, limited, 1, 0, 0},
		"in a month":               {nil, scripted{busy(after("2592000")), fine}, limited, 1, 0, 0},
		"gives up":                 {&orq.ModelRetry{Count: count(1)}, scripted{busy(after("1")), busy(after("1")), fine}, limited, 1, time.Second, time.Second},
		"other codes":              {&orq.ModelRetry{OnCodes: []int{503}}, scripted{canned{503, "", after("2")}, busy(nil), fine}, limited, 1, 2 * time.Second, 2 * time.Second},
		"not this code":            {nil, scripted{canned{503, "", after("2")}, fine}, "the model server refused the request for m (503): Service Unavailable", 1, 0, 0},
		"in place of an answer":    {nil, scripted{canned{200, `{"error":{"code":429,"message":"Slow down."}}`, nil}, canned{200, "data: {\"error\":{\"code\":\"429\",\"message\":\"Slow down.\"}}\n\n", nil}, fine}, "", 0, 600 * time.Millisecond, 3 * time.Second},
		"not within an answer":     {nil, scripted{canned{200, "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: {\"error\":{\"code\":429,\"message\":\"Slow down.\"}}\n\n", nil}, fine}, "the model m failed: Slow down.", 1, 0, 0},
		"no status":                {nil, scripted{canned{200, `{"error":{"code":1302,"message":"Slow down."}}`, nil}, fine}, "the model m failed: Slow down.", 1, 0, 0},
		"not a broken stream":      {nil, scripted{canned{200, "data: {}\n\n", nil}, fine}, "the answer of the model m was cut off", 1, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := New(Options{URL: "http://model.example/v1"})
				c.http.Transport = &test.answers
				start := time.Now()
				ctx, cancel := t.Context(), func() {}
				if name != "beyond the longest pause" {
					ctx, cancel = context.WithTimeout(ctx, time.Minute)
				}
				defer cancel()
				done, err := c.Ask(ctx, &orq.AgentModel{ID: "m", Retry: test.retry}, Request{})
				took := time.Since(start)
				if took < test.min || took > test.max || len(test.answers) != test.left {
					t.Errorf("Ask took %v and left %d answers, want %v to %v and %d", took, len(test.answers), test.min, test.max, test.left)
				}
				switch {
				case err == nil && (test.want != "" || done.Text() != "Hi"):
					t.Errorf("Ask answered %q, want the error %q", done.Text(), test.want)
				case err != nil && err.Error() != test.want:
					t.Errorf("Ask error = %v, want %q", err, test.want)
				}
			})
		})
	}
}

func TestCallTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{URL: "http://model.example/v1"})
		c.http.Transport = silent{}
		start := time.Now()
		_, err := c.Ask(t.Context(), &orq.AgentModel{ID: "m", Parameters: &orq.ModelParameters{Timeout: &orq.RequestTimeout{CallTimeout: 1500}}}, Request{})
		if err == nil || err.Error() != "the model m did not answer in time: call_timeout has passed" || time.Since(start) != 1500*time.Millisecond {
			t.Errorf("Ask error = %v after %v, want call_timeout after 1.5 s", err, time.Since(start))
		}
	})
}

// silent is a transport that never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}
