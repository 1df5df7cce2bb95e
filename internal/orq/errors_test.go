package orq_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestRefusalIsReadable(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long ", 100)
	for name, c := range map[string]struct {
		status        int
		body          string
		code, message string
	}{
		"message":                 {400, `{"message":"key is wrong"}`, "", "key is wrong"},
		"message and code":        {401, `{"message":"bad key","code":"invalid_api_key"}`, "invalid_api_key", "bad key"},
		"message and number code": {400, `{"message":"m","code":4001}`, "4001", "m"},
		"error text":              {403, `{"error":"not your project"}`, "", "not your project"},
		"error text and code":     {403, `{"error":"not yours","code":"wrong_project"}`, "wrong_project", "not yours"},
		"error object":            {409, `{"error":{"code":"taken","message":"key is taken","doc_url":"https://docs.orq.ai"}}`, "taken", "key is taken"},
		"message is preferred":    {400, `{"message":"m","error":"Bad Request"}`, "", "m"},
		"list of messages":        {422, `{"message":["a is wrong","b is missing"]}`, "", `{"message":["a is wrong","b is missing"]}`},
		"error of another form":   {422, `{"error":["a"]}`, "", `{"error":["a"]}`},
		"HTML":                    {501, "<!DOCTYPE html><title>Oops</title>", "", "Not Implemented (an HTML page, probably from a proxy)"},
		"HTML after blanks":       {403, "\n  <html></html>", "", "Forbidden (an HTML page, probably from a proxy)"},
		"empty":                   {400, "", "", "Bad Request (empty answer)"},
		"blank":                   {400, " \n", "", "Bad Request (empty answer)"},
		"truncated JSON":          {400, `{"message":"key is`, "", `{"message":"key is`},
		"plain text":              {404, "404 page not found\n", "", "404 page not found"},
		"JSON null":               {400, "null", "", "null"},
		"long text":               {400, long, "", long[:200] + "…"},
		"text that is not UTF-8":  {400, "a\xffb", "", "ab"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			_, err := client.GetAgent(t.Context(), "scout")
			var got *orq.APIError
			if !errors.As(err, &got) {
				t.Fatalf("%T %v, want an APIError", err, err)
			}
			want := &orq.APIError{Operation: "GET /v2/agents/{agent_key}", Status: c.status, Code: c.code, Message: c.message}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(orq.APIError{})); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusalNamesTheRequest(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "req_1")
		answer(w, http.StatusConflict, `{"message":"key is taken"}`)
	})
	_, err := client.CreateAgent(t.Context(), createRequest)
	const want = "POST /v2/agents: 409 key is taken (request req_1)"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestSentinels(t *testing.T) {
	t.Parallel()
	sentinels := []error{
		orq.ErrInvalid, orq.ErrUnauthorized, orq.ErrForbidden, orq.ErrNotFound, orq.ErrNoRoute,
		orq.ErrConflict, orq.ErrRateLimited, orq.ErrUnavailable, orq.ErrNoKey, orq.ErrCutOff,
	}
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"400":                     {400, `{"message":"m"}`, orq.ErrInvalid},
		"422":                     {422, `{"message":"m"}`, orq.ErrInvalid},
		"401":                     {401, ``, orq.ErrUnauthorized},
		"403":                     {403, `{"message":"m"}`, orq.ErrForbidden},
		"404 of an agent":         {404, `{"message":"Agent not found"}`, orq.ErrNotFound},
		"404 in an error object":  {404, `{"error":{"message":"Agent not found"}}`, orq.ErrNotFound},
		"404 as plain text":       {404, "404 page not found", orq.ErrNoRoute},
		"404 as HTML":             {404, "<html>", orq.ErrNoRoute},
		"404 without a body":      {404, "", orq.ErrNoRoute},
		"404 without a message":   {404, `{"statusCode":404}`, orq.ErrNoRoute},
		"404 in Express's words":  {404, `{"message":"Cannot GET /v2/agents/scout","error":"Not Found"}`, orq.ErrNoRoute},
		"404 in Fastify's words":  {404, `{"message":"Route GET:/v2/agents/scout not found"}`, orq.ErrNoRoute},
		"404 of what cannot be":   {404, `{"message":"Cannot find the agent"}`, orq.ErrNotFound},
		"410":                     {410, `{"message":"gone"}`, orq.ErrNoRoute},
		"409":                     {409, `{"message":"m"}`, orq.ErrConflict},
		"429":                     {429, `{"message":"m"}`, orq.ErrRateLimited},
		"500":                     {500, `{"message":"m"}`, orq.ErrUnavailable},
		"503":                     {503, ``, orq.ErrUnavailable},
		"418 is none of them all": {418, `{"message":"m"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				// Longer than a client waits: it does not try again.
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			_, err := client.GetAgent(t.Context(), "scout")
			if err == nil {
				t.Fatal("no error")
			}
			for _, sentinel := range sentinels {
				if got := errors.Is(err, sentinel); got != (sentinel == c.want) { //nolint:errorlint // The sentinels are told apart.
					t.Errorf("errors.Is(%v, %v) = %v", err, sentinel, got)
				}
			}
		})
	}
}

func TestRetryAfterIsRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header func() string
		want   time.Duration
	}{
		"seconds":       {fixed("120"), 2 * time.Minute},
		"fraction":      {fixed("90.5"), 90500 * time.Millisecond},
		"date":          {func() string { return time.Now().Add(2 * time.Minute).UTC().Format(http.TimeFormat) }, 2 * time.Minute},
		"date gone by":  {func() string { return time.Now().Add(-time.Minute).UTC().Format(http.TimeFormat) }, 0},
		"missing":       {fixed(""), 0},
		"zero":          {fixed("0"), 0},
		"negative":      {fixed("-5"), 0},
		"not a number":  {fixed("soon"), 0},
		"NaN":           {fixed("NaN"), 0},
		"out of bounds": {fixed("1e300"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, _ := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Retry-After", c.header())
					answer(w, http.StatusTooManyRequests, `{"message":"slow down"}`)
				})
				_, err := client.GetAgent(t.Context(), "scout")
				var got *orq.APIError
				if !errors.As(err, &got) || got.RetryAfter != c.want {
					t.Errorf("%v, want Retry-After %v", err, c.want)
				}
			})
		})
	}
}

func fixed(text string) func() string { return func() string { return text } }

func TestKeyIsInNoError(t *testing.T) {
	t.Parallel()
	escaped := strings.ReplaceAll(apiKey, "-", `\u002d`)
	for name, handler := range map[string]http.HandlerFunc{
		"message":           refusing(401, `{"message":"wrong key `+apiKey+`"}`),
		"code":              refusing(401, `{"message":"m","code":"`+apiKey+`"}`),
		"escaped":           refusing(401, `{"message":"`+escaped+`"}`),
		"text":              refusing(401, "Authorization: Bearer "+apiKey),
		"text that is cut":  refusing(401, strings.Repeat("x", 190)+apiKey),
		"JSON of no form":   refusing(401, `{"authorization":"`+apiKey+`"}`),
		"answer not JSON":   refusing(200, "hello "+apiKey),
		"answer not stream": refusing(200, `{"key":"`+apiKey+`"}`),
		"request id": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", apiKey)
			answer(w, http.StatusBadRequest, `{"message":"m"}`)
		},
		"redirect": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://example.com/?key="+apiKey)
			w.WriteHeader(http.StatusFound)
		},
		"hang-up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, handler)
			_, createErr := client.CreateAgent(t.Context(), createRequest)
			_, streamErr := collect(client.StreamRun(t.Context(), runRequest))
			for _, err := range []error{createErr, streamErr} {
				if err != nil && strings.Contains(err.Error(), apiKey[:8]) {
					t.Errorf("error holds the key: %v", err)
				}
			}
			if createErr == nil && streamErr == nil {
				t.Error("no error")
			}
		})
	}
}

func refusing(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answer(w, status, body) }
}

func TestAnswerThatIsNotJSONIsDescribed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"<html>":      "GET /v2/agents/{agent_key}: 200 but not the JSON expected: OK (an HTML page, probably from a proxy)",
		"":            "GET /v2/agents/{agent_key}: 200 but not the JSON expected: OK (empty answer)",
		`{"_id":"1"`:  `GET /v2/agents/{agent_key}: 200 but not the JSON expected: {"_id":"1"`,
		`{"key":[1]}`: `GET /v2/agents/{agent_key}: 200 but not the JSON expected: {"key":[1]}`,
	} {
		client := serveUnchecked(t, refusing(http.StatusOK, body))
		if _, err := client.GetAgent(t.Context(), "scout"); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", body, err, want)
		}
	}
}

func TestTheCredentialsInARedirectAreNotRepeated(t *testing.T) {
	t.Parallel()
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://u:s3cr3t@elsewhere.example/v2?token=s3cr3t#s3cr3t")
		w.WriteHeader(http.StatusFound)
	}))
	_, err := client.GetAgent(t.Context(), "scout")
	if err == nil || strings.Contains(err.Error(), "s3cr3t") || !strings.Contains(err.Error(), "redirected to https://elsewhere.example/v2;") {
		t.Errorf("error %v", err)
	}
}

func TestRedirectIsReportedAndNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, op := range operations() {
			var requests int
			client := newClient(t, "http://orq.test", roundTrip(func(r *http.Request) (*http.Response, error) {
				requests++
				if r.URL.Host != "orq.test" {
					t.Errorf("%s: %d was followed to %s", op.name, status, r.URL)
				}
				return &http.Response{
					StatusCode: status, Header: http.Header{"Location": {"https://elsewhere.example/v2"}}, Body: http.NoBody, Request: r,
				}, nil
			}))
			_, err := op.call(t.Context(), client)
			const want = "redirected to https://elsewhere.example/v2; set the base URL to where the service answers itself"
			var got *orq.APIError
			if !errors.As(err, &got) || got.Status != status || got.Message != want {
				t.Errorf("%s: %d: %v, want %s", op.name, status, err, want)
			}
			if requests != 1 {
				t.Errorf("%s: %d: %d requests", op.name, status, requests)
			}
		}
	}
}
