package orq_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestWorkspaces(t *testing.T) {
	t.Parallel()
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Method + " " + r.URL.String(); got != "GET /v2/workspaces?limit=50" {
			t.Errorf("request %s", got)
		}
		reply(http.StatusOK, listOf(false, `{"id":"w1","key":"acme","display_name":"Acme","total_members":3}`))(w, r)
	}))
	got, err := client.Workspaces(t.Context())
	if want := []orq.Workspace{{ID: "w1", Key: "acme", Name: "Acme"}}; err != nil || !cmp.Equal(got, want) {
		t.Errorf("Workspaces = %+v, %v, want %+v", got, err, want)
	}
}

func TestAServerWithoutWorkspaces(t *testing.T) {
	t.Parallel()
	client := serveUnchecked(t, reply(http.StatusNotFound, `{"message":"Not found"}`))
	if _, err := client.Workspaces(t.Context()); !errors.Is(err, orq.ErrNoRoute) {
		t.Errorf("error = %v, want ErrNoRoute", err)
	}
}
