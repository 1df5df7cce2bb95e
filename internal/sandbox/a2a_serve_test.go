package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a2aproject/a2a-go/v2/a2a"
	"github.com/a2aproject/a2a-go/v2/a2aclient"
	"github.com/a2aproject/a2a-go/v2/a2aclient/agentcard"
	"github.com/a2aproject/a2a-go/v2/a2acompat/a2av0"
	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/contract"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// openA2A opens a workspace whose agents are called by A2A, too. Those requests are not in the API contract.
func openA2A(t *testing.T, o sandbox.Options) *workspace {
	t.Helper()
	return observeA2A(t, o, func(string) {})
}

// observeA2A is openA2A with a function that is called for each request by A2A, with its body.
func observeA2A(t *testing.T, o sandbox.Options, seen func(body string)) *workspace {
	t.Helper()
	box := openBox(t, o)
	checked := contract.CheckAll(t, box)
	return serveHandler(t, box, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.Path; strings.Contains(path, "/a2a") && path != "/v2/agents/a2a" {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Errorf("read the body: %v", err)
			}
			seen(string(body))
			r.Body = io.NopCloser(bytes.NewReader(body))
			box.ServeHTTP(w, r)
			return
		}
		checked.ServeHTTP(w, r)
	}))
}

// withKey is a http.RoundTripper that authorizes requests.
type withKey struct{ http.RoundTripper }

func (k withKey) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer key")
	return k.RoundTripper.RoundTrip(r)
}

