package validate

import (
	"github.com/orq-mcp/orq-mcp/internal/fieldpath"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
)

// Responses is the rules of POST /v3/router/responses, but for the members that have no effect here.
func Responses() Object {
	count := number{Min: 1, Whole: true}
	return Object{
		need("model", text{Min: 1}),
		need("input", textOr{list{Of: inputItem{}, Min: 1}}),
		may("previous_response_id", text{Min: 1}),
		may("conversation", Object{need("id", text{})}),
		may("instructions", text{}),
		may("background", boolean{}),
		may("stream", boolean{}),
		may("store", boolean{}),
		may("identity", Object{
			need("id", text{}),
			may("display_name", text{}),
			may("email", text{}),
			may("metadata", list{Of: dict{Of: anything{}}, Null: true}),
			may("tags", list{Of: text{}, Null: true}),
		}),
		may("thread", Object{need("id", text{}), may("tags", list{Of: text{}, Null: true})}),
		may("memory", Object{need("entity_id", text{})}),
		may("metadata", dict{Of: text{}}),
		may("variables", dict{Of: anything{}}),
		may("template_engine", text{OneOf: []string{"text", "jinja", "mustache"}}),
		may("limits", Object{
			may("max_iterations", count),
			may("max_execution_time", count),
			may("max_cost", number{Unsigned: true}),
			may("max_depth", count),
			may("tool_timeout", count),
		}),
		may("tools", list{Of: variants{By: "type", Of: map[string]Object{"function": {
			need("name", text{Min: 1, Max: 64}),
			may("description", anything{}), // a string, or null as clients of OpenAI send it; so are the next
			may("parameters", anything{}),
			may("strict", anything{}),
		}}}, Null: true}),
		may("temperature", number{Unsigned: true}),
		may("top_p", number{Unsigned: true}),
		may("top_k", number{Whole: true}),
		may("top_logprobs", number{Whole: true, Unsigned: true}),
		may("frequency_penalty", number{}),
		may("presence_penalty", number{}),
		may("max_output_tokens", number{Whole: true, Null: true}),
		may("max_tool_calls", number{Whole: true, Null: true}),
		may("parallel_tool_calls", boolean{}),
	}
}

// inputItem is the rules of an item of the input. Items without a type are messages.
type inputItem struct{}

func (r inputItem) check(at string, value any, problems *apierror.Problems) {
	r.rules(value).check(at, value, problems)
	if item, ok := value.(map[string]any); ok && item["type"] == "item_reference" {
		(*problems)[len(*problems)-1] = fieldpath.Join(at, "type") +
			": an item_reference cannot be followed here; send the item itself, or previous_response_id"
	}
}

func (r inputItem) prune(at string, value any, removed *[]string) {
	r.rules(value).prune(at, value, removed)
}

func (inputItem) rules(value any) rule {
	id := may("id", text{})
	return variants{By: "type", Default: "message", Of: map[string]Object{
		"message":              append(messageItem(value), id),
		"function_call":        {id, need("call_id", text{Min: 1}), need("name", text{Min: 1}), may("arguments", text{})},
		"function_call_output": {id, need("call_id", text{Min: 1}), need("output", textOr{list{Of: inputPart()}})},
	}}
}

// messageItem is the rules of a message: text of an assistant is a list of output_text, never of input parts.
func messageItem(value any) Object {
	role := need("role", text{OneOf: []string{"user", "assistant", "system", "developer"}})
	if item, ok := value.(map[string]any); ok && item["role"] == "assistant" {
		return Object{role, need("content", list{Of: variants{By: "type", Of: map[string]Object{
			"output_text": {need("text", text{})},
			"refusal":     {need("refusal", text{})},
		}}})}
	}
	return Object{role, need("content", textOr{list{Of: inputPart()}})}
}

func inputPart() rule {
	return variants{By: "type", Of: map[string]Object{
		"input_text":  {need("text", text{})},
		"input_image": {need("image_url", text{Min: 1})},
		"input_file":  {may("file_url", text{}), may("file_data", text{}), may("filename", text{}), may("mime_type", text{})},
	}}
}
