package a2a

import (
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func message(id, text string) orq.Message {
	return orq.Message{MessageID: id, Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(text)}}
}

func artifactOf(id, text string, isAppend bool) Artifact {
	return Artifact{ID: id, Parts: []orq.Part{orq.TextPart(text)}, Append: isAppend}
}

// replay adds turns, each a list of events, and returns for each the emitted texts, in brackets, and the answer.
func replay(t *testing.T, turns ...[]Event) []string {
	t.Helper()
	var in Conversation
	var all []string
	for _, events := range turns {
		var emitted strings.Builder
		x := newExchange(Message{Message: orq.Message{MessageID: "asked", Parts: []orq.Part{orq.TextPart("ping")}}, Conversation: in}, func(parts []orq.Part) error {
			emitted.WriteString("[" + orq.Message{Parts: parts}.Text() + "]")
			return nil
		})
		for _, event := range events {
			event.TaskID = "t"
			if err := x.add(event); err != nil {
				t.Fatal(err)
			}
		}
		answer := x.answer()
		in = answer.Next
		all = append(all, emitted.String()+" "+orq.Message{Parts: answer.Parts}.Text())
	}
	return all
}

// replays are turns, each a list of events, and what replay returns for them.
type replays map[string]struct {
	turns [][]Event
	want  []string
}

func (r replays) run(t *testing.T) {
	t.Helper()
	for name, test := range r {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, got := range replay(t, test.turns...) {
				if got != test.want[i] {
					t.Errorf("turn %d: emitted and answered %q, want %q", i+1, got, test.want[i])
				}
			}
		})
	}
}

const working, completed, waiting = orq.TaskWorking, orq.TaskCompleted, orq.TaskInputRequired

func TestEachMessageIsEmittedOnce(t *testing.T) {
	t.Parallel()
	replays{
		"the same text twice, without ids": {
			[][]Event{{{State: working, Message: message("", "ok")}, {State: completed, Message: message("", "ok"), Artifacts: []Artifact{artifactOf("a", "art", false)}}}},
			[]string{"[ok][art][ok] art\nok"},
		},
		"a message that grows": {
			[][]Event{{{State: working, Message: message("m", "w")}, {State: working, Message: message("m", "ww")}, {State: completed, Message: message("m", "ww!")}}},
			[]string{"[w][w][!] ww!"},
		},
		"snapshots without ids": {
			[][]Event{{{Snapshot: true, State: working, Message: message("", "on it")}, {Snapshot: true, State: working, Message: message("", "on it")}, {Snapshot: true, State: completed}}},
			[]string{"[on it] on it"},
		},
		"the message that was sent, again": {
			[][]Event{{{State: orq.TaskSubmitted, Message: orq.Message{MessageID: "asked", Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("PING")}}},
				{State: completed, Message: message("m", "pong")}}},
			[]string{"[pong] pong"},
		},
		"its text, again": {
			[][]Event{{{Snapshot: true, State: completed, Message: orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("ping")}}, History: []orq.Message{message("1", "pong")}}}},
			[]string{" pong"},
		},
		"another message by the user": {
			[][]Event{{{State: completed, Message: orq.Message{Role: orq.RoleUser, Parts: []orq.Part{orq.TextPart("pong")}}}}},
			[]string{"[pong] pong"},
		},
		"messages of the history": {
			[][]Event{{{Snapshot: true, State: completed, Message: message("3", "done"), History: []orq.Message{
				message("0", "before"), {MessageID: "asked"}, message("1", "one"), message("", "nameless"), message("3", "done"),
			}}}},
			[]string{"[one][done] done"},
		},
		"a task that goes on after a question": {
			[][]Event{{{State: waiting, Message: message("q", "Which?")}, {State: working}, {State: completed, Message: message("d", "Never mind.")}}},
			[]string{"[Which?][Never mind.] Never mind."},
		},
		"a message after the end": {
			[][]Event{{{State: completed, Message: message("1", "Done.")}, {State: completed, Implied: true, Message: message("2", "pong")}}},
			[]string{"[Done.][pong] Done.\npong"},
		},
		"a last message that is repeated": {
			[][]Event{{{Snapshot: true, State: completed, Message: message("", "Done.")}, {Snapshot: true, State: completed, Message: message("", "Done.")}}},
			[]string{"[Done.] Done."},
		},
		"a last message that grows": {
			[][]Event{{{State: completed, Message: message("m", "Done")}, {State: completed, Message: message("m", "Done.")}}},
			[]string{"[Done][.] Done."},
		},
	}.run(t)
}

