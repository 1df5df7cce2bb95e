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

// elicitTimeout bounds how long a person has to answer; after it the answer is no.
const elicitTimeout = 60 * time.Second

// elicitor returns the function for [tools.Call.Ask], or nil when the client cannot show a form.
// Since protocol 2026-07-28 the answer arrives with a repetition of the call; before that, while the call waits.
func (s *Server) elicitor(ctx context.Context, request mcp.CallToolRequest) func(context.Context, string, string) (bool, error) {
	if !canElicit(ctx) {
		return nil
	}
	return func(ctx context.Context, id, question string) (bool, error) {
		if mcp.IsModernProtocol(mcpserver.RequestProtocolVersion(ctx)) {
			return answerInRequest(request.Params.InputResponses, id, question)
		}
		ctx, cancel := context.WithTimeout(ctx, elicitTimeout)
		defer cancel()
		answer, err := s.mcp.RequestElicitation(ctx, mcp.ElicitationRequest{Params: confirmForm(question)})
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return false, fmt.Errorf("no answer within %.0f s", elicitTimeout.Seconds())
		case err != nil:
			return false, errors.New("the client could not ask")
		}
		return confirmed(answer), nil
	}
}

// answerInRequest returns the answer that the call itself carries, or a *[tools.PendingQuestion] when it carries none that
// can be decoded. The client is trusted to speak for the person, as it is while a call waits: an answer is accepted without
// proof that the question was shown. The id keeps the answer to one question from being accepted for another.
func answerInRequest(responses mcp.InputResponses, id, question string) (bool, error) {
	if answer := mcpserver.ElicitationResponse(responses, id); answer != nil {
		return confirmed(answer), nil
	}
	return false, &tools.PendingQuestion{Result: mcpserver.NewInputRequestBuilder("").Elicit(id, confirmForm(question)).ToolResult()}
}

// confirmForm returns a form with one required checkbox.
func confirmForm(question string) mcp.ElicitationParams {
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

// confirmed reports whether the form was submitted with its checkbox set. An accept without it is no confirmation: some
// clients send one for a form that they never showed.
func confirmed(answer *mcp.ElicitationResult) bool {
	fields, _ := answer.Content.(map[string]any)
	return answer.Action == mcp.ElicitationResponseActionAccept && fields["confirm"] == true
}

// canElicit reports whether the client declared that it can show a form.
func canElicit(ctx context.Context) bool {
	session, ok := mcpserver.ClientSessionFromContext(ctx).(mcpserver.SessionWithClientInfo)
	if !ok {
		return false
	}
	elicitation := session.GetClientCapabilities().Elicitation
	return elicitation != nil && (elicitation.Form != nil || elicitation.URL == nil)
}
