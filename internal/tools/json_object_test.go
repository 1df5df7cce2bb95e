package tools

import (
	"encoding/json"
	"reflect"
	"strconv"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// FuzzAppendCompact checks that JSON is appended as encoding/json encodes it within another value.
func FuzzAppendCompact(f *testing.F) {
	for _, seed := range []string{
		`{ "a" : [ 1 , 2.50 , -3e+7 ] ,` + "\n\t\r" + `"b" : null }`, `"x \" \\ \\\" y"`, `"<b>&</b>"`, "\"\u2028\u2029\u2027\xe2\"", "\"\xff\xe2\x80\"", `{"<":true,"\u003c":false}`,
		` [] `, `{}`, `""`, `0`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		want, err := json.Marshal(json.RawMessage(raw))
		if err != nil {
			return
		}
		if got := appendCompact([]byte("b"), []byte(raw)); string(got) != "b"+string(want) {
			t.Errorf("appendCompact(%q) = %s, want b%s", raw, got, want)
		}
	})
}

// FuzzAgentDetail checks that an agent is encoded as by encoding/json, and that its text is the outline of that.
func FuzzAgentDetail(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"_id":"1","key":"k","instructions":"a\nb <c> \ud800 \u2028","created":null,"type":7}`, `{"model":{"id":"m"},"settings":{ },"variables":{"a" : "&"},"a2a":[]}`,
		`{"memory_stores":["m",1],"knowledge_bases":[{"knowledge_id":"k"},2],"skills":["s",{"id":1}],"team_of_agents":[{"key":"a","role":"r"},{}]}`, `{"team_of_agents":[]}`,
		`{"later":1,"more":{"x":[true]},"null":null,"\u003c":"\/","later":2}`, `{"skills":[],"memory_stores":{"a":"b"},"team_of_agents":"x","api_key":"s","url":"https://u:p@h"}`,
		"{\"key\":\"\xff\",\"x\":\"\xff\"}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, agent string) {
		if !json.Valid([]byte(agent)) || !gjson.Parse(agent).IsObject() {
			return // as for orq.GetAgentJSON
		}
		checkAgentDetail(t, newAgentDetail(agent))
	})
}

// checkAgentDetail requires that an agent is encoded as by encoding/json, and that its text is the outline of that.
func checkAgentDetail(t *testing.T, detail agentDetail) {
	t.Helper()
	want := encode(t, detail)
	if got := string(detail.appendJSON([]byte("b"))); got != "b"+want {
		t.Errorf("agent is encoded as %s, want b%s", got, want)
	}
	if got, want := detail.Text(), "Agent "+detail.Key+"\n"+outline(detail); detail.Part == nil && got != want {
		t.Errorf("text = %s\nwant %s", got, want)
	}
}

func TestAgentDetailEncodesAllFields(t *testing.T) {
	t.Parallel()
	detail := agentDetail{
		TeamOfAgents: []orq.TeamMember{{Key: "a", Role: "b"}, {Key: "c"}}, Part: &fieldPart{Field: "f", Offset: 1, Of: -2, Text: "<t>"},
		truncation: truncation{Truncated: true, Next: "n"},
	}
	value := reflect.ValueOf(&detail).Elem()
	for i := range value.NumField() {
		switch field := value.Field(i); {
		case field.Kind() == reflect.String:
			field.SetString("text " + strconv.Itoa(i))
		case field.Type() == reflect.TypeFor[freeObject]():
			field.Set(reflect.ValueOf(freeObject(`{"a": ` + strconv.Itoa(i) + `}`)))
		case field.Type() == reflect.TypeFor[[]string]():
			field.Set(reflect.ValueOf([]string{"<x>", "y"}))
		case field.IsZero():
			t.Fatalf("the test does not fill in %s", value.Type().Field(i).Name)
		}
	}
	checkAgentDetail(t, detail)
	checkAgentDetail(t, agentDetail{MemoryStores: []string{}, TeamOfAgents: []orq.TeamMember{}})
}
