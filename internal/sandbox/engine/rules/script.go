package rules

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// scriptCommand begins a line of an agent's instructions that holds an answer: the first of them whose phrase occurs in the
// message, in upper or lower case, or that has none.
//
//	/answer when "too short": The sea leaves twice a day.
//	/answer The sea leaves.
const scriptCommand = "/answer "

// scripted returns the answer that the instructions hold for a text, and whether there is one. In an answer, \n is a line
// break. A line that cannot be read is left out, with a note.
func scripted(instructions, text string) (answer string, found bool, notes []string) {
	for line := range strings.Lines(instructions) {
		rest, isScript := strings.CutPrefix(strings.TrimSpace(line), scriptCommand)
		if !isScript {
			continue
		}
		phrase, reply, err := parseAnswer(strings.TrimSpace(rest))
		if err != nil {
			notes = append(notes, fmt.Sprintf("I left out %q of my instructions: %v.", truncate.Runes(strings.TrimSpace(line), 100), err))
			continue
		}
		if strings.Contains(strings.ToLower(text), strings.ToLower(phrase)) {
			return strings.ReplaceAll(reply, `\n`, "\n"), true, notes
		}
	}
	return "", false, notes
}

var errWhen = errors.New(`after when it needs a phrase in quotes and a colon, such as when "too short": Longer`)

// parseAnswer returns the phrase, which is empty if there is none, and the answer.
func parseAnswer(rest string) (phrase, reply string, err error) {
	condition, conditional := strings.CutPrefix(rest, "when ")
	if !conditional {
		return "", rest, nil
	}
	condition = strings.TrimSpace(condition)
	quoted, err := strconv.QuotedPrefix(condition)
	if err != nil {
		return "", "", errWhen
	}
	reply, ok := strings.CutPrefix(strings.TrimSpace(condition[len(quoted):]), ":")
	if phrase, err = strconv.Unquote(quoted); err != nil || !ok {
		return "", "", errWhen
	}
	return phrase, strings.TrimSpace(reply), nil
}
