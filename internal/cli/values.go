package cli

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// choice is the value of a flag that allows only some texts.
type choice struct {
	target  *string
	allowed []string
}

func (c choice) String() string { return *c.target }

// Type returns the allowed texts, which the help shows.
func (c choice) Type() string { return strings.Join(c.allowed, "|") }

// Set implements pflag.Value.
func (c choice) Set(text string) error {
	if !slices.Contains(c.allowed, text) {
		return errors.New("not allowed")
	}
	*c.target = text
	return nil
}

// toggle is the value of a flag that is on or off. Unlike that of pflag it also reads yes and no.
type toggle bool

func (t *toggle) String() string { return strconv.FormatBool(bool(*t)) }

// Type returns the type that pflag knows for a flag without a value.
func (t *toggle) Type() string { return "bool" }

// Set implements pflag.Value.
func (t *toggle) Set(text string) error {
	text = strings.ToLower(text)
	switch text {
	case "yes":
		text = "true"
	case "no":
		text = "false"
	}
	on, err := strconv.ParseBool(text)
	if err == nil {
		*t = toggle(on)
	}
	return err
}

// list is the value of a flag that holds texts between commas. It may be given more than once.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

// Type returns the type that the help shows.
func (l *list) Type() string { return "strings" }

// Set implements pflag.Value. Empty items do not count, but a text of nothing else is refused: it would mean no limits.
func (l *list) Set(text string) error {
	items := slices.DeleteFunc(strings.Split(text, ","), func(item string) bool { return strings.TrimSpace(item) == "" })
	if len(items) == 0 && text != "" {
		return errors.New("no items")
	}
	*l = append(*l, items...)
	return nil
}
