package orq_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// TestNumbersInAnySpelling reads agents whose integers are written with a fraction or an exponent.
func TestNumbersInAnySpelling(t *testing.T) {
	t.Parallel()
	agent := func(limit, count, codes string) string {
		return `{"_id":"1","key":"k\"1e3","role":"\\","model":{"id":"m","parameters":{"max_tokens":` + limit + `},"retry":{"count":` + count + `,"on_codes":` + codes + `}},"settings":{"max_iterations":` + limit + `}}`
	}
	type numbers struct {
		Tokens, Count, Iterations int
		Codes                     []int
	}
	for name, c := range map[string]struct {
		body string
		want numbers
	}{
		"as usual":     {agent("1000", "3", "[429,500]"), numbers{1000, 3, 1000, []int{429, 500}}},
		"an exponent":  {agent("1e3", "3", "[4.29e2,5E+2]"), numbers{1000, 3, 1000, []int{429, 500}}},
		"a fraction":   {agent("1000.0", "3.00", "[429.0, 500 ]"), numbers{1000, 3, 1000, []int{429, 500}}},
		"both":         {agent("10000.0e-1", "30E-1", "[]"), numbers{1000, 3, 1000, []int{}}},
		"a byte order": {"\ufeff" + agent("1e3", "3", "[500]"), numbers{1000, 3, 1000, []int{500}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/k") {
					respond(w, 200, c.body)
					return
				}
				respond(w, 200, `{"object":"list","has_more":false,"data":[`+strings.TrimPrefix(c.body, "\ufeff")+`]}`)
			}))
			one, err := client.GetAgent(t.Context(), "k")
			if err != nil {
				t.Fatal(err)
			}
			list, err := client.ListAgents(t.Context(), orq.ListOptions{})
			if err != nil || len(list.Data) != 1 {
				t.Fatalf("ListAgents = %+v, %v, want one agent", list, err)
			}
			for _, got := range []*orq.Agent{one, &list.Data[0]} {
				read := numbers{*got.Model.Parameters.MaxTokens, *got.Model.Retry.Count, *got.Settings.MaxIterations, got.Model.Retry.OnCodes}
				if diff := cmp.Diff(c.want, read); diff != "" || got.Key != `k"1e3` || got.Role != `\` {
					t.Errorf("agent %q with role %q, numbers (-want +got):\n%s", got.Key, got.Role, diff)
				}
			}
		})
	}
}

func TestANumberThatIsNoInteger(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"1.5", "1e-1", "1e300"} {
		_, err := serveUnchecked(t, reply(200, `{"_id":"1","key":"k","settings":{"max_iterations":`+number+`}}`)).GetAgent(t.Context(), "k")
		if err == nil || !strings.Contains(err.Error(), "not the JSON expected") {
			t.Errorf("%s: error %v, want one", number, err)
		}
	}
}
