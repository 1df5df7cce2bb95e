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

// Limits of the description of a violation: findings, and bytes of each.
const (
	maxFindings = 3
	maxText     = 240
)

// finding is one error in a value.
type finding struct {
	at   []string // keys from the root to the value
	text string
	// mismatch is the number of levels, from the value upwards, that are of another kind than the schema: 1 when the value
	// has the wrong type, 2 when it is the wrong constant and so its parent belongs to another alternative.
	mismatch int
}

// describe formats findings, one per line.
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
		b.WriteString(truncate.Bytes(f.text, maxText))
	}
	return b.String()
}

// validate returns the errors in a value; nil when it is valid.
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

// findings returns the leaves of a tree of errors.
func findings(p *message.Printer, e *jsonschema.ValidationError) []finding {
	if len(e.Causes) == 0 {
		f := finding{at: e.InstanceLocation, text: e.ErrorKind.LocalizedString(p)}
		switch k := e.ErrorKind.(type) {
		case *kind.Type:
			f.mismatch = 1
		case *kind.Enum:
			f.mismatch = 1
			if len(k.Want) == 1 {
				f.mismatch = 2
			}
		case *kind.Const:
			f.mismatch = 2
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

// closest returns the findings of the alternative that the value was meant for: the one with the fewest findings, among
// those of the value's kind. If there is none, it returns one finding that lists what the alternatives expect.
func closest(p *message.Printer, e *jsonschema.ValidationError) []finding {
	var best []finding
	var wants []string
	var misfit finding
	for _, cause := range e.Causes {
		found := findings(p, cause)
		differs := false
		for _, f := range found {
			if len(f.at) < len(e.InstanceLocation)+f.mismatch {
				misfit, differs = f, true
				wants = append(wants, f.text)
				break
			}
		}
		if !differs && (best == nil || len(found) < len(best)) {
			best = found
		}
	}
	if best != nil {
		return best
	}
	misfit.text = "fits no alternative: " + strings.Join(wants, "; or ")
	return []finding{misfit}
}
