package rig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// Placeholders in templates: the mark of an event (r<run>-<sequence number>), the call that two tool events belong to,
// and the run.
const (
	markPlaceholder = "@mark@"
	callPlaceholder = "@pair@"
	taskPlaceholder = "@task@"
	// seqPlaceholder is a string in place of which the sequence number stands.
	seqPlaceholder = `"@seq@"`
)

// template is an encoded event, split at its placeholders.
type template struct {
	typ    orq.EventType
	pieces []piece
}

// piece is literal text and the placeholder that follows it, if any.
type piece struct {
	text []byte
	then string
}

// prose is the text of thoughts, in turn. It looks like the output of models: it has line breaks, quotes and letters
// outside ASCII.
var prose = []string{
	"the customer asks for the state of order 4711; I look it up before I promise anything. ",
	"the lookup says \"shipped\" on Monday.\n- carrier: post\n- expected: two days\n",
	"the address in Malmö is complete, so nothing holds it up; an answer can be given now. ",
	"one more thing to check: the invoice was sent to a different address than the parcel. ",
}

// templates encodes each kind of event once: encoding every event would make the upstream the bottleneck.
var templates = sync.OnceValue(func() (all script) {
	all.execution = newTemplate(orq.EventExecutionStarted, &orq.ExecutionStarted{AgentTaskID: taskPlaceholder, WorkspaceID: "ws_bench", TraceID: markPlaceholder})
	all.agent = newTemplate(orq.EventAgentStarted, &orq.AgentStarted{
		WorkflowRunID: markPlaceholder, InputMessage: orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("Where is order 4711?")}},
		ModelID: "openai/gpt-4o", Instructions: "Answer questions about orders. Be exact.", AgentManifestID: "01JRIGMANIFEST", AgentKey: "rig", Stream: true,
	})
	execution := orq.ToolExecution{
		ActionID: "act_lookup", AgentToolCallID: callPlaceholder, WorkspaceID: "ws_bench", AgentManifestID: "01JRIGMANIFEST",
		AgentExecutionID: "01JRIGEXECUTION", Product: "agents",
	}
	all.toolStarted = newTemplate(orq.EventToolStarted, &orq.ToolStarted{
		ToolID: "tool_orders", ToolKey: "order_lookup", ToolDisplayName: "Order lookup", ActionType: "http",
		ToolArguments: map[string]any{"order": "4711", "mark": markPlaceholder}, Execution: execution, WorkflowRunID: "wr_bench",
	})
	all.toolFinished = newTemplate(orq.EventToolFinished, &orq.ToolFinished{
		Result: json.RawMessage(`{"state":"shipped","mark":"` + markPlaceholder + `"}`), ActionType: "http", Execution: execution, WorkflowRunID: "wr_bench",
	})
	all.inactive = newTemplate(orq.EventInactive, &orq.Inactive{
		LastMessage: lastMessage(markPlaceholder), FinishReason: "stop", Usage: usage(), WorkflowRunID: "wr_bench",
	})
	for i, text := range prose {
		all.thoughts = append(all.thoughts, newTemplate(orq.EventThought, thought(i, markPlaceholder+" "+text)))
	}
	all.setProse(prose)
	return all
})

// tokens is the text of small thoughts, in turn.
var tokens = []string{"order", " 4711\n", " \"is\" on", " its way to Malmö"}

// small is templates with short thoughts.
var small = sync.OnceValue(func() script {
	all := templates()
	all.thoughts = nil
	for _, text := range tokens {
		quoted, _ := json.Marshal(markPlaceholder + " " + text) // a string can always be encoded
		all.thoughts = append(all.thoughts, split(orq.EventThought, json.RawMessage(`{"type":"event.agents.thought","timestamp":"2026-03-24T09:30:00.000Z",`+
			`"data":{"message_difference":{"1":{"role":"agent","parts":[{"kind":"text","text":`+string(quoted)+`}]}}}}`)))
	}
	all.setProse(tokens)
	return all
})

// script holds the events of a run of one kind of plan.
type script struct {
	execution, agent, toolStarted, toolFinished, inactive template
	thoughts                                              []template
	// prose is the text of the thoughts, and escaped the same as JSON without quotes.
	prose   []string
	escaped [][]byte
}

func (s *script) setProse(texts []string) {
	s.prose, s.escaped = texts, nil
	for _, text := range texts {
		quoted, _ := json.Marshal(text) // a string can always be encoded
		s.escaped = append(s.escaped, quoted[1:len(quoted)-1])
	}
}

func lastMessage(mark string) string {
	return mark + " was the last step: order 4711 arrives on Wednesday."
}

func usage() *orq.Usage {
	return &orq.Usage{CompletionTokens: 41, PromptTokens: 1207, TotalTokens: 1248}
}

func thought(iteration int, text string) *orq.Thought {
	return &orq.Thought{
		AgentID: "01JRIGAGENT00000000000000",
		MessageDifference: map[string]orq.ThoughtMessage{"01JRIGMESSAGE000000000000": {
			Message: orq.Message{
				Kind: "message", MessageID: "01JRIGMESSAGE000000000000", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(text)},
			},
			AgentID: "01JRIGAGENT00000000000000", AgentExecutionID: "01JRIGEXECUTION0000000000", WorkspaceID: "ws_bench",
		}},
		Choice:    &orq.Choice{Message: orq.ChoiceMessage{Role: orq.Value("assistant"), Content: orq.Value(text)}},
		Iteration: float64(iteration + 1), AccumulatedExecutionTime: 1830, ResponseID: "01JRIGRESPONSE00000000000", Usage: usage(),
	}
}

