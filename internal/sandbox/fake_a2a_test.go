package sandbox_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2acompat/a2av0"
	"github.com/a2aproject/a2a-go/v2/a2asrv"
)

// sdkAgent is an A2A agent that does what the message says, behind the server of an SDK.
type sdkAgent struct {
	t *testing.T
	// working is closed when the agent works on "wait".
	working chan struct{}
	// canceled receives the tasks that the agent is asked to cancel.
	canceled chan a2a.TaskID
	// logins are the tasks that wait for a login. The SDK's server follows them until they are canceled.
	logins []a2a.TaskID

	mu       sync.Mutex
	methods  []string // of the requests, in order
	contexts []string // of the messages, in order
	headers  []http.Header
}

// protocols returns the protocols that the agent can speak, each with the part of its card that declares it.
func protocols() map[string]struct {
	handler func(a2asrv.RequestHandler) http.Handler
	card    func(url string) string
} {
	type protocol = struct {
		handler func(a2asrv.RequestHandler) http.Handler
		card    func(url string) string
	}
	current := func(binding string) func(string) string {
		return func(url string) string {
			return fmt.Sprintf(`"supportedInterfaces":[{"url":"grpc.example:443","protocolBinding":"GRPC","protocolVersion":"1.0"},{"url":%q,"protocolBinding":%q,"protocolVersion":"1.0"}]`, url, binding)
		}
	}
	return map[string]protocol{
		"1.0 JSON-RPC": {func(h a2asrv.RequestHandler) http.Handler { return a2asrv.NewJSONRPCHandler(h) }, current("JSONRPC")},
		"1.0 HTTP":     {func(h a2asrv.RequestHandler) http.Handler { return a2asrv.NewRESTHandler(h) }, current("HTTP+JSON")},
		"0.3": {func(h a2asrv.RequestHandler) http.Handler { return a2av0.NewJSONRPCHandler(h) }, func(url string) string {
			return fmt.Sprintf(`"url":"https://grpc.example","preferredTransport":"GRPC","protocolVersion":"0.3.0","additionalInterfaces":[{"url":%q,"transport":"JSONRPC"}]`, url)
		}},
		"0.2": {func(h a2asrv.RequestHandler) http.Handler { return a2av0.NewJSONRPCHandler(h) }, func(url string) string {
			return fmt.Sprintf(`"url":%q,"protocolVersion":"0.2.5"`, url)
		}},
	}
}

// serveAgent serves the agent, and its card at /card.
func serveAgent(t *testing.T, protocol string, streaming bool) (*sdkAgent, *httptest.Server) {
	t.Helper()
	agent := &sdkAgent{t: t, working: make(chan struct{}), canceled: make(chan a2a.TaskID, 1)}
	spoken := protocols()[protocol]
	tasks := a2asrv.NewHandler(agent, a2asrv.WithCapabilityChecks(&a2a.AgentCapabilities{Streaming: streaming}))
	handler := spoken.handler(tasks)
	t.Cleanup(func() {
		for _, id := range agent.logins {
			if _, err := tasks.CancelTask(context.Background(), &a2a.CancelTaskRequest{ID: id}); err != nil {
				t.Errorf("cancel the task that waits for a login: %v", err)
			}
		}
	})
	var server *httptest.Server
	server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/card" {
			fmt.Fprintf(w, `{"name":"Far","capabilities":{"streaming":%t},%s}`, streaming, spoken.card(server.URL))
			return
		}
		agent.mu.Lock()
		agent.methods, agent.headers = append(agent.methods, r.Method+" "+r.URL.Path), append(agent.headers, r.Header)
		agent.mu.Unlock()
		handler.ServeHTTP(w, r)
	})
	return agent, server
}

func (f *sdkAgent) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.methods)
}

