package chat

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"unicode"
)

const (
	// maxNesting bounds how deep the words are looked for.
	maxNesting = 8
	// maxListed bounds the errors of a list that are repeated.
	maxListed = 3
)

// words are what a server writes about an error: a text for people, and a code such as model_not_found.
type words struct{ text, code string }

// wordsOf finds the words in the body of a refusal, or in an event, in the forms in which servers write them: an object, a
// list of objects, text, an event stream, a page. They are on one line, and as long as they came: a secret in them has to be
// masked before they are cut.
func wordsOf(body []byte) words {
	found := wordsIn(body, 0)
	found.text = strings.Join(strings.Fields(strings.Map(printable, found.text)), " ")
	return found
}

// wordsIn finds the words at a level of nesting.
func wordsIn(raw []byte, level int) words {
	raw = bytes.TrimSpace(raw)
	if level > maxNesting || len(raw) == 0 {
		return words{}
	}
	if !json.Valid(raw) {
		return wordsOfText(raw, level)
	}
	switch raw[0] {
	case '{':
		return wordsOfObject(raw, level)
	case '[':
		return wordsOfList(raw, level)
	case '"':
		var text string
		_ = json.Unmarshal(raw, &text) // it is a string
		if c := first([]byte(text)); c == '{' || c == '[' {
			return wordsIn([]byte(text), level+1)
		}
		return words{text: text}
	}
	return words{}
}

// telling are the members by which servers name an error, in small letters, the more telling first.
func telling() []string {
	return []string{
		"error", "message", "msg", "detail", "details", "errors", "error_message", "errormessage", "error_msg", "error_description",
		"base_resp", "status_msg", "fault", "faultstring", "reason", "title", "description",
	}
}

// wordsOfObject takes the most telling member that has words.
func wordsOfObject(raw []byte, level int) words {
	object := lowerNames(raw)
	var found words
	for _, name := range telling() {
		inner := wordsIn(object[name], level+1)
		found.code = cmp.Or(found.code, inner.code)
		switch {
		case found.text == "":
			found.text = inner.text
		case name == "message" && first(object["error"]) == '"' && inner.text != found.text && inner.text != "":
			found.text += ": " + inner.text // "error" is the name of the status
		}
	}
	if place := placeOf(object["loc"]); place != "" && found.text != "" {
		found.text = place + ": " + found.text
	}
	var metadata struct{ Raw json.RawMessage }
	_ = json.Unmarshal(object["metadata"], &metadata)
	if cause := wordsIn(metadata.Raw, level+1).text; cause != "" && cause != found.text {
		found.text = strings.TrimPrefix(found.text+": "+cause, ": ")
	}
	var code, typ looseText
	_, _ = code.UnmarshalJSON(object["code"]), typ.UnmarshalJSON(object["type"])
	found.code = cmp.Or(found.code, string(code))
	if level > 0 {
		found.text = cmp.Or(found.text, string(code), string(typ))
	}
	return found
}

// lowerNames are the members of an object by their names in small letters.
func lowerNames(raw []byte) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(raw, &object) // it is an object
	low := make(map[string]json.RawMessage, len(object))
	for name, member := range object {
		low[strings.ToLower(name)] = member
	}
	return low
}

// placeOf is the place in the request that a validation error names.
func placeOf(raw json.RawMessage) string {
	var steps []looseText
	if json.Unmarshal(raw, &steps) != nil {
		return ""
	}
	var place []string
	for _, step := range steps {
		place = append(place, string(step))
	}
	return strings.Join(place, ".")
}

func wordsOfList(raw []byte, level int) words {
	var elements []json.RawMessage
	_ = json.Unmarshal(raw, &elements) // it is a list
	var found words
	var texts []string
	for _, element := range elements {
		each := wordsIn(element, level+1)
		found.code = cmp.Or(found.code, each.code)
		if each.text != "" && len(texts) < maxListed {
			texts = append(texts, each.text)
		}
	}
	found.text = strings.Join(texts, "; ")
	return found
}

// wordsOfText reads what is no JSON: an event stream, a page or a sentence.
func wordsOfText(raw []byte, level int) words {
	text := string(raw)
	if raw[0] == '<' {
		return words{text: textOfPage(text)}
	}
	for line := range strings.Lines(text) {
		if data, ok := strings.CutPrefix(line, "data:"); ok {
			if found := wordsIn([]byte(data), level+1); found.text != "" {
				return found
			}
		}
	}
	return words{text: text}
}

// textOfPage is the title of a page or, without one, its text.
func textOfPage(page string) string {
	if title := regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`).FindStringSubmatch(page); title != nil && strings.TrimSpace(title[1]) != "" {
		return html.UnescapeString(title[1])
	}
	hidden := regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>`)
	return html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(hidden.ReplaceAllString(page, " "), " "))
}

// printable replaces characters that steer a terminal.
func printable(r rune) rune {
	if unicode.IsControl(r) || !unicode.IsGraphic(r) && !unicode.IsSpace(r) {
		return ' '
	}
	return r
}