func newTemplate(typ orq.EventType, data orq.EventData) template {
	return split(typ, orq.NewEvent(time.Date(2026, 3, 24, 9, 30, 0, 0, time.UTC), typ, data))
}

// split encodes an event and splits it at its placeholders.
func split(typ orq.EventType, event any) template {
	raw, err := json.Marshal(event)
	if err != nil {
		panic(fmt.Sprintf("encode %s: %v", typ, err)) // the data above can be encoded
	}
	t := template{typ: typ}
	for rest := "data: " + string(raw) + "\n\n"; ; {
		at, next := -1, ""
		for _, here := range []string{markPlaceholder, callPlaceholder, taskPlaceholder, seqPlaceholder} {
			if i := strings.Index(rest, here); i >= 0 && (at < 0 || i < at) {
				at, next = i, here
			}
		}
		if at < 0 {
			t.pieces = append(t.pieces, piece{text: []byte(rest)})
			return t
		}
		t.pieces = append(t.pieces, piece{[]byte(rest[:at]), next})
		rest = rest[at+len(next):]
	}
}

// script returns the events of plans of this kind.
func (p Plan) script() script {
	switch {
	case p.Responses:
		return responses()
	case p.Small:
		return small()
	}
	return templates()
}

// textType is the type of the events with text.
func (p Plan) textType() orq.EventType {
	if p.Responses {
		return orq.EventOutputTextDelta
	}
	return orq.EventThought
}

func (p Plan) template(seq int) *template {
	all := p.script()
	switch n := seq - 1; {
	case seq == 0:
		return &all.execution
	case seq == 1:
		return &all.agent
	case seq == p.Total()-1:
		return &all.inactive
	case p.Small:
	case n%20 == 10:
		return &all.toolStarted
	case n%20 == 0:
		return &all.toolFinished
	}
	return &all.thoughts[seq%len(all.thoughts)]
}

// Type returns the type of the event with the sequence number seq.
func (p Plan) Type(seq int) orq.EventType { return p.template(seq).typ }

// AppendEvent appends an event as it is sent, from "data: " to the blank line.
func (p Plan) AppendEvent(b []byte, seq int) []byte {
	for _, piece := range p.template(seq).pieces {
		b = append(b, piece.text...)
		switch piece.then {
		case markPlaceholder:
			b = appendMark(b, p.Run, seq)
		case callPlaceholder:
			b = fmt.Appendf(b, "call_%d_%d", p.Run, (seq-11)/20)
		case taskPlaceholder:
			b = fmt.Appendf(b, "01JRIGTASK%d", p.Run)
		case seqPlaceholder:
			b = strconv.AppendInt(b, int64(seq), 10)
		}
	}
	return b
}

func appendMark(b []byte, run, seq int) []byte {
	b = strconv.AppendInt(append(b, 'r'), int64(run), 10)
	return strconv.AppendInt(append(b, '-'), int64(seq), 10)
}

// appendText appends the text of a thought as JSON without quotes.
func (p Plan) appendText(b []byte, seq int) []byte {
	all := p.script()
	b = append(appendMark(b, p.Run, seq), ' ')
	return append(b, all.escaped[seq%len(all.escaped)]...)
}

// text returns the text of count consecutive thoughts.
func (p Plan) text(from, count int) string {
	var text strings.Builder
	all := p.script()
	for seq := from; seq < from+count; seq++ {
		text.Write(appendMark(nil, p.Run, seq))
		text.WriteString(" " + all.prose[seq%len(all.prose)])
	}
	return text.String()
}

// Answer returns the run's last message.
func (p Plan) Answer() string { return lastMessage(string(appendMark(nil, p.Run, p.Total()-1))) }

// mark identifies an event.
type mark struct{ run, seq int }

// findMark returns the first mark in data whose run is wanted, else the first of any run.
func findMark(data []byte, run int) (found mark, ok bool) {
	var own [24]byte
	prefix := append(strconv.AppendInt(append(own[:0], 'r'), int64(run), 10), '-')
	if at := bytes.Index(data, prefix); at >= 0 {
		if found, ok := markAt(data[at:]); ok {
			return found, true
		}
	}
	for at := range data {
		if data[at] == 'r' {
			if found, ok := markAt(data[at:]); ok {
				return found, true
			}
		}
	}
	return mark{}, false
}

func markAt(data []byte) (mark, bool) {
	run, rest, ok := number(data[1:])
	if !ok || len(rest) == 0 || rest[0] != '-' {
		return mark{}, false
	}
	seq, _, ok := number(rest[1:])
	return mark{run, seq}, ok
}

// number reads the digits that data begins with.
func number(data []byte) (n int, rest []byte, ok bool) {
	for i, c := range data {
		if c < '0' || c > '9' {
			return n, data[i:], i > 0
		}
		n = n*10 + int(c-'0')
	}
	return n, nil, len(data) > 0
}
