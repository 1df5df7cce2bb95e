package orq_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// twoGenerations is a server whose operations of March fail as march does; a nil march answers them. Those of today work.
type twoGenerations struct {
	march    http.HandlerFunc
	noAgent  bool
	noToday  bool
	mu       sync.Mutex
	requests []string
}

const (
	ulid            = "01ARYZ6S41TSV4RRFFQ69G5FAV" // a task of March
	startedTask     = `{"id":"` + ulid + `","contextId":"c","kind":"task","status":{"state":"submitted"}}`
	startedResponse = `{"id":"resp_1","status":"queued","model":"agent/a1","created_at":1,"output":[]}`
)

func (s *twoGenerations) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	march := s.march
	s.mu.Unlock()
	today := strings.HasPrefix(r.URL.Path, "/v3/") || strings.HasPrefix(r.URL.Path, "/v2/agents/external")
	switch {
	case today && s.noToday:
		http.NotFound(w, r)
	case today:
		fmt.Fprint(w, startedResponse)
	case r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") == 3 && s.noAgent:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"message":"Agent not found"}`)
	case r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") == 3:
		fmt.Fprint(w, `{"_id":"i","key":"a1","status":"live","path":"p","description":"d"}`)
	case march == nil:
		fmt.Fprint(w, startedTask)
	default:
		march(w, r)
	}
}

// taken returns the requests since the last call.
func (s *twoGenerations) taken() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.requests
	s.requests = nil
	return taken
}

// set changes how the operations of March fail.
func (s *twoGenerations) set(march http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.march = march
}

const (
	marchRun = "POST /v2/agents/a1/task"
	todayRun = "POST /v3/router/responses"
	lookUp   = "GET /v2/agents/a1"
)

func invoke(ctx context.Context, client *orq.Client, taskID string) (string, error) {
	task, err := client.InvokeAgent(ctx, "a1", orq.InvokeRequest{Invocation: orq.Invocation{
		TaskID: taskID, Message: orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("hi")}},
	}})
	if err != nil {
		return "", err
	}
	return task.ID, nil
}

func TestRunStartsInTheGenerationThatTheServerOffers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		march   http.HandlerFunc
		noAgent bool
		want    []string
	}{
		"March":                      {nil, false, []string{marchRun}},
		"404 in plain text":          {http.NotFound, false, []string{marchRun, todayRun}},
		"404 without a body":         {reply(404, ""), false, []string{marchRun, todayRun}},
		"404 Cannot POST":            {reply(404, `{"message":"Cannot POST /v2/agents/a1/task"}`), false, []string{marchRun, todayRun}},
		"404 Route not found":        {reply(404, `{"message":"Route POST:/v2/agents/a1/task not found"}`), false, []string{marchRun, todayRun}},
		"405":                        {reply(405, `{"message":"no"}`), false, []string{marchRun, todayRun}},
		"410":                        {reply(410, `{"message":"retired"}`), false, []string{marchRun, todayRun}},
		"501":                        {reply(501, ""), false, []string{marchRun, todayRun}},
		"404 Not Found, agent there": {reply(404, `{"message":"Not Found"}`), false, []string{marchRun, lookUp, todayRun}},
		"404 Not Found, no agent":    {reply(404, `{"message":"Not Found"}`), true, []string{marchRun, lookUp, "GET /v2/agents/external/a1"}},
		"404 of the agent":           {reply(404, `{"message":"Agent not found"}`), true, []string{marchRun}},
		"400":                        {reply(400, `{"message":"no"}`), false, []string{marchRun}},
		"500":                        {reply(500, ""), false, []string{marchRun}},
		"502":                        {reply(502, "<html>"), false, []string{marchRun}},
		"hang-up":                    {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, false, []string{marchRun}},
		"not the JSON expected":      {reply(200, "<html>"), false, []string{marchRun}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &twoGenerations{march: test.march, noAgent: test.noAgent}
			client := serveGeneration(t, orq.APIAuto, s)
			_, err := invoke(t.Context(), client, "")
			requests := s.taken()
			if diff := cmp.Diff(test.want, requests); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if started := len(test.want) == 1 && test.march == nil || test.want[len(test.want)-1] == todayRun; started != (err == nil) {
				t.Errorf("error = %v, want one: %t", err, !started)
			}
		})
	}
}