// Execute implements a2asrv.AgentExecutor.
func (f *sdkAgent) Execute(ctx context.Context, about *a2asrv.ExecutorContext) iter.Seq2[a2a.Event, error] {
	return func(yield func(a2a.Event, error) bool) {
		status := func(state a2a.TaskState, text string) bool {
			var message *a2a.Message
			if text != "" {
				message = a2a.NewMessageForTask(a2a.MessageRoleAgent, about, a2a.NewTextPart(text))
			}
			return yield(a2a.NewStatusUpdateEvent(about, state, message), nil)
		}
		request := about.Message.Parts[0].Text()
		f.mu.Lock()
		f.contexts = append(f.contexts, about.ContextID)
		f.mu.Unlock()
		switch {
		case request == "message":
			yield(a2a.NewMessage(a2a.MessageRoleAgent, a2a.NewTextPart("Just this.")), nil)
			return
		case request == "refuse":
			yield(nil, a2a.NewError(a2a.ErrInvalidParams, "I take no such message, hush-1"))
			return
		case about.StoredTask != nil:
			status(a2a.TaskStateCompleted, "You said "+request+".")
			return
		}
		if !yield(a2a.NewSubmittedTask(about, about.Message), nil) || !status(a2a.TaskStateWorking, "On it.") {
			return
		}
		switch request {
		case "work":
			f.work(about, yield)
			status(a2a.TaskStateCompleted, "Done.")
		case "nothing":
			status(a2a.TaskStateCompleted, "")
		case "ask":
			status(a2a.TaskStateInputRequired, "Which city?")
		case "auth":
			f.mu.Lock()
			f.logins = append(f.logins, about.TaskID)
			f.mu.Unlock()
			status(a2a.TaskStateAuthRequired, "Log in at example.com.")
		case "fail":
			status(a2a.TaskStateFailed, "no fuel, hush-1")
		case "reject":
			status(a2a.TaskStateRejected, "")
		case "wait":
			close(f.working)
			<-ctx.Done()
		default:
			var parts []string
			for _, part := range about.Message.Parts {
				parts = append(parts, fmt.Sprintf("%v %s %s", part.Content, part.MediaType, part.Filename))
			}
			status(a2a.TaskStateCompleted, strings.Join(parts, "; "))
		}
	}
}

// work yields a text in pieces, a file and an object as artifacts.
func (f *sdkAgent) work(about *a2asrv.ExecutorContext, yield func(a2a.Event, error) bool) {
	text := a2a.NewArtifactEvent(about, a2a.NewTextPart("one "))
	file := a2a.NewRawPart([]byte("%PDF"))
	file.MediaType, file.Filename = "application/pdf", "plan.pdf"
	for _, event := range []a2a.Event{
		text,
		a2a.NewArtifactUpdateEvent(about, text.Artifact.ID, a2a.NewTextPart("two ")),
		a2a.NewArtifactUpdateEvent(about, text.Artifact.ID, a2a.NewTextPart("three")),
		a2a.NewArtifactEvent(about, file),
		a2a.NewArtifactEvent(about, a2a.NewDataPart(map[string]any{"stops": 3})),
	} {
		if !yield(event, nil) {
			return
		}
	}
}

// Cancel implements a2asrv.AgentExecutor.
func (f *sdkAgent) Cancel(_ context.Context, about *a2asrv.ExecutorContext) iter.Seq2[a2a.Event, error] {
	return func(yield func(a2a.Event, error) bool) {
		if !slices.Contains(f.logins, about.TaskID) {
			f.canceled <- about.TaskID
		}
		yield(a2a.NewStatusUpdateEvent(about, a2a.TaskStateCanceled, nil), nil)
	}
}

// scriptAgent serves an agent of A2A 0.3 that answers each request with the next of its answers. The test fails when
// there are more or fewer requests.
func scriptAgent(t *testing.T, streaming bool, answers ...http.HandlerFunc) *httptest.Server {
	t.Helper()
	asked := make(chan http.HandlerFunc, len(answers))
	for _, answer := range answers {
		asked <- answer
	}
	var server *httptest.Server
	server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/card" {
			fmt.Fprintf(w, `{"name":"Far","capabilities":{"streaming":%t},"url":%q,"protocolVersion":"0.3.0"}`, streaming, server.URL)
			return
		}
		select {
		case answer := <-asked:
			answer(w, r)
		default:
			t.Errorf("the agent received more than %d requests", len(answers))
			http.Error(w, "", http.StatusTeapot)
		}
	})
	t.Cleanup(func() {
		if len(asked) > 0 {
			t.Errorf("the agent received %d requests, want %d", len(answers)-len(asked), len(answers))
		}
	})
	return server
}

func answerWith(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func answerRPC(result string) http.HandlerFunc {
	return answerWith(200, "application/json", `{"jsonrpc":"2.0","id":"1","result":`+result+`}`)
}

func answerEvents(results ...string) http.HandlerFunc {
	var body strings.Builder
	for _, result := range results {
		body.WriteString(`data: {"jsonrpc":"2.0","id":"1","result":` + result + "}\n\n")
	}
	return answerWith(200, "text/event-stream", body.String())
}

func taskJSON(state, artifacts string) string {
	return `{"kind":"task","id":"t","contextId":"c","status":{"state":"` + state + `"},"artifacts":[` + artifacts + `]}`
}

func artifactJSON(text string) string {
	return `{"artifactId":"a","parts":[{"kind":"text","text":"` + text + `"}]}`
}
