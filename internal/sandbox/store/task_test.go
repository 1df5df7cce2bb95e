package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEngineStateBelongsToItsOwner(t *testing.T) {
	t.Parallel()
	var e EngineState
	if err := e.Save("rules", []string{"a step"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	if ok, err := e.Load("remote", &got); ok || err != nil || got != nil {
		t.Errorf("Load by another engine = %t, %v and %q, want false and nothing", ok, err, got)
	}
	if ok, err := e.Load("rules", &got); !ok || err != nil {
		t.Errorf("Load by the owner = %t, %v, want true", ok, err)
	}
	if diff := cmp.Diff([]string{"a step"}, got); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	if ok, err := e.Load("rules", new(int)); ok || err == nil {
		t.Errorf("Load of another type = %t, %v, want an error", ok, err)
	}
}
