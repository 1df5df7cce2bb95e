package e2e_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

const (
	deletionID       = "delete scout"
	deletionQuestion = "Delete the agent scout for good?"
	unconfirmed      = "The deletion was not confirmed, so nothing was deleted: "
	headlessWay      = " If the client answers by itself, because no person is there, a server started with --confirm-by argument does not ask it."
	deletionDeclined = unconfirmed + "the answer was no. Do not try again unless the person asks for it." + headlessWay
	refusedAtOnce    = unconfirmed + "the client refused the question at once, before a person could read it. Where no person is there to ask, " +
		"a server of orq-mcp started with --confirm-by argument deletes by the argument confirm alone."
	formUnanswered = unconfirmed + "the form came back without an answer. Ask the person before calling again." + headlessWay
)

func canElicit() object { return object{"elicitation": object{}} }

// openWithAgent starts a server on a workspace with the agent scout.
func openWithAgent(t *testing.T, kind string, me identity) (*client, *upstream) {
	t.Helper()
	u := newSandbox(t, sandbox.Options{})
	c := connect(t, serve(t, kind, setup{base: u.url}), me)
	c.create("scout")
	return c, u
}

func deletion() object { return object{"key": "scout", "confirm": "scout"} }

// checkKept checks that the agent exists and that no DELETE request was sent.
func checkKept(t *testing.T, c *client, u *upstream) {
	t.Helper()
	if n := len(u.requests("DELETE", "/v2/agents/scout")); n > 0 {
		t.Errorf("%d DELETE requests, want 0", n)
	}
	if !slices.Equal(c.keys(), []string{"scout"}) {
		t.Errorf("agents = %v, want [scout]", c.keys())
	}
}

func TestDeletingWithoutElicitationNeedsOnlyConfirm(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{current, modern} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			onEachTransport(t, func(t *testing.T, kind string) {
				c, _ := openWithAgent(t, kind, identity{protocol: protocol})
				c.tool("delete_agent", deletion())
				if keys := c.keys(); len(keys) > 0 {
					t.Errorf("agents = %v, want none", keys)
				}
			})
		})
	}
}

func TestThePersonIsAskedBeforeDeleting(t *testing.T) {
	t.Parallel()
	answers := map[string]struct {
		answer object
		// want is the text of the error; "" when the agent is deleted.
		want string
	}{
		"declines":                               {object{"action": "decline"}, deletionDeclined},
		"closes the form":                        {object{"action": "cancel"}, formUnanswered},
		"accepts without the box":                {object{"action": "accept", "content": object{"confirm": false}}, deletionDeclined},
		"accepts":                                {object{"action": "accept", "content": object{"confirm": true}}, ""},
		"declines with the box ticked":           {object{"action": "decline", "content": object{"confirm": true}}, deletionDeclined},
		"closes the form with it ticked":         {object{"action": "cancel", "content": object{"confirm": true}}, formUnanswered},
		"accepts with text":                      {object{"action": "accept", "content": object{"confirm": "true"}}, ""},
		"accepts with another text":              {object{"action": "accept", "content": object{"confirm": " Yes"}}, ""},
		"accepts with what forms post":           {object{"action": "accept", "content": object{"confirm": "on"}}, ""},
		"accepts with a number":                  {object{"action": "accept", "content": object{"confirm": 1}}, ""},
		"refuses with text":                      {object{"action": "accept", "content": object{"confirm": "false"}}, deletionDeclined},
		"refuses with a number":                  {object{"action": "accept", "content": object{"confirm": 0}}, deletionDeclined},
		"accepts and fills nothing in":           {object{"action": "accept", "content": object{}}, ""},
		"accepts with a list for the form":       {object{"action": "accept", "content": []any{}}, ""},
		"accepts with null for the form":         {object{"action": "accept", "content": nil}, ""},
		"accepts without a form":                 {object{"action": "accept"}, ""},
		"accepts with null for the box":          {object{"action": "accept", "content": object{"confirm": nil}}, formUnanswered},
		"accepts with an answer to another form": {object{"action": "accept", "content": object{"name": "scout"}}, formUnanswered},
		"accepts with an unclear text":           {object{"action": "accept", "content": object{"confirm": "maybe"}}, formUnanswered},
		"accepts with another number":            {object{"action": "accept", "content": object{"confirm": 2}}, formUnanswered},
	}
	for name, given := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEachTransport(t, func(t *testing.T, kind string) {
				t.Run("asked while the call waits", func(t *testing.T) {
					t.Parallel()
					c, u := openWithAgent(t, kind, identity{capabilities: canElicit()})
					call := c.begin("delete_agent", deletion())
					m, question := c.awaitElicitation()
					checkQuestion(t, question)
					if n := len(u.requests("DELETE", "/v2/agents/scout")); n > 0 {
						t.Error("the agent was deleted before the question was answered")
					}
					c.answer(m, given.answer)
					checkDeletion(t, c, u, call.result(), given.want)
				})
				t.Run("asked for another call", func(t *testing.T) {
					t.Parallel()
					c, u := openWithAgent(t, kind, identity{protocol: modern, capabilities: canElicit()})
					asked := c.begin("delete_agent", deletion()).result()
					if asked.ResultType != "input_required" || asked.InputRequests[deletionID].Method != "elicitation/create" {
						t.Fatalf("result = %+v, want a request for input", asked)
					}
					checkQuestion(t, asked.InputRequests[deletionID].Params)
					checkKept(t, c, u)
					again := c.sendAs(c.newID(), "", "tools/call", object{
						"name": "delete_agent", "arguments": deletion(), "inputResponses": object{deletionID: given.answer},
					}, "delete_agent")
					checkDeletion(t, c, u, again.result(), given.want)
				})
			})
		})
	}
}

