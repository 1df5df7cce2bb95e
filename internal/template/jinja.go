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

// parseJinja reads a template that knows all of jinja but what would reach another file (include, import, extends) and
// what may call itself for ever (macro, call, block, recursive loops, values that hold themselves): a Go program does not
// survive a stack that grows without end.
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
		var made rendered
		context := exec.NewContext(map[string]any{"range": new(ranges).list}).Update(exec.NewContext(variables))
		if err := parsed.Execute(&made, context); err != nil {
			return "", firstCause(err)
		}
		return made.text.String(), nil
	}, nil
}

// firstCause is the error without the wrappings, which repeat the whole template.
func firstCause(err error) error {
	if syntax, ok := errors.AsType[*parser.SyntaxError](err); ok {
		return syntax
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

func jinjaEnvironment() *exec.Environment {
	functions := map[string]any{}
	for _, name := range []string{"cycler", "dict", "joiner"} {
		functions[name], _ = builtins.GlobalFunctions.Get(name)
	}
	structures := map[string]parser.ControlStructureParser{"for": parseFor, "set": parseSet}
	for _, name := range []string{"break", "continue", "filter", "if", "raw", "with"} {
		structures[name], _ = builtins.ControlStructures.Get(name)
	}
	// Lists and objects get no method that changes them: one that holds itself cannot be written out.
	reading := map[string]exec.Method[map[string]any]{}
	for _, name := range []string{"get", "items", "keys", "values"} {
		reading[name], _ = builtins.Methods.Dict.Get(name)
	}
	methods := builtins.Methods
	methods.Dict, methods.List = exec.NewMethodSet(reading), exec.NewMethodSet(map[string]exec.Method[[]any]{})
	return &exec.Environment{
		Context: exec.NewContext(functions), Filters: builtins.Filters, Tests: builtins.Tests,
		ControlStructures: exec.NewControlStructureSet(structures), Methods: methods,
	}
}

// parseFor reads a loop that is not recursive.
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

// parseSet reads an assignment to a name.
func parseSet(p, args *parser.Parser) (nodes.ControlStructure, error) {
	if args.Peek(tokens.Dot, tokens.LeftBracket, tokens.LeftParenthesis) != nil {
		return nil, args.Error("only a name can be set here", args.Current())
	}
	parse, _ := builtins.ControlStructures.Get("set")
	return parse(p, args)
}

// jinjaSource is the one template there is.
type jinjaSource string

var _ loaders.Loader = jinjaSource("")

// Read returns the template.
func (s jinjaSource) Read(string) (io.Reader, error) { return bytes.NewReader([]byte(s)), nil }

// Resolve finds no other template.
func (s jinjaSource) Resolve(string) (string, error) {
	return "", errors.New("there are no other templates")
}

// Inherit finds no other template.
func (s jinjaSource) Inherit(string) (loaders.Loader, error) { return s, nil }
