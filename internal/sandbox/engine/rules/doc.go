// Package rules is the engine that plays agents without a model. What an agent does is steered by commands in the user's
// message. The first of a line is at its start, and others may follow it:
//
//	/tool NAME [JSON object]  calls a tool of the agent, by built-in type or by key
//	/reject                   rejects every tool call of this message that needs approval
//	/count N                  produces 1 to N, each number in an event of its own
//	/slow DURATION            waits, for example 5s; at most 10m
//	/review [DURATION]        the whole run waits for a review, which lets it go on
//	/fail [TEXT]              the run fails
//	/drop                     the event stream is cut off; the run goes on
//	/error STATUS             the request itself is answered with that status, 400-599
//
// Commands run in the order in which they are written. The other lines are the text to which the agent answers, with the
// answer that its instructions hold for it (scriptCommand), if they hold one.
package rules
