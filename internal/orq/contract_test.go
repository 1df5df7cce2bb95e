package orq_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Bodies are generated from the schemas of the contract, decoded into the request types, and sent.
func TestRequestTypesHaveAllPropertiesOfTheContract(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method, path, answer string
		status               int
		send                 func(context.Context, *orq.Client, []byte) error
		march, september     int // properties; 0: the edition has no such operation
	}{
		"create": {
			http.MethodPost, "/v2/agents", agentJSON, http.StatusCreated,
			through(func(ctx context.Context, c *orq.Client, request orq.CreateAgentRequest) (any, error) {
				return c.CreateAgent(ctx, request)
			}), 135, 170,
		},
		"update": {
			http.MethodPatch, "/v2/agents/{agent_key}", agentJSON, http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.UpdateAgentRequest) (any, error) {
				return c.UpdateAgent(ctx, "scout", request)
			}), 143, 172,
		},
		"register": {
			http.MethodPost, "/v2/agents/a2a", a2aJSON, http.StatusCreated,
			through(func(ctx context.Context, c *orq.Client, request orq.RegisterA2ARequest) (any, error) {
				return c.RegisterA2AAgent(ctx, request)
			}), 9, 0,
		},
		"invoke": {
			http.MethodPost, "/v2/agents/{key}/task", taskJSON, http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.InvokeRequest) (any, error) {
				return c.InvokeAgent(ctx, "scout", request)
			}), 41, 41,
		},
		"stream an agent": {
			http.MethodPost, "/v2/agents/{key}/stream-task", "", http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.InvokeRequest) (any, error) {
				return collect(c.StreamAgent(ctx, "scout", request))
			}), 42, 42,
		},
		"run": {
			http.MethodPost, "/v2/agents/run", taskJSON, http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.RunRequest) (any, error) {
				return c.RunAgent(ctx, request)
			}), 221, 256,
		},
		"stream a run": {
			http.MethodPost, "/v2/agents/stream-run", "", http.StatusOK,
			through(func(ctx context.Context, c *orq.Client, request orq.RunRequest) (any, error) {
				return collect(c.StreamRun(ctx, request))
			}), 222, 257,
		},
	} {
		for edition, properties := range map[contract.Edition]int{contract.March: c.march, contract.September: c.september} {
			if properties == 0 {
				continue
			}
			t.Run(name+" "+string(edition), func(t *testing.T) {
				t.Parallel()
				received := make(chan []byte, 1)
				client := serve(t, func(w http.ResponseWriter, r *http.Request) {
					body, _ := io.ReadAll(r.Body)
					received <- body
					if c.answer == "" {
						streaming(namedStream)(w, r)
						return
					}
					respond(w, c.status, c.answer)
				})
				bodies := edition.BodiesOf(t, c.method, c.path)
				for _, body := range bodies.Values {
					sent, err := json.Marshal(body)
					if err != nil {
						t.Fatal(err)
					}
					if err := c.send(t.Context(), client, sent); err != nil {
						t.Fatalf("%v: %.300s", err, sent)
					}
					if diff := cmp.Diff(body, decoded(t, <-received)); diff != "" {
						t.Errorf("body (-want +got):\n%s", diff)
					}
				}
				t.Logf("%d properties in %d bodies", len(bodies.Properties), len(bodies.Values))
				if len(bodies.Properties) != properties {
					t.Errorf("the contract has %d properties, want %d", len(bodies.Properties), properties)
				}
			})
		}
	}
}

// through returns a function that decodes a body into the request type of call, and calls it.
func through[R any](call func(context.Context, *orq.Client, R) (any, error)) func(context.Context, *orq.Client, []byte) error {
	return func(ctx context.Context, client *orq.Client, body []byte) error {
		var request R
		if err := json.Unmarshal(body, &request); err != nil {
			return err
		}
		_, err := call(ctx, client, request)
		return err
	}
}
