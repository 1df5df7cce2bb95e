package install

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Text is the content of a client's file, "" if there is none.
type Text string

// mark is the byte order mark that programs of Windows write.
const mark = "\ufeff"

// ForeignError is an entry of the same name that is not one of orq-mcp.
type ForeignError struct{ Name string }

func (e ForeignError) Error() string {
	return fmt.Sprintf("the entry %s there does not start orq-mcp", e.Name)
}

// Entry returns the entry of a server as a person would write it into the client's file.
func (c Client) Entry(s Server) (string, error) {
	if err := c.Check(s); err != nil {
		return "", err
	}
	text := c.format.show(c.slot(s.Name), c.entry(s))
	if c.asks(s) {
		return c.format.put(text, c.inputAt, c.input)
	}
	return text, nil
}

// Check returns why a client cannot be given a server, or nil.
func (c Client) Check(s Server) error {
	if s.URL != "" && c.http == nil {
		return fmt.Errorf("%s cannot be given an address: %s", c.Title, c.noHTTP)
	}
	return nil
}

// Install returns the content of a file with the entry of a server. It is the same content if nothing has to change. Another
// entry of that name is a ForeignError, unless it may be replaced.
func (c Client) Install(before Text, s Server, replace bool) (Text, error) {
	if err := c.Check(s); err != nil {
		return "", err
	}
	start, text := cutMark(before)
	document, err := c.parse(text)
	if err != nil {
		return "", err
	}
	entry, found := get(document, c.slot(s.Name))
	if found && !replace && !s.starts(entry) {
		return "", ForeignError{s.Name}
	}
	if text == "" && c.begin != nil {
		text = yamlLines(c.begin, "")
	}
	if text, err = c.put(text, c.slot(s.Name), c.entry(s)); err == nil && c.asks(s) {
		text, err = c.put(text, c.inputAt, c.input)
	}
	if err != nil {
		return "", err
	}
	return Text(start + text), nil
}

// put puts one entry into its slot, and checks that nothing else has changed.
func (c Client) put(text string, at slot, entry object) (string, error) {
	before, err := c.parse(text)
	if err != nil {
		return "", err
	}
	if present, found := get(before, at); found && same(present, plain(entry)) {
		return text, nil
	}
	changed, err := c.format.put(text, at, entry)
	if err != nil {
		return "", err
	}
	after, err := c.format.parse(changed)
	if written, _ := get(after, at); err != nil || !same(written, plain(entry)) || !same(without(before, at), without(after, at)) {
		return "", unfit(at)
	}
	return changed, nil
}

// Remove returns the content of a file without the entry of a server, and whether it has one. Another entry of that name is a
// ForeignError, unless it may be removed.
func (c Client) Remove(before Text, s Server, force bool) (after Text, found bool, err error) {
	start, text := cutMark(before)
	document, err := c.parse(text)
	if err != nil {
		return "", false, err
	}
	entry, found := get(document, c.slot(s.Name))
	switch {
	case !found:
		return before, false, nil
	case !force && !s.starts(entry):
		return "", true, ForeignError{s.Name}
	}
	if text, err = c.cut(text, c.slot(s.Name)); err != nil {
		return "", true, err
	}
	if c.input != nil && !strings.Contains(text, "${input:"+c.inputAt.name+"}") {
		if text, err = c.cut(text, c.inputAt); err != nil {
			return "", true, err
		}
	}
	return Text(start + text), true, nil
}

// cut takes one entry out of its slot, and checks that nothing else has changed.
func (c Client) cut(text string, at slot) (string, error) {
	before, err := c.parse(text)
	if err != nil {
		return "", err
	}
	if _, found := get(before, at); !found {
		return text, nil
	}
	changed, err := c.format.cut(text, at)
	if err != nil {
		return "", err
	}
	after, err := c.format.parse(changed)
	if _, found := get(after, at); err != nil || found || !same(without(before, at), without(after, at)) {
		return "", unfit(at)
	}
	return changed, nil
}

// unfit is the error of a change that would have changed more than the entry.
func unfit(at slot) error { return formError{at.name + ", or what holds it, in an unusual form"} }

// parse decodes a text. An error says what is wrong where.
func (c Client) parse(text string) (any, error) {
	document, err := c.format.parse(text)
	if err != nil {
		return nil, fmt.Errorf("is not %s: %w", c.format.name(), err)
	}
	return document, nil
}

func cutMark(content Text) (start, text string) {
	if rest, found := strings.CutPrefix(string(content), mark); found {
		return mark, rest
	}
	return "", string(content)
}

// same reports whether two decoded values are equal. Formats decode numbers to different types.
func same(one, other any) bool {
	first, errFirst := json.Marshal(one)
	second, errSecond := json.Marshal(other)
	return errFirst == nil && errSecond == nil && string(first) == string(second)
}
