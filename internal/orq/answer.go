package orq

import (
	"fmt"
	"strings"

	"github.com/tidwall/gjson"
)

// AnswerError is a successful response whose body lacks what the operation must return. Unless Reads is set, the operation
// may have been carried out.
type AnswerError struct {
	// Operation is the method and path template, such as "POST /v2/agents".
	Operation string
	// Status is the HTTP status.
	Status int
	// Problem describes the body, such as "the answer has no key: {}".
	Problem string
	// TaskID is the task that the body names all the same; often empty.
	TaskID string
	// Reads reports that the operation changes nothing, StartsRun that it starts a run.
	Reads, StartsRun bool
}

// Error describes the operation and its response.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("%s: %d but %s", e.Operation, e.Status, e.Problem)
}

// answer is what the body of an operation's successful response must hold: what identifies the result, and how it stands.
// Other members may be absent, although the contract requires more of them. The zero value accepts all but an error object.
type answer struct {
	// texts are the paths of texts, which must not be empty.
	texts []string
	// list describes the member data; noList when it does not matter.
	list listRule
	// items are texts that each item of data must hold.
	items []string
	// unspecific reports that an error object could hold the same, so that an answer is checked for being one.
	unspecific bool
	// output reports that a result with the status completed must hold the list output.
	output bool
}

// listRule describes a list in the member data.
type listRule int

const (
	noList listRule = iota
	// pagedList comes with has_more.
	pagedList
	// wholeList has no pages. It may be null.
	wholeList
	// openList is a list of which the contract requires nothing. Without data it is empty if object is "list".
	openList
)

// What the operations return.
var (
	agentAnswer        = &answer{texts: []string{"_id", "key"}}
	agentListAnswer    = &answer{list: pagedList, items: []string{"_id", "key"}}
	taskAnswer         = &answer{texts: []string{"id", "status.state"}}
	taskOutputAnswer   = &answer{texts: []string{"status"}, output: true}
	cardAnswer         = &answer{texts: []string{"message"}, unspecific: true}
	responseAnswer     = &answer{texts: []string{"id", "status"}}
	externalAnswer     = &answer{texts: []string{"agent.key"}}
	externalListAnswer = &answer{list: openList, items: []string{"key"}}
	pageAnswer         = &answer{list: pagedList}
	wholeListAnswer    = &answer{list: wholeList}
	openListAnswer     = &answer{list: openList}
	anyAnswer          = &answer{unspecific: true}
)

// problem describes what body, which is JSON, lacks; "" when it lacks nothing.
func (a *answer) problem(body gjson.Result) string {
	missing := a.missing(body)
	if len(missing) == 0 && !a.unspecific {
		return ""
	}
	if failure := failureIn(body); failure != nil {
		return isError + failure.Error
	}
	switch {
	case len(missing) == 0:
		return ""
	case !body.IsObject():
		return notExpected
	}
	return "the answer has no " + strings.Join(missing, " and no ")
}

// Problems of an answer.
const (
	isError     = "the answer is an error: "
	notExpected = "not the JSON expected"
)

// missing names what body does not hold.
func (a *answer) missing(body gjson.Result) []string {
	missing := missingTexts(body, "", a.texts)
	var data gjson.Result
	if a.list != noList {
		data = body.Get("data")
	}
	switch {
	case a.list == noList, data.IsArray():
	case a.list == wholeList && data.Exists() && data.Type == gjson.Null:
	case a.list == openList && (!data.Exists() || data.Type == gjson.Null) && body.Get("object").Str == "list":
	default:
		missing = append(missing, "data that is a list")
	}
	if a.list == pagedList && !body.Get("has_more").IsBool() {
		missing = append(missing, "has_more that is true or false")
	}
	if a.output && body.Get("status").Str == ResponseCompleted && !body.Get("output").IsArray() {
		missing = append(missing, "output that is a list")
	}
	if len(a.items) > 0 && data.IsArray() {
		index := 0
		data.ForEach(func(_, item gjson.Result) bool {
			missing = append(missing, missingTexts(item, fmt.Sprintf("data[%d].", index), a.items)...)
			index++
			return len(missing) == 0
		})
	}
	return missing
}

// missingTexts names the paths at which value holds no text.
func missingTexts(value gjson.Result, prefix string, paths []string) []string {
	var missing []string
	for _, path := range paths {
		switch found := value.Get(path); {
		case found.Type == gjson.String && strings.TrimSpace(found.Str) != "":
		case found.Exists() && found.Type != gjson.Null && found.Type != gjson.String:
			missing = append(missing, prefix+path+" that is a text")
		default:
			missing = append(missing, prefix+path)
		}
	}
	return missing
}
