package template

import (
	"errors"

	"github.com/cbroglie/mustache"
)

// parseMustache parses a template without partials, which would read files. Values are not HTML-escaped: models read the
// output, not browsers.
func parseMustache(source string) (_ Template, err error) {
	defer recovered(&err)
	parsed, err := mustache.ParseStringPartialsRaw(source, noPartials{}, true)
	if err != nil {
		return nil, err
	}
	return func(variables map[string]any) (_ string, err error) {
		defer recovered(&err)
		var out output
		if err := parsed.FRender(&out, variables); err != nil {
			return "", err
		}
		return out.text.String(), nil
	}, nil
}

// noPartials replaces the library's default provider, which reads files.
type noPartials struct{}

// Get returns an error.
func (noPartials) Get(string) (string, error) { return "", errors.New("there are no partials here") }
