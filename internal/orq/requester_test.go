package orq_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestUnexpectedResponsesAreDescribed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"<html>":                           "GET /v2/agents/{agent_key}: 200 but not the JSON expected: OK (an HTML page, probably from a proxy)",
		"":                                 "GET /v2/agents/{agent_key}: 200 but not the JSON expected: OK (empty answer)",
		`{"_id":"1"`:                       `GET /v2/agents/{agent_key}: 200 but not the JSON expected: {"_id":"1"`,
		`{"_id":"1","key":"k","role":[1]}`: `GET /v2/agents/{agent_key}: 200 but not the JSON expected: {"_id":"1","key":"k","role":[1]}`,
	} {
		client := serveUnchecked(t, reply(http.StatusOK, body))
		if _, err := client.GetAgent(t.Context(), "scout"); err == nil || err.Error() != want {
			t.Errorf("GetAgent with the response %q: error %v, want %s", body, err, want)
		}
	}
}

func TestKeyIsInNoError(t *testing.T) {
	t.Parallel()
	escaped := strings.ReplaceAll(apiKey, "-", `\u002d`)
	for name, handler := range map[string]http.HandlerFunc{
		"message":           reply(401, `{"message":"wrong key `+apiKey+`"}`),
		"code":              reply(401, `{"message":"m","code":"`+apiKey+`"}`),
		"escaped":           reply(401, `{"message":"`+escaped+`"}`),
		"text":              reply(401, "Authorization: Bearer "+apiKey),
		"text that is cut":  reply(401, strings.Repeat("x", 190)+apiKey),
		"JSON of no form":   reply(401, `{"authorization":"`+apiKey+`"}`),
		"answer not JSON":   reply(200, "hello "+apiKey),
		"answer not stream": reply(200, `{"key":"`+apiKey+`"}`),
		"request id": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Request-Id", apiKey)
			respond(w, http.StatusBadRequest, `{"message":"m"}`)
		},
		"redirect": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://example.com/?key="+apiKey)
			w.WriteHeader(http.StatusFound)
		},
		"hang-up": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serveUnchecked(t, handler)
			_, createErr := client.CreateAgent(t.Context(), createRequest)
			_, streamErr := collect(client.StreamRun(t.Context(), runRequest))
			for _, err := range []error{createErr, streamErr} {
				if err != nil && strings.Contains(err.Error(), apiKey[:8]) {
					t.Errorf("error = %v, want one without the key", err)
				}
			}
			if createErr == nil && streamErr == nil {
				t.Error("both calls succeeded, want an error")
			}
		})
	}
}

func TestResponsesAndEventsMaskTheKey(t *testing.T) {
	t.Parallel()
	const key = "sk-live-0123456789"
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			respond(w, http.StatusOK, `{"_id":"1","key":"k","status":"live","path":"p","description":"owned by `+key+`"}`)
			return
		}
		streaming(`data: {"type":"event.agents.errored","timestamp":"t","data":{"error":"`+key+` has no credits","code":402}}`+"\n\ndata: [DONE]\n\n")(w, r)
	})).For(orq.Caller{APIKey: key})
	agent, err := client.GetAgent(t.Context(), "k")
	if err != nil || agent.Description != "owned by ***" || strings.Contains(string(agent.Raw), key) {
		t.Errorf("GetAgent = %+v, %v, want the description %q and no key in Raw", agent, err, "owned by ***")
	}
	events, err := collect(client.StreamAgent(t.Context(), "k", orq.InvokeRequest{}))
	if err != nil || len(events) != 1 || events[0].Data.(*orq.Errored).Error != "*** has no credits" {
		t.Errorf("StreamAgent = %v, %v, want one event with the error %q", events, err, "*** has no credits")
	}
}

func TestShortKeysAreNotMasked(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusConflict, `{"message":"Agent is used by team-lead"}`)
	})
	err := client.For(orq.Caller{APIKey: "e"}).DeleteAgent(t.Context(), "k")
	if err == nil || !strings.HasSuffix(err.Error(), "409 Agent is used by team-lead") {
		t.Errorf("DeleteAgent = %v, want the unmasked message", err)
	}
}

func TestCallsAreLoggedWithoutSecrets(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	client, err := orq.New(orq.Options{
		APIKey: apiKey, Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.DeleteAgent(t.Context(), "scout"); err != nil {
		t.Fatal(err)
	}
	if line := log.String(); !strings.Contains(line, `operation="DELETE /v2/agents/{agent_key}" status=204`) || strings.Contains(line, apiKey) {
		t.Errorf("log = %s, want the operation and the status without the key", line)
	}
}

func TestTheCredentialsInARedirectAreNotRepeated(t *testing.T) {
	t.Parallel()
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://u:s3cr3t@elsewhere.example/v2?token=s3cr3t#s3cr3t")
		w.WriteHeader(http.StatusFound)
	}))
	_, err := client.GetAgent(t.Context(), "scout")
	if err == nil || strings.Contains(err.Error(), "s3cr3t") || !strings.Contains(err.Error(), "redirected to https://elsewhere.example/v2") {
		t.Errorf("error = %v, want one with the address but without credentials", err)
	}
}

func TestRedirectIsReportedAndNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, op := range operations() {
			var requests int
			client := newClient(t, "http://orq.test", roundTrip(func(r *http.Request) (*http.Response, error) {
				requests++
				if r.URL.Host != "orq.test" {
					t.Errorf("%s: %d was followed to %s, want no request there", op.name, status, r.URL)
				}
				return &http.Response{
					StatusCode: status, Header: http.Header{"Location": {"https://elsewhere.example/v2"}}, Body: http.NoBody, Request: r,
				}, nil
			}))
			_, err := op.call(t.Context(), client)
			const want = "redirected to https://elsewhere.example/v2"
			var got *orq.APIError
			if !errors.As(err, &got) || got.Status != status || got.Message != want {
				t.Errorf("%s: %d: error %v, want %s", op.name, status, err, want)
			}
			if requests != 1 {
				t.Errorf("%s: %d: %d requests, want 1", op.name, status, requests)
			}
		}
	}
}

func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	addresses := map[string]bool{}
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		addresses[r.RemoteAddr] = true
		respond(w, http.StatusOK, agentJSON)
	})
	for range 5 {
		if _, err := client.GetAgent(t.Context(), "scout"); err != nil {
			t.Fatal(err)
		}
	}
	if len(addresses) != 1 {
		t.Errorf("%d connections for five calls, want 1", len(addresses))
	}
}
