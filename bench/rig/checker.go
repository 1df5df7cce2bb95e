package rig

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
)

// Faults counts what went wrong with the events of calls.
type Faults struct {
	// Lost events never came.
	Lost int
	// Reordered events came after a later one.
	Reordered int
	// Duplicated events came again.
	Duplicated int
	// Late messages came after the call's result.
	Late int
	// Misrouted messages came on another call's answer, or with another call's token.
	Misrouted int
	// NonIncreasing is progress that was not more than what came before.
	NonIncreasing int
	// Broken messages are no JSON-RPC, or differ from what the upstream sent.
	Broken int
}

// Add adds the counts of g.
func (f *Faults) Add(g Faults) {
	f.Lost += g.Lost
	f.Reordered += g.Reordered
	f.Duplicated += g.Duplicated
	f.Late += g.Late
	f.Misrouted += g.Misrouted
	f.NonIncreasing += g.NonIncreasing
	f.Broken += g.Broken
}

// String lists the counts that are not zero.
func (f Faults) String() string {
	var named []string
	for _, fault := range []struct {
		name  string
		count int
	}{
		{"lost", f.Lost},
		{"reordered", f.Reordered},
		{"duplicated", f.Duplicated},
		{"late", f.Late},
		{"misrouted", f.Misrouted},
		{"non-increasing", f.NonIncreasing},
		{"broken", f.Broken},
	} {
		if fault.count > 0 {
			named = append(named, fmt.Sprintf("%d %s", fault.count, fault.name))
		}
	}
	if len(named) == 0 {
		return "none"
	}
	return strings.Join(named, ", ")
}

// Checker checks every message of the calls registered with Begin.
type Checker struct {
	// Strict parses each message in full.
	Strict bool

	mu sync.Mutex
	// calls has the progress token, as JSON, as key.
	calls map[string]*Call
	// stray counts the faults of messages that belong to no call.
	stray Faults
	// samples describe the first faults.
	samples []string
}

// Call is one run and what has been received of it.
type Call struct {
	plan    Plan
	id      string
	token   []byte
	checker *Checker

	// stop blocks the reader. It is called after stopAfter messages.
	stopAfter int
	stop      func()

	mu       sync.Mutex
	seen     []bool
	last     int
	progress int64
	answered bool
	messages int
	events   int
	merged   int
	faults   Faults
	result   json.RawMessage
	err      error
}

// Begin registers a call. It must be called before the request is sent.
func (c *Checker) Begin(plan Plan) *Call {
	call := &Call{
		plan: plan, id: strconv.Itoa(plan.Run), token: fmt.Appendf(nil, `"t%d"`, plan.Run), checker: c,
		seen: make([]bool, plan.Total()), last: -1,
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.calls == nil {
		c.calls = map[string]*Call{}
	}
	c.calls[string(call.token)] = call
	return call
}

// afterMessage is called by the reader after each message. It blocks when the reader is to stop reading.
func (k *Call) afterMessage() {
	if k != nil && k.stop != nil && k.Messages() == k.stopAfter {
		k.stop()
	}
}

// Messages returns the number of progress messages received so far.
func (k *Call) Messages() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.messages
}

// handleAnswer checks a message of the call's own HTTP response. It reports whether the message is the result.
func (k *Call) handleAnswer(raw []byte) bool {
	f, err := parseFrame(raw, k.checker.Strict)
	if err != nil {
		k.fault(func(faults *Faults) { faults.Broken++ }, "broken", raw)
		return false
	}
	return k.handle(f, raw)
}

// handle dispatches a message of the call's own HTTP response.
func (k *Call) handle(f frame, raw []byte) bool {
	switch {
	case f.id != nil && string(f.id) == k.id && f.method == nil:
		k.finish(f, raw)
		return true
	case string(f.method) == `"notifications/progress"` && bytes.Equal(f.token, k.token):
		k.receive(f, raw)
	case string(f.method) == `"notifications/progress"`:
		k.fault(func(faults *Faults) { faults.Misrouted++ }, "misrouted", raw)
		if owner := k.checker.owner(f); owner != nil {
			owner.receive(f, raw) // a misrouted event is not lost, too
		}
	default:
		k.fault(func(faults *Faults) { faults.Broken++ }, "unexpected", raw)
	}
	return false
}

