package contract

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

const (
	goodAgent = `{"_id": "1", "key": "scout", "display_name": "Scout", "project_id": "p", "status": "live",
		"path": "Default", "role": "r", "description": "d", "instructions": "i", "model": {"id": "m"}}`
	goodNewAgent = `{"key": "scout", "role": "r", "description": "d", "instructions": "i", "path": "Default",
		"model": "openai/gpt-4o", "settings": {"tools": [{"type": "current_date"}]}}`
	goodRun = `{"key": "scout", "role": "r", "instructions": "i", "path": "Default", "model": "openai/gpt-4o",
		"settings": {}, "message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}}`
	goodAsk   = `{"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}, "stream": true}`
	emptyList = `{"object": "list", "has_more": false, "data": []}`
	goodTask  = `{"id": "1", "contextId": "c", "kind": "task", "status": {"state": "submitted"}}`

	started = `{"type": "response.started", "timestamp": "2026-03-24T00:00:00Z",
		"data": {"responseId": "r", "taskId": "t", "model": "m", "workflowRunId": "w"}}`
	delta = `{"type": "part.delta", "timestamp": "2026-03-24T00:00:00Z",
		"data": {"partId": "text_1", "delta": {"kind": "text", "text": "hel"}}}`
	responseDone = `{"type": "response.done", "timestamp": "2026-03-24T00:00:00Z", "data": {"finishReason": "stop"}}`
	streamError  = `{"type": "agents.error", "timestamp": "2026-03-24T00:00:00Z", "data": {"error": "e", "code": "c"}}`
)

// recorder is a testing.TB that records errors, logs and skips.
type recorder struct {
	testing.TB
	mu      sync.Mutex
	errors  []string
	logs    []string
	skipped string
	cleanup []func()
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) Logf(format string, args ...any) {
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
}
func (r *recorder) Skipf(format string, args ...any) { r.skipped = fmt.Sprintf(format, args...) }
func (r *recorder) Cleanup(f func())                 { r.cleanup = append(r.cleanup, f) }

// answering returns a handler that reads the request and gives one answer.
func answering(status int, mediaType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if mediaType != "" {
			w.Header().Set("Content-Type", mediaType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// streaming returns a handler that answers with the data of events.
func streaming(data ...string) http.HandlerFunc {
	var body strings.Builder
	for _, d := range data {
		for line := range strings.Lines(d) {
			body.WriteString("data: " + strings.TrimRight(line, "\n") + "\n")
		}
		body.WriteString("\n")
	}
	return answering(http.StatusOK, mediaEvents, body.String())
}

func asJSON(body string) http.HandlerFunc { return answering(http.StatusOK, mediaJSON, body) }

func newRequest(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", mediaJSON)
	}
	return r
}

func TestValidTrafficPasses(t *testing.T) {
	t.Parallel()
	Require(t)
	for name, c := range map[string]struct {
		method, path, body string
		handler            http.Handler
	}{
		"get":              {"GET", "/v2/agents/scout", "", asJSON(goodAgent)},
		"get with charset": {"GET", "/v2/agents/scout", "", answering(200, "application/json; charset=utf-8", goodAgent)},
		"head":             {"HEAD", "/v2/agents/scout", "", answering(200, mediaJSON, "")},
		"list": {"GET", "/v2/agents?limit=200&type=a2a&starting_after=x", "",
			asJSON(`{"object": "list", "has_more": false, "data": [` + goodAgent + `]}`)},
		"create":           {"POST", "/v2/agents", goodNewAgent, answering(201, mediaJSON, goodAgent)},
		"update":           {"PATCH", "/v2/agents/scout", `{"role": "other"}`, asJSON(goodAgent)},
		"delete":           {"DELETE", "/v2/agents/scout", "", answering(204, "", "")},
		"run":              {"POST", "/v2/agents/run", goodRun, asJSON(goodTask)},
		"optional body":    {"POST", "/v2/agents/scout/card/refresh", "", asJSON(`{"message": "done"}`)},
		"refused request":  {"POST", "/v2/agents", `{"key": 1}`, answering(400, mediaJSON, `{"message": "key"}`)},
		"broken request":   {"POST", "/v2/agents", `{"key"`, answering(400, mediaJSON, `{"message": "key"}`)},
		"declared error":   {"GET", "/v2/agents/none", "", answering(404, mediaJSON, `{"message": "none"}`)},
		"undeclared error": {"GET", "/v2/agents/scout", "", answering(503, "text/html", "<html>")},
		"problem": {"GET", "/v2/agents",
			"", answering(429, "application/problem+json", `{"message": "m", "code": 1}`)},
		"unknown path":   {"GET", "/health", "", answering(404, mediaJSON, `[]`)},
		"unknown method": {"PUT", "/v2/agents", "", answering(405, "", "")},
		"stream": {"POST", "/v2/agents/scout/responses",
			goodAsk, streaming(started, delta, delta, responseDone, "[DONE]")},
		"stream-run": {"POST", "/v2/agents/stream-run", goodRun, streaming(streamError)},
		"comments and line ends": {"POST", "/v2/agents/stream-run", goodRun, answering(200, mediaEvents,
			": ping\r\n\r\n\nevent: e\r\nid: 1\r\ndata:"+streamError+"\r\n\r\ndata: [DONE]\n\n: bye\n\n")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			Check(t, c.handler).ServeHTTP(w, newRequest(c.method, c.path, c.body))
			plain := httptest.NewRecorder()
			c.handler.ServeHTTP(plain, newRequest(c.method, c.path, c.body))
			if w.Code != plain.Code || w.Body.String() != plain.Body.String() {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, plain.Code, plain.Body)
			}
		})
	}
}

