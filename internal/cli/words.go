package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/orq-mcp/orq-mcp/internal/errortext"
)

// inWords returns a problem of a command line as text for people: kong writes its types and those of Go into some.
func inWords(problem error) string {
	text := problem.Error()
	for _, each := range []struct{ pattern, words string }{
		{`: expected duration but got ("(?:[^"\\]|\\.)*"): time: [a-z ]+"[^"]*"(?: in duration "[^"]*")?`, ` must be a duration such as 30s or 5m, not $1`},
		{`: expected a valid \d+ bit u?int but got ("(?:[^"\\]|\\.)*")`, ` must be a whole number, not $1`},
		{`: bool value must be true, 1, yes, false, 0 or no but got ("(?:[^"\\]|\\.)*")`, ` must be true or false, not $1`},
		{`: expected \S+ value but got "EOL".*`, ` needs a value`},
		{`: missing value, expecting .*`, ` needs a value`},
		{`: expected \S+ value but got "(.*)" \([a-z]+ flag\); perhaps try (-\S+?)=.*`, ` needs a value; to give "$1", write $2=$1`},
		{` \(from envar (\w+)=".*"\)$`, ` (from $1)`},
		{`^expected "<tool>".*`, `the name of a tool is missing; orq-mcp tools lists them`},
	} {
		text = regexp.MustCompile(each.pattern).ReplaceAllString(text, each.words)
	}
	return text
}

// notAnObject describes why text is not the JSON object that flag wants.
func notAnObject(flag string, err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s: must be one JSON object such as {\"key\": \"scout\"}, not a JSON %s", flag, wrong.Value)
	}
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: is empty; it must be one JSON object", flag)
	}
	return fmt.Errorf("%s: is not JSON: %s", flag, errortext.Syntax(err))
}
