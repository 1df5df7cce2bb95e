package rig

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// single returns the notification of one event as the server sends it.
func single(t *testing.T, plan Plan, token string, progress, seq int) string {
	t.Helper()
	var event map[string]any
	if err := json.Unmarshal(plan.AppendEvent(nil, seq)[len("data: "):], &event); err != nil {
		t.Fatal(err)
	}
	if event["type"] == string(orq.EventThought) {
		event["text"] = plan.text(seq, 1)
	}
	return notification(t, token, progress, "a line", event)
}

func merged(t *testing.T, plan Plan, progress, seq, count int) string {
	t.Helper()
	return notification(t, fmt.Sprintf("t%d", plan.Run), progress, "a line", map[string]any{
		"type": orq.EventThought, "timestamp": "2026-03-24T09:30:00.000Z", "merged": count, "text": plan.text(seq, count),
	})
}

func notification(t *testing.T, token string, progress int, message string, event any) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": "notifications/progress", "params": map[string]any{
		"progressToken": token, "progress": progress, "message": message, "_meta": map[string]any{"ai.orq/event": event},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func resultOf(t *testing.T, id int, answer string) string {
	t.Helper()
	quoted, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":%s}],"structuredContent":{"output_text":%[2]s}}}`, id, quoted)
}

func TestCheckerCountsEveryFault(t *testing.T) {
	t.Parallel()
	plan, other := Plan{Run: 7, Events: 3}, Plan{Run: 8, Events: 3}
	// n returns the notification with the given progress for the event with the given sequence number.
	n := func(progress, seq int) string { return single(t, plan, "t7", progress, seq) }
	result := resultOf(t, 7, plan.Answer())
	const eventless = `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t7","progress":0.5,"message":"starting rig"}}`
	for name, test := range map[string]struct {
		messages []string
		want     Faults
		failed   int
	}{
		"none":              {[]string{eventless, n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), n(6, 5), result}, Faults{}, 0},
		"none, with merged": {[]string{n(1, 0), n(2, 1), merged(t, plan, 3, 2, 3), n(4, 5), result}, Faults{}, 0},
		"lost":              {[]string{n(1, 0), n(2, 1), n(3, 2), n(5, 4), n(6, 5), result}, Faults{Lost: 1}, 0},
		"lost by merging":   {[]string{n(1, 0), n(2, 1), merged(t, plan, 3, 2, 2), n(4, 5), result}, Faults{Lost: 1}, 0},
		"reordered":         {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 4), n(5, 3), n(6, 5), result}, Faults{Reordered: 1}, 0},
		"duplicated":        {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), n(6, 4), n(7, 5), result}, Faults{Duplicated: 1}, 0},
		"single and merged": {[]string{n(1, 0), n(2, 1), n(3, 2), merged(t, plan, 4, 2, 3), n(5, 5), result}, Faults{Duplicated: 1}, 0},
		"two results":       {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), n(6, 5), result, result}, Faults{Duplicated: 1}, 0},
		"late":              {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), result, n(6, 5)}, Faults{Late: 1}, 0},
		"another's token":   {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), single(t, other, "t8", 6, 3), n(6, 5), result}, Faults{Misrouted: 1}, 0},
		"another's event":   {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), single(t, other, "t7", 6, 3), n(7, 5), result}, Faults{Misrouted: 1}, 0},
		"progress stands":   {[]string{n(1, 0), n(2, 1), n(2, 2), n(4, 3), n(5, 4), n(6, 5), result}, Faults{NonIncreasing: 1}, 0},
		"broken":            {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), `{"jsonrpc":"2.0",`, n(5, 4), n(6, 5), result}, Faults{Broken: 1}, 0},
		"no data": {[]string{n(1, 0), n(2, 1), n(3, 2), notification(t, "t7", 4, plan.text(3, 1), map[string]any{"type": orq.EventThought}), n(5, 4), n(6, 5), result},
			Faults{Broken: 1}, 0},
		"other text": {[]string{n(1, 0), n(2, 1), n(3, 2), strings.Replace(n(4, 3), `},"text":"r7-3 `, `},"text":"r7-3! `, 1), n(5, 4), n(6, 5), result},
			Faults{Broken: 1}, 0},
		"no result":      {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), n(6, 5)}, Faults{}, 1},
		"another result": {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), n(6, 5), resultOf(t, 7, other.Answer())}, Faults{}, 1},
		"another's result": {[]string{n(1, 0), n(2, 1), n(3, 2), n(4, 3), n(5, 4), n(6, 5), resultOf(t, 8, other.Answer()), result},
			Faults{Broken: 1}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checker := &Checker{Strict: true}
			call := checker.Begin(plan)
			for _, message := range test.messages {
				call.handleAnswer([]byte(message))
			}
			report := checker.Report()
			if report.Faults != test.want || report.Failed != test.failed {
				t.Errorf("Report() = faults %v, %d failed; want %v, %d\n%s", report.Faults, report.Failed, test.want, test.failed, strings.Join(report.Samples, "\n"))
			}
		})
	}
}

// The rig must need little processor time per message, compared to the server that it measures.
func BenchmarkHandleAnswer(b *testing.B) {
	plan := Plan{Run: 7, Events: 20}
	event := strings.TrimSpace(strings.TrimPrefix(string(plan.AppendEvent(nil, 5)), "data: "))
	raw := fmt.Appendf(nil, `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t7","progress":6,"message":"%s","_meta":{"ai.orq/event":%s}}}`,
		plan.appendText(nil, 5), event)
	call := (&Checker{}).Begin(plan)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		call.handleAnswer(raw)
	}
	if call.faults.Broken > 0 {
		b.Error(call.faults)
	}
}

func FuzzParseFrame(f *testing.F) {
	f.Add([]byte(`{"jsonrpc":"2.0","id":1,"result":{"a":["}\"",{}]}}`))
	f.Add([]byte(`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1,"_meta":{"ai.orq/event":{"type":"x","data":{}}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		frame, err := parseFrame(raw, true)
		if err != nil {
			return
		}
		for _, part := range [][]byte{frame.id, frame.method, frame.result, frame.token, frame.message, frame.event, frame.data} {
			if part != nil && !json.Valid(part) {
				t.Errorf("parseFrame(%q) has the part %q, want valid JSON", raw, part)
			}
		}
	})
}
