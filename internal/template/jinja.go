package template

import (
	"bytes"
	"errors"
	"io"

	"github.com/nikolalohinski/gonja/v2/builtins"
	controlstructures "github.com/nikolalohinski/gonja/v2/builtins/control_structures"
	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/loaders"
	"github.com/nikolalohinski/gonja/v2/nodes"
	"github.com/nikolalohinski/gonja/v2/parser"
	"github.com/nikolalohinski/gonja/v2/tokens"
)

// parseJinja parses a jinja template. What would read another file is left out (include, import, extends), and so is what
// can recurse without end (macro, call, block, recursive loops, values that contain themselves): a Go program cannot
// recover from a stack overflow.
func parseJinja(source string) (_ Template, err error) {
	defer recovered(&err)
	if err := checkCost(source); err != nil {
		return nil, err
	}
	parsed, err := exec.NewTemplate("", config.New(), jinjaSource(source), jinjaEnvironment())
	if err != nil {
		return nil, firstCause(err)
	}
	return func(variables map[string]any) (_ string, err error) {
		defer recovered(&err)
		var out output
		context := exec.NewContext(map[string]any{"range": new(ranges).list}).Update(exec.NewContext(variables))
		if err := parsed.Execute(&out, context); err != nil {
			return "", firstCause(err)
		}
		return out.text.String(), nil
	}, nil
}

// firstCause unwraps an error to the syntax error or the innermost one: the wrapping errors repeat the whole template.
func firstCause(err error) error {
	if syntax, ok := errors.AsType[*parser.SyntaxError](err); ok {
		return syntax
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

// jinjaEnvironment returns the functions, filters, tests, methods and control structures that templates may use.
func jinjaEnvironment() *exec.Environment {
	functions := map[string]any{}
	for _, name := range []string{"cycler", "dict", "joiner"} {
		functions[name], _ = builtins.GlobalFunctions.Get(name)
	}
	structures := map[string]parser.ControlStructureParser{"for": parseFor, "set": parseSet}
	for _, name := range []string{"break", "continue", "filter", "if", "raw", "with"} {
		structures[name], _ = builtins.ControlStructures.Get(name)
	}
	// Lists and objects get no method that changes them: one that contains itself cannot be rendered.
	readOnly := map[string]exec.Method[map[string]any]{}
	for _, name := range []string{"get", "items", "keys", "values"} {
		readOnly[name], _ = builtins.Methods.Dict.Get(name)
	}
	methods := builtins.Methods
	methods.Dict, methods.List = exec.NewMethodSet(readOnly), exec.NewMethodSet(map[string]exec.Method[[]any]{})
	return &exec.Environment{
		Context: exec.NewContext(functions), Filters: builtins.Filters, Tests: builtins.Tests,
		ControlStructures: exec.NewControlStructureSet(structures), Methods: methods,
	}
}

// parseFor parses a loop and rejects recursive ones.
func parseFor(p, args *parser.Parser) (nodes.ControlStructure, error) {
	parse, _ := builtins.ControlStructures.Get("for")
	structure, err := parse(p, args)
	if err != nil {
		return nil, err
	}
	if loop, ok := structure.(*controlstructures.ForControlStructure); !ok || loop.Recursive {
		return nil, args.Error("recursive loops are not known here", args.Current())
	}
	return structure, nil
}

// parseSet parses an assignment to a name and rejects those to an attribute or an item.
func parseSet(p, args *parser.Parser) (nodes.ControlStructure, error) {
	if args.Peek(tokens.Dot, tokens.LeftBracket, tokens.LeftParenthesis) != nil {
		return nil, args.Error("only a name can be set here", args.Current())
	}
	parse, _ := builtins.ControlStructures.Get("set")
	return parse(p, args)
}

// jinjaSource is a loader with a single template.
type jinjaSource string

var _ loaders.Loader = jinjaSource("")

// Read returns the template.
func (s jinjaSource) Read(string) (io.Reader, error) { return bytes.NewReader([]byte(s)), nil }

// Resolve returns an error: there is no other template.
func (s jinjaSource) Resolve(string) (string, error) {
	return "", errors.New("there are no other templates")
}

// Inherit returns the loader itself.
func (s jinjaSource) Inherit(string) (loaders.Loader, error) { return s, nil }
