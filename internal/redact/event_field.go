package redact

import "strings"

// EventField is a field of nearly every event that brings text, and never a secret; 0 is any other.
type EventField uint8

// commonFields are the names of these fields, each as it is written before a value.
var commonFields = [...]string{
	"", `"type":`, `"timestamp":`, `"data":`, `"agent_id":`, `"message_difference":`, `"messageId":`, `"role":`, `"parts":`, `"kind":`,
	`"text":`, `"agent_execution_id":`, `"workspace_id":`, `"choice":`, `"message":`, `"content":`, `"index":`, `"finish_reason":`,
	`"iteration":`, `"accumulated_execution_time":`, `"responseId":`, `"usage":`, `"prompt_tokens":`, `"completion_tokens":`,
	`"total_tokens":`, `"choiceIndex":`, `"sequence_number":`, `"item_id":`, `"output_index":`, `"content_index":`, `"delta":`, `"logprobs":`,
}

var commonFieldsByName = func() map[string]EventField {
	fields := make(map[string]EventField, len(commonFields))
	for i := range commonFields[1:] {
		field := EventField(i + 1)
		fields[field.Name()] = field
	}
	return fields
}()

// CommonField returns the field of that name.
func CommonField(name string) EventField { return commonFieldsByName[name] }

// Name returns the name of the field.
func (f EventField) Name() string { return strings.Trim(commonFields[f], `":`) }

// Begins reports whether the text begins with the name of the field, in quotes, and a colon, which are length bytes.
func (f EventField) Begins(text string) (length int, ok bool) {
	written := commonFields[f]
	return len(written), f != 0 && strings.HasPrefix(text, written)
}

// Shows is a fast path for a caller that reads an event field by field. If it holds for each field, and no string stands in a
// list, then Event leaves the document as it is. isText reports that the value of the field, which has that name without an
// escape, is a string.
func (f EventField) Shows(name string, isText bool) bool {
	if f == 0 {
		return !isText && !mayBeSecret(name) && !strings.EqualFold(name, "headers")
	}
	return !isText || name != "message" && name != "data"
}
