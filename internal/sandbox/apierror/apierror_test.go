package apierror_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
)

func TestProblemsAreOneError(t *testing.T) {
	t.Parallel()
	var problems apierror.Problems
	if err := problems.Err(); err != nil {
		t.Errorf("Err of no problems = %v, want nil", err)
	}
	problems.Add("key", "is required")
	problems.Add("limit", "must be at most %d", 200)
	e, ok := errors.AsType[*apierror.Error](problems.Err())
	if !ok || e.Status != http.StatusBadRequest {
		t.Fatalf("Err = %#v, want an *apierror.Error with status 400", e)
	}
	body, err := json.Marshal(e)
	if want := `{"message":"key: is required; limit: must be at most 200"}`; err != nil || string(body) != want {
		t.Errorf("body = %s, %v, want %s", body, err, want)
	}
}

func TestBelowAddsThePath(t *testing.T) {
	t.Parallel()
	if got, want := apierror.Below("a2a", apierror.Invalid("card_url: is wrong")).Error(), "a2a.card_url: is wrong"; got != want {
		t.Errorf("Below = %q, want %q", got, want)
	}
	if got := apierror.Below("a2a", io.EOF); !errors.Is(got, io.EOF) {
		t.Errorf("Below of another error = %v, want %v", got, io.EOF)
	}
	if got := apierror.Below("a2a", nil); got != nil {
		t.Errorf("Below of nil = %v, want nil", got)
	}
}
