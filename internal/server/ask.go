package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// askTimeout is how long a person has to answer; then the answer is no.
const askTimeout = 60 * time.Second

// asker returns how to put a question to the person in front of the client, or nil when the client cannot.
// Since protocol 2026-07-28 the answer comes with a repetition of the call, before that while the call waits.
func (s *Server) asker(ctx context.Context, request mcp.CallToolRequest) func(context.Context, string, string) (bool, error) {
	if !canElicit(ctx) {
		return nil
	}
	return func(ctx context.Context, id, question string) (bool, error) {
		if mcp.IsModernProtocol(mcpserver.RequestProtocolVersion(ctx)) {
			return answered(request.Params.InputResponses, id, question)
		}
		ctx, cancel := context.WithTimeout(ctx, askTimeout)
		defer cancel()
		answer, err := s.mcp.RequestElicitation(ctx, mcp.ElicitationRequest{Params: yesOrNo(question)})
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return false, fmt.Errorf("no answer within %.0f s", askTimeout.Seconds())
		case err != nil:
			return false, errors.New("the client could not ask")
		}
		return agreed(answer), nil
	}
}

// answered reads the answer that came with the call, or asks for it. The client speaks for the person, as it does while a
// call waits: an answer is taken although nothing shows that it was asked for. The id keeps an answer to another question
// from being taken for this one's; an answer that cannot be read is asked for again.
func answered(responses mcp.InputResponses, id, question string) (bool, error) {
	if answer := mcpserver.ElicitationResponse(responses, id); answer != nil {
		return agreed(answer), nil
	}
	return false, &tools.PendingQuestion{Result: mcpserver.NewInputRequestBuilder("").Elicit(id, yesOrNo(question)).ToolResult()}
}

// yesOrNo is a form with one box to tick.
func yesOrNo(question string) mcp.ElicitationParams {
	return mcp.ElicitationParams{
		Mode:    mcp.ElicitationModeForm,
		Message: question,
		RequestedSchema: map[string]any{
			"type":       "object",
			"properties": map[string]any{"confirm": map[string]any{"type": "boolean", "title": "Yes, do it"}},
			"required":   []string{"confirm"},
		},
	}
}

// agreed reports a form that was sent with its box ticked.
func agreed(answer *mcp.ElicitationResult) bool {
	fields, _ := answer.Content.(map[string]any)
	return answer.Action == mcp.ElicitationResponseActionAccept && fields["confirm"] == true
}

// canElicit reports whether the client said that it can show a form.
func canElicit(ctx context.Context) bool {
	session, ok := mcpserver.ClientSessionFromContext(ctx).(mcpserver.SessionWithClientInfo)
	if !ok {
		return false
	}
	elicitation := session.GetClientCapabilities().Elicitation
	return elicitation != nil && (elicitation.Form != nil || elicitation.URL == nil)
}
