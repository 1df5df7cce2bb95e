package chat

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// picky is a model server that refuses members of a request.
type picky struct {
	*Client
	mu    sync.Mutex
	asked []map[string]any
}

// servePicky serves a model; refuse returns a status other than 0 with a body for a request that it refuses.
func servePicky(t *testing.T, refuse func(request map[string]any) (int, string)) *picky {
	t.Helper()
	p := &picky{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request map[string]any
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Errorf("decode the request: %v", err)
		}
		p.mu.Lock()
		p.asked = append(p.asked, request)
		p.mu.Unlock()
		if status, body := refuse(request); status != 0 {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: %s\n\ndata: %s\n\ndata: [DONE]\n\n", delta(`"content":"Hi"`), finish("stop"))
	}))
	t.Cleanup(server.Close)
	p.Client = New(Options{URL: server.URL + "/v1"})
	t.Cleanup(p.Close)
	return p
}

// ask asks a model with these parameters, twice, and returns which of the members each request had.
func (p *picky) ask(t *testing.T, parameters orq.ModelParameters, members ...string) ([]string, error) {
	t.Helper()
	request := Request{Messages: []Message{
		{Role: orq.RoleUser, Content: "Hi"},
		{Role: RoleAssistant, Content: "Hm", Returned: &Returned{Model: "p/m", Fields: MessageFields{ReasoningContent: "So"}}},
		{Role: orq.RoleUser, Content: "Go on"},
	}}
	var failed error
	for range 2 {
		if _, err := p.Ask(t.Context(), &orq.AgentModel{ID: "p/m", Parameters: &parameters}, request); err != nil {
			failed = err
		}
	}
	var had []string
	for _, asked := range p.asked {
		var present []string
		for _, name := range members {
			if value, ok := asked[name]; ok && name != "reasoning_content" {
				present = append(present, strings.TrimSuffix(fmt.Sprintf("%s=%v", name, value), "=map[include_usage:true]"))
			}
		}
		if answer := asked["messages"].([]any)[1].(map[string]any); slices.Contains(members, "reasoning_content") && answer["reasoning_content"] != nil {
			present = append(present, "reasoning_content")
		}
		had = append(had, strings.Join(present, " "))
	}
	return had, failed
}

func TestRefusedMembersAreLeftOut(t *testing.T) {
	t.Parallel()
	has := func(name string) func(map[string]any) bool {
		return func(request map[string]any) bool { return request[name] != nil }
	}
	both := func(request map[string]any) bool {
		return has("max_tokens")(request) && has("max_completion_tokens")(request)
	}
	returns := func(request map[string]any) bool {
		return request["messages"].([]any)[1].(map[string]any)["reasoning_content"] != nil
	}
	ten := 10
	limit, legacy := orq.ModelParameters{MaxCompletionTokens: &ten}, orq.ModelParameters{MaxTokens: &ten}
	limits := []string{"max_tokens", "max_completion_tokens"}
	for name, test := range map[string]struct {
		refuses    func(map[string]any) bool
		status     int
		words      string
		parameters orq.ModelParameters
		members    []string
		want       []string
	}{
		"stream_options by its place":    {has("stream_options"), 422, `{"detail":[{"type":"extra_forbidden","loc":["body","stream_options"],"msg":"Extra inputs are not permitted"}]}`, orq.ModelParameters{}, []string{"stream_options"}, []string{"stream_options", "", ""}},
		"stream_options by its name":     {has("stream_options"), 400, `{"error":{"message":"Unrecognized request argument supplied: stream_options"}}`, orq.ModelParameters{}, []string{"stream_options"}, []string{"stream_options", "", ""}},
		"stream_options without words":   {has("stream_options"), 400, ``, orq.ModelParameters{}, []string{"stream_options"}, []string{"stream_options", "", ""}},
		"stream_options, status as word": {has("stream_options"), 400, `{"error":"Bad Request"}`, orq.ModelParameters{}, []string{"stream_options"}, []string{"stream_options", "", ""}},
		"both limits (OpenAI)":           {both, 400, `{"error":{"message":"Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.","param":"max_tokens","code":"invalid_parameter_combination"}}`, limit, limits, []string{"max_tokens=10 max_completion_tokens=10", "max_completion_tokens=10", "max_completion_tokens=10"}},
		"max_tokens (o-series)":          {has("max_tokens"), 400, `{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}`, limit, limits, []string{"max_tokens=10 max_completion_tokens=10", "max_completion_tokens=10", "max_completion_tokens=10"}},
		"max_tokens of the agent":        {has("max_tokens"), 400, `{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}`, legacy, limits, []string{"max_tokens=10", "max_completion_tokens=10", "max_completion_tokens=10"}},
		"max_completion_tokens":          {has("max_completion_tokens"), 422, `{"detail":[{"type":"extra_forbidden","loc":["body","max_completion_tokens"],"msg":"Extra inputs are not permitted"}]}`, limit, limits, []string{"max_tokens=10 max_completion_tokens=10", "max_tokens=10", "max_tokens=10"}},
		"reasoning":                      {returns, 400, `{"error":{"message":"messages.1.reasoning_content: Extra inputs are not permitted"}}`, orq.ModelParameters{}, []string{"reasoning_content"}, []string{"reasoning_content", "", ""}},
		"reasoning (DeepSeek R1)":        {returns, 400, `{"error":{"message":"The reasoning_content is an intermediate result for display purposes only. Please remove the reasoning_content from your message to reduce network traffic."}}`, orq.ModelParameters{}, []string{"reasoning_content"}, []string{"reasoning_content", "", ""}},
		"nothing":                        {func(map[string]any) bool { return false }, 0, "", limit, append(limits, "stream_options", "reasoning_content"), slices.Repeat([]string{"max_tokens=10 max_completion_tokens=10 stream_options reasoning_content"}, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := servePicky(t, func(request map[string]any) (int, string) {
				if test.refuses(request) {
					return test.status, test.words
				}
				return 0, ""
			})
			got, err := p.ask(t, test.parameters, test.members...)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("error %v; members of the requests (-want +got):\n%s", err, diff)
			}
		})
	}
}