// a2aClient returns the A2A library's client of an agent, which has read its card.
func (w *workspace) a2aClient(version a2a.ProtocolVersion, key string) *a2aclient.Client {
	w.t.Helper()
	client := &http.Client{Transport: withKey{w.http.Transport}}
	resolver := agentcard.Resolver{Client: client, CardParser: a2av0.NewAgentCardParser()}
	card, err := resolver.Resolve(w.t.Context(), w.url+"/v2/agents/"+key+"/a2a")
	if err != nil {
		w.t.Fatal(err)
	}
	option := a2aclient.WithJSONRPCTransport(client)
	if version == a2av0.Version {
		option = a2av0.WithJSONRPCTransport(a2av0.JSONRPCTransportConfig{Client: client})
	}
	c, err := a2aclient.NewFromCard(w.t.Context(), card, a2aclient.WithDefaultsDisabled(), option)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

func userMessage(text string, task a2a.TaskInfo) *a2a.SendMessageRequest {
	message := a2a.NewMessage(a2a.MessageRoleUser, a2a.NewTextPart(text))
	message.TaskID, message.ContextID = task.TaskID, task.ContextID
	return &a2a.SendMessageRequest{Message: message}
}

// a2aAsk sends a message, streamed or not, and returns the task as the client knows it afterwards.
type a2aAsk func(t *testing.T, c *a2aclient.Client, request *a2a.SendMessageRequest) *a2a.Task

func asks() map[string]a2aAsk {
	return map[string]a2aAsk{"sent": sendA2A, "streamed": func(t *testing.T, c *a2aclient.Client, request *a2a.SendMessageRequest) *a2a.Task {
		t.Helper()
		task, _ := streamA2A(t, c, request)
		return task
	}}
}

func sendA2A(t *testing.T, c *a2aclient.Client, request *a2a.SendMessageRequest) *a2a.Task {
	t.Helper()
	result, err := c.SendMessage(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	task, ok := result.(*a2a.Task)
	if !ok {
		t.Fatalf("result = %T, want a task", result)
	}
	return task
}

// streamA2A also returns the kinds of the events, with their texts.
func streamA2A(t *testing.T, c *a2aclient.Client, request *a2a.SendMessageRequest) (task *a2a.Task, seen []string) {
	t.Helper()
	for event, err := range c.SendStreamingMessage(t.Context(), request) {
		if err != nil {
			t.Fatal(err)
		}
		switch e := event.(type) {
		case *a2a.Task:
			task = e
			seen = append(seen, string(e.Status.State))
		case *a2a.TaskStatusUpdateEvent:
			task.Status = e.Status
			seen = append(seen, string(e.Status.State)+" "+textOfParts(statusParts(e.Status)))
		case *a2a.TaskArtifactUpdateEvent:
			if e.Append {
				task.Artifacts[0].Parts = append(task.Artifacts[0].Parts, e.Artifact.Parts...)
			} else {
				task.Artifacts = []*a2a.Artifact{e.Artifact}
			}
			seen = append(seen, fmt.Sprintf("artifact %q append=%t last=%t", textOfParts(e.Artifact.Parts), e.Append, e.LastChunk))
		}
	}
	return task, seen
}

func statusParts(status a2a.TaskStatus) a2a.ContentParts {
	if status.Message == nil {
		return nil
	}
	return status.Message.Parts
}

func textOfParts(parts a2a.ContentParts) string {
	var text strings.Builder
	for _, part := range parts {
		text.WriteString(part.Text())
	}
	return text.String()
}

func artifactText(task *a2a.Task) string {
	var text strings.Builder
	for _, artifact := range task.Artifacts {
		text.WriteString(textOfParts(artifact.Parts))
	}
	return text.String()
}

// forEachA2AClient runs a test with the library's client of each version, streaming and not.
func forEachA2AClient(t *testing.T, test func(t *testing.T, w *workspace, c *a2aclient.Client, ask a2aAsk)) {
	t.Helper()
	for _, version := range []a2a.ProtocolVersion{a2a.Version, a2av0.Version} {
		for name, ask := range asks() {
			t.Run(string(version)+" "+name, func(t *testing.T) {
				t.Parallel()
				w := openA2A(t, sandbox.Options{})
				w.create("helper", toolSettings(object{"type": "function", "key": "get_weather"}, object{"type": "function", "key": "get_time"}))
				test(t, w, w.a2aClient(version, "helper"), ask)
			})
		}
	}
}

func TestA2AClientIsAnswered(t *testing.T) {
	t.Parallel()
	forEachA2AClient(t, func(t *testing.T, w *workspace, c *a2aclient.Client, ask a2aAsk) {
		task := ask(t, c, userMessage("/count 3\nHello", a2a.TaskInfo{}))
		if task.Status.State != a2a.TaskStateCompleted || task.Status.Timestamp == nil || len(task.Artifacts) != 1 {
			t.Errorf("task has status %+v and %d artifacts, want completed with a time, and 1", task.Status, len(task.Artifacts))
		}
		text := artifactText(task)
		if !strings.HasPrefix(text, "1 2 3 [sandbox]") || !strings.HasSuffix(text, "You wrote: Hello") {
			t.Errorf("artifact = %q, want the numbers and the answer", text)
		}
		if len(task.History) != 1 || task.History[0].Role != a2a.MessageRoleUser || textOfParts(task.History[0].Parts) != "/count 3\nHello" {
			t.Errorf("history = %+v, want the user's message alone", task.History)
		}
		// It is a task of the Agents API, too.
		if got := w.response("helper", string(task.ID)); got.Output[0].Text() != text {
			t.Errorf("output in the Agents API = %q, want that of the artifact, %q", got.Output[0].Text(), text)
		}
		again, err := c.GetTask(t.Context(), &a2a.GetTaskRequest{ID: task.ID})
		if err != nil || again.Status.State != a2a.TaskStateCompleted || artifactText(again) != text || again.ContextID != task.ContextID {
			t.Errorf("GetTask = %+v, %v, want the task as it was received", again, err)
		}
	})
}

func TestA2AClientAnswersToolCalls(t *testing.T) {
	t.Parallel()
	forEachA2AClient(t, func(t *testing.T, _ *workspace, c *a2aclient.Client, ask a2aAsk) {
		task := ask(t, c, userMessage(`/tool get_weather {"city":"Ghent"}`, a2a.TaskInfo{}))
		if task.Status.State != a2a.TaskStateInputRequired {
			t.Fatalf("state = %s, want %s", task.Status.State, a2a.TaskStateInputRequired)
		}
		parts := statusParts(task.Status)
		calls, _ := parts[len(parts)-1].Data().(map[string]any)["tool_calls"].([]any)
		if !strings.Contains(textOfParts(parts), "I need the result of get_weather") || len(calls) != 1 {
			t.Fatalf("status message = %+v, want the question and 1 call as data", parts)
		}
		pending := calls[0].(map[string]any)
		if diff := cmp.Diff(map[string]any{"city": "Ghent"}, pending["arguments"]); diff != "" || pending["name"] != "get_weather" {
			t.Errorf("call = %v, want get_weather with the arguments given", pending)
		}
		// A text answers a single call.
		done := ask(t, c, userMessage("sunny", task.TaskInfo()))
		if got := artifactText(done); done.ID != task.ID || done.Status.State != a2a.TaskStateCompleted || !strings.Contains(got, `get_weather returned "sunny"`) {
			t.Errorf("task %s is %s with %q, want %s completed with the result", done.ID, done.Status.State, got, task.ID)
		}
	})
}

func TestA2AClientAnswersSeveralToolCalls(t *testing.T) {
	t.Parallel()
	forEachA2AClient(t, func(t *testing.T, w *workspace, c *a2aclient.Client, ask a2aAsk) {
		task := ask(t, c, userMessage("/tool get_weather\n/tool get_time", a2a.TaskInfo{}))
		first := w.response("helper", string(task.ID)).PendingToolCalls[0]
		answer := userMessage("", task.TaskInfo())
		answer.Message.Parts = a2a.ContentParts{a2a.NewDataPart(map[string]any{
			"tool_results": []any{map[string]any{"tool_call_id": first.ID, "result": map[string]any{"sky": "blue"}}},
		})}
		task = ask(t, c, answer)
		for task.Status.State == a2a.TaskStateInputRequired {
			task = ask(t, c, userMessage("noon", task.TaskInfo()))
		}
		if got := artifactText(task); !strings.Contains(got, `get_weather returned {"sky":"blue"}`) || !strings.Contains(got, `get_time returned "noon"`) {
			t.Errorf("answer = %q, want both results", got)
		}
	})
}

func TestA2AStreamFollowsTheRun(t *testing.T) {
	t.Parallel()
	for _, version := range []a2a.ProtocolVersion{a2a.Version, a2av0.Version} {
		t.Run(string(version), func(t *testing.T) {
			t.Parallel()
			model := serveModel(t, replyCalls(modelCall{"call_1", "current_date", "{}"}), replyText("It is late."))
			w := openA2A(t, sandbox.Options{Model: sandbox.ModelOptions{URL: model.url}})
			w.create("helper", toolSettings(object{"type": "current_date"}))
			_, got := streamA2A(t, w.a2aClient(version, "helper"), userMessage("How late is it?", a2a.TaskInfo{}))
			want := []string{
				"TASK_STATE_SUBMITTED", "TASK_STATE_WORKING ", `artifact "It is late." append=false last=true`, "TASK_STATE_COMPLETED ",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("events of a model (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("pieces", func(t *testing.T) {
		t.Parallel()
		w := openA2A(t, sandbox.Options{})
		w.create("helper")
		_, got := streamA2A(t, w.a2aClient(a2a.Version, "helper"), userMessage("/count 2\n/fail no fuel", a2a.TaskInfo{}))
		want := []string{
			"TASK_STATE_SUBMITTED", "TASK_STATE_WORKING ", `artifact "1 " append=false last=false`, `artifact "2 " append=true last=false`,
			"TASK_STATE_FAILED no fuel",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events of a run that fails (-want +got):\n%s", diff)
		}
	})
}

func TestA2AContextKeepsTheConversation(t *testing.T) {
	t.Parallel()
	model := serveModel(t, replyText("Hello Ada."), replyText("You are Ada."), replyText("I do not know."))
	w := openA2A(t, sandbox.Options{Model: sandbox.ModelOptions{URL: model.url}})
	w.create("helper")
	w.create("other")
	c := w.a2aClient(a2a.Version, "helper")
	first := sendA2A(t, c, userMessage("I am Ada.", a2a.TaskInfo{ContextID: "mine"}))
	second := sendA2A(t, c, userMessage("Who am I?", a2a.TaskInfo{ContextID: first.ContextID}))
	if first.ContextID != "mine" || second.ContextID != "mine" || first.ID == second.ID {
		t.Errorf("tasks = %+v and %+v, want two in the context mine", first.TaskInfo(), second.TaskInfo())
	}
	sendA2A(t, w.a2aClient(a2a.Version, "other"), userMessage("Who am I?", a2a.TaskInfo{ContextID: "mine"}))
	var got []int
	for _, asked := range model.asked {
		got = append(got, len(asked.Messages))
	}
	// The system's message and the user's; then the first turn, too. Another agent has not heard of it.
	if diff := cmp.Diff([]int{2, 4, 2}, got); diff != "" {
		t.Errorf("messages sent to the model (-want +got):\n%s", diff)
	}
}

func TestA2ATaskIsCanceled(t *testing.T) {
	t.Parallel()
	for _, version := range []a2a.ProtocolVersion{a2a.Version, a2av0.Version} {
		for name, message := range map[string]string{"working": "/slow 10m", "waiting": "/tool get_weather"} {
			t.Run(string(version)+" "+name, func(t *testing.T) {
				t.Parallel()
				w := openA2A(t, sandbox.Options{})
				w.create("helper", toolSettings(object{"type": "function", "key": "get_weather"}))
				c := w.a2aClient(version, "helper")
				request := userMessage(message, a2a.TaskInfo{})
				request.Config = &a2a.SendMessageConfig{ReturnImmediately: name == "working"}
				task := sendA2A(t, c, request)
				canceled, err := c.CancelTask(t.Context(), &a2a.CancelTaskRequest{ID: task.ID})
				if err != nil || canceled.Status.State != a2a.TaskStateCanceled {
					t.Fatalf("CancelTask = %+v, %v, want a canceled task", canceled, err)
				}
				if _, err := c.CancelTask(t.Context(), &a2a.CancelTaskRequest{ID: task.ID}); !errors.Is(err, a2a.ErrTaskNotCancelable) {
					t.Errorf("CancelTask again: %v, want %v", err, a2a.ErrTaskNotCancelable)
				}
			})
		}
	}
}

func TestA2ATurnOutlivesItsClient(t *testing.T) {
	t.Parallel()
	for _, version := range []a2a.ProtocolVersion{a2a.Version, a2av0.Version} {
		t.Run(string(version), func(t *testing.T) {
			t.Parallel()
			asked, answer := make(chan struct{}), make(chan struct{})
			model := serveModel(t, func(w http.ResponseWriter, r *http.Request) {
				close(asked)
				<-answer
				replyText("Late.")(w, r)
			})
			w := openA2A(t, sandbox.Options{Model: sandbox.ModelOptions{URL: model.url}})
			w.create("helper")
			c := w.a2aClient(version, "helper")
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			var task *a2a.Task
			for event, err := range c.SendStreamingMessage(ctx, userMessage("Hi", a2a.TaskInfo{})) {
				if err != nil {
					t.Fatal(err)
				}
				task = event.(*a2a.Task)
				break
			}
			leave()
			<-asked
			var states []string
			for event, err := range c.SubscribeToTask(t.Context(), &a2a.SubscribeToTaskRequest{ID: task.ID}) {
				if err != nil {
					t.Fatal(err)
				}
				states = append(states, fmt.Sprintf("%T", event))
				if len(states) == 2 {
					close(answer)
				}
			}
			want := []string{"*a2a.Task", "*a2a.TaskStatusUpdateEvent", "*a2a.TaskArtifactUpdateEvent", "*a2a.TaskStatusUpdateEvent"}
			if diff := cmp.Diff(want, states); diff != "" {
				t.Errorf("events after subscribing again (-want +got):\n%s", diff)
			}
			got, err := c.GetTask(t.Context(), &a2a.GetTaskRequest{ID: task.ID})
			if err != nil || artifactText(got) != "Late." {
				t.Errorf("GetTask = %+v, %v, want the answer", got, err)
			}
		})
	}
}

func TestA2AFilesAndData(t *testing.T) {
	t.Parallel()
	forEachA2AClient(t, func(t *testing.T, _ *workspace, c *a2aclient.Client, ask a2aAsk) {
		file := a2a.NewRawPart([]byte("%PDF"))
		file.MediaType, file.Filename = "application/pdf", "plan.pdf"
		request := userMessage("Look", a2a.TaskInfo{})
		request.Message.Parts = append(request.Message.Parts, file, a2a.NewFileURLPart("http://h/x.png", "image/png"), a2a.NewDataPart(map[string]any{"n": 1}))
		task := ask(t, c, request)
		if text := artifactText(task); !strings.HasSuffix(text, "You wrote: Look\n{\"n\":1}") {
			t.Errorf("answer = %q, want one to the text and the data", text)
		}
		parts := task.History[0].Parts
		if len(parts) != 4 || string(parts[1].Raw()) != "%PDF" || parts[1].Filename != "plan.pdf" || parts[1].MediaType != "application/pdf" ||
			parts[2].URL() != "http://h/x.png" || parts[2].MediaType != "image/png" {
			t.Errorf("parts in the history = %+v, want those sent, data as text", parts)
		}
		none, one := 0, 1
		next := sendA2A(t, c, userMessage("Again", a2a.TaskInfo{ContextID: task.ContextID}))
		if got := len(next.History); got != 3 { // both messages of the user, and the first answer
			t.Errorf("history has %d messages, want 3", got)
		}
		for length, want := range map[*int]int{nil: 3, &one: 1, &none: 0} {
			got, err := c.GetTask(t.Context(), &a2a.GetTaskRequest{ID: next.ID, HistoryLength: length})
			if err != nil || len(got.History) != want {
				t.Errorf("GetTask: %d messages of history, %v, want %d", len(got.History), err, want)
			}
		}
	})
}

func TestA2ATaskAndContextSurviveARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "agents.db")
	w := openA2A(t, sandbox.Options{Data: path})
	w.create("helper", toolSettings(object{"type": "function", "key": "get_weather"}))
	c := w.a2aClient(a2a.Version, "helper")
	first := sendA2A(t, c, userMessage("Hi", a2a.TaskInfo{}))
	paused := sendA2A(t, c, userMessage("/tool get_weather", a2a.TaskInfo{ContextID: first.ContextID}))
	w.close()
	w = openA2A(t, sandbox.Options{Data: path})
	c = w.a2aClient(a2a.Version, "helper")
	done := sendA2A(t, c, userMessage("sunny", paused.TaskInfo()))
	if got := artifactText(done); !strings.Contains(got, `get_weather returned "sunny"`) || done.ContextID != first.ContextID {
		t.Errorf("answer = %q in the context %s, want the result in %s", got, done.ContextID, first.ContextID)
	}
	next := sendA2A(t, c, userMessage("And now?", a2a.TaskInfo{ContextID: first.ContextID}))
	if got := textOfParts(next.History[0].Parts); got != "Hi" {
		t.Errorf("history begins with %q, want the first message of the context", got)
	}
}

func TestCloseEndsA2ATurns(t *testing.T) {
	t.Parallel()
	w := openA2A(t, sandbox.Options{})
	w.create("helper")
	c := w.a2aClient(a2a.Version, "helper")
	var last *a2a.TaskStatusUpdateEvent
	for event, err := range c.SendStreamingMessage(t.Context(), userMessage("/slow 10m", a2a.TaskInfo{})) {
		if err != nil {
			t.Fatal(err)
		}
		if update, ok := event.(*a2a.TaskStatusUpdateEvent); ok {
			if last = update; update.Status.State == a2a.TaskStateWorking {
				go w.close()
			}
		}
	}
	if last == nil || last.Status.State != a2a.TaskStateFailed || textOfParts(statusParts(last.Status)) != "the sandbox was closed" {
		t.Errorf("last status = %+v, want a failure with the reason", last)
	}
}

func TestA2ACard(t *testing.T) {
	t.Parallel()
	w := openA2A(t, sandbox.Options{Key: "key"})
	w.create("helper", object{"role": "weather expert"})
	endpoint := w.url + "/v2/agents/helper/a2a"
	for _, path := range []string{"/card", "/.well-known/agent-card.json"} {
		card := call[map[string]any](w, 200, "GET", "/v2/agents/helper/a2a"+path, nil)
		skill := card["skills"].([]any)[0].(map[string]any)
		got := []any{card["name"], card["description"], skill["name"], card["url"], card["protocolVersion"], card["preferredTransport"]}
		if diff := cmp.Diff([]any{"helper", "Tests things", "weather expert", endpoint, "0.3.0", "JSONRPC"}, got); diff != "" {
			t.Errorf("card at %s (-want +got):\n%s", path, diff)
		}
	}
	raw, err := json.Marshal(call[map[string]any](w, 200, "GET", "/v2/agents/helper/a2a/card", nil))
	if err != nil {
		t.Fatal(err)
	}
	var current a2a.AgentCard // as a client of 1.0 that knows nothing of 0.3 reads it
	if err := json.Unmarshal(raw, &current); err != nil {
		t.Fatal(err)
	}
	bearer := a2a.HTTPAuthSecurityScheme{Scheme: "Bearer"}
	if !current.Capabilities.Streaming || current.SecuritySchemes["bearer"] != bearer {
		t.Errorf("card = %+v, want streaming and a bearer token", current)
	}
	var interfaces []a2a.AgentInterface
	for _, iface := range current.SupportedInterfaces {
		interfaces = append(interfaces, *iface)
	}
	want := []a2a.AgentInterface{
		{URL: endpoint, ProtocolBinding: "JSONRPC", ProtocolVersion: "1.0"}, {URL: endpoint, ProtocolBinding: "JSONRPC", ProtocolVersion: "0.3"},
	}
	if diff := cmp.Diff(want, interfaces); diff != "" {
		t.Errorf("interfaces (-want +got):\n%s", diff)
	}
	proxied := w.request("GET", "/v2/agents/helper/a2a/card", nil)
	proxied.Host = "agents.example"
	proxied.Header.Set("X-Forwarded-Proto", "https")
	if _, body := w.send(proxied); !strings.Contains(string(body), `"url":"https://agents.example/v2/agents/helper/a2a"`) {
		t.Errorf("card = %s, want the address by which the proxy is reached", body)
	}
	w.refused(404, "GET", "/v2/agents/nobody/a2a/card", nil)
	for _, r := range []*http.Request{w.request("GET", "/v2/agents/helper/a2a/card", nil), w.request("POST", "/v2/agents/helper/a2a", object{})} {
		r.Header.Set("Authorization", "Bearer wrong")
		if got, _ := w.send(r); got != 401 {
			t.Errorf("%s %s with a wrong key: status %d, want 401", r.Method, r.URL.Path, got)
		}
	}
}

func TestA2AErrors(t *testing.T) {
	t.Parallel()
	w := openA2A(t, sandbox.Options{})
	w.create("helper")
	w.create("other")
	w.create("forgetful", toolSettings(object{"type": "query_memory_store"}), object{"memory_stores": []string{"notes"}})
	ended := sendA2A(t, w.a2aClient(a2a.Version, "helper"), userMessage("Hi", a2a.TaskInfo{}))
	text := []object{{"kind": "text", "text": "Hi"}}
	message := func(changes ...object) object {
		return object{"message": with(object{"kind": "message", "messageId": "m", "role": "user", "parts": text}, changes...)}
	}
	current := func(changes ...object) object {
		return object{"message": with(object{"messageId": "m", "role": "ROLE_USER", "parts": []object{{"text": "Hi"}}}, changes...)}
	}
	for name, test := range map[string]struct {
		key, method string
		params      object
		code        int
		message     string
	}{
		"unknown method":         {"helper", "message/shout", nil, -32601, "method not found"},
		"unknown method of 1.0":  {"helper", "Shout", nil, -32601, "method not found"},
		"no message":             {"helper", "message/send", object{}, -32602, "message: is required"},
		"params of another type": {"helper", "message/send", object{"message": 1}, -32602, "params: "},
		"no parts":               {"helper", "message/send", message(object{"parts": []object{}}), -32602, "message.parts: is empty"},
		"message of an agent":    {"helper", "message/send", message(object{"role": "agent"}), -32602, "message.role: "},
		"unknown kind of part":   {"helper", "message/send", message(object{"parts": []object{{"kind": "smell"}}}), -32602, "message.parts[0]: must be a text"},
		"file that is no base64": {"helper", "message/send", message(object{"parts": []object{{"kind": "file", "file": object{"bytes": "?"}}}}), -32602, "message.parts[0]: "},
		"long context":           {"helper", "message/send", message(object{"contextId": strings.Repeat("c", 256)}), -32602, "message.contextId: "},
		"another context":        {"helper", "message/send", message(object{"taskId": ended.ID, "contextId": "c"}), -32602, "message.contextId: the task is in the context"},
		"ended task":             {"helper", "message/send", message(object{"taskId": ended.ID}), -32004, "message.taskId: the task has ended"},
		"ended task in 1.0":      {"helper", "SendMessage", current(object{"taskId": ended.ID}), -32004, "message.taskId: the task has ended"},
		"unknown task":           {"helper", "message/send", message(object{"taskId": "t"}), -32001, "no such task"},
		"get unknown task":       {"helper", "tasks/get", object{"id": "t"}, -32001, "no such task"},
		"cancel unknown task":    {"helper", "CancelTask", object{"id": "t"}, -32001, "no such task"},
		"task of another agent":  {"other", "GetTask", object{"id": ended.ID}, -32001, "no such task"},
		"no memory entity":       {"forgetful", "message/send", message(), -32602, "Memory entity ID is required"},
		"refused by the agent":   {"helper", "message/send", message(object{"parts": []object{{"kind": "text", "text": "/error 429"}}}), -32602, "status 429"},
		"push notifications":     {"helper", "message/send", with(message(), object{"configuration": object{"pushNotificationConfig": object{"url": "http://h"}}}), -32003, "not supported"},
		"push configuration":     {"helper", "CreateTaskPushNotificationConfig", object{"taskId": ended.ID, "url": "http://h"}, -32003, "not supported"},
		"list of tasks":          {"helper", "ListTasks", object{}, -32004, "does not list tasks"},
		"extended card":          {"helper", "agent/getAuthenticatedExtendedCard", nil, -32007, "not configured"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call[rpcAnswer](w, 200, "POST", "/v2/agents/"+test.key+"/a2a",
				object{"jsonrpc": "2.0", "id": 7, "method": test.method, "params": test.params})
			if got.ID != 7 || got.Error.Code != test.code || !strings.Contains(got.Error.Message, test.message) {
				t.Errorf("answer = %+v, want id 7 and error %d with %q", got, test.code, test.message)
			}
		})
	}
	t.Run("memory entity", func(t *testing.T) {
		t.Parallel()
		got := call[rpcAnswer](w, 200, "POST", "/v2/agents/forgetful/a2a", object{
			"jsonrpc": "2.0", "id": 7, "method": "message/send", "params": message(object{"metadata": object{"memory_entity_id": "ada"}}),
		})
		if got.Error.Message != "" {
			t.Errorf("error = %q, want none", got.Error.Message)
		}
	})
	t.Run("version", func(t *testing.T) {
		t.Parallel()
		r := w.request("POST", "/v2/agents/helper/a2a", object{"jsonrpc": "2.0", "id": 7, "method": "SendMessage", "params": current()})
		r.Header.Set("A2A-Version", "2.0")
		if _, body := w.send(r); !strings.Contains(string(body), `"code":-32009`) {
			t.Errorf("answer for A2A 2.0 = %s, want code -32009", body)
		}
	})
	t.Run("size", func(t *testing.T) {
		t.Parallel()
		w.refused(413, "POST", "/v2/agents/helper/a2a", object{"x": strings.Repeat("x", 8<<20)})
	})
}

type rpcAnswer struct {
	ID    int `json:"id"`
	Error struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}
