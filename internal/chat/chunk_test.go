package chat

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func TestOddTypesInAnAnswer(t *testing.T) {
	t.Parallel()
	for name, events := range map[string][]string{
		"null lists":            {`{"choices":null}`, delta(`"content":"Hi","tool_calls":null,"refusal":null,"reasoning_details":null`), finish("stop")},
		"empty lists":           {`{"choices":[]}`, delta(`"content":"Hi","tool_calls":[]`), finish("stop")},
		"an object for a list":  {`{"choices":{"index":0,"delta":{"content":"Hi"}}}`, finish("stop")},
		"null deltas":           {`{"choices":[{"delta":null,"message":null}]}`, delta(`"content":"Hi"`), finish("stop")},
		"lists for objects":     {`{"choices":[{"delta":[]}]}`, delta(`"content":"Hi"`), finish("stop")},
		"numbers as text":       {`{"choices":[{"index":"0","delta":{"content":"Hi"}}]}`, finish("stop")},
		"no index":              {`{"choices":[{"delta":{"content":"Hi"}}]}`, finish("stop")},
		"another choice":        {`{"choices":[{"index":"1","delta":{"content":"No"}}]}`, delta(`"content":"Hi"`), finish("stop")},
		"null choices":          {`{"choices":[null]}`, delta(`"content":"Hi"`), finish("stop")},
		"objects for texts":     {delta(`"content":"Hi","reasoning":{},"refusal":{"a":1}`), finish("stop")},
		"parts":                 {delta(`"content":[{"type":"text","text":"H"},{"type":"reference","reference_ids":[1]},null]`), delta(`"content":[{"type":"text","text":"i"}]`), finish("stop")},
		"one part":              {delta(`"content":{"type":"text","text":"Hi"}`), finish("stop")},
		"keep-alives":           {`null`, `""`, `{}`, `[]`, `17`, delta(`"content":"Hi"`), `{"type":"ping"}`, finish("stop")},
		"the whole text beside": {`{"choices":[{"delta":{"content":"H"},"message":{"content":"H"}}]}`, `{"choices":[{"delta":{"content":"i"},"message":{"content":"Hi"}}]}`, `{"choices":[{"delta":{"content":""},"message":{"content":"Hi"},"finish_reason":"stop"}]}`},
		"a message in a stream": {`{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}`},
		"false as error":        {`{"error":false,"choices":[{"delta":{"content":"Hi"}}]}`, `{"error":null,"choices":[]}`, `{"error":"","choices":[]}`, finish("stop")},
		"codes of success":      {`{"code":200,"message":"ok"}`, `{"choices":[{"delta":{"content":"Hi"}}],"base_resp":{"status_code":0,"status_msg":""}}`, finish("stop")},
		"progress":              {`{"status":"loading","message":"a moment"}`, delta(`"content":"Hi"`), finish("stop")},
		"a status":              {`{"message":"loading the model"}`, delta(`"content":"Hi"`), finish("stop")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := read(t, stream(events...)).Text(); got != "Hi" {
				t.Errorf("text = %q, want Hi", got)
			}
		})
	}
}

func TestUsageInAnyType(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]*Usage{
		`{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}`:                    {Usage: orq.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3}},
		`{"prompt_tokens":"1","completion_tokens":"2","total_tokens":"3","cost":"0.5"}`: {Usage: orq.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3}, Cost: 0.5},
		`{"prompt_tokens":1.0,"completion_tokens":2.0}`:                                 {Usage: orq.Usage{PromptTokens: 1, CompletionTokens: 2, TotalTokens: 3}},
		`{"prompt_tokens":null,"total_tokens":3,"prompt_tokens_details":null}`:          {Usage: orq.Usage{TotalTokens: 3}},
		`{"total_tokens":3,"cost":{"total":1},"prompt_tokens":"?"}`:                     {Usage: orq.Usage{TotalTokens: 3}},
		`null`: nil, `"none"`: nil, `1.5`: nil, `[]`: nil, ``: nil,
	} {
		if diff := cmp.Diff(want, usageOf(json.RawMessage(raw))); diff != "" {
			t.Errorf("usage of %s (-want +got):\n%s", raw, diff)
		}
	}
}