func TestViolationsAreReported(t *testing.T) {
	t.Parallel()
	Require(t)
	const responses = "/v2/agents/scout/responses"
	for name, c := range map[string]struct {
		method, path, body string
		handler            http.Handler
		want               string
	}{
		"field of request": {"POST", "/v2/agents", strings.Replace(goodNewAgent, `"scout"`, `7`, 1), answering(201, mediaJSON, goodAgent),
			"POST /v2/agents answered 201: request body breaks the API contract\n  at /key: got number, want string"},
		"alternative of request": {"POST", "/v2/agents/run", strings.Replace(goodRun, `"text": "hello"`, `"txt": "hello"`, 1), asJSON(goodTask),
			"\n  at /message/parts/0: missing property 'text'"},
		"no alternative of request": {"POST", "/v2/agents/run", strings.Replace(goodRun, `"kind": "text"`, `"kind": "txt"`, 1), asJSON(goodTask),
			"\n  at /message/parts/0/kind: fits no alternative: value must be 'text'; or value must be 'file'; or"},
		"format": {"POST", "/v2/agents/run",
			strings.Replace(goodRun, `"settings"`, `"contact": {"id": "1", "email": "x"}, "settings"`, 1),
			asJSON(goodTask), "is not valid email"},
		"missing body": {"POST", "/v2/agents",
			"", answering(201, mediaJSON, goodAgent), "request breaks the API contract\n  lacks a body"},
		"body is not JSON": {"POST", "/v2/agents",
			"{", answering(201, mediaJSON, goodAgent), "request body breaks the API contract\n  is not JSON: unexpected EOF"},
		"limit": {"GET", "/v2/agents?limit=201",
			"", asJSON(emptyList), "query breaks the API contract\n  at /limit: maximum"},
		"limit of no number": {"GET", "/v2/agents?limit=x", "", asJSON(emptyList),
			"query breaks the API contract\n  at /limit: got string, want number"},
		"enumeration":        {"GET", "/v2/agents?type=b", "", asJSON(emptyList), "at /type: value must be one of"},
		"repeated parameter": {"GET", "/v2/agents?limit=1&limit=2", "", asJSON(emptyList), "at /limit: is given 2 times"},
		"unknown parameter":  {"GET", "/v2/agents?page=1", "", asJSON(emptyList), "at /page: is not a parameter"},
		"unknown path": {"GET", "/v2/robots",
			"", asJSON(`{}`), "GET /v2/robots answered 200: request breaks the API contract\n  is for no operation"},

		"field of answer": {"GET", "/v2/agents/scout",
			"",
			asJSON(strings.Replace(goodAgent, "live", "dead", 1)),
			"answered 200: answer breaks the API contract\n  at /status: value must be one of 'live'"},
		"missing in answer": {"GET", "/v2/agents/scout", "", asJSON(`{}`), "missing properties '_id', 'key'"},
		"answer is not JSON": {"GET", "/v2/agents/scout",
			"", asJSON(`<html>`), "answer breaks the API contract\n  is not JSON"},
		"empty answer": {"GET", "/v2/agents/scout", "", asJSON(""), "is not JSON: EOF"},
		"handler without a response": {"GET", "/v2/agents/scout",
			"",
			http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
			`answered 200: answer breaks the API contract` + "\n" + `  has Content-Type ""`},
		"content type": {"GET", "/v2/agents/scout",
			"", answering(200, "text/plain", goodAgent), `has Content-Type "text/plain"; declared are ["application/json"]`},
		"status": {"DELETE", "/v2/agents/scout",
			"",
			answering(202, "", ""),
			"answered 202: status breaks the API contract\n  is not declared; declared are [204 404]"},
		"body where none is": {"DELETE", "/v2/agents/scout",
			"", answering(204, "", "x"), "has a body where none is declared"},
		"declared error": {"GET", "/v2/agents/scout",
			"",
			answering(404, mediaJSON, `{"error": "none"}`),
			"answered 404: answer breaks the API contract\n  missing property 'message'"},
		"undeclared error": {"GET", "/v2/agents/scout",
			"", answering(500, mediaJSON, `{"Message": "none"}`), "answered 500: error answer breaks the API contract"},
		"undeclared error array": {"GET", "/v2/agents/scout",
			"", answering(500, mediaJSON, `[]`), `is no object with a string "message"`},

		"event": {"POST", responses,
			goodAsk,
			streaming(started, strings.Replace(delta, `"text": "hel"`, `"text": 1`, 1)),
			"answered 200: event 2 part.delta breaks the API contract\n  at /data/delta/text: got number, want string"},
		"event type": {"POST", responses,
			goodAsk,
			streaming(streamError),
			`event 1 breaks the API contract` + "\n" + `  at /type: "agents.error" is not an event type`},
		"event without type": {"POST", responses, goodAsk, streaming(`[]`), `at /type: "" is not an event type`},
		"event is not JSON": {"POST", responses,
			goodAsk, streaming(started, `{"type"`), "event 2 breaks the API contract\n  is not JSON"},
		"empty event": {"POST", responses,
			goodAsk, answering(200, mediaEvents, "data:\n\n"), "event 1 breaks the API contract\n  is not JSON"},
		"event after end": {"POST", responses,
			goodAsk, streaming("[DONE]", started), "event 2 breaks the API contract\n  follows [DONE]"},
		"second end": {"POST", responses,
			goodAsk, streaming("[DONE]", "[DONE]"), "event 2 breaks the API contract\n  follows [DONE]"},
		"event without end": {"POST", responses,
			goodAsk,
			answering(200, mediaEvents, "data: [DONE]\n"),
			`stream breaks the API contract` + "\n" + `  ends within an event: "data: [DONE]\n"`},
		"stream where JSON": {"POST", "/v2/agents/run",
			goodRun, streaming(started), `has Content-Type "text/event-stream"; declared are ["application/json"]`},
		"request of stream": {"POST", responses,
			`{}`, streaming(started, "[DONE]"), "request body breaks the API contract\n  missing property 'message'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := &recorder{TB: t}
			Check(recorded, c.handler).ServeHTTP(httptest.NewRecorder(), newRequest(c.method, c.path, c.body))
			if len(recorded.errors) != 1 || !strings.Contains(recorded.errors[0], c.want) {
				t.Fatalf("got %q, want one with %q", recorded.errors, c.want)
			}
			if n := strings.Count(recorded.errors[0], "\n"); n > 4 {
				t.Errorf("reported in %d lines, want at most 5: %s", n+1, recorded.errors[0])
			}
		})
	}
}