func checkQuestion(t *testing.T, question elicitation) {
	t.Helper()
	want := elicitation{Message: deletionQuestion, Schema: object{
		"type":       "object",
		"properties": object{},
	}}
	if diff := cmp.Diff(want, question); diff != "" {
		t.Errorf("question (-want +got):\n%s", diff)
	}
}

// checkDeletion checks that the agent was deleted, or kept with an error if want is its text. A refusal within a second counts as
// the client's own: the tests of the server have the times.
func checkDeletion(t *testing.T, c *client, u *upstream, result toolResult, want string) {
	t.Helper()
	if want != "" {
		if text := result.text(); !result.IsError || text != want && text != refusedAtOnce {
			t.Errorf("result: isError %v, text %q, want an error with %q", result.IsError, text, want)
		}
		checkKept(t, c, u)
		return
	}
	if result.IsError {
		t.Errorf("deletion failed: %s", result.text())
	}
	if keys := c.keys(); len(keys) > 0 {
		t.Errorf("agents = %v, want none", keys)
	}
}

func TestAnErrorForAnAnswerDeletesNothing(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c, u := openWithAgent(t, kind, identity{capabilities: canElicit()})
		call := c.begin("delete_agent", deletion())
		m, _ := c.awaitElicitation()
		c.answerError(m, -32603, "no window to show it in")
		result := call.result()
		const want = unconfirmed + "the client could not ask. Ask the person before calling again." + headlessWay
		if !result.IsError || result.text() != want {
			t.Errorf("result: isError %v, text %q, want an error with %q", result.IsError, result.text(), want)
		}
		checkKept(t, c, u)
	})
}

// TestOnlyAnAnswerToItsOwnQuestionContinuesACall sends calls with responses that do not answer the question.
func TestOnlyAnAnswerToItsOwnQuestionContinuesACall(t *testing.T) {
	t.Parallel()
	yes := object{"action": "accept", "content": object{"confirm": true}}
	for name, given := range map[string]struct {
		responses object
		// want is the text of the error; "" when the question is asked again.
		want string
	}{
		"a yes to the deletion of another agent": {responses: object{"delete scouts": yes}},
		"a yes to something else":                {responses: object{"confirm": yes}},
		"nothing":                                {responses: object{}},
		"text for an answer":                     {responses: object{deletionID: "yes"}},
		"a list for an answer":                   {responses: object{deletionID: []any{yes}}},
		"a number for an action":                 {responses: object{deletionID: object{"action": 1, "content": object{"confirm": true}}}},
		"null for an answer":                     {responses: object{deletionID: nil}, want: formUnanswered},
		"an empty list for an answer":            {responses: object{deletionID: []any{}}, want: formUnanswered},
		"no action":                              {responses: object{deletionID: object{"content": object{"confirm": true}}}, want: formUnanswered},
		"an unknown action":                      {responses: object{deletionID: object{"action": "yes", "content": object{"confirm": true}}}, want: formUnanswered},
		"text for the form":                      {responses: object{deletionID: object{"action": "accept", "content": "confirm"}}, want: formUnanswered},
		"another box":                            {responses: object{deletionID: object{"action": "accept", "content": object{"Confirm": true}}}, want: formUnanswered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEachTransport(t, func(t *testing.T, kind string) {
				c, u := openWithAgent(t, kind, identity{protocol: modern, capabilities: canElicit()})
				result := c.sendAs(c.newID(), "", "tools/call", object{
					"name": "delete_agent", "arguments": deletion(), "inputResponses": given.responses,
				}, "delete_agent").result()
				if given.want != "" {
					checkDeletion(t, c, u, result, given.want)
					return
				}
				if result.ResultType != "input_required" {
					t.Errorf("result = %+v, want a request for input", result)
				}
				checkQuestion(t, result.InputRequests[deletionID].Params)
				checkKept(t, c, u)
			})
		})
	}
}

