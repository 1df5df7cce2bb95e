package server

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestUnresponsiveServiceEndsCallBeforeClientTimeout calls each tool, without progress, while the service never responds.
// Most clients time out after 60 s.
func TestUnresponsiveServiceEndsCallBeforeClientTimeout(t *testing.T) {
	t.Parallel()
	const maxDuration = 50 * time.Second
	const agent = `"key":"k","role":"r","description":"d","instructions":"i","model":"m/n","path":"p"`
	for tool, arguments := range map[string]string{
		"list_agents":          `{}`,
		"get_agent":            `{"key":"k"}`,
		"list_building_blocks": `{"kind":"tools"}`,
		"create_agent":         `{` + agent + `}`,
		"update_agent":         `{"key":"k","role":"r"}`,
		"delete_agent":         `{"key":"k","confirm":"k"}`,
		"register_a2a_agent":   `{"key":"k","display_name":"d","description":"d","agent_url":"http://a.test"}`,
		"refresh_agent_card":   `{"key":"k"}`,
		"invoke_agent":         `{"key":"k","message":"m"}`,
		"run_agent":            `{` + agent + `,"message":"m"}`,
		"get_agent_response":   `{"key":"k","task_id":"t"}`,
	} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, _ := newServer(t, "http://orq.test", hangingTransport{})
				ts := servePipe(t, s, HTTPOptions{})
				initialized, err := ts.post(t.Context(), "", initializeWithoutElicitation())
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				got, err := ts.post(t.Context(), initialized.session, callMessage(1, tool, arguments, ""))
				if took := time.Since(began); took > maxDuration {
					t.Errorf("the call took %v, want at most %v", took, maxDuration)
				}
				if err != nil || got.status != http.StatusOK || !strings.Contains(got.body, `"isError":true`) {
					t.Errorf("status %d, body %s, error %v; want an error result", got.status, got.body, err)
				}
			})
		})
	}
}
