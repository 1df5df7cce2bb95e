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

const (
	// elicitTimeout bounds how long a person has to answer; after it the answer is no.
	elicitTimeout = 60 * time.Second
	// minReadingTime is how long a person takes at least to read a question and answer it. Clients without a person refuse within
	// milliseconds, or a round trip.
	minReadingTime = time.Second
)

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
		asked := time.Now()
		answer, err := s.mcp.RequestElicitation(ctx, mcp.ElicitationRequest{Params: confirmForm(question)})
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return tools.NoAnswer, fmt.Errorf("no answer within %.0f s", elicitTimeout.Seconds())
		case err != nil:
			return tools.NoAnswer, errors.New("the client could not ask")
		}
		if answer.Action != mcp.ElicitationResponseActionAccept && time.Since(asked) < minReadingTime {
			return tools.NotAsked, nil
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

// confirmForm returns a form without fields: accepting it is the answer.
func confirmForm(question string) mcp.ElicitationParams {
	return mcp.ElicitationParams{
		Mode:            mcp.ElicitationModeForm,
		Message:         question,
		RequestedSchema: map[string]any{"type": "object", "properties": map[string]any{}},
	}
}

// answerOf returns the answer that a form holds: no if it was declined, and none if it was closed.
func answerOf(form *mcp.ElicitationResult) tools.Answer {
	switch form.Action {
	case mcp.ElicitationResponseActionAccept:
		return acceptedAnswer(form.Content)
	case mcp.ElicitationResponseActionDecline:
		return tools.No
	}
	return tools.NoAnswer
}

// acceptedAnswer returns the answer of an accepted form: yes if it is empty. A client may have a field confirm of its own, which
// then counts; any other content is no answer to this form.
func acceptedAnswer(content any) tools.Answer {
	switch content := content.(type) {
	case nil:
		return tools.Yes
	case []any: // [] stands for {}
		if len(content) == 0 {
			return tools.Yes
		}
	case map[string]any:
		if value, ok := content["confirm"]; ok {
			return checkboxAnswer(value)
		}
		if len(content) == 0 {
			return tools.Yes
		}
	}
	return tools.NoAnswer
}

// checkboxAnswer returns the answer of a checkbox. Some clients send texts or numbers for booleans.
func checkboxAnswer(value any) tools.Answer {
	switch strings.ToLower(strings.TrimSpace(fmt.Sprint(value))) {
	case "true", "yes", "on", "1":
		return tools.Yes
	case "false", "no", "off", "0":
		return tools.No
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
