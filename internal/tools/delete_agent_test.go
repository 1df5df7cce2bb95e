package tools

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

func TestDeleteAgentAsksForConfirmation(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		yes     bool
		err     error
		want    string
		deleted bool
	}{
		"yes": {yes: true, want: "Deleted agent support for good.", deleted: true},
		"no":  {want: "The person declined, so nothing was deleted. Do not try again unless they ask for it."},
		"no answer": {
			err:  errors.New("no answer within 60 s"),
			want: "Nobody confirmed the deletion, so nothing was deleted: no answer within 60 s. Ask the person before calling again.",
		},
		"a yes with an error": {
			yes: true, err: errors.New("the client could not ask"),
			want: "Nobody confirmed the deletion, so nothing was deleted: the client could not ask. Ask the person before calling again.",
		},
		"a pending answer": {err: &PendingQuestion{Result: mcp.NewToolResultText("a question")}, want: "a question"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := workspace(t)
			s.succeed(t, "create_agent", simpleAgent)
			s.forget()
			var asked []string
			s.call.Ask = func(_ context.Context, id, question string) (bool, error) {
				asked = append(asked, id, question)
				return each.yes, each.err
			}
			result := s.use(t, "delete_agent", `{"key": "support", "confirm": "support"}`)
			if diff := cmp.Diff(each.want, textOf(t, result)); diff != "" {
				t.Errorf("result differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"delete support", "Delete the agent support for good?"}, asked); diff != "" {
				t.Errorf("question differs (-want +got):\n%s", diff)
			}
			if sent := len(s.lines()) > 0; sent != each.deleted {
				t.Errorf("sent %v, deleted = %t, want %t", s.lines(), sent, each.deleted)
			}
		})
	}
}

func TestDeleteAgentChecksArgumentsBeforeAsking(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.call.Ask = func(context.Context, string, string) (bool, error) {
		t.Error("Ask was called, want an argument error before it")
		return true, nil
	}
	s.refused(t, "delete_agent", `{"key": "support", "confirm": "other"}`)
}

func TestDeleteAgentArgumentErrors(t *testing.T) {
	t.Parallel()
	checkMistakes(t, "delete_agent", []mistake{
		{"a confirmation of another key", `{"key": "support", "confirm": "Support"}`, `confirm: must equal key (support), got "Support"`},
		{"no confirmation", `{"key": "support"}`, "confirm: required"},
	})
}
