package orq_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestTheCallersKeyIsMaskedInWhatTheServiceSends(t *testing.T) {
	t.Parallel()
	const key = "sk-live-0123456789"
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			answer(w, http.StatusOK, `{"_id":"1","key":"k","status":"live","path":"p","description":"owned by `+key+`"}`)
			return
		}
		streaming(`data: {"type":"event.agents.errored","timestamp":"t","data":{"error":"`+key+` has no credits","code":402}}`+"\n\ndata: [DONE]\n\n")(w, r)
	})).For(orq.Caller{APIKey: key})
	agent, err := client.GetAgent(t.Context(), "k")
	if err != nil || agent.Description != "owned by ***" || strings.Contains(string(agent.Raw), key) {
		t.Errorf("%+v, %v", agent, err)
	}
	events, err := collect(client.StreamAgent(t.Context(), "k", orq.InvokeRequest{}))
	if err != nil || len(events) != 1 || events[0].Data.(*orq.Errored).Error != "*** has no credits" {
		t.Errorf("%v, %v", events, err)
	}
}

func TestAKeyThatIsAWordIsNotMasked(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusConflict, `{"message":"Agent is used by team-lead"}`)
	})
	err := client.For(orq.Caller{APIKey: "e"}).DeleteAgent(t.Context(), "k")
	if err == nil || !strings.HasSuffix(err.Error(), "409 Agent is used by team-lead") {
		t.Errorf("error %v", err)
	}
}

func TestAKeyWithALineBreakIsRefused(t *testing.T) {
	t.Parallel()
	const want = "API key: holds a blank, a line break or another character that no key has"
	for _, key := range []string{"ab\ncd", "ab cd", "ab\x00", "schlüssel"} {
		if _, err := orq.New(orq.Options{APIKey: key}); err == nil || err.Error() != want {
			t.Errorf("%q: error %v", key, err)
		}
	}
	if _, err := orq.New(orq.Options{APIKey: " key\n"}); err != nil {
		t.Errorf("a key with a line end is cut out of its file: %v", err)
	}
}

func TestADeletionAnsweredByAPageHasNotSucceeded(t *testing.T) {
	t.Parallel()
	client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<html>login</html>"))
	}))
	const want = "DELETE /v2/agents/{agent_key}: 200 but not the JSON expected: OK (an HTML page, probably from a proxy)"
	if err := client.DeleteAgent(t.Context(), "k"); err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
}

func TestAnAgentIsPassedOnAsItWasWritten(t *testing.T) {
	t.Parallel()
	const key = "sk-live-0123456789"
	for written, want := range map[string]string{
		`{"_id":"1", "key":"k","x":[1.50],"owner":"` + key + `"}`: `{"_id":"1", "key":"k","x":[1.50],"owner":"***"}`,
		`["k"]`: "", `"k"`: "", `null`: "", `{"key":`: "", ``: "",
	} {
		client := serveUnchecked(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, written) }))
		got, err := client.For(orq.Caller{APIKey: key}).GetAgentJSON(t.Context(), "k")
		if string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%s is passed on as %s, %v", written, got, err)
		}
		if err != nil && !strings.Contains(err.Error(), "200 but not the JSON expected") {
			t.Errorf("%s: %v", written, err)
		}
	}
}
