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