// owner returns the call with the progress token of f, or nil.
func (c *Checker) owner(f frame) *Call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls[string(f.token)]
}

// route passes a progress notification to its call, on a connection that calls share.
func (c *Checker) route(f frame, raw []byte) {
	owner := c.owner(f)
	if owner == nil {
		c.recordStray(func(faults *Faults) { faults.Misrouted++ }, "nobody's", raw)
		return
	}
	owner.receive(f, raw)
}

// recordStray counts a fault of a message that belongs to no call.
func (c *Checker) recordStray(count func(*Faults), what string, raw []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	count(&c.stray)
	c.sample(what, raw)
}

// maxSamples is the number of faults that are kept for the report.
const maxSamples = 10

func (c *Checker) sample(what string, raw []byte) {
	if len(c.samples) < maxSamples {
		c.samples = append(c.samples, fmt.Sprintf("%s: %.300s", what, raw))
	}
}

func (k *Call) fault(count func(*Faults), what string, raw []byte) {
	k.mu.Lock()
	count(&k.faults)
	k.mu.Unlock()
	k.checker.mu.Lock()
	defer k.checker.mu.Unlock()
	k.checker.sample(what+" in run "+k.id, raw)
}

// finish records the result.
func (k *Call) finish(f frame, raw []byte) {
	k.mu.Lock()
	again := k.answered
	k.answered = true
	if f.failure != nil {
		k.err = fmt.Errorf("run %s: %s", k.id, f.failure)
	}
	k.result = bytes.Clone(f.result)
	k.mu.Unlock()
	if again {
		k.fault(func(faults *Faults) { faults.Duplicated++ }, "a second result", raw)
	}
}

// receive records one progress notification.
func (k *Call) receive(f frame, raw []byte) {
	k.mu.Lock()
	before := k.faults
	k.account(f)
	changed := k.faults != before
	k.mu.Unlock()
	if changed {
		k.checker.mu.Lock()
		defer k.checker.mu.Unlock()
		k.checker.sample("a fault in run "+k.id, raw)
	}
}

func (k *Call) account(f frame) {
	k.messages++
	if k.answered {
		k.faults.Late++
	}
	if progress, ok := parseProgress(f.progress); !ok {
		k.faults.Broken++
	} else if progress <= k.progress {
		k.faults.NonIncreasing++
	} else {
		k.progress = progress
	}
	switch {
	case f.event == nil:
	case f.merged != nil:
		k.takeMerged(f)
	default:
		k.takeSingle(f)
	}
}