func TestEachPartOfAnArtifactIsEmittedOnce(t *testing.T) {
	t.Parallel()
	replays{
		"pieces of an artifact, and a snapshot": {
			[][]Event{{{State: working}, {Artifacts: []Artifact{artifactOf("a", "one ", true)}}, {Artifacts: []Artifact{artifactOf("a", "two ", true)}},
				{Snapshot: true, State: completed, Artifacts: []Artifact{artifactOf("a", "one two three", false)}}}},
			[]string{"[one ][two ][three] one two three"},
		},
		"an artifact that is replaced": {
			[][]Event{{{Artifacts: []Artifact{artifactOf("a", "draft", false)}}, {Artifacts: []Artifact{artifactOf("a", "final", false)}}, {State: completed}}},
			[]string{"[draft][final] final"},
		},
		"artifacts without ids": {
			[][]Event{{{Snapshot: true, State: completed, Artifacts: []Artifact{artifactOf("", "one", false), artifactOf("", "two", false)}}}},
			[]string{"[one][two] one\ntwo"},
		},
		"artifacts without ids, as they grow": {
			[][]Event{{{Snapshot: true, State: working, Artifacts: []Artifact{artifactOf("", "one", false), artifactOf("", "tw", false)}},
				{Snapshot: true, State: completed, Artifacts: []Artifact{artifactOf("", "one", false), artifactOf("", "two", false), artifactOf("", "three", false)}}}},
			[]string{"[one][tw][o][three] one\ntwo\nthree"},
		},
		"artifacts of one id in one task": {
			[][]Event{{{Snapshot: true, State: completed, Artifacts: []Artifact{artifactOf("a", "one", false), artifactOf("a", "two", false)}}}},
			[]string{"[one][two] one\ntwo"},
		},
		"streamed artifacts without ids, and a snapshot": {
			[][]Event{{{Artifacts: []Artifact{artifactOf("", "one", false)}}, {Artifacts: []Artifact{artifactOf("", "two", false)}},
				{Snapshot: true, State: completed, Artifacts: []Artifact{artifactOf("", "one", false), artifactOf("", "two", false), artifactOf("", "three", false)}}}},
			[]string{"[one][two][three] one\ntwo\nthree"},
		},
		"a snapshot, and a streamed artifact without an id": {
			[][]Event{{{Snapshot: true, State: working, Artifacts: []Artifact{artifactOf("", "one", false)}}, {Artifacts: []Artifact{artifactOf("", "two", false)}}, {State: completed}}},
			[]string{"[one][two] one\ntwo"},
		},
		"pieces without ids": {
			[][]Event{{{Artifacts: []Artifact{artifactOf("", "one ", false)}}, {Artifacts: []Artifact{artifactOf("", "two", true)}},
				{Artifacts: []Artifact{artifactOf("", "next", false)}}, {Artifacts: []Artifact{artifactOf("", "!", true)}}, {State: completed}}},
			[]string{"[one ][two][next][!] one two\nnext!"},
		},
		"pieces without ids that continue": {
			[][]Event{{{Artifacts: []Artifact{{Parts: []orq.Part{orq.TextPart("one ")}, Continues: true}}}, {Artifacts: []Artifact{artifactOf("", "two", false)}},
				{Artifacts: []Artifact{artifactOf("", "next", false)}}, {State: completed}}},
			[]string{"[one ][two][next] one two\nnext"},
		},
	}.run(t)
}

func TestATurnEmitsWhatIsNew(t *testing.T) {
	t.Parallel()
	replays{
		"the old question": {
			[][]Event{
				{{State: waiting, Message: message("q", "Which?")}, {Artifacts: []Artifact{artifactOf("a", "FIRST", false)}}},
				{{Snapshot: true, State: waiting, Message: message("q", "Which?"), Artifacts: []Artifact{artifactOf("a", "FIRST", false)}}, {State: completed, Message: message("", "SECOND")}},
			},
			[]string{"[Which?][FIRST] FIRST\nWhich?", "[SECOND] SECOND"},
		},
		"the old question, without ids": {
			[][]Event{
				{{State: waiting, Message: message("", "Which?")}},
				{{Snapshot: true, State: waiting, Message: message("", "Which?")}, {State: completed, Message: message("", "SECOND")}},
			},
			[]string{"[Which?] Which?", "[SECOND] SECOND"},
		},
		"a question without text": {
			[][]Event{
				{{State: waiting, StateTime: "1"}},
				{{Snapshot: true, State: waiting, StateTime: "1"}, {Snapshot: true, State: completed, StateTime: "2", Message: message("", "SECOND")}},
				{{State: completed, Message: message("", "THIRD")}},
			},
			[]string{" ", "[SECOND] SECOND", "[THIRD] THIRD"},
		},
		"the same question again": {
			[][]Event{
				{{State: waiting, Message: message("", "Which?"), StateTime: "1"}},
				{{Snapshot: true, State: waiting, Message: message("", "Which?"), StateTime: "2"}},
			},
			[]string{"[Which?] Which?", "[Which?] Which?"},
		},
		"an artifact over several turns": {
			[][]Event{
				{{Artifacts: []Artifact{artifactOf("a", "one ", false)}}, {State: waiting, Message: message("q", "More?")}},
				{{State: working}, {Artifacts: []Artifact{artifactOf("a", "two ", true)}}, {Snapshot: true, State: waiting, Message: message("r", "More?"), Artifacts: []Artifact{artifactOf("a", "one two ", false)}}},
				{{Snapshot: true, State: completed, Artifacts: []Artifact{artifactOf("a", "one two three", false)}}},
			},
			[]string{"[one ][More?] one \nMore?", "[two ][More?] two \nMore?", "[three] three"},
		},
		"artifacts without ids over several turns": {
			[][]Event{
				{{Artifacts: []Artifact{artifactOf("", "one", false)}}, {State: waiting, Message: message("q", "More?")}},
				{{State: working}, {Artifacts: []Artifact{artifactOf("", "two", false)}}, {Snapshot: true, State: completed, Artifacts: []Artifact{artifactOf("", "one", false), artifactOf("", "two!", false)}}},
			},
			[]string{"[one][More?] one\nMore?", "[two][!] two!"},
		},
	}.run(t)
}

func TestAnswerIsBounded(t *testing.T) {
	t.Parallel()
	x := newExchange(Message{}, func([]orq.Part) error { return nil })
	piece := Event{Artifacts: []Artifact{artifactOf("a", strings.Repeat("x", 1<<20), true)}}
	var err error
	for i := 0; err == nil && i < 100; i++ {
		err = x.add(piece)
	}
	if want := "the answer is larger than 67108864 bytes"; err == nil || err.Error() != want {
		t.Errorf("add() error = %v, want %q", err, want)
	}
}