func TestHandlerReadsTheRequest(t *testing.T) {
	t.Parallel()
	Require(t)
	handler := Check(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if string(body) != goodNewAgent || err != nil {
			t.Errorf("ReadAll(body) = %q, %v", body, err)
		}
		w.WriteHeader(http.StatusBadRequest)
	}))
	handler.ServeHTTP(httptest.NewRecorder(), newRequest("POST", "/v2/agents", goodNewAgent))
}

func TestHandlerGetsTheReadErrorOfTheRequest(t *testing.T) {
	t.Parallel()
	Require(t)
	handler := Check(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if string(body) != "{" || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("ReadAll(body) = %q, %v", body, err)
		}
		w.WriteHeader(http.StatusBadRequest)
	}))
	body := io.MultiReader(strings.NewReader("{"), failingReader{io.ErrUnexpectedEOF})
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/v2/agents", body))
}

// The handler writes an event only after the client has read the one before.
func TestStreamIsNotHeldBack(t *testing.T) {
	t.Parallel()
	Require(t)
	read := make(chan struct{})
	server := httptest.NewServer(Check(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", mediaEvents)
		w.(http.Flusher).Flush()
		for range 3 {
			fmt.Fprintf(w, "data: %s\n\n", strings.ReplaceAll(delta, "\n", ""))
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			select {
			case <-read:
			case <-r.Context().Done():
				return
			}
		}
	})))
	defer server.Close()
	resp, err := http.Post(server.URL+"/v2/agents/scout/responses", mediaJSON, strings.NewReader(goodAsk))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for range 3 {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), "data: ") || !lines.Scan() {
			t.Fatalf("read %q, %v", lines.Text(), lines.Err())
		}
		read <- struct{}{}
	}
}

