package tools

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// explainAPI explains an error response of the API: who answered what, with its status and the agent's key, whether something
// was done, and what to do next.
func explainAPI(ctx context.Context, call *Call, tool Spec, subject *subjectError, api *orq.APIError) string {
	redacted := *api
	redacted.Message = call.redactArgs(argumentNames(strings.TrimSpace(api.Message)))
	api = &redacted
	refused := answered(api, subject.about()) + nothingDone(tool, subject)
	switch {
	case runsExternal(ctx, call, tool, subject, api):
		return answered(api, subject.about()) + " " + explainRunExternal(subject.key)
	case errors.Is(api, orq.ErrNoRoute):
		return explainNoRoute(call, subject, api)
	case errors.Is(api, orq.ErrUnavailable):
		return explainUnavailable(tool, subject, api)
	case errors.Is(api, orq.ErrUnauthorized):
		return rejectedKey(call) + " was rejected: " + refused + " Check that the key is complete, active and belongs to this workspace."
	case errors.Is(api, orq.ErrForbidden):
		return "The API key may not do this: " + refused + " Use a key with the rights for this workspace and project."
	case errors.Is(api, orq.ErrNotFound):
		return explainMissing(ctx, call, tool, subject, api)
	case errors.Is(api, orq.ErrConflict):
		return explainConflict(tool, subject, refused)
	case errors.Is(api, orq.ErrRateLimited):
		return "Too many requests: " + refused + " " + retryHint(api.RetryAfter)
	case errors.Is(api, orq.ErrInvalid):
		if api.Status == http.StatusBadRequest {
			refused += nearestBlocks(ctx, call, subject.blocks, api.Message)
		}
		return refused + call.describeRemarks() + " " + remedy(api)
	}
	return refused + " " + adviceForStatus(api.Status)
}

// answered states what the service answered, and about what.
func answered(api *orq.APIError, about string) string {
	return sentence(fmt.Sprintf("%s answered %d%s: %s", api.Service(), api.Status, about, api.Message))
}

// runsExternal reports whether a run_agent was refused because its key is that of an external agent, for which the service of
// March has no code. It takes a look-up.
func runsExternal(ctx context.Context, call *Call, tool Spec, subject *subjectError, api *orq.APIError) bool {
	return tool.RunsAgent && subject.creates && !subject.configured && (errors.Is(api, orq.ErrInvalid) || errors.Is(api, orq.ErrConflict)) &&
		call.Orq.IsExternalAgent(ctx, subject.key)
}

// nothingDone states that a refused call had no effect, where it could have had one. It begins with a space.
func nothingDone(tool Spec, subject *subjectError) string {
	switch {
	case tool.ReadOnly || subject.configured:
		return ""
	case tool.RunsAgent:
		return " Nothing was started."
	}
	return " Nothing was changed."
}

// remedy is what to do about a request that is invalid.
func remedy(api *orq.APIError) string {
	switch {
	case api.Explained():
		return "Correct what it names and call again."
	case api.RequestID != "":
		return "It gave no reason: check the values given, or ask the support of orq.ai about request " + api.RequestID + "."
	}
	return "It gave no reason: check the values given and ORQ_BASE_URL."
}

// adviceForStatus is what to do about a status that has no class of its own.
func adviceForStatus(status int) string {
	switch {
	case status/100 == 3:
		return "Set ORQ_BASE_URL to the address of the API itself."
	case status == http.StatusPaymentRequired:
		return "Check the plan and the credits of the workspace in the orq.ai studio."
	case status == http.StatusProxyAuthRequired:
		return "A proxy asks for credentials: check HTTPS_PROXY."
	case status == http.StatusRequestEntityTooLarge:
		return "Send less at once, such as a file by uri in place of base64."
	}
	return "Check ORQ_BASE_URL and the arguments."
}

// explainUnavailable explains a failure of the service itself, after which a request may have been carried out. It was not if
// the service is away and states for how long.
func explainUnavailable(tool Spec, subject *subjectError, api *orq.APIError) string {
	text := sentence(fmt.Sprintf("%s failed with %d%s: %s", api.Service(), api.Status, subject.about(), api.Message))
	if api.Status == http.StatusServiceUnavailable && api.RetryAfter > 0 {
		return text + nothingDone(tool, subject) + " " + retryHint(api.RetryAfter)
	}
	if advice := unknownOutcomeAdvice(tool, subject); advice != "" {
		return text + " " + advice
	}
	if !tool.ReadOnly {
		text += " It may have been carried out; calling again does no harm."
	}
	return text + " " + retryHint(api.RetryAfter)
}

// describeRemarks returns the arguments that were passed on although they are not known, which may be what the API refuses.
func (c *Call) describeRemarks() string {
	if len(c.remarks) == 0 {
		return ""
	}
	return " " + sentence(strings.Join(c.remarks, "; "))
}

// retryHint returns when to try again: after the time that the service requires, or in a minute if it requires none.
func retryHint(after time.Duration) string {
	if after > 0 {
		return fmt.Sprintf("Retry after %d s.", int(math.Ceil(after.Seconds())))
	}
	return "Try again in a minute."
}

// rejectedKey describes where the API key of the call came from.
func rejectedKey(call *Call) string {
	if call.Orq.KeyOfCaller() {
		return "The API key sent as Authorization: Bearer"
	}
	return "ORQ_API_KEY"
}

// explainConflict explains a 409. refused is the API's answer in sentences.
func explainConflict(tool Spec, subject *subjectError, refused string) string {
	switch {
	case tool.ReadOnly:
		return refused + " " + retryHint(0)
	case subject.taskID != "":
		return refused + fmt.Sprintf(" Wait until task %s is inactive: orq.ai's get_agent_response shows its state.", subject.taskID)
	case subject.newKey != "":
		return fmt.Sprintf("The key %s is taken: %s Choose another new_key.", subject.newKey, refused)
	case subject.creates && tool.RunsAgent:
		return fmt.Sprintf("The key %s is taken: %s orq.ai's invoke_agent runs that agent; another key creates a new one.", subject.key, refused)
	case subject.creates:
		return fmt.Sprintf("The key %s is taken: %s orq.ai's update_agent changes that agent; another key creates a new one.", subject.key, refused)
	}
	return refused + " Use orq.ai's get_agent to see what conflicts."
}
