package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// fakeModel is an OpenAI-compatible server that answers each request with the next of its replies and records the
// requests.
type fakeModel struct {
	t   *testing.T
	url string

	mu      sync.Mutex
	replies []reply
	asked   []chatRequest
}

// reply answers one request.
type reply func(w http.ResponseWriter, r *http.Request)

// chatRequest is a request as the server decodes it.
type chatRequest struct {
	Authorization string
	Path          string
	Body          map[string]any
	Messages      []chatMessage
	Tools         map[string]chatFunction
}

type chatMessage struct {
	Role       string `json:"role"`
	Content    any    `json:"content"`
	ToolCallID string `json:"tool_call_id"`
	ToolCalls  []struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Function struct {
			Name      string `json:"name"`
			Arguments string `json:"arguments"`
		} `json:"function"`
	} `json:"tool_calls"`
}

type chatFunction struct {
	Name        string         `json:"name"`
	Description string         `json:"description"`
	Strict      bool           `json:"strict"`
	Parameters  map[string]any `json:"parameters"`
}

func serveModel(t *testing.T, replies ...reply) *fakeModel {
	t.Helper()
	f := &fakeModel{t: t, replies: replies}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL + "/v1"
	return f
}

// ServeHTTP implements http.Handler.
func (f *fakeModel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := chatRequest{Authorization: r.Header.Get("Authorization"), Path: r.URL.Path, Tools: map[string]chatFunction{}}
	var raw json.RawMessage
	var typed struct {
		Messages []chatMessage `json:"messages"`
		Tools    []struct {
			Type     string       `json:"type"`
			Function chatFunction `json:"function"`
		} `json:"tools"`
	}
	err := json.NewDecoder(r.Body).Decode(&raw)
	if err == nil {
		err = json.Unmarshal(raw, &typed)
	}
	if err == nil {
		err = json.Unmarshal(raw, &asked.Body)
	}
	if err != nil {
		f.t.Errorf("decode the request to the model server: %v: %s", err, raw)
	}
	asked.Messages = typed.Messages
	for _, tool := range typed.Tools {
		if tool.Type != "function" {
			f.t.Errorf("type of a tool = %q, want function", tool.Type)
		}
		asked.Tools[tool.Function.Name] = tool.Function
	}
	f.mu.Lock()
	n := len(f.asked)
	f.asked = append(f.asked, asked)
	f.mu.Unlock()
	if n >= len(f.replies) {
		f.t.Errorf("request %d to the model server has no reply in the script: %s", n+1, raw)
		http.Error(w, `{"error":{"message":"the script has ended"}}`, http.StatusTeapot)
		return
	}
	f.replies[n](w, r)
}

// requests returns the requests so far, and requires that there are as many as want.
func (f *fakeModel) requests(want int) []chatRequest {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.asked) != want {
		f.t.Fatalf("the model server received %d requests, want %d", len(f.asked), want)
	}
	return slices.Clone(f.asked)
}

// transcript formats each message as a line: role, text, and its calls or the id of the call that it answers.
func transcript(messages []chatMessage) []string {
	lines := make([]string, len(messages))
	for i, m := range messages {
		lines[i] = m.Role + ":"
		if m.Content != nil {
			lines[i] += fmt.Sprintf(" %v", m.Content)
		}
		for _, call := range m.ToolCalls {
			lines[i] += fmt.Sprintf(" [%s %s%s]", call.ID, call.Function.Name, call.Function.Arguments)
		}
		if m.ToolCallID != "" {
			lines[i] += " <" + m.ToolCallID + ">"
		}
	}
	return lines
}

// openWith opens a workspace whose agents run on the model server.
func openWith(t *testing.T, f *fakeModel, changes ...func(*sandbox.ModelOptions)) *workspace {
	t.Helper()
	o := sandbox.Options{Model: sandbox.ModelOptions{URL: f.url}}
	for _, change := range changes {
		change(&o.Model)
	}
	return open(t, o)
}

// replyChunks streams data lines as OpenAI does, and ends the stream.
func replyChunks(lines ...string) reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		for _, line := range append(lines, "[DONE]") {
			fmt.Fprintf(w, "data: %s\n\n", line)
			w.(http.Flusher).Flush()
		}
	}
}

// delta returns a chunk with one choice.
func delta(d string) string {
	return `{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":` + d + `,"finish_reason":null}],"usage":null}`
}

// finishChunk returns the last chunk with a choice.
func finishChunk(reason string) string {
	return `{"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}`
}

const usageChunk = `{"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":5,"total_tokens":25,` +
	`"prompt_tokens_details":{"cached_tokens":16},"completion_tokens_details":{"reasoning_tokens":2}}}`

// replyText streams an answer word by word.
func replyText(text string) reply {
	lines := []string{delta(`{"role":"assistant","content":""}`)}
	for word := range strings.SplitAfterSeq(text, " ") {
		encoded, _ := json.Marshal(word)
		lines = append(lines, delta(`{"content":`+string(encoded)+`}`))
	}
	return replyChunks(append(lines, finishChunk("stop"), usageChunk)...)
}

// modelCall is a tool call of a reply.
type modelCall struct{ id, name, arguments string }

// replyCalls streams tool calls in pieces: the name first, then the arguments in two halves, interleaved by index.
func replyCalls(all ...modelCall) reply {
	lines := []string{delta(`{"role":"assistant","content":null}`)}
	for i, call := range all {
		lines = append(lines, delta(fmt.Sprintf(`{"tool_calls":[{"index":%d,"id":%q,"type":"function","function":{"name":%q,"arguments":""}}]}`, i, call.id, call.name)))
	}
	for half := range 2 {
		for i, call := range all {
			middle := len(call.arguments) / 2
			piece, _ := json.Marshal([]string{call.arguments[:middle], call.arguments[middle:]}[half])
			lines = append(lines, delta(fmt.Sprintf(`{"tool_calls":[{"index":%d,"function":{"arguments":%s}}]}`, i, piece)))
		}
	}
	return replyChunks(append(lines, finishChunk("tool_calls"), usageChunk)...)
}

// replyBody answers with a status and a body, of JSON unless a header differs; headers are pairs of name and value.
func replyBody(status int, body string, headers ...string) reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// replyAndHang sends a piece of an answer, closes asked and sends nothing more. When the client is gone it closes left.
func replyAndHang(asked, left chan<- struct{}) reply {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: %s\n\n", delta(`{"content":"I was about"}`))
		w.(http.Flusher).Flush()
		close(asked)
		<-r.Context().Done()
		close(left)
	}
}

// replyEndlessly begins an answer and writes on until the client is gone.
func replyEndlessly(begin, media string) reply {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", media)
		fmt.Fprint(w, begin)
		more := []byte(": " + strings.Repeat("x", 1<<16) + "\n\ndata: " + delta(`{"content":""}`) + "\n\n")
		for r.Context().Err() == nil {
			if _, err := w.Write(more); err != nil {
				return
			}
		}
	}
}
