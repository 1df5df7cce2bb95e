package tools

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twoLists is a service of today with agents of both kinds: those with an even number are external. Ids grow with the number.
// Its list of agents lacks the external ones, and its cursors must be ids of the list they belong to.
func twoLists(t *testing.T, count int) *service {
	t.Helper()
	id := func(i int) string { return fmt.Sprintf("01JQ8Z5V7M3N4P5Q6R7S8T%04d", i) }
	page := func(w http.ResponseWriter, r *http.Request, first int, show func(i int) string) {
		var numbers []int // newest first
		for i := count - 1; i >= 0; i-- {
			if i%2 == first {
				numbers = append(numbers, i)
			}
		}
		query := r.URL.Query()
		for _, cursor := range []string{"starting_after", "ending_before"} {
			at := slices.IndexFunc(numbers, func(i int) bool { return id(i) == query.Get(cursor) })
			switch {
			case !query.Has(cursor):
			case at < 0:
				answer(w, http.StatusBadRequest, `{"message": "unknown cursor"}`)
				return
			case cursor == "starting_after":
				numbers = numbers[at+1:]
			default:
				numbers = numbers[:at]
			}
		}
		var limit int
		_, _ = fmt.Sscan(query.Get("limit"), &limit)
		more := len(numbers) > limit
		if more && query.Has("ending_before") {
			numbers = numbers[len(numbers)-limit:]
		} else if more {
			numbers = numbers[:limit]
		}
		var data []string
		for _, i := range numbers {
			data = append(data, show(i))
		}
		answer(w, http.StatusOK, fmt.Sprintf(`{"object": "list", "has_more": %t, "data": [%s]}`, more, strings.Join(data, ",")))
	}
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v2/agents/external":
			page(w, r, 0, func(i int) string {
				return fmt.Sprintf(`{"agent_id": %q, "key": "a%d", "display_name": "", "description": "d", "path": "p", "project_id": "x", "agent_url": "https://x.example",
					"headers": {}, "protocol_version": "1.0", "preferred_transport": "JSONRPC", "cached_card": {}, "created_at": "2026-03-24T10:00:00.000Z", "updated_at": "2026-03-24T10:00:00.000Z", "created_by_id": "u", "updated_by_id": "u", "version": "1.0.0"}`, id(i), i)
			})
		case "/v2/agents":
			page(w, r, 1, func(i int) string { return agentJSON(t, fields{"_id": id(i), "key": fmt.Sprintf("a%d", i)}) })
		default:
			http.NotFound(w, r)
		}
	})
}

func TestListAgentsMergesExternalAgents(t *testing.T) {
	t.Parallel()
	for _, count := range []int{1, 2, 9, 40} {
		for _, limit := range []int{1, 2, 3, 7, 50} {
			t.Run(fmt.Sprintf("%d agents by %d", count, limit), func(t *testing.T) {
				t.Parallel()
				s := twoLists(t, count)
				var forward []string
				cursor := ""
				for more := true; more; {
					_, structure := s.succeed(t, "list_agents", fmt.Sprintf(`{"limit": %d, "cursor": %q}`, limit, cursor))
					forward = append(forward, keys(structure)...)
					cursor, _ = structure["cursor"].(string)
					more = structure["has_more"] == true
				}
				if diff := cmp.Diff(numbered(count-1, 0, 1), forward); diff != "" {
					t.Errorf("forward (-want +got):\n%s", diff)
				}
				before := fmt.Sprintf("01JQ8Z5V7M3N4P5Q6R7S8T%04d", 1) // the oldest that is not external
				var backward []string
				for more := count > 2; more; {
					_, structure := s.succeed(t, "list_agents", fmt.Sprintf(`{"limit": %d, "before": %q}`, limit, before))
					backward = append(keys(structure), backward...)
					before, _ = structure["before"].(string)
					more = structure["has_more"] == true
				}
				if want := numbered(count-1, 2, 1); count > 2 {
					if diff := cmp.Diff(want, backward); diff != "" {
						t.Errorf("backward (-want +got):\n%s", diff)
					}
				}
			})
		}
	}
}