func TestTheGenerationIsRememberedUntilItsRouteIsMissing(t *testing.T) {
	t.Parallel()
	s := &twoGenerations{march: reply(410, "")}
	client := serveGeneration(t, orq.APIAuto, s)
	for i, want := range [][]string{{marchRun, todayRun}, {todayRun}, {todayRun}} {
		caller := client.For(orq.Caller{})
		if id, err := invoke(t.Context(), caller, ""); id != "resp_1" || err != nil {
			t.Errorf("run %d: %q, %v, want resp_1", i, id, err)
		}
		if diff := cmp.Diff(want, s.taken()); diff != "" {
			t.Errorf("requests of run %d (-want +got):\n%s", i, diff)
		}
	}
	s.set(nil)
	s.mu.Lock()
	s.noToday = true
	s.mu.Unlock()
	for i, want := range [][]string{{todayRun, marchRun}, {marchRun}} {
		if _, err := invoke(t.Context(), client, ""); err != nil {
			t.Errorf("run %d without today's API: %v", i, err)
		}
		if diff := cmp.Diff(want, s.taken()); diff != "" {
			t.Errorf("requests of run %d without today's API (-want +got):\n%s", i, diff)
		}
	}
}

func TestNeitherGenerationIsTheErrorOfTheFirst(t *testing.T) {
	t.Parallel()
	s := &twoGenerations{march: reply(410, ""), noToday: true}
	_, err := invoke(t.Context(), serveGeneration(t, orq.APIAuto, s), "")
	if !errors.Is(err, orq.ErrNoRoute) || !strings.Contains(err.Error(), "/v2/agents/{key}/task") {
		t.Errorf("error = %v, want ErrNoRoute of the operation of March", err)
	}
}

func TestATaskStaysWithTheGenerationOfItsID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		api    orq.API
		taskID string
		want   []string
	}{
		"response":                {orq.APIAuto, "resp_0", []string{todayRun}},
		"task of March":           {orq.APIAuto, ulid, []string{marchRun}},
		"response, only March":    {orq.APIAgents, "resp_0", nil},
		"task of March, no March": {orq.APIResponses, ulid, nil},
		"new, only today":         {orq.APIResponses, "", []string{todayRun}},
		"new, only March":         {orq.APIAgents, "", []string{marchRun}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &twoGenerations{march: reply(410, "")}
			_, err := invoke(t.Context(), serveGeneration(t, test.api, s), test.taskID)
			if diff := cmp.Diff(test.want, s.taken()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if excluded := errors.Is(err, orq.ErrOtherGeneration); excluded != (test.want == nil) {
				t.Errorf("error = %v, want ErrOtherGeneration: %t", err, test.want == nil)
			}
		})
	}
}

func TestARunWithLimitsIsSentToTheResponsesAPIAlone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		api     orq.API
		taskID  string
		noToday bool
		want    []string
		err     error
	}{
		"new":             {orq.APIAuto, "", false, []string{todayRun}, nil},
		"response":        {orq.APIAuto, "resp_0", false, []string{todayRun}, nil},
		"no such route":   {orq.APIAuto, "", true, []string{todayRun}, orq.ErrNoLimits},
		"task of March":   {orq.APIAuto, ulid, false, nil, orq.ErrNoLimits},
		"March is forced": {orq.APIAgents, "", false, nil, orq.ErrNoLimits},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &twoGenerations{noToday: test.noToday}
			_, err := serveGeneration(t, test.api, s).InvokeAgent(t.Context(), "a1", orq.InvokeRequest{Invocation: orq.Invocation{
				TaskID: test.taskID, Limits: &orq.Limits{MaxIterations: new(3)},
			}})
			if !errors.Is(err, test.err) {
				t.Errorf("error = %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(test.want, s.taken()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoRunWithLimitsIsSentToMarch(t *testing.T) {
	t.Parallel()
	limited := shortRun()
	limited.Limits = &orq.Limits{MaxIterations: new(3)}
	invocation := orq.InvokeRequest{Invocation: limited.Invocation}
	for name, run := range map[string]func(context.Context, *orq.Client) error{
		"RunAgent": func(ctx context.Context, client *orq.Client) error {
			_, err := client.RunAgent(ctx, limited)
			return err
		},
		"StreamRun": func(ctx context.Context, client *orq.Client) error {
			_, err := collect(client.StreamRun(ctx, limited))
			return err
		},
		"StreamAgent": func(ctx context.Context, client *orq.Client) error {
			_, err := collect(client.StreamAgent(ctx, "a1", invocation))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &twoGenerations{}
			if err := run(t.Context(), serveGeneration(t, orq.APIAgents, s)); !errors.Is(err, orq.ErrNoLimits) {
				t.Errorf("error = %v, want ErrNoLimits", err)
			}
			if requests := s.taken(); len(requests) > 0 {
				t.Errorf("requests = %q, want none", requests)
			}
		})
	}
}

func TestAStreamFallsBackBeforeItsFirstEvent(t *testing.T) {
	t.Parallel()
	s := &twoGenerations{march: reply(405, "")}
	client := serveGeneration(t, orq.APIAuto, s)
	var last error
	for _, err := range client.StreamAgent(t.Context(), "a1", orq.InvokeRequest{}) {
		last = err
	}
	if diff := cmp.Diff([]string{"POST /v2/agents/a1/stream-task", todayRun}, s.taken()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	if last == nil || !strings.Contains(last.Error(), "/v3/router/responses: 200 but no event stream") {
		t.Errorf("error = %v, want that of today's operation", last)
	}
}

func shortRun() orq.RunRequest {
	return orq.RunRequest{
		Key: "a1", Role: "r", Instructions: "i", Path: "Default", PathIsDefault: true, Model: orq.ModelConfig{ID: "m"},
		Invocation: orq.Invocation{Message: orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("hi")}}},
	}
}