// parseProgress returns progress in thousandths, because it may be a fraction.
func parseProgress(raw []byte) (int64, bool) {
	if n, rest, ok := number(raw); ok && len(rest) == 0 {
		return int64(n) * 1000, true
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	return int64(f * 1000), err == nil
}

// takeSingle records a notification with one event.
func (k *Call) takeSingle(f frame) {
	named := f.data
	if named == nil {
		// The event arrived, but without its data.
		k.faults.Broken++
		named = f.message
	}
	found, ok := findMark(named, k.plan.Run)
	switch {
	case !ok || found.seq >= k.plan.Total():
		k.faults.Broken++
		return
	case found.run != k.plan.Run:
		k.faults.Misrouted++
		return
	}
	typ := k.plan.Type(found.seq)
	if !isQuoted(f.eventType, string(typ)) || typ == k.plan.textType() && !k.hasText(f.newText(), found.seq, 1) {
		k.faults.Broken++
	}
	k.markSeen(found.seq)
}

// takeMerged records a notification that merges several consecutive texts.
func (k *Call) takeMerged(f frame) {
	count, rest, ok := number(f.merged)
	found, marked := findMark(f.newText(), k.plan.Run)
	switch {
	case !ok || len(rest) > 0 || !marked || count < 1 || found.seq+count > k.plan.Total() || !isQuoted(f.eventType, string(k.plan.textType())):
		k.faults.Broken++
		return
	case found.run != k.plan.Run:
		k.faults.Misrouted++
		return
	case !k.hasText(f.newText(), found.seq, count):
		k.faults.Broken++
	}
	k.merged += count - 1
	for seq := found.seq; seq < found.seq+count; seq++ {
		k.markSeen(seq)
	}
}

// isQuoted reports whether raw is want in quotes.
func isQuoted(raw []byte, want string) bool {
	return len(raw) == len(want)+2 && string(raw[1:len(raw)-1]) == want
}

// newText is the text that a notification adds: a server that does not state it has it as the message.
func (f frame) newText() []byte {
	if f.text != nil {
		return f.text
	}
	return f.message
}

// hasText reports whether quoted, a JSON string, is the text of count consecutive thoughts.
func (k *Call) hasText(quoted []byte, from, count int) bool {
	if len(quoted) < 2 {
		return false
	}
	var room [512]byte
	if inner := quoted[1 : len(quoted)-1]; count == 1 && bytes.Equal(inner, k.plan.appendText(room[:0], from)) {
		return true
	}
	var text string
	return json.Unmarshal(quoted, &text) == nil && text == k.plan.text(from, count)
}

// markSeen records that an event has been received.
func (k *Call) markSeen(seq int) {
	switch {
	case k.seen[seq]:
		k.faults.Duplicated++
		return
	case seq < k.last:
		k.faults.Reordered++
	}
	k.seen[seq] = true
	k.events++
	k.last = max(k.last, seq)
}

// fail records that a call ended without its result.
func (k *Call) fail(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = errors.Join(k.err, fmt.Errorf("run %s: %w", k.id, err))
}

// MinMessages returns the number of messages of the call that has received the fewest.
func (c *Checker) MinMessages() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	fewest := math.MaxInt
	for _, k := range c.calls {
		fewest = min(fewest, k.Messages())
	}
	if len(c.calls) == 0 {
		return 0
	}
	return fewest
}

// Reset removes all calls and faults.
func (c *Checker) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls, c.stray, c.samples = nil, Faults{}, nil
}

// Report is the sum over calls that have ended.
type Report struct {
	// Calls is the number of calls, Failed that of the calls that did not end with the answer of their run.
	Calls, Failed int
	// Messages is the number of progress notifications, Events that of the events in them. Merged is the number of events
	// that needed no notification of their own.
	Messages, Events, Merged int
	Faults                   Faults
	// Samples describe the first faults and failures.
	Samples []string
}

// Report returns the sum over all calls. Events that have not been received by now count as lost.
func (c *Checker) Report() Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := Report{Calls: len(c.calls), Faults: c.stray, Samples: c.samples}
	for _, k := range c.calls {
		k.mu.Lock()
		r.Messages += k.messages
		r.Events += k.events
		r.Merged += k.merged
		k.faults.Lost = k.plan.Total() - k.events
		r.Faults.Add(k.faults)
		if err := k.failure(); err != nil {
			r.Failed++
			if len(r.Samples) < 2*maxSamples {
				r.Samples = append(r.Samples, err.Error())
			}
		}
		k.mu.Unlock()
	}
	return r
}

// failure returns why a call did not end with the answer of its run, or nil.
func (k *Call) failure() error {
	switch {
	case k.err != nil:
		return k.err
	case !k.answered:
		return fmt.Errorf("run %s: no result", k.id)
	}
	var result struct {
		IsError    bool            `json:"isError"`
		Structured json.RawMessage `json:"structuredContent"`
		Content    []struct {
			Text string `json:"text"`
		} `json:"content"`
	}
	if err := json.Unmarshal(k.result, &result); err != nil {
		return fmt.Errorf("run %s: result: %w", k.id, err)
	}
	if result.IsError || len(result.Content) == 0 || !strings.Contains(result.Content[0].Text, k.plan.Answer()) ||
		!bytes.Contains(result.Structured, []byte(k.plan.Answer())) {
		return fmt.Errorf("run %s: the result is not the run's: %.300s", k.id, k.result)
	}
	return nil
}