// A refusal that names no such member, or another status, is the answer: the same request is not sent again.
func TestOtherRefusalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	ten := 10
	for name, test := range map[string]struct {
		status int
		words  string
		want   int // requests for two questions
	}{
		"another member":              {400, `{"error":{"message":"temperature is not supported"}}`, 2},
		"a value":                     {400, `{"error":{"message":"max_tokens is too large: 10"}}`, 2},
		"a parameter of reasoning":    {400, `{"error":{"message":"reasoning_effort is not supported"}}`, 2},
		"reasoning that it wants":     {400, `{"error":{"message":"The reasoning_content in the thinking mode must be passed back to the API."}}`, 2},
		"a key":                       {401, `{"error":{"message":"stream_options"}}`, 2},
		"a failure":                   {500, `{"error":{"message":"stream_options is not supported"}}`, 2},
		"no words":                    {503, ``, 2},
		"no words, once more in vain": {400, ``, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := servePicky(t, func(map[string]any) (int, string) { return test.status, test.words })
			_, err := p.ask(t, orq.ModelParameters{MaxCompletionTokens: &ten})
			if len(p.asked) != test.want || err == nil {
				t.Errorf("got %d requests and the error %v, want %d and an error", len(p.asked), err, test.want)
			}
		})
	}
}

func TestWhatIsLearnedIsOfOneModel(t *testing.T) {
	t.Parallel()
	p := servePicky(t, func(request map[string]any) (int, string) {
		if request["model"] == "m" && request["stream_options"] != nil {
			return 400, "stream_options?"
		}
		return 0, ""
	})
	for _, id := range []string{"p/m", "p/m", "p/other"} {
		if _, err := p.Ask(t.Context(), &orq.AgentModel{ID: id}, Request{}); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.asked) != 4 || p.asked[2]["stream_options"] != nil || p.asked[3]["stream_options"] == nil {
		t.Errorf("requests = %v, want four, the third without stream_options and the last with", p.asked)
	}
}

func TestOpenAIGetsOneLimit(t *testing.T) {
	t.Parallel()
	ten := 10
	for _, given := range []orq.ModelParameters{{MaxTokens: &ten}, {MaxCompletionTokens: &ten}} {
		p := given
		newShapes("https://api.openai.com/v1").of("gpt-4o").setLimit(&p)
		if diff := cmp.Diff(orq.ModelParameters{MaxCompletionTokens: &ten}, p); diff != "" {
			t.Errorf("parameters (-want +got):\n%s", diff)
		}
	}
}