func TestARunWithoutRoutesReportsTheChangeOfItsAgent(t *testing.T) {
	t.Parallel()
	client := serveGeneration(t, orq.APIAuto, &twoGenerations{noToday: true, march: func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			fmt.Fprint(w, `{"_id":"i","key":"a1"}`)
			return
		}
		w.WriteHeader(http.StatusGone)
	}})
	_, err := client.RunAgent(t.Context(), shortRun())
	configured, ok := errors.AsType[*orq.ConfiguredError](err)
	if !ok || configured.Created || !errors.Is(err, orq.ErrNoRoute) {
		t.Errorf("run: %v, want a ConfiguredError with ErrNoRoute", err)
	}
}

func TestARunKeepsWhatItLeavesOutOfAStoredAgent(t *testing.T) {
	t.Parallel()
	const stored = `{"_id":"i","key":"a1","status":"live","path":"Team/Agents","description":"d","role":"r","instructions":"i","model":{"id":"m"},
		"settings":{"tool_approval_required":"all","tools":[{"id":"1","key":"k","action_type":"http"}]}}`
	var mu sync.Mutex
	var changes int
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v2/agents/a1", reply(200, stored))
	mux.HandleFunc("PATCH /v2/agents/a1", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		changes++
		fmt.Fprint(w, stored)
	})
	mux.HandleFunc("POST /v3/router/responses", reply(200, startedResponse))
	client := serveGeneration(t, orq.APIResponses, mux)
	for _, test := range []struct {
		change func(*orq.RunRequest)
		want   int
	}{
		{func(*orq.RunRequest) {}, 0},
		{func(r *orq.RunRequest) { r.PathIsDefault = false }, 1},
		{func(r *orq.RunRequest) { r.Settings.Tools = []orq.RunTool{} }, 1},
		{func(r *orq.RunRequest) { r.Settings.ToolApprovalRequired = "none" }, 1},
	} {
		changes = 0
		request := shortRun()
		test.change(&request)
		if _, err := client.RunAgent(t.Context(), request); err != nil || changes != test.want {
			t.Errorf("run with %+v: %d changes, %v, want %d", request, changes, err, test.want)
		}
	}
}

// TestTheLookUpOfAnAgentIsBounded has a server that answers a run with a bare 404 and the look-up of the agent not at all.
func TestTheLookUpOfAnAgentIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClientOf(t, orq.APIAuto, "http://orq.test", roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"message": "Not Found"}`)), Request: r}, nil
		}))
		began := time.Now()
		_, err := client.InvokeAgent(t.Context(), "a1", orq.InvokeRequest{})
		if took := time.Since(began); !errors.Is(err, orq.ErrNotFound) || took != 3*time.Second {
			t.Errorf("error = %v after %v, want ErrNotFound after 3 s", err, took)
		}
	})
}
