package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

type modelList struct {
	Object string
	Data   []struct {
		ID, Object string
		OwnedBy    string `json:"owned_by"`
		Created    int64
	}
}

func (l modelList) rows() []string {
	var all []string
	for _, model := range l.Data {
		all = append(all, strings.Join([]string{model.Object, model.ID, model.OwnedBy}, " "))
	}
	return all
}

func TestModelsOfTheAgents(t *testing.T) {
	t.Parallel()
	w := open(t, sandbox.Options{})
	if got := call[modelList](w, 200, "GET", "/v3/router/models", nil); got.Object != "list" || len(got.Data) != 0 {
		t.Errorf("models of an empty workspace = %+v, want an empty list", got)
	}
	w.create("one", object{"fallback_models": []any{"anthropic/claude"}})
	w.create("two")
	want := []string{"model anthropic/claude anthropic", "model openai/gpt-4o openai"}
	if diff := cmp.Diff(want, call[modelList](w, 200, "GET", "/v3/router/models", nil).rows()); diff != "" {
		t.Errorf("models (-want +got):\n%s", diff)
	}
}

// openModels opens a sandbox whose model server lists its models as answer does.
func openModels(t *testing.T, keepPrefix bool, answer http.HandlerFunc) *workspace {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return open(t, sandbox.Options{Model: sandbox.ModelOptions{URL: server.URL + "/v1", Key: "sk-secret", KeepPrefix: keepPrefix}})
}

func TestModelsOfTheModelServer(t *testing.T) {
	t.Parallel()
	serve := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/models" || r.Header.Get("Authorization") != "Bearer sk-secret" {
			t.Errorf("request for %s with %q, want /v1/models with the key", r.URL.Path, r.Header.Get("Authorization"))
		}
		_, _ = w.Write([]byte(`{"object":"list","data":[{"id":"llama3.2","owned_by":"library","created":7},{"id":"Qwen/Qwen2.5"}]}`))
	}
	for keepPrefix, want := range map[bool][]string{
		false: {"model local/llama3.2 library", "model local/Qwen/Qwen2.5 local"},
		true:  {"model llama3.2 library", "model Qwen/Qwen2.5 Qwen"},
	} {
		got := call[modelList](openModels(t, keepPrefix, serve), 200, "GET", "/v3/router/models", nil)
		if diff := cmp.Diff(want, got.rows()); diff != "" || got.Data[0].Created != 7 {
			t.Errorf("created %d, models with keep prefix %v (-want +got):\n%s", got.Data[0].Created, keepPrefix, diff)
		}
	}
}

func TestModelsInOddTypes(t *testing.T) {
	t.Parallel()
	for body, want := range map[string][]string{
		`{"object":"list","data":null}`: nil,
		`{"data":[{"id":"m","owned_by":null,"created":"7"},null,{"id":"n","created":7.5},{"id":null}]}`: {"model local/m local", "model local/n local"},
	} {
		w := openModels(t, false, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
		if diff := cmp.Diff(want, call[modelList](w, 200, "GET", "/v3/router/models", nil).rows()); diff != "" {
			t.Errorf("models of %s (-want +got):\n%s", body, diff)
		}
	}
}

func TestModelServerThatListsNothing(t *testing.T) {
	t.Parallel()
	for want, answer := range map[string]http.HandlerFunc{
		"the model server does not list its models: 401 Unauthorized: *** is wrong": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "sk-secret is wrong", http.StatusUnauthorized)
		},
		"does not answer as a model server does": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
	} {
		w := openModels(t, false, answer)
		if got := w.routerRefused(502, "GET", "/v3/router/models", nil); !strings.Contains(got, want) || strings.Contains(got, "sk-secret") {
			t.Errorf("message = %q, want %q in it and no key", got, want)
		}
	}
}
