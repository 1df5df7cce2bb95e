package chat

import (
	"strings"
	"testing"
)

func TestFinishReasonsInAnySpelling(t *testing.T) {
	t.Parallel()
	for want, reasons := range map[string]string{
		"stop":           "stop STOP eos eos_token end_turn endTurn stop_sequence eosFound FINISH_REASON_STOP completed",
		"length":         "length max_tokens MAX_TOKENS maxTokens model_length max-output-tokens model_context_window_exceeded contextLengthReached FINISH_REASON_MAX_TOKENS",
		"content_filter": "content_filter contentFilter SAFETY RECITATION PROHIBITED_CONTENT BLOCKLIST SPII sensitive refusal guardrail_intervened content_filtered content_filter:PROHIBITED_CONTENT",
		"tool_calls":     "tool_calls tool_use function_call toolCalls TOOL_CALL",
		"failed":         "error ERROR insufficient_system_resource malformed_function_call MALFORMED_FUNCTION_CALL function_call_filter:MALFORMED_FUNCTION_CALL error:stop UNEXPECTED_TOOL_CALL network_error abort OTHER",
		"":               "weird weird:stop FINISH_REASON_UNSPECIFIED pause_turn unload load null_ 停止",
	} {
		for reason := range strings.FieldsSeq(reasons) {
			if got := meaningOf(reason); got != want {
				t.Errorf("meaning of %s = %q, want %q", reason, got, want)
			}
		}
	}
}

func TestFinishReasonOfAnAnswer(t *testing.T) {
	t.Parallel()
	call := pieces(piece(`"index":0,"id":"a"`, "f", "{}"))
	for name, test := range map[string]struct {
		events []string
		want   string
	}{
		"stop with calls":           {[]string{call, finish("stop")}, "tool_calls"},
		"tool_calls without calls":  {[]string{delta(`"content":"Hi"`), finish("tool_calls")}, "stop"},
		"function_call":             {[]string{call, finish("function_call")}, "tool_calls"},
		"camel case":                {[]string{`{"choices":[{"delta":{"content":"Hi"},"finishReason":"length"}]}`}, "length"},
		"an empty reason after one": {[]string{delta(`"content":"Hi"`), finish("length"), finish("")}, "length"},
		"stop after a limit":        {[]string{delta(`"content":"Hi"`), finish("MAX_TOKENS"), finish("stop")}, "length"},
		"calls after a filter":      {[]string{call, finish("content_filter"), finish("tool_calls")}, "content_filter"},
		"a limit after stop":        {[]string{delta(`"content":"Hi"`), finish("stop"), finish("length")}, "length"},
		"stop after unspecified":    {[]string{delta(`"content":"Hi"`), finish("FINISH_REASON_UNSPECIFIED"), finish("STOP")}, "stop"},
		"null as text before":       {[]string{`{"choices":[{"delta":{"content":"Hi"},"finish_reason":"null"}]}`, finish("length")}, "length"},
		"whole calls, only [DONE]":  {[]string{call}, "tool_calls"},
		"only [DONE]":               {[]string{delta(`"content":"Hi"`)}, "stop"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := read(t, stream(test.events...)).FinishReason(); got != test.want {
				t.Errorf("finish reason = %q, want %q", got, test.want)
			}
		})
	}
}

func TestFinishReasonsThatAreErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ event, want string }{
		"failed":                {finish("insufficient_system_resource"), `it stopped with "insufficient_system_resource"`},
		"failed before stop":    {`{"choices":[{"delta":{},"finish_reason":"error"},{"delta":{},"finish_reason":"stop"}]}`, `it stopped with "error"`},
		"not known":             {finish("weird"), `it stopped for a reason that is not known: "weird"`},
		"with an error":         {`{"choices":[{"delta":{},"finish_reason":"error","error":{"code":502,"message":"overloaded"}}]}`, "overloaded"},
		"calls that never came": {finish("tool_calls"), "it stopped to call tools, and there is no call"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := []string{delta(`"content":"half"`), test.event}
			if name == "calls that never came" {
				events = events[1:]
			}
			var done Completion
			err := stream(events...).readInto(&done)
			if err == nil || err.Error() != test.want {
				t.Errorf("error = %v, want %s", err, test.want)
			}
			if name != "calls that never came" && done.Text() != "half" {
				t.Errorf("text = %q, want %q", done.Text(), "half")
			}
		})
	}
}
