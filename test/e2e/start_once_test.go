package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newRun(mode string) object {
	return object{"key": "scout", "model": "openai/gpt-4o", "role": "r", "instructions": "i", "message": "hello", "mode": mode}
}

// lostRun is a call that starts a run, and how the connection breaks after the upstream has received it.
type lostRun struct {
	tool, mode string
	hangUp     func(t *testing.T, a api) http.HandlerFunc
	// reason is why the call failed, with placeholders for the operation and the host.
	reason string
}

const hungUp = "The request to orq.ai for agent scout failed: POST %PATH: %HOST gave no complete answer: the connection ended early"

// lostRuns returns calls of each tool in each mode.
func lostRuns() map[string]lostRun {
	atOnce := func(*testing.T, api) http.HandlerFunc { return hangUpWithin("") }
	return map[string]lostRun{
		"invoked, streamed":           {"invoke_agent", "stream", atOnce, hungUp},
		"invoked, in background":      {"invoke_agent", "background", atOnce, hungUp},
		"made and run, streamed":      {"run_agent", "stream", atOnce, hungUp},
		"made and run, in background": {"run_agent", "background", atOnce, hungUp},
		"within the answer": {
			"run_agent", "background", func(*testing.T, api) http.HandlerFunc { return hangUpWithin(`{"id": "ta`) },
			hungUp,
		},
		"before the first event": {"run_agent", "stream", func(t *testing.T, a api) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				s := &script{t: t, w: w, request: r, api: a}
				s.comment("nothing yet")
				s.hangUp()
			}
		}, "The event stream for agent scout broke off before its end and its outcome could not be fetched: the connection ended early"},
	}
}

// operation returns the path of the operation that starts the run, with {key} in place of the agent's key.
func (r lostRun) operation(a api) string {
	switch {
	case a.isToday():
		return a.streamPath("{key}")
	case r.tool == "invoke_agent" && r.mode == "stream":
		return a.streamPath("{key}")
	case r.tool == "invoke_agent":
		return a.taskPath("{key}")
	case r.mode == "stream":
		return "/v2/agents/stream-run"
	}
	return "/v2/agents/run"
}

// text returns the error of the call. Today's run_agent creates its agent first, which the error mentions.
func (r lostRun) text(a api, host string) string {
	reason := strings.NewReplacer("%PATH", r.operation(a), "%HOST", host).Replace(r.reason)
	switch {
	case !a.isToday() || r.tool != "run_agent":
	case strings.HasPrefix(reason, "The event stream"):
		reason += " (the agent scout was created before)"
	default:
		reason = "The agent scout was created. " + reason
	}
	return reason + ". " + notSentAgain
}

// TestARunIsNeverStartedTwice closes the connection after the request for a run has been received. The connection has been
// used before, because HTTP clients resend requests that fail on a reused connection.
func TestARunIsNeverStartedTwice(t *testing.T) {
	t.Parallel()
	for name, run := range lostRuns() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEachWire(t, func(t *testing.T, kind string, a api) {
				created := 0
				mux := http.NewServeMux()
				mux.HandleFunc("POST "+run.operation(a), run.hangUp(t, a))
				mux.HandleFunc("GET /v2/agents", noAgents)
				mux.HandleFunc("GET /v2/agents/{key}", answerJSON(404, `{"message": "there is no agent scout"}`))
				mux.HandleFunc("POST /v2/agents", func(w http.ResponseWriter, r *http.Request) {
					created++
					answerJSON(201, `{"_id": "1", "key": "scout", "status": "live", "path": "p", "description": "r"}`)(w, r)
				})
				u := a.newUpstream(t, mux)
				c := open(t, kind, u.setup())
				c.tool("list_agents", object{})
				arguments := object{"key": "scout", "message": "hello", "mode": run.mode}
				if run.tool == "run_agent" {
					arguments = newRun(run.mode)
				}
				got := c.toolError(run.tool, arguments)
				_, host, _ := strings.Cut(u.url, "://")
				if diff := cmp.Diff(run.text(a, host), got); diff != "" {
					t.Errorf("text (-want +got):\n%s", diff)
				}
				if n := len(u.requests("POST", strings.Replace(run.operation(a), "{key}", "scout", 1))); n != 1 {
					t.Errorf("the run was started %d times, want once", n)
				}
				if want := map[bool]int{true: 1}[a.isToday() && run.tool == "run_agent"]; created != want {
					t.Errorf("%d agents were created, want %d", created, want)
				}
			})
		})
	}
}
