package contract

import (
	"errors"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// Limits of what is told of a breach.
const (
	maxFindings = 3
	maxText     = 240
)

// finding is one thing wrong with a value.
type finding struct {
	at   []string // the keys that lead to it
	text string
	// unlike tells how far up a value is of another kind altogether: 1 for the value itself, as it has another type,
	// 2 for its owner too, as it is another constant.
	unlike int
}

// describe lists findings, a line each.
func describe(found []finding) string {
	var b strings.Builder
	for i, f := range found {
		if i == maxFindings {
			fmt.Fprintf(&b, "\n  and %d more", len(found)-i)
			break
		}
		b.WriteString("\n  ")
		if len(f.at) > 0 {
			b.WriteString("at " + pointer(f.at) + ": ")
		}
		if len(f.text) > maxText {
			f.text = truncate.BytePrefix(f.text, maxText) + "..."
		}
		b.WriteString(f.text)
	}
	return b.String()
}

// validate lists what is wrong with a value; nil when it fits.
func validate(schema *jsonschema.Schema, value any) []finding {
	err := schema.Validate(value)
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []finding{{text: err.Error()}}
	}
	return findings(message.NewPrinter(language.English), invalid)
}

// findings lists the ends of an error's tree.
func findings(p *message.Printer, e *jsonschema.ValidationError) []finding {
	if len(e.Causes) == 0 {
		f := finding{at: e.InstanceLocation, text: e.ErrorKind.LocalizedString(p)}
		switch k := e.ErrorKind.(type) {
		case *kind.Type:
			f.unlike = 1
		case *kind.Enum:
			f.unlike = 1
			if len(k.Want) == 1 {
				f.unlike = 2
			}
		case *kind.Const:
			f.unlike = 2
		}
		return []finding{f}
	}
	switch e.ErrorKind.(type) {
	case *kind.OneOf, *kind.AnyOf:
		return closest(p, e)
	}
	var found []finding
	for _, cause := range e.Causes {
		found = append(found, findings(p, cause)...)
	}
	return found
}

// closest lists what is wrong by the alternative the value was meant for: of those it is not unlike, the one with the
// fewest findings. Without such a one, it tells what the alternatives want.
func closest(p *message.Printer, e *jsonschema.ValidationError) []finding {
	var best []finding
	var wants []string
	var misfit finding
	for _, cause := range e.Causes {
		found := findings(p, cause)
		unlike := false
		for _, f := range found {
			if len(f.at) < len(e.InstanceLocation)+f.unlike {
				misfit, unlike = f, true
				wants = append(wants, f.text)
				break
			}
		}
		if !unlike && (best == nil || len(found) < len(best)) {
			best = found
		}
	}
	if best != nil {
		return best
	}
	misfit.text = "fits no alternative: " + strings.Join(wants, "; or ")
	return []finding{misfit}
}
