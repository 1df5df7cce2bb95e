package tools

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mark3labs/mcp-go/mcp"
)

func TestDeleteAgentAsksForConfirmation(t *testing.T) {
	t.Parallel()
	const way = " If the client answers by itself, because no person is there, a server started with --confirm-by argument does not ask it."
	for name, each := range map[string]struct {
		answer  Answer
		err     error
		want    string
		deleted bool
	}{
		"yes": {answer: Yes, want: "Deleted agent support for good.", deleted: true},
		"no":  {answer: No, want: "The deletion was not confirmed, so nothing was deleted: the answer was no. Do not try again unless the person asks for it." + way},
		"no, by the client itself": {
			answer: NotAsked,
			want: "The deletion was not confirmed, so nothing was deleted: the client refused the question at once, before a person could read it. " +
				"Where no person is there to ask, a server of orq-mcp started with --confirm-by argument deletes by the argument confirm alone.",
		},
		"an empty form": {
			answer: NoAnswer,
			want:   "The deletion was not confirmed, so nothing was deleted: the form came back without an answer. Ask the person before calling again." + way,
		},
		"no answer": {
			err:  errors.New("no answer within 60 s"),
			want: "The deletion was not confirmed, so nothing was deleted: no answer within 60 s. Ask the person before calling again." + way,
		},
		"a yes with an error": {
			answer: Yes, err: errors.New("the client could not ask"),
			want: "The deletion was not confirmed, so nothing was deleted: the client could not ask. Ask the person before calling again." + way,
		},
		"a pending answer": {err: &PendingQuestion{Result: mcp.NewToolResultText("a question")}, want: "a question"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := workspace(t)
			s.succeed(t, "create_agent", simpleAgent)
			s.forget()
			var asked []string
			s.call.Ask = func(_ context.Context, id, question string) (Answer, error) {
				asked = append(asked, id, question)
				return each.answer, each.err
			}
			result := s.use(t, "delete_agent", `{"key": "support", "confirm": "support"}`)
			if diff := cmp.Diff(each.want, textOf(t, result)); diff != "" {
				t.Errorf("result differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"delete support", "Delete the agent support for good?"}, asked); diff != "" {
				t.Errorf("question differs (-want +got):\n%s", diff)
			}
			if sent := slices.Contains(s.lines(), "DELETE /v2/agents/support"); sent != each.deleted {
				t.Errorf("sent %v, deleted = %t, want %t", s.lines(), sent, each.deleted)
			}
		})
	}
}

func TestDeleteAgentAsksOnlyAboutAnAgentThatExists(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.succeed(t, "create_agent", simpleAgent)
	s.call.Ask = func(context.Context, string, string) (Answer, error) {
		t.Error("Ask was called about an agent that does not exist")
		return Yes, nil
	}
	const want = "No agent has the key supports (404). Closest: support."
	if got := s.refused(t, "delete_agent", `{"key": "supports", "confirm": "supports"}`); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A key that may delete agents need not be allowed to read them.
func TestDeleteAgentAsksWhereTheLookupFails(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		answer(w, http.StatusForbidden, `{"message": "no"}`)
	})
	asked := 0
	s.call.Ask = func(context.Context, string, string) (Answer, error) {
		asked++
		return Yes, nil
	}
	s.succeed(t, "delete_agent", `{"key": "support", "confirm": "support"}`)
	if asked != 1 {
		t.Errorf("asked %d times, want 1", asked)
	}
}

func TestDeleteAgentChecksArgumentsBeforeAsking(t *testing.T) {
	t.Parallel()
	s := workspace(t)
	s.call.Ask = func(context.Context, string, string) (Answer, error) {
		t.Error("Ask was called, want an argument error before it")
		return Yes, nil
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
