package chat

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// returned is a message as it goes back, without what every message has.
func returned(t *testing.T, m Message, model string) map[string]any {
	t.Helper()
	encoded, err := json.Marshal(m.wireFor(model))
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(encoded, &members); err != nil {
		t.Fatal(err)
	}
	delete(members, "role")
	return members
}

func TestFieldsGoBackUnderTheirNames(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	for name, test := range map[string]struct {
		events []string
		want   object
	}{
		"reasoning_content": {[]string{delta(`"reasoning_content":"Let me "`), delta(`"reasoning_content":"think."`)}, object{"reasoning_content": "Let me think."}},
		"reasoning":         {[]string{delta(`"reasoning":"Let me "`), delta(`"reasoning":"think."`)}, object{"reasoning": "Let me think."}},
		"two names":         {[]string{delta(`"reasoning":"So","reasoning_content":"So"`)}, object{"reasoning": "So", "reasoning_content": "So"}},
		"reasoning_text":    {[]string{delta(`"reasoning_text":"So","reasoning_opaque":"x1"`)}, object{"reasoning_text": "So", "reasoning_opaque": "x1"}},
		"details in pieces": {[]string{
			delta(`"reasoning_details":[{"type":"reasoning.text","text":"Let me ","index":0,"format":"f"}]`), delta(`"reasoning_details":[{"type":"reasoning.text","text":"think.","index":0}]`),
			delta(`"reasoning_details":[{"type":"reasoning.text","signature":"sig","index":0,"text":null}]`),
			delta(`"reasoning_details":[{"type":"reasoning.encrypted","data":"d1","id":"c1","index":0},{"type":"reasoning.encrypted","data":"d2","id":"c2","index":0}]`),
		}, object{"reasoning_details": []any{
			object{"type": "reasoning.text", "text": "Let me think.", "signature": "sig", "index": 0.0, "format": "f"},
			object{"type": "reasoning.encrypted", "data": "d1", "id": "c1", "index": 0.0}, object{"type": "reasoning.encrypted", "data": "d2", "id": "c2", "index": 0.0},
		}}},
		"details of two texts": {[]string{delta(`"reasoning_details":[{"type":"reasoning.summary","summary":"One","index":0}]`), delta(`"reasoning_details":[{"type":"reasoning.summary","summary":"Two","index":1}]`)},
			object{"reasoning_details": []any{object{"type": "reasoning.summary", "summary": "One", "index": 0.0}, object{"type": "reasoning.summary", "summary": "Two", "index": 1.0}}}},
		"thinking blocks": {[]string{delta(`"thinking_blocks":[{"type":"thinking","thinking":"Let me ","signature":""}]`), delta(`"thinking_blocks":[{"type":"thinking","thinking":"think."}]`), delta(`"thinking_blocks":[{"type":"thinking","thinking":"","signature":"sig"}]`), delta(`"thinking_blocks":[{"type":"thinking","thinking":"More."}]`)},
			object{"thinking_blocks": []any{object{"type": "thinking", "thinking": "Let me think.", "signature": "sig"}, object{"type": "thinking", "thinking": "More."}}}},
		"extra_content": {[]string{delta(`"extra_content":{"google":{"a":1}}`), delta(`"extra_content":{"google":{"thought_signature":"sig"}}`)},
			object{"extra_content": object{"google": object{"a": 1.0, "thought_signature": "sig"}}}},
		"parts with thoughts": {[]string{delta(`"content":[{"type":"thinking","thinking":[{"type":"text","text":"Let me "}]}]`), delta(`"content":[{"type":"thinking","thinking":[{"type":"text","text":"think."}]}]`)},
			object{"content": []any{object{"type": "thinking", "thinking": []any{object{"type": "text", "text": "Let me think."}}}, object{"type": "text", "text": "Hi"}}}},
		"a refusal beside": {[]string{delta(`"refusal":"No."`)}, object{"refusal": "No."}},
		"odd types":        {[]string{delta(`"reasoning_details":"x","extra_content":"y","thinking_blocks":{},"reasoning":[]`)}, object{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			done := read(t, stream(append(test.events, delta(`"content":"Hi"`), finish("stop"))...))
			message := Message{Role: RoleAssistant, Content: done.Text(), Returned: &Returned{Model: "m", Fields: done.Fields}}
			want := test.want
			if want["content"] == nil {
				want["content"] = "Hi"
			}
			if diff := cmp.Diff(want, returned(t, message, "m")); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(object{"content": "Hi"}, returned(t, message, "other")); diff != "" {
				t.Errorf("message to another model (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFieldsOfCallsGoBack(t *testing.T) {
	t.Parallel()
	done := read(t, stream(
		pieces(`{"index":0,"id":"a","function":{"name":"f","arguments":""},"extra_content":{"google":{"thought_signature":"sig"}}}`), pieces(piece(`"index":0`, "-", "{}")),
		pieces(`{"index":1,"id":"b","function":{"name":"g","arguments":"{}"},"thought_signature":"own","provider_specific_fields":{"k":1}}`), finish("tool_calls")))
	got := []CallFields{done.Calls[0].Fields, done.Calls[1].Fields}
	want := []CallFields{{ExtraContent: json.RawMessage(`{"google":{"thought_signature":"sig"}}`)}, {ThoughtSignature: "own", ProviderFields: json.RawMessage(`{"k":1}`)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fields of the calls (-want +got):\n%s", diff)
	}
}
