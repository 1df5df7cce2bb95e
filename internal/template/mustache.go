package template

import (
	"errors"

	"github.com/cbroglie/mustache"
)

// parseMustache reads a template without partials: there is nothing to include. Values are filled in as they are, since a
// model reads no HTML.
func parseMustache(source string) (_ Template, err error) {
	defer recovered(&err)
	parsed, err := mustache.ParseStringPartialsRaw(source, noPartials{}, true)
	if err != nil {
		return nil, err
	}
	return func(variables map[string]any) (_ string, err error) {
		defer recovered(&err)
		var made rendered
		if err := parsed.FRender(&made, variables); err != nil {
			return "", err
		}
		return made.text.String(), nil
	}, nil
}

// noPartials stands in for the library's own provider, which reads files.
type noPartials struct{}

// Get finds nothing.
func (noPartials) Get(string) (string, error) { return "", errors.New("there are no partials here") }
