package contract

import (
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestOperationsOfSeptember(t *testing.T) {
	t.Parallel()
	September.Document(t)
	api, err := september.contract()
	if err != nil {
		t.Fatal(err)
	}
	if got := len(api.operations) + len(api.suffixed); got != 55 {
		t.Errorf("%d operations, want 55", got)
	}
	for path, want := range map[string]int{"/v2/agents/stream-run": 17, "/v3/router/responses": 51} {
		op := api.operation(httptest.NewRequest("POST", path, nil))
		if got := len(op.responses[200][mediaEvents].events); got != want {
			t.Errorf("%s has %d event types, want %d", path, got, want)
		}
	}
	for path, want := range map[string]bool{
		"/v2/agents/external/far:refreshCard":   true,
		"/v2/agents/external/:refreshCard":      false,
		"/v2/agents/external/far/a:refreshCard": false,
		"/v2/agents/external/far":               false,
	} {
		if got := api.operation(httptest.NewRequest("POST", path, nil)) != nil; got != want {
			t.Errorf("POST %s is an operation: %t, want %t", path, got, want)
		}
	}
}

func TestCheckAll(t *testing.T) {
	t.Parallel()
	Require(t)
	September.Document(t)
	const external = `{"object": "list", "data": [], "has_more": false}`
	withSkills := strings.Replace(goodNewAgent, `"key"`, `"skills": ["s"], "key"`, 1)
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		answer             string
		want               []string
	}{
		"of both":                     {"GET", "/v2/agents", "", 200, emptyList, nil},
		"of September alone":          {"GET", "/v2/agents/external", "", 200, external, nil},
		"of neither":                  {"GET", "/v2/other", "", 200, `{}`, []string{"is for no operation", "is for no operation"}},
		"valid for September alone":   {"POST", "/v2/agents", withSkills, 201, goodAgent, nil},
		"valid for neither":           {"POST", "/v2/agents", `{"key": "a"}`, 201, goodAgent, []string{"/v2/agents", "/v2/agents"}},
		"bad answer":                  {"GET", "/v2/agents/external", "", 200, `{"data": {}}`, []string{"at /data"}},
		"error without schema":        {"POST", "/v2/agents", goodNewAgent, 409, `{"message": "m"}`, nil},
		"error below /v3":             {"POST", "/v3/router/responses", "{}", 400, `{"error": {"message": "m"}}`, nil},
		"other error below /v3":       {"POST", "/v3/router/responses", "{}", 400, `{"message": "m"}`, []string{"is no object with a string"}},
		"error of an unknown address": {"GET", "/v2/other", "", 404, ``, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := &recorder{TB: t}
			handler := CheckAll(recorded, answering(test.status, mediaJSON, test.answer))
			request := newRequest(test.method, test.path, test.body)
			handler.ServeHTTP(httptest.NewRecorder(), request)
			_, _ = io.Copy(io.Discard, request.Body)
			if len(recorded.errors) != len(test.want) || !slices.EqualFunc(recorded.errors, test.want, strings.Contains) {
				t.Errorf("reported %q, want %q", recorded.errors, test.want)
			}
		})
	}
}