// Before protocol 2026-07-28 a call contains no answers.
func TestAnAnswerThatNobodyAskedForIsNotTaken(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c, u := openWithAgent(t, kind, identity{capabilities: canElicit()})
		call := c.sendAs(c.newID(), "", "tools/call", object{
			"name": "delete_agent", "arguments": deletion(),
			"inputResponses": object{deletionID: object{"action": "accept", "content": object{"confirm": true}}},
		}, "delete_agent")
		m, question := c.awaitElicitation()
		checkQuestion(t, question)
		c.answer(m, object{"action": "decline"})
		checkDeletion(t, c, u, call.result(), deletionDeclined)
	})
}

func TestAnAnswerOfAnotherFormDeletesNothing(t *testing.T) {
	t.Parallel()
	answers := map[string]object{
		"no action":         {"content": object{"confirm": true}},
		"text for the form": {"action": "accept", "content": "confirm"},
		"an unknown action": {"action": "yes", "content": object{"confirm": true}},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEachTransport(t, func(t *testing.T, kind string) {
				c, u := openWithAgent(t, kind, identity{capabilities: canElicit()})
				call := c.begin("delete_agent", deletion())
				m, _ := c.awaitElicitation()
				c.answer(m, answer)
				if result := call.result(); !result.IsError {
					t.Errorf("the agent was deleted: %s", result.text())
				}
				checkKept(t, c, u)
			})
		})
	}
}

// The question is a form: a client that can only open a page is not asked.
func TestOnlyAClientThatShowsFormsIsAsked(t *testing.T) {
	t.Parallel()
	clients := map[string]struct {
		elicitation object
		asked       bool
	}{
		"of the first version": {object{}, true},
		"forms":                {object{"form": object{}}, true},
		"forms and pages":      {object{"form": object{}, "url": object{}}, true},
		"pages":                {object{"url": object{}}, false},
	}
	for name, each := range clients {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, protocol := range []string{current, modern} {
				onEachTransport(t, func(t *testing.T, kind string) {
					c, u := openWithAgent(t, kind, identity{protocol: protocol, capabilities: object{"elicitation": each.elicitation}})
					call := c.begin("delete_agent", deletion())
					if each.asked && protocol == current {
						m, _ := c.awaitElicitation()
						c.answer(m, object{"action": "cancel"})
						checkDeletion(t, c, u, call.result(), formUnanswered)
						return
					}
					result := call.result()
					if asked := result.ResultType == "input_required"; asked != each.asked {
						t.Errorf("%s: input requested = %t, want %t; text %q", protocol, asked, each.asked, result.text())
					}
					if each.asked {
						checkKept(t, c, u)
					} else {
						checkDeletion(t, c, u, result, "")
					}
				})
			}
		})
	}
}

func TestACallThatIsCancelledWhileThePersonIsAskedDeletesNothing(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c, u := openWithAgent(t, kind, identity{capabilities: canElicit()})
		call := c.begin("delete_agent", deletion())
		m, _ := c.awaitElicitation()
		c.cancel(call)
		if kind == overStdio { // over HTTP an answer to a cancelled call is refused
			c.answer(m, object{"action": "accept", "content": object{"confirm": true}})
		}
		checkKept(t, c, u)
	})
}

// A client that answers by itself, without a person, can delete where the server leaves the confirmation to the argument.
func TestNobodyIsAskedWhereTheArgumentConfirms(t *testing.T) {
	t.Parallel()
	for _, protocol := range []string{current, modern} {
		onEachTransport(t, func(t *testing.T, kind string) {
			u := newSandbox(t, sandbox.Options{})
			srv := serve(t, kind, setup{base: u.url, args: []string{"--confirm-by", "argument"}})
			c := connect(t, srv, identity{protocol: protocol, capabilities: canElicit()})
			c.create("scout")
			checkDeletion(t, c, u, c.begin("delete_agent", deletion()).result(), "")
			unequal := c.begin("delete_agent", object{"key": "scout", "confirm": "scouts"}).result()
			if !unequal.IsError {
				t.Errorf("deletion with another key to confirm it: %s, want an error", unequal.text())
			}
		})
	}
}
