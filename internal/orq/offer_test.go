package orq_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestOffer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		march, today bool
		want         orq.Offer
	}{
		"March":       {true, false, orq.Offer{Agents: true, Runs: true}},
		"today":       {false, true, orq.Offer{Agents: true, Responses: true, External: true}},
		"both":        {true, true, orq.Offer{Agents: true, Runs: true, Responses: true, External: true}},
		"agents only": {false, false, orq.Offer{Agents: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			missing := func(w http.ResponseWriter, message string) {
				w.WriteHeader(http.StatusNotFound)
				fmt.Fprint(w, message)
			}
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet {
					t.Errorf("%s %s, want requests that read", r.Method, r.URL.Path)
				}
				switch path := r.URL.Path; {
				case path == "/v2/agents", path == "/v2/agents/external" && test.today:
					fmt.Fprint(w, `{"object":"list","data":[],"has_more":false}`)
				case path == "/v2/agents/external":
					missing(w, `{"message":"Agent not found"}`)
				case strings.HasPrefix(path, "/v2/") && test.march:
					missing(w, `{"message":"Response not found"}`)
				case strings.HasPrefix(path, "/v3/") && test.today:
					missing(w, `{"error":{"type":"not_found","message":"there is no such response"}}`)
				default:
					missing(w, "Cannot GET "+path)
				}
			}))
			got, err := client.Offer(t.Context())
			if err != nil || got != test.want {
				t.Errorf("Offer = %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

func TestOfferReportsARefusedKey(t *testing.T) {
	t.Parallel()
	client := serveUnchecked(t, reply(http.StatusUnauthorized, `{"message":"API key expired"}`))
	if _, err := client.Offer(t.Context()); !errors.Is(err, orq.ErrUnauthorized) {
		t.Errorf("Offer error = %v, want ErrUnauthorized", err)
	}
}
