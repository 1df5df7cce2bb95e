package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// Spec declares a tool: how it is listed, and what a call of it does. The hints for clients, the read-only selection, the
// time limit of a call and the advice in error texts all follow from these fields.
type Spec struct {
	// Name is the name to call the tool by; at most 40 characters of a-z, 0-9 and _.
	Name string
	// Title is the name to show to people.
	Title string
	// Description is written for the model that chooses a tool: what the tool is for, when to use another, what it returns.
	Description string

	// ReadOnly declares that a call changes nothing and starts nothing.
	ReadOnly bool
	// Destructive declares that a call can delete or overwrite something, or start an agent that can.
	Destructive bool
	// Idempotent declares that a second call with the same arguments has no further effect. A call whose outcome is unknown
	// may then be repeated; error texts advise the caller accordingly.
	Idempotent bool
	// OpenWorld declares that a call reaches systems other than orq.ai.
	OpenWorld bool
	// RunsAgent declares that a call starts or continues a run of an agent, which can act through its tools and costs money.
	RunsAgent bool
	// Asks declares that a call may ask the person a question.
	Asks bool
	// Waits declares that a call may take longer than callTimeout on purpose: it waits for a run or for a person's answer.
	Waits bool
}

// hints returns the annotations that the declared effects amount to.
func (s Spec) hints() Hints {
	return Hints{ReadOnly: s.ReadOnly, Destructive: s.Destructive, Idempotent: s.Idempotent, OpenWorld: s.OpenWorld}
}

// callTimeout bounds a call without progress, because most clients give up after 60 s.
const callTimeout = 50 * time.Second

// withCallTimeout bounds ctx so that a call, with a request for similar keys on failure, ends within callTimeout. A call with
// progress is not bounded, because its client keeps waiting.
func withCallTimeout(ctx context.Context, call *Call) (context.Context, context.CancelFunc) {
	if call.Progress != nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, answerTimeout, errNoAnswer)
}

// answerTimeout is what is left of callTimeout for the call itself.
const answerTimeout = callTimeout - nearestKeysTimeout

var errNoAnswer = fmt.Errorf("no answer within %.0f s", answerTimeout.Seconds())

// Hints are a tool's MCP annotations, by which a client decides how careful to be. All four are always sent.
type Hints struct {
	ReadOnly    bool
	Destructive bool
	Idempotent  bool
	OpenWorld   bool
}

// Tool is a tool with its schemas, ready to be listed and called.
type Tool struct {
	Spec
	Hints        Hints
	InputSchema  json.RawMessage
	OutputSchema json.RawMessage

	handle func(context.Context, *Call, json.RawMessage) (rendering, error)
}

// output is the result of a tool: its JSON is for programs, its text for people.
type output interface {
	// Text returns the output as text, with everything that is in its JSON.
	Text() string
}

// Call holds what the handler of one call can use.
type Call struct {
	// Orq calls the API with the caller's credentials.
	Orq *orq.Client
	// Progress receives the progress of the call; nil when the caller did not ask for any.
	Progress relay.Sink
	// Ask asks the person who uses the client a yes-or-no question; nil when nobody is to be asked, or the client does not
	// support that. Questions with the same id have the same meaning. A *PendingQuestion error asks for the answer in a
	// repetition of the call; any other error means that there was no answer.
	Ask func(ctx context.Context, id, question string) (Answer, error)
	// Runs remembers the runs that Caller starts; nil remembers none.
	Runs *RecentRuns
	// Caller identifies whose call this is.
	Caller Caller
	// TextLimit bounds the text of a result, in bytes; relay.DefaultTextLimit when 0. A result costs at most a third as many
	// tokens.
	TextLimit int
	// StallTimeout is how long the stream of a run may bring no event before its task is looked up; 60 s when 0.
	StallTimeout time.Duration
	// StreamPatience bounds how long the stream of a run is followed; a run that still works then is returned as such. No bound
	// when 0.
	StreamPatience time.Duration

	// arguments are the arguments of the call. Their secrets are masked in errors.
	arguments json.RawMessage
	// remarks are about arguments that are passed on although they are not known.
	remarks []string
}

// Answer is the answer to a question of Call.Ask.
type Answer int

// Answers. The zero value is none.
const (
	NoAnswer Answer = iota
	Yes
	No
	// NotAsked is a refusal that came too soon for a person to have read the question.
	NotAsked
)

// PendingQuestion is the error of Call.Ask when the client has to repeat the call with the answer. Tools return it unchanged.
type PendingQuestion struct {
	// Result is the result of the call, which asks the client for the answer.
	Result *mcp.CallToolResult
}

// Error implements error.
func (*PendingQuestion) Error() string {
	return "an answer by the person in front of the client is pending"
}

