// Package sandbox is a local workspace that speaks the Agents API of orq.ai over HTTP: agents are stored, cards of A2A
// agents are fetched, runs stream their events. It needs no account and no model; with Options.Model its
// agents run on one.
//
// Without it answers come from a small rule engine, and say so. What an agent does is then steered by commands in the
// user's message, one per line, at the start of the line:
//
//	/tool NAME [JSON object]  calls a tool of the agent, by built-in type or by key
//	/reject                   rejects every tool call of this message that needs approval
//	/count N                  says 1 to N, each number in an event of its own
//	/slow DURATION            waits, for example 5s; at most 10m
//	/review [DURATION]        the whole run waits for a review, which lets it go on
//	/fail [TEXT]              the run fails
//	/drop                     the event stream is cut off; the run goes on
//	/error STATUS             the request itself is answered with that status, 400-599
//
// Commands run in the order in which they are written. Every other line is what the agent is told.
package sandbox