func TestAbortedResponses(t *testing.T) {
	t.Parallel()
	Require(t)
	for name, c := range map[string]struct {
		path, body, sent, want string
	}{
		"within JSON":       {"/v2/agents/run", goodRun, `{"id": `, ""},
		"within an event":   {"/v2/agents/stream-run", goodRun, "data: {", ""},
		"before the answer": {"/v2/agents/run", goodRun, "", ""},
		"after a bad event": {"/v2/agents/stream-run", goodRun, "data: {}\n\ndata: {", "event 1 breaks"},
		"after a bad JSON":  {"/v2/agents/run", goodRun, `{}`, "missing properties"},
		"bad request":       {"/v2/agents/run", `{}`, `{"id": `, "request body breaks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorded := &recorder{TB: t}
			handler := Check(recorded, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", mediaJSON)
				if strings.HasSuffix(c.path, "/stream-run") {
					w.Header().Set("Content-Type", mediaEvents)
				}
				if c.sent != "" {
					_, _ = io.WriteString(w, c.sent)
				}
				panic(http.ErrAbortHandler)
			}))
			defer func() {
				if p := recover(); p != any(http.ErrAbortHandler) {
					t.Errorf("recovered %v, want %v", p, http.ErrAbortHandler)
				}
				all := strings.Join(recorded.errors, "\n")
				if len(recorded.errors) > 1 || !strings.Contains(all, c.want) || c.want == "" && all != "" {
					t.Errorf("got %q, want %q", recorded.errors, c.want)
				}
			}()
			handler.ServeHTTP(httptest.NewRecorder(), newRequest("POST", c.path, c.body))
		})
	}
}

func TestHijackedConnectionIsNotChecked(t *testing.T) {
	t.Parallel()
	Require(t)
	server := httptest.NewServer(Check(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	})))
	defer server.Close()
	if resp, err := http.Get(server.URL + "/v2/agents"); err == nil {
		resp.Body.Close()
		t.Errorf("status %s, want no response", resp.Status)
	}
}

func TestConcurrentExchanges(t *testing.T) {
	t.Parallel()
	Require(t)
	recorded := &recorder{TB: t}
	bad := streaming(started, strings.Replace(delta, "text_1", `1`, 1), `{"type": "part.delta"}`, "[DONE]")
	server := httptest.NewServer(Check(recorded, bad))
	defer server.Close()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			resp, err := http.Post(server.URL+"/v2/agents/scout/responses", mediaJSON, strings.NewReader(goodAsk))
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		})
	}
	wg.Wait()
	server.Close()
	if len(recorded.errors) != 50 {
		t.Errorf("%d violations, want 50", len(recorded.errors))
	}
}

func TestNothingIsReportedAfterTheTest(t *testing.T) {
	t.Parallel()
	Require(t)
	recorded := &recorder{TB: t}
	handler := Check(recorded, asJSON(`{}`))
	for _, end := range recorded.cleanup {
		end()
	}
	handler.ServeHTTP(httptest.NewRecorder(), newRequest("GET", "/v2/agents/scout", ""))
	if len(recorded.errors) != 0 {
		t.Errorf("reported %q, want nothing", recorded.errors)
	}
}

func TestAbsentContract(t *testing.T) {
	t.Parallel()
	_, absent := find(t.TempDir(), "", March)
	if !errors.Is(absent, fs.ErrNotExist) {
		t.Fatalf("find() error = %v, want %v", absent, fs.ErrNotExist)
	}
	recorded := &recorder{TB: t}
	handler := check(recorded, asJSON(`{}`), nil, absent)
	handler.ServeHTTP(httptest.NewRecorder(), newRequest("GET", "/v2/agents/scout", ""))
	document(recorded, nil, absent)
	if len(recorded.errors) != 0 || len(recorded.logs) != 1 || !strings.Contains(recorded.logs[0], "unchecked") {
		t.Errorf("errors %q, logs %q, want no error and one log of unchecked traffic", recorded.errors, recorded.logs)
	}
	if !strings.Contains(recorded.skipped, dirVariable) {
		t.Errorf("skipped with %q, want %s in it", recorded.skipped, dirVariable)
	}
}
