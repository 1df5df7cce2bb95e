// Package errortext finds the words of an error in JSON of unknown form.
//
// Services, frameworks and gateways agree on no form of an error: an object with a message, problem+json, a list of failed
// checks, an error within an error, JSON in a text. Of and In read them all. What they return is as long as it came and may
// hold secrets: a caller masks it, and then bounds it.
package errortext

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxDepth is how deep the words are looked for. The forms in use need five levels.
	maxDepth = 8
	// maxItems is how many errors of a list are kept.
	maxItems = 10
)

// Words are what an error holds: a text for people, and a code for programs such as model_not_found.
type Words struct {
	Text, Code string

	// isName is a text that is but the code or the type of an error without words.
	isName bool
}

// Of returns the words of an error in JSON; none when body is no JSON.
func Of(body []byte) Words { return decode(body, 0) }

// In returns the words of an error that is decoded, its numbers as json.Number.
func In(value any) Words { return in(value, 0) }

func decode(body []byte, depth int) Words {
	if !json.Valid(body) {
		return Words{}
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	_ = decoder.Decode(&value) // it is JSON
	return in(value, depth)
}

func in(value any, depth int) Words {
	if depth > maxDepth {
		return Words{}
	}
	switch v := value.(type) {
	case string:
		text := strings.TrimSpace(v)
		if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") { // JSON in a text, as Zod writes it
			if found := decode([]byte(text), depth+1); found.Text != "" {
				return found
			}
		}
		return Words{Text: text}
	case json.Number:
		if number := v.String(); depth > 0 && number != "0" {
			return Words{Text: number}
		}
	case []any:
		return inList(v, depth)
	case map[string]any:
		return inObject(v, depth)
	}
	return Words{}
}

func inList(items []any, depth int) Words {
	found := Words{isName: true}
	var texts []string
	for _, item := range items {
		each := in(item, depth+1)
		found.Code = cmp.Or(found.Code, each.Code)
		if each.Text != "" && len(texts) < maxItems && !slices.Contains(texts, each.Text) {
			texts = append(texts, each.Text)
			found.isName = found.isName && each.isName
		}
	}
	found.Text = strings.Join(texts, "; ")
	return found
}

// inObject joins the words of the members, the more general before the more exact: a title, a message, the error within, its
// details, the single problems, and the error of another service that caused this one.
func inObject(object map[string]any, depth int) Words {
	m := membersOf(object)
	first := func(names ...string) (found Words) {
		for _, name := range names {
			if found = in(m[name], depth+1); found.Text != "" {
				break
			}
		}
		return found
	}
	if m["@type"] != nil { // a detail of google.rpc.Status: the rest of it is for programs
		return Words{Text: first("message", "description", "fieldviolations").Text}
	}
	message := first("message", "msg", "errordescription", "errormessage", "errormsg", "statusmsg", "faultstring", "text")
	inner, title := first("error", "fault", "baseresp"), first("title", "reason").Text
	if text, ok := m["error"].(string); ok && inner.Text == strings.TrimSpace(text) { // a title, not an error
		inner, title = Words{}, cmp.Or(inner.Text, title)
	}
	details := first("detail", "details", "data", "cause", "description")
	errors, issues := problems(m["errors"], depth+1), problems(cmp.Or(m["issues"], m["fielderrors"]), depth+1)
	cause, _ := m["metadata"].(map[string]any)

	found := Words{Code: cmp.Or(inner.Code, scalar(m["code"]), message.Code, details.Code, errors.Code)}
	for _, part := range []Words{message, inner, details, errors, issues, in(cause["raw"], depth+1)} {
		if !part.isName {
			found.Text = Join(found.Text, part.Text)
		}
	}
	if found.Text == "" || !isNameOfError(title) {
		found.Text = Join(title, found.Text)
	}
	if found.Text == "" {
		found.isName = true
		found.Text = cmp.Or(inner.Text, errors.Text, issues.Text)
	}
	if depth > 0 {
		text := cmp.Or(found.Text, scalar(m["code"]), scalar(m["type"]))
		found.Text = at(cmp.Or(place(m["loc"]), place(m["path"]), place(m["field"])), text)
	}
	return found
}

// membersOf returns the members of an object by their names in small letters, without the marks between words.
func membersOf(object map[string]any) map[string]any {
	members := make(map[string]any, len(object))
	for _, name := range slices.Sorted(maps.Keys(object)) {
		low := strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
		members[low] = cmp.Or(members[low], object[name])
	}
	return members
}

// problems returns the words of single problems: those of an error or of a list, or an object with the problems of each
// field, {"key": ["is taken"]}.
func problems(value any, depth int) Words {
	found := in(value, depth)
	byName, _ := value.(map[string]any)
	isList := func(name string) bool { _, ok := byName[name].([]any); return ok }
	names := slices.Sorted(maps.Keys(byName))
	if found.Text != "" && !found.isName && slices.IndexFunc(names, isList) < 0 {
		return found
	}
	var texts []string
	for _, name := range names {
		if text := at(name, in(byName[name], depth+1).Text); text != "" {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return found
	}
	return Words{Text: strings.Join(texts[:min(len(texts), maxItems)], "; ")}
}

// isNameOfError reports whether a text is the name of a status or of an error, which adds nothing to words. A text in a
// language without blanks is none.
func isNameOfError(text string) bool {
	for status := http.StatusBadRequest; status <= http.StatusNetworkAuthenticationRequired; status++ {
		if strings.EqualFold(text, http.StatusText(status)) {
			return true
		}
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r >= utf8.RuneSelf })
}

// place returns the path of a field, which is a text or a list of its steps. The path of a request is none.
func place(value any) string {
	steps, isList := value.([]any)
	if !isList {
		if text := scalar(value); !strings.HasPrefix(text, "/") {
			return text
		}
		return ""
	}
	var names []string
	for _, step := range steps {
		if name := scalar(step); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ".")
}

// at puts the name of a field before a text about it.
func at(name, text string) string {
	if name == "" || text == "" || strings.HasPrefix(text, name) {
		return text
	}
	return name + ": " + text
}

// Join returns a text and what it adds to it; nothing is repeated.
func Join(text, more string) string {
	switch {
	case text == "":
		return more
	case more == "" || strings.Contains(text, more):
		return text
	}
	return strings.TrimRight(text, ".: ") + ": " + more
}

// scalar returns a string without the blanks around it, or the digits of a number.
func scalar(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	}
	return ""
}
