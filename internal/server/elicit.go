package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	mcpserver "github.com/mark3labs/mcp-go/server"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// elicitTimeout bounds how long a person has to answer; after it the answer is no.
const elicitTimeout = 60 * time.Second

// elicitor returns the function for [tools.Call.Ask], or nil when nobody is to be asked or the client cannot show a form.
// Since protocol 2026-07-28 the answer arrives with a repetition of the call; before that, while the call waits.
func (s *Server) elicitor(ctx context.Context, request *mcp.CallToolRequest) func(context.Context, string, string) (tools.Answer, error) {
	if s.confirmByArgument || !canElicit(ctx) {
		return nil
	}
	return func(ctx context.Context, id, question string) (tools.Answer, error) {
		if mcp.IsModernProtocol(mcpserver.RequestProtocolVersion(ctx)) {
			return answerInRequest(request.Params.InputResponses, id, question)
		}
		ctx, cancel := context.WithTimeout(ctx, elicitTimeout)
		defer cancel()
		answer, err := s.mcp.RequestElicitation(ctx, mcp.ElicitationRequest{Params: confirmForm(question)})
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return tools.NoAnswer, fmt.Errorf("no answer within %.0f s", elicitTimeout.Seconds())
		case err != nil:
			return tools.NoAnswer, errors.New("the client could not ask")
		}
		return answerOf(answer), nil
	}
}

// answerInRequest returns the answer that the call itself carries, or a *[tools.PendingQuestion] when it carries none that
// can be decoded. The client is trusted to speak for the person, as it is while a call waits: an answer is accepted without
// proof that the question was shown. The id keeps the answer to one question from being accepted for another.
func answerInRequest(responses mcp.InputResponses, id, question string) (tools.Answer, error) {
	if answer := mcpserver.ElicitationResponse(responses, id); answer != nil {
		return answerOf(answer), nil
	}
	return tools.NoAnswer, &tools.PendingQuestion{Result: mcpserver.NewInputRequestBuilder("").Elicit(id, confirmForm(question)).ToolResult()}
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

// answerOf returns the answer that a form holds. A form that was accepted without its checkbox is none, and so is one that
// was closed: some clients accept or close a form that they never showed.
func answerOf(form *mcp.ElicitationResult) tools.Answer {
	fields, _ := form.Content.(map[string]any)
	switch form.Action {
	case mcp.ElicitationResponseActionAccept:
		return checkboxAnswer(fields["confirm"])
	case mcp.ElicitationResponseActionDecline:
		return tools.No
	}
	return tools.NoAnswer
}

// checkboxAnswer returns the answer of a checkbox. Some clients send texts or numbers for booleans.
func checkboxAnswer(value any) tools.Answer {
	switch value := value.(type) {
	case bool:
		if value {
			return tools.Yes
		}
		return tools.No
	case float64:
		switch value {
		case 1:
			return tools.Yes
		case 0:
			return tools.No
		}
	case string:
		switch strings.ToLower(strings.TrimSpace(value)) {
		case "true", "yes", "on", "1":
			return tools.Yes
		case "false", "no", "off", "0":
			return tools.No
		}
	}
	return tools.NoAnswer
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