// Definition is a tool that can be derived.
type Definition struct {
	Spec
	derive func() (Tool, error)
	// schemas derives the advertised schemas of the input and the output.
	schemas func() (in, out json.RawMessage, err error)
	// check returns what is wrong with the arguments of a call.
	check func(arguments json.RawMessage) error
}

// CheckArguments returns an error with the text that a call with such arguments would answer, if they are wrong, and sends
// nothing. That arguments pass does not mean that the service accepts them.
func (d Definition) CheckArguments(ctx context.Context, arguments json.RawMessage) error {
	err := d.check(arguments)
	if err == nil {
		return nil
	}
	call := &Call{arguments: arguments}
	return errors.New(truncateText(redact.Text(explain(ctx, call, d.Spec, err)), call.budget()))
}

// define defines a tool by its handler. The input and output schemas are derived from In and Out; the handler gets arguments that
// are decoded and checked, and its output is rendered as JSON and as text. What the tools of this package advertise is written
// out in advertised.go, so that a program which only lists them derives nothing: the schema of In is compiled at the first call.
func define[In any, Out output](spec Spec, handle func(context.Context, *Call, *In) (Out, error)) Definition {
	input := sync.OnceValues(func() (*schema.Schema, error) {
		in, err := schema.For[In]()
		if err != nil {
			err = fmt.Errorf("input of %s: %w", spec.Name, err)
		}
		return in, err
	})
	schemas := func() (json.RawMessage, json.RawMessage, error) {
		in, err := input()
		if err != nil {
			return nil, nil, err
		}
		out, err := schema.For[Out]()
		if err != nil {
			return nil, nil, fmt.Errorf("output of %s: %w", spec.Name, err)
		}
		return in.JSON(), out.JSON(), nil
	}
	derive := func() (tool Tool, err error) {
		tool = Tool{Spec: spec, Hints: spec.hints(), handle: func(ctx context.Context, call *Call, arguments json.RawMessage) (rendering, error) {
			in, err := input()
			if err != nil {
				return rendering{}, err
			}
			decoded, remarks, err := schema.DecodeRemarking[In](in, arguments)
			if err != nil {
				return rendering{}, err
			}
			call.remarks = mapSlice(remarks, schema.Problem.String)
			out, err := handle(ctx, call, &decoded)
			if err != nil {
				return rendering{}, err
			}
			return render(out, call.budget())
		}}
		if in, out := advertised(spec.Name); in != "" {
			tool.InputSchema, tool.OutputSchema = json.RawMessage(in), json.RawMessage(out)
			return tool, nil
		}
		tool.InputSchema, tool.OutputSchema, err = schemas()
		return tool, err
	}
	check := func(arguments json.RawMessage) error {
		in, err := input()
		if err == nil {
			_, err = schema.Decode[In](in, arguments)
		}
		return err
	}
	return Definition{spec, derive, schemas, check}
}

// Handle calls the tool and returns its result as a value of mcp-go.
func (t *Tool) Handle(ctx context.Context, call *Call, arguments json.RawMessage) *mcp.CallToolResult {
	return t.Answer(ctx, call, arguments).MCP()
}

// Answer calls the tool. An error becomes a result that explains it.
func (t *Tool) Answer(ctx context.Context, call *Call, arguments json.RawMessage) Result {
	call.arguments = arguments
	out, err := t.run(ctx, call, arguments)
	var pending *PendingQuestion
	switch {
	case errors.As(err, &pending):
		return Result{pending: pending.Result}
	case err != nil:
		text := redact.Text(explain(ctx, call, t.Spec, err)) + receivedBefore(err)
		return NewErrorResult(truncateText(text, call.budget()))
	}
	return Result{rendering: out}
}

// run calls the handler within the time limit of a call.
func (t *Tool) run(ctx context.Context, call *Call, arguments json.RawMessage) (rendering, error) {
	if !t.Waits {
		var cancel context.CancelFunc
		ctx, cancel = withCallTimeout(ctx, call)
		defer cancel()
	}
	return t.handle(ctx, call, arguments)
}

// MCP returns the tool as tools/list shows it.
func (t *Tool) MCP() mcp.Tool {
	tool := mcp.NewToolWithRawSchema(t.Name, t.Description, t.InputSchema)
	tool.RawOutputSchema = t.OutputSchema
	tool.Title = t.Title
	tool.Meta = searchMeta(t.Name)
	tool.Annotations = mcp.ToolAnnotation{
		Title:           t.Title,
		ReadOnlyHint:    new(t.Hints.ReadOnly),
		DestructiveHint: new(t.Hints.Destructive),
		IdempotentHint:  new(t.Hints.Idempotent),
		OpenWorldHint:   new(t.Hints.OpenWorld),
	}
	return tool
}
