package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/relay"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// Spec is what a client and its model are told of a tool.
type Spec struct {
	// Name is what callers write; at most 40 of a-z, 0-9 and _.
	Name string
	// Title is for people.
	Title string
	// Description is for the model that chooses: what the tool is for, when to take another, what comes back.
	Description string
	Hints       Hints
	// Waits reports that a call may take longer than patience on purpose: for a run, or for a person's answer.
	Waits bool
}

// patience is how long a call without progress may take: most clients give up after 60 s.
const patience = 50 * time.Second

// withPatience ends what takes longer than the caller would wait. With progress it waits on.
func withPatience(ctx context.Context, call *Call) (context.Context, context.CancelFunc) {
	if call.Progress != nil {
		return context.WithCancel(ctx)
	}
	limit := patience - askingNearest
	return context.WithTimeoutCause(ctx, limit, fmt.Errorf("no answer within %.0f s", limit.Seconds()))
}

// Hints tell a client how careful to be. All four are always sent.
type Hints struct {
	ReadOnly    bool
	Destructive bool
	Idempotent  bool
	OpenWorld   bool
}

// Tool is a tool ready to be listed and called.
type Tool struct {
	Spec
	InputSchema  json.RawMessage
	OutputSchema json.RawMessage

	handle func(context.Context, *Call, json.RawMessage) (form, error)
}

// output is a result that can be read by programs, as JSON, and by people.
type output interface {
	// Text says all that the JSON says.
	Text() string
}

// Call is what one call may use.
type Call struct {
	// Orq calls the API with the caller's credentials.
	Orq *orq.Client
	// Progress takes the progress the caller asked for; nil when it asked for none.
	Progress relay.Sink
	// Ask puts a yes-or-no question to the person in front of the client; nil when the client cannot. The id tells it from
	// every question with another meaning. An error other than a *PendingQuestion means that there was no answer.
	Ask func(ctx context.Context, id, question string) (bool, error)
	// TextLimit bounds the text of a result, in bytes; 60,000 when 0. A result costs at most a third as many tokens.
	TextLimit int
	// StallTimeout is how long the stream of a run may bring no event before its task is looked up; 60 s when 0.
	StallTimeout time.Duration

	// arguments are the call's own, whose secrets no error may repeat.
	arguments json.RawMessage
}

// PendingQuestion is returned by Call.Ask when the answer comes with a repetition of the call. Tools pass it on.
type PendingQuestion struct {
	// Result asks the client for the answer.
	Result *mcp.CallToolResult
}

// Error names what is awaited.
func (*PendingQuestion) Error() string {
	return "an answer by the person in front of the client is pending"
}

// Definition is a tool whose schemas are not derived yet: that is most of what the program would do before its first
// answer, and not every answer needs it.
type Definition struct {
	Spec
	derive func() (Tool, error)
}

// define describes a tool by its handler: In and Out give the schemas, and arguments reach the handler checked.
func define[In any, Out output](spec Spec, handle func(context.Context, *Call, In) (Out, error)) Definition {
	return Definition{spec, func() (Tool, error) {
		in, err := schema.For[In]()
		if err != nil {
			return Tool{}, fmt.Errorf("input of %s: %w", spec.Name, err)
		}
		out, err := schema.For[Out]()
		if err != nil {
			return Tool{}, fmt.Errorf("output of %s: %w", spec.Name, err)
		}
		return Tool{
			Spec:         spec,
			InputSchema:  in.JSON(),
			OutputSchema: out.JSON(),
			handle: func(ctx context.Context, call *Call, arguments json.RawMessage) (form, error) {
				decoded, err := schema.Decode[In](in, arguments)
				if err != nil {
					return form{}, err
				}
				out, err := handle(ctx, call, decoded)
				if err != nil {
					return form{}, err
				}
				return render(out, call.budget())
			},
		}, nil
	}}
}

// Handle calls the tool. Whatever goes wrong becomes a result that says so.
func (t Tool) Handle(ctx context.Context, call *Call, arguments json.RawMessage) *mcp.CallToolResult {
	call.arguments = arguments
	out, err := t.run(ctx, call, arguments)
	var pending *PendingQuestion
	switch {
	case errors.As(err, &pending):
		return pending.Result
	case err != nil:
		return mcp.NewToolResultError(inBudget(explain(ctx, call, t.Spec, err), call.budget()))
	}
	return &mcp.CallToolResult{
		Content:           []mcp.Content{mcp.NewTextContent(out.text)},
		StructuredContent: out.structured,
	}
}

func (t Tool) run(ctx context.Context, call *Call, arguments json.RawMessage) (form, error) {
	if !t.Waits {
		var cancel context.CancelFunc
		ctx, cancel = withPatience(ctx, call)
		defer cancel()
	}
	return t.handle(ctx, call, arguments)
}

// MCP is the tool as tools/list shows it.
func (t Tool) MCP() mcp.Tool {
	tool := mcp.NewToolWithRawSchema(t.Name, t.Description, t.InputSchema)
	tool.RawOutputSchema = t.OutputSchema
	tool.Title = t.Title
	tool.Annotations = mcp.ToolAnnotation{
		Title:           t.Title,
		ReadOnlyHint:    new(t.Hints.ReadOnly),
		DestructiveHint: new(t.Hints.Destructive),
		IdempotentHint:  new(t.Hints.Idempotent),
		OpenWorldHint:   new(t.Hints.OpenWorld),
	}
	return tool
}
