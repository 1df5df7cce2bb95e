package server

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/quote"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/relay"
)

// maxEventMeta bounds the data of an event in a notification's _meta, in bytes; larger data is left out.
const maxEventMeta = 16 << 10

// EventMeta is the member of a notification's _meta that holds the event.
const EventMeta = "ai.orq/event"

// appendProgress appends the n-th notifications/progress of a call (MCP, section Progress) to b. The event is sent in
// _meta[EventMeta] with the text that it adds, and with its secrets masked. events is how many events the step stands for:
// more than one are sent as their number. It encodes by hand: in mcp-go, encoding/json is two thirds of the cost of a
// notification.
func appendProgress(b, token []byte, n int64, progress relay.Progress, events int) []byte {
	b = append(b, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":`...)
	b = append(b, token...)
	b = append(b, `,"progress":`...)
	b = strconv.AppendInt(b, n, 10)
	message := progress.Message
	if progress.Text == "" { // a line of ours may repeat what a service or a tool answered
		message = redact.Text(message)
	}
	if message != "" {
		b = append(b, `,"message":`...)
		b = quote.Append(b, message)
	}
	if progress.Event != nil {
		b = append(b, `,"_meta":{"`+EventMeta+`":`...)
		b = appendEvent(b, progress.Event, progress.Text, events)
		b = append(b, '}')
	}
	return append(b, `}}`...)
}

func appendEvent(b []byte, event *orq.Event, text string, events int) []byte {
	b = append(b, `{"type":`...)
	b = quote.Append(b, string(event.Type))
	b = append(b, `,"timestamp":`...)
	b = quote.Append(b, event.Timestamp)
	if events > 1 {
		b = append(b, `,"merged":`...)
		b = strconv.AppendInt(b, int64(events), 10)
	}
	if text != "" {
		b = append(b, `,"text":`...)
		b = quote.Append(b, text)
	}
	switch data := maskedData(event); {
	case len(data) > maxEventMeta:
		b = append(b, `,"truncated":true`...)
	case len(data) > 0:
		b = append(b, `,"data":`...)
		if event.Plain() {
			b = append(b, data...)
		} else {
			b = appendCompact(b, data)
		}
	}
	return append(b, '}')
}

// maskedData returns the data of an event with its secrets masked, or "" for a piece of a call: a secret that is spread
// over several pieces cannot be recognized, and the event after the last piece has the whole.
func maskedData(event *orq.Event) string {
	kind, ok := strings.CutPrefix(string(event.Type), orq.ResponseEventPrefix)
	switch {
	case event.Plain():
		return event.Raw
	case !ok:
		return redact.Event(event.Raw)
	case !strings.HasSuffix(kind, ".delta"):
		return redact.ResponseEvent(event.Raw)
	case isCallPiece(kind):
		return ""
	}
	return redact.Event(event.Raw) // a piece of text
}

// isCallPiece reports whether a delta holds a piece of what goes into a tool: function_call_arguments.delta,
// mcp_call_arguments.delta, custom_tool_call_input.delta, code_interpreter_call_code.delta, or a later one of such a name.
func isCallPiece(kind string) bool {
	return strings.Contains(kind, "_call_") || strings.Contains(kind, "_call.")
}

// appendCompact appends valid JSON without the line breaks between its tokens, which would end a frame, and with U+FFFD in
// place of invalid UTF-8.
func appendCompact(b []byte, raw string) []byte {
	if !utf8.ValidString(raw) {
		raw = strings.ToValidUTF8(raw, "\uFFFD")
	}
	if strings.IndexByte(raw, '\n') >= 0 || strings.IndexByte(raw, '\r') >= 0 {
		raw = strings.NewReplacer("\n", "", "\r", "").Replace(raw)
	}
	return append(b, raw...)
}
