package a2a

import (
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxErrorBody bounds how much of an answer with an error status is read, in bytes.
const maxErrorBody = 64 << 10

// noWords stands for the words of an error that has none.
const noWords = "it does not say why"

// refusal is an error that an agent returns.
type refusal struct {
	words string
	// status is that of HTTP; 0 when the agent answered with an error of the protocol.
	status int
	kind   refusalKind
}

func (e *refusal) Error() string { return e.words }

// isRefusal reports whether err is the agent's own word in the terms of the protocol, and not that of a gateway before it.
func isRefusal(err error) bool {
	refused, ok := errors.AsType[*refusal](err)
	return ok && refused.status == 0
}

// refusalKind is what a refusal shows about the request. All but refusedWork show that it has started nothing.
type refusalKind int

const (
	refusedWork      refusalKind = iota
	refusedMethod                // there is no such method, or no such address
	refusedOperation             // the operation is not supported in this way
	refusedParams                // the parameters are not valid
	refusedVersion               // the version of the protocol is not supported
)

// isOfInterface reports whether an agent does not know the interface by which it was asked, so that it may know another.
func (e *refusal) isOfInterface() bool { return e.kind == refusedMethod || e.kind == refusedVersion }

// The codes of JSON-RPC and of A2A that show that a request has started nothing.
var refusalCodes = map[string]refusalKind{
	"-32601": refusedMethod, "-32004": refusedOperation,
	"-32009": refusedVersion, "-32600": refusedParams, "-32602": refusedParams, "-32005": refusedParams,
}

// The same over HTTP+JSON: reasons of A2A, statuses of Google's APIs and ends of the types of problems, as letters returns
// them. An error that has another reason is refusedWork.
var refusalReasons = map[string]refusalKind{
	"methodnotfound": refusedMethod, "unimplemented": refusedMethod,
	"unsupportedoperation": refusedOperation, "unsupportedoperationerror": refusedOperation,
	"invalidparams": refusedParams, "invalidrequest": refusedParams, "invalidargument": refusedParams,
	"contenttypenotsupported": refusedParams,
	"versionnotsupported":     refusedVersion,
}

// refusalIn returns the error in an answer; nil when there is none.
func refusalIn(answer object) *refusal {
	value := answer.get("error")
	isEmpty := value == false || value == "" || asObject(value) != nil && len(asObject(value)) == 0
	if value == nil || isEmpty && answer.get("result") != nil {
		return nil
	}
	problem := answer.problem()
	kind, _ := problem.refusalKind()
	return &refusal{words: cmp.Or(wordsOf(map[string]any(problem)), noWords), kind: kind}
}

// refusalOf returns the error in an event of that type: an answer with an error, an object that describes it, or a text.
func refusalOf(data string) *refusal {
	value, err := decodeJSON([]byte(data))
	if err != nil {
		return &refusal{words: cmp.Or(oneLine(data), noWords)}
	}
	if refused := refusalIn(asObject(value)); refused != nil {
		return refused
	}
	return &refusal{words: cmp.Or(wordsOf(value), noWords)}
}

// problem returns the object that describes an error: the one in the field error, or else all of it.
func (o object) problem() object {
	if inner := o.object("error"); inner != nil {
		return inner
	}
	return o
}

// refusalKind returns what an error shows, and false when it has neither a code nor a reason that is known.
func (o object) refusalKind() (refusalKind, bool) {
	code := o.text("code")
	if kind, ok := refusalCodes[code]; ok {
		return kind, true
	}
	if strings.HasPrefix(code, "-") {
		return refusedWork, true
	}
	for _, item := range o.list("details") {
		if reason := asObject(item).text("reason"); reason != "" {
			return refusalReasons[letters(reason)], true
		}
	}
	problem := o.text("type")
	for _, reason := range []string{problem[strings.LastIndexByte(problem, '/')+1:], code, o.text("reason"), o.text("status")} {
		if kind, ok := refusalReasons[letters(reason)]; ok {
			return kind, true
		}
	}
	return refusedWork, false
}

// readRefusal reads an answer whose status is no success.
func readRefusal(response *http.Response) *refusal {
	status := response.StatusCode
	body, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBody)) // the status alone is an error, too
	value, err := decodeJSON(body)
	if err != nil {
		return &refusal{words: plainWords(response.Header, body), status: status, kind: kindOfStatus(status)}
	}
	answer := asObject(value)
	kind, known := answer.problem().refusalKind()
	if !known {
		kind = kindOfStatus(status)
	}
	refused := &refusal{words: wordsOf(map[string]any(answer.problem())), status: status, kind: kind}
	if answer == nil {
		refused.words = wordsOf(value)
	}
	isCredentials := status == http.StatusUnauthorized || status == http.StatusForbidden
	if answer.object("error") != nil && refused.words != "" && !isCredentials {
		refused.status = 0
	}
	return refused
}

// kindOfStatus returns what an HTTP status shows that comes without a code of the protocol.
func kindOfStatus(status int) refusalKind {
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusNotImplemented:
		return refusedMethod
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return refusedParams
	}
	return refusedWork
}

// plainWords returns a body that is a text for people, and nothing of a web page.
func plainWords(header http.Header, body []byte) string {
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	text := strings.TrimSpace(string(body))
	if kind == "text/html" || strings.HasPrefix(text, "<") {
		return ""
	}
	return oneLine(text)
}
