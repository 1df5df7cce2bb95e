package chat

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// failed is the meaning of finish reasons after which an answer is not what the model wanted to say.
const failed = "failed"

// meaningOf is what a finish reason means, whatever its spelling: one of the Agents API, failed, or "" when it is not known.
func meaningOf(reason string) string {
	switch strings.TrimPrefix(letters(reason), "finishreason") {
	case "stop", "stopped", "eos", "eostoken", "eosfound", "eot", "endturn", "endofturn", "endoftext", "stopsequence",
		"stopstringfound", "stopword", "complete", "completed", "completion", "done", "end", "finish", "finished", "normal", "success":
		return orq.FinishStop
	case "length", "lengthlimit", "maxlength", "maxtokens", "maxtokensreached", "maxoutputtokens", "maxcompletiontokens",
		"maxnewtokens", "maxpredictedtokensreached", "modellength", "modelcontextwindowexceeded", "contextlength",
		"contextlengthreached", "contextlengthexceeded", "contextwindowexceeded", "tokenlimit", "truncated", "incomplete":
		return orq.FinishLength
	case "toolcalls", "toolcall", "tooluse", "functioncall", "functioncalls":
		return orq.FinishToolCalls
	case "contentfilter", "contentfiltered", "filter", "filtered", "safety", "recitation", "language", "blocklist", "blocked",
		"prohibitedcontent", "spii", "imagesafety", "imageprohibitedcontent", "imagerecitation", "modelarmor", "sensitive",
		"refusal", "refused", "moderation", "flagged", "guardrail", "guardrails", "guardrailintervened":
		return orq.FinishContentFilter
	case "error", "errored", "failed", "failure", "fault", "insufficientsystemresource", "insufficientsystemresources",
		"malformedfunctioncall", "malformedtoolcall", "malformedtooluse", "malformedresponse", "malformedmodeloutput",
		"unexpectedtoolcall", "toomanytoolcalls", "missingthoughtsignature", "networkerror", "servererror", "internalerror",
		"abort", "aborted", "cancel", "canceled", "cancelled", "interrupted", "userstopped", "modelunloaded", "timeout",
		"timelimit", "noimage", "other":
		return failed
	}
	if kind, detail, ok := strings.Cut(reason, ":"); ok { // Gemini's "content_filter: PROHIBITED_CONTENT"
		for _, meaning := range []string{meaningOf(kind), meaningOf(detail)} {
			if isBad(meaning) {
				return meaning
			}
		}
	}
	return ""
}

// isBad reports whether a meaning is that of an answer which is not whole.
func isBad(meaning string) bool {
	return meaning == failed || meaning == orq.FinishLength || meaning == orq.FinishContentFilter
}

// setReason takes over a finish reason. One for an answer that is not whole stays, whatever follows it: some gateways end each
// stream with "stop".
func (c *Completion) setReason(reason string) {
	reason = strings.TrimSpace(reason)
	switch letters(reason) {
	case "null", "none":
		return
	}
	if meaning := meaningOf(reason); reason == "" || isBad(meaningOf(c.finish)) && meaning != "" && !isBad(meaning) {
		return
	}
	c.finish = reason
}

// letters are the letters of a name, small.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, name)
}

// end closes an answer that was read to its end. The calls of one that was cut are set apart. It fails when the model did,
// or stopped for a reason that nobody here knows.
func (c *Completion) end() error {
	c.Calls, c.Fields = c.assembly.whole(), c.gathering.fields()
	if c.text.Len() > 0 {
		c.Fields.Refusal = c.refusal.String()
	}
	switch meaning := meaningOf(c.finish); {
	case c.finish == "":
	case meaning == failed:
		return reportedError(fmt.Sprintf("it stopped with %q", c.finish))
	case meaning == "":
		return reportedError(fmt.Sprintf("it stopped for a reason that is not known: %q", c.finish))
	case meaning == orq.FinishLength || meaning == orq.FinishContentFilter:
		c.finish, c.Cut, c.Calls = meaning, c.Calls, nil
	case meaning == orq.FinishToolCalls && c.Text() == "" && len(c.Calls) == 0:
		return reportedError("it stopped to call tools, and there is no call")
	default:
		c.finish = meaning
	}
	return nil
}

// FinishReason is why the model stopped, as the Agents API names it. Some servers report stop for an answer that calls tools,
// or tool_calls for one without.
func (c *Completion) FinishReason() string {
	switch {
	case c.finish == orq.FinishLength || c.finish == orq.FinishContentFilter:
		return c.finish
	case len(c.Calls) > 0:
		return orq.FinishToolCalls
	}
	return orq.FinishStop
}
