package tools

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestCallsWithoutProgressTimeOut checks that every call ends before most clients give up, which is after 60 s.
func TestCallsWithoutProgressTimeOut(t *testing.T) {
	t.Parallel()
	for tool, arguments := range map[string]string{
		"list_agents":          `{"search": "x"}`,
		"get_agent":            `{"key": "k"}`,
		"list_building_blocks": `{"kind": "tools"}`,
		"create_agent":         `{"key": "k", "role": "r", "description": "d", "instructions": "i", "model": "openai/gpt-4o"}`,
		"update_agent":         `{"key": "k", "role": "r"}`,
		"delete_agent":         `{"key": "k", "confirm": "k"}`,
		"register_a2a_agent":   `{"key": "k", "display_name": "d", "description": "d", "agent_url": "https://a.example"}`,
		"refresh_agent_card":   `{"key": "k"}`,
		"invoke_agent":         `{"key": "k", "message": "m"}`,
		"run_agent":            `{"key": "k", "role": "r", "instructions": "i", "model": "openai/gpt-4o", "message": "m"}`,
		"get_agent_response":   `{"key": "k", "task_id": "t1"}`,
	} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				s := &service{}
				s.connect(t, "http://orq.test", silent{})
				text := textOf(t, s.use(t, tool, arguments))
				if took := time.Since(began); took > 50*time.Second || !strings.Contains(text, "no answer within ") {
					t.Errorf("after %v: %s\nwant a timeout within 50 s", took, text)
				}
			})
		})
	}
}
