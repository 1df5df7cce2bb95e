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

func TestAPIErrorReadsAllFormsOfBodies(t *testing.T) {
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
		"list of errors":          {422, `{"error":["a"]}`, "", "a"},
		"FastAPI":                 {422, `{"detail":[{"loc":["body","key"],"msg":"field required","type":"missing"}]}`, "", "body.key: field required"},
		"a list at the top":       {400, `[{"error":{"code":400,"message":"bad key","status":"INVALID_ARGUMENT"}}]`, "400", "bad key"},
		"no words":                {400, `{"statusCode":400}`, "", `{"statusCode":400}`},
		"empty message":           {400, `{"message":"","error":{"message":null}}`, "", `{"message":"","error":{"message":null}}`},
		"long message":            {400, `{"message":"` + strings.Repeat("long ", 1000) + `"}`, "", strings.Repeat("long ", 400) + "…"},
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
				t.Fatalf("error %T %v, want *APIError", err, err)
			}
			want := &orq.APIError{Operation: "GET /v2/agents/{agent_key}", Status: c.status, Code: c.code, Message: c.message}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(orq.APIError{})); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAPIErrorNamesTheRequest(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "req_1")
		respond(w, http.StatusConflict, `{"message":"key is taken"}`)
	})
	_, err := client.CreateAgent(t.Context(), createRequest)
	const want = "POST /v2/agents: 409 key is taken (request req_1)"
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestAPIErrorNamesTheService(t *testing.T) {
	t.Parallel()
	for server, want := range map[string]string{"": "orq.ai", "nginx": "orq.ai", orq.SandboxServer: "The sandbox"} {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Server", server)
			respond(w, http.StatusConflict, `{"message":"key is taken"}`)
		})
		_, err := client.CreateAgent(t.Context(), createRequest)
		var api *orq.APIError
		if !errors.As(err, &api) || api.Service() != want {
			t.Errorf("Server %q: error %v is not of %s", server, err, want)
		}
	}
}

func TestAPIErrorMatchesSentinels(t *testing.T) {
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
		"400":                    {400, `{"message":"m"}`, orq.ErrInvalid},
		"422":                    {422, `{"message":"m"}`, orq.ErrInvalid},
		"401":                    {401, ``, orq.ErrUnauthorized},
		"403":                    {403, `{"message":"m"}`, orq.ErrForbidden},
		"404 of an agent":        {404, `{"message":"Agent not found"}`, orq.ErrNotFound},
		"404 in an error object": {404, `{"error":{"message":"Agent not found"}}`, orq.ErrNotFound},
		"404 as plain text":      {404, "404 page not found", orq.ErrNoRoute},
		"404 as HTML":            {404, "<html>", orq.ErrNoRoute},
		"404 without a body":     {404, "", orq.ErrNoRoute},
		"404 without a message":  {404, `{"statusCode":404}`, orq.ErrNoRoute},
		"404 broken off":         {404, `{"message":"Agent not found","code":`, orq.ErrNoRoute},
		"404 of Express":         {404, `{"message":"Cannot GET /v2/agents/scout","error":"Not Found"}`, orq.ErrNoRoute},
		"404 of Fastify":         {404, `{"message":"Route GET:/v2/agents/scout not found"}`, orq.ErrNoRoute},
		"404 of FastAPI":         {404, `{"detail":"Not Found"}`, orq.ErrNoRoute},
		"404 with similar words": {404, `{"message":"Cannot find the agent"}`, orq.ErrNotFound},
		"410":                    {410, `{"message":"gone"}`, orq.ErrNoRoute},
		"409":                    {409, `{"message":"m"}`, orq.ErrConflict},
		"429":                    {429, `{"message":"m"}`, orq.ErrRateLimited},
		"500":                    {500, `{"message":"m"}`, orq.ErrUnavailable},
		"503":                    {503, ``, orq.ErrUnavailable},
		"418 matches none":       {418, `{"message":"m"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				// Longer than a client waits: it does not retry.
				w.Header().Set("Retry-After", "3600")
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			}))
			_, err := client.GetAgent(t.Context(), "scout")
			if err == nil {
				t.Fatal("GetAgent succeeded, want an error")
			}
			for _, sentinel := range sentinels {
				if got := errors.Is(err, sentinel); got != (sentinel == c.want) { //nolint:errorlint // Sentinels are compared with each other.
					t.Errorf("errors.Is(%v, %v) = %t, want %t", err, sentinel, got, !got)
				}
			}
		})
	}
}

func TestAPIErrorReadsRetryAfter(t *testing.T) {
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
					respond(w, http.StatusTooManyRequests, `{"message":"slow down"}`)
				})
				_, err := client.GetAgent(t.Context(), "scout")
				var got *orq.APIError
				if !errors.As(err, &got) || got.RetryAfter != c.want {
					t.Errorf("error = %v, want one with RetryAfter %v", err, c.want)
				}
			})
		})
	}
}

func fixed(text string) func() string { return func() string { return text } }

func TestAPIErrorKnowsWhetherItIsExplained(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"message":"key is wrong"}`: true, `{"error":["a"]}`: true, "key is wrong": true, `{"message":"key is`: true,
		"": false, " \n": false, "null": false, "{}": false, `{"statusCode":422}`: false, "[]": false, `{"message":""}`: false, "<html>Bad</html>": false,
	} {
		client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = w.Write([]byte(body))
		}))
		_, err := client.GetAgent(t.Context(), "scout")
		got, ok := errors.AsType[*orq.APIError](err)
		if !ok || got.Explained() != want {
			t.Errorf("body %s: error %v, want Explained = %t", body, err, want)
		}
	}
}
