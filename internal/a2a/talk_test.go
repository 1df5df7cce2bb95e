package a2a

import (
	"net/url"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

func says(id, text string) orq.Message {
	return orq.Message{MessageID: id, Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart(text)}}
}

func made(id, text string, more bool) Artifact {
	return Artifact{id, []orq.Part{orq.TextPart(text)}, more}
}

// conversation plays turns, each a list of events, and returns of each what was told, in brackets, and the answer.
func conversation(t *testing.T, turns ...[]Event) []string {
	t.Helper()
	var in Conversation
	var all []string
	for _, events := range turns {
		var told strings.Builder
		talk := newTalk(Message{Message: orq.Message{MessageID: "asked"}, In: in}, func(parts []orq.Part) error {
			told.WriteString("[" + orq.Message{Parts: parts}.Text() + "]")
			return nil
		})
		for _, event := range events {
			event.TaskID = "t"
			if err := talk.absorb(event); err != nil {
				t.Fatal(err)
			}
		}
		answer := talk.answer()
		in = answer.Next
		all = append(all, told.String()+" "+orq.Message{Parts: answer.Parts}.Text())
	}
	return all
}

func TestWhatAnAgentSaysIsToldOnce(t *testing.T) {
	t.Parallel()
	const working, completed, waiting = orq.TaskWorking, orq.TaskCompleted, orq.TaskInputRequired
	for name, test := range map[string]struct {
		turns [][]Event
		want  []string
	}{
		"the same words twice, without ids": {
			[][]Event{{{State: working, Says: says("", "ok")}, {State: completed, Says: says("", "ok"), Artifacts: []Artifact{made("a", "art", false)}}}},
			[]string{"[ok][art][ok] art\nok"},
		},
		"words that grow": {
			[][]Event{{{State: working, Says: says("m", "w")}, {State: working, Says: says("m", "ww")}, {State: completed, Says: says("m", "ww!")}}},
			[]string{"[w][w][!] ww!"},
		},
		"looks without ids": {
			[][]Event{{{Snapshot: true, State: working, Says: says("", "on it")}, {Snapshot: true, State: working, Says: says("", "on it")}, {Snapshot: true, State: completed}}},
			[]string{"[on it] on it"},
		},
		"words of the history": {
			[][]Event{{{Snapshot: true, State: completed, Says: says("3", "done"), History: []orq.Message{
				says("0", "before"), {MessageID: "asked"}, says("1", "one"), says("", "nameless"), says("3", "done"),
			}}}},
			[]string{"[one][done] done"},
		},
		"pieces of an artifact, and a look": {
			[][]Event{{{State: working}, {Artifacts: []Artifact{made("a", "one ", true)}}, {Artifacts: []Artifact{made("a", "two ", true)}},
				{Snapshot: true, State: completed, Artifacts: []Artifact{made("a", "one two three", false)}}}},
			[]string{"[one ][two ][three] one two three"},
		},
		"an artifact that is replaced": {
			[][]Event{{{Artifacts: []Artifact{made("a", "draft", false)}}, {Artifacts: []Artifact{made("a", "final", false)}}, {State: completed}}},
			[]string{"[draft][final] final"},
		},
		"a closing that was none": {
			[][]Event{{{State: waiting, Says: says("q", "Which?")}, {State: working}, {State: completed, Says: says("d", "Never mind.")}}},
			[]string{"[Which?][Never mind.] Never mind."},
		},
		"the old question": {
			[][]Event{
				{{State: waiting, Says: says("q", "Which?")}, {Artifacts: []Artifact{made("a", "FIRST", false)}}},
				{{Snapshot: true, State: waiting, Says: says("q", "Which?"), Artifacts: []Artifact{made("a", "FIRST", false)}}, {State: completed, Says: says("", "SECOND")}},
			},
			[]string{"[Which?][FIRST] FIRST\nWhich?", "[SECOND] SECOND"},
		},
		"the old question, without ids": {
			[][]Event{
				{{State: waiting, Says: says("", "Which?")}},
				{{Snapshot: true, State: waiting, Says: says("", "Which?")}, {State: completed, Says: says("", "SECOND")}},
			},
			[]string{"[Which?] Which?", "[SECOND] SECOND"},
		},
		"a question without words": {
			[][]Event{
				{{State: waiting, At: "1"}},
				{{Snapshot: true, State: waiting, At: "1"}, {Snapshot: true, State: completed, At: "2", Says: says("", "SECOND")}},
				{{State: completed, Says: says("", "THIRD")}},
			},
			[]string{" ", "[SECOND] SECOND", "[THIRD] THIRD"},
		},
		"the same question again": {
			[][]Event{
				{{State: waiting, Says: says("", "Which?"), At: "1"}},
				{{Snapshot: true, State: waiting, Says: says("", "Which?"), At: "2"}},
			},
			[]string{"[Which?] Which?", "[Which?] Which?"},
		},
		"an artifact that goes on": {
			[][]Event{
				{{Artifacts: []Artifact{made("a", "one ", false)}}, {State: waiting, Says: says("q", "More?")}},
				{{State: working}, {Artifacts: []Artifact{made("a", "two ", true)}}, {Snapshot: true, State: waiting, Says: says("r", "More?"), Artifacts: []Artifact{made("a", "one two ", false)}}},
				{{Snapshot: true, State: completed, Artifacts: []Artifact{made("a", "one two three", false)}}},
			},
			[]string{"[one ][More?] one \nMore?", "[two ][More?] two \nMore?", "[three] three"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, got := range conversation(t, test.turns...) {
				if got != test.want[i] {
					t.Errorf("turn %d: %q, want %q", i+1, got, test.want[i])
				}
			}
		})
	}
}

func TestAnAnswerHasABound(t *testing.T) {
	t.Parallel()
	talk := newTalk(Message{}, func([]orq.Part) error { return nil })
	piece := Event{Artifacts: []Artifact{made("a", strings.Repeat("x", 1<<20), true)}}
	var err error
	for i := 0; err == nil && i < 100; i++ {
		err = talk.absorb(piece)
	}
	if err == nil || err.Error() != "the answer is larger than 67108864 bytes" {
		t.Errorf("error %v", err)
	}
}

func TestHeadersAreSentHomeOnly(t *testing.T) {
	t.Parallel()
	for given, others := range map[string]map[string]bool{
		"https://agent.example/a2a": {
			"https://agent.example/rpc": true, "https://AGENT.example:443/": true, "http://agent.example/rpc": false, "https://agent.example:8443/": false, "https://other.example/": false,
		},
		"http://agent.example": {"https://agent.example/": true, "http://agent.example:80/x": true, "https://agent.example:8443/": false, "http://agent.example:8080/": false},
	} {
		for other, want := range others {
			if got := (Agent{Homes: []string{given}}).isHome(parsed(t, other)); got != want {
				t.Errorf("what is for %s is sent to %s: %t", given, other, got)
			}
		}
	}
}

func parsed(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestErrorsHoldNoHeader(t *testing.T) {
	t.Parallel()
	c := &Client{address: "http://127.0.0.1:9", headers: map[string]string{
		"Authorization": "Bearer sk-SECRETSECRET", "X-A": "token-abc", "X-B": "token-abcdefgh", "X-Version": "1",
	}}
	got := c.Why(&Refusal{Message: "sk-SECRETSECRET, Bearer sk-SECRETSECRET, token-abcdefgh and token-abc"})
	if want := "the A2A agent at http://127.0.0.1:9 refused: ***, ***, *** and ***"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}
