package sandbox

import (
	"errors"

	"github.com/cbroglie/mustache"
)

// parseMustache reads a template without partials: there is nothing to include. Values are filled in as they are, since a
// model reads no HTML.
func parseMustache(source string) (_ template, err error) {
	defer recoverTemplate(&err)
	parsed, err := mustache.ParseStringPartialsRaw(source, noPartials{}, true)
	if err != nil {
		return nil, errors.New(shorten(err.Error(), 200))
	}
	return func(variables map[string]any) (_ string, err error) {
		defer recoverTemplate(&err)
		var made rendered
		if err := parsed.FRender(&made, variables); err != nil {
			return "", errors.New(shorten(err.Error(), 200))
		}
		return made.text.String(), nil
	}, nil
}

// noPartials stands in for the library's own provider, which reads files.
type noPartials struct{}

// Get finds nothing.
func (noPartials) Get(string) (string, error) { return "", errors.New("there are no partials here") }
