package cli

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// As much wrong usage as possible is reported at once, so that few have to correct a command line step by step. kong stops
// at its first error, so parsing collects what can be collected:
//
//	what is wrong                                collected by
//	unknown flag                                 unknownFlags: it is removed, and kong parses the rest
//	variable that does not parse                 checkVariables, before kong parses
//	flag whose value does not parse              lenientMapper, while kong parses
//	value that is not in the flag's enum         checkEnums, after kong has parsed
//	value or combination that a command refuses  valueChecker and combinationChecker, last
//
// The rest is kong's alone: a flag without its value or a surplus argument ends the parsing, because what follows could be
// read in more than one way. Such an error is reported with those that were collected before it. Beside an unknown flag,
// nothing is reported that it may have been meant to give: what is missing, and what does not go together.

// valueChecker is a command some of whose flags are bounded beyond their type.
type valueChecker interface {
	// checkValues returns what is wrong with single flags and arguments.
	checkValues() []error
}

// combinationChecker is a command some of whose flags depend on each other or on the environment.
type combinationChecker interface {
	// checkCombination returns what does not go together. It is called only when the command line could be read: a switch
	// that could not be read would count as off.
	checkCombination(process *Process) []error
}

// usageError is a command line that asks for something impossible. It holds each problem.
type usageError struct{ problems []error }

func (e usageError) Error() string { return errors.Join(e.problems...).Error() }

// wrongUsage returns a usageError of the errors that are not nil, and nil when there is none.
func wrongUsage(errs ...error) error {
	if errs = problems(errs...); len(errs) == 0 {
		return nil
	}
	return usageError{errs}
}

// problems returns the errors that are not nil.
func problems(errs ...error) []error {
	return slices.DeleteFunc(errs, func(err error) bool { return err == nil })
}

// inCommand puts the name of a command before each problem.
func inCommand(name string, errs ...error) []error {
	errs = problems(errs...)
	for i, err := range errs {
		errs[i] = fmt.Errorf("%s: %w", name, err)
	}
	return errs
}

// commandParser parses one command line.
type commandParser struct {
	args []string
	// lenient lets parsing go on after a value that does not parse.
	lenient bool
	// values are the errors of such values, in the order of the command line.
	values []error
	// variables are the errors of environment variables. Those of other commands are not reported.
	variables map[*kong.Value]error
	// unknown are the errors of flags that were removed from the command line.
	unknown []error
	// switchFailed is set when one of the values belongs to a switch, on which combinations depend.
	switchFailed bool
}

// newCommandParser returns a parser of args, from which the flags behind the unknown errors were removed. Help is shown
// only when the values before it can be read, as kong does it.
func newCommandParser(args []string, unknown []error) *commandParser {
	return &commandParser{
		args:      args,
		lenient:   !slices.Contains(args, "--help") && !slices.Contains(args, "-h"),
		variables: map[*kong.Value]error{},
		unknown:   unknown,
	}
}

// prepare is a PostBuild option of kong: it checks the variables of all flags and makes their values lenient.
func (p *commandParser) prepare(k *kong.Kong) error {
	return kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			ignoreEmptyVariables(flag)
			p.checkVariables(flag)
			if p.lenient {
				flag.Mapper = lenientMapper{flag.Mapper, p}
			}
		}
		return next(nil)
	})
}

// ignoreEmptyVariables makes an empty environment variable count as unset: client forms and compose files produce them.
func ignoreEmptyVariables(flag *kong.Flag) {
	flag.Tag.Envs = slices.DeleteFunc(flag.Tag.Envs, func(name string) bool {
		value, set := os.LookupEnv(name)
		return set && strings.TrimSpace(value) == ""
	})
}

// checkVariables records that the flag's variable does not parse, and lets kong ignore it.
func (p *commandParser) checkVariables(flag *kong.Flag) {
	if !slices.ContainsFunc(flag.Tag.Envs, isSet) {
		return // Reset would parse the default, whose variables kong has not filled in yet
	}
	if err := flag.Reset(); err != nil {
		p.variables[flag.Value] = err
		flag.Tag.Envs = nil
	}
}

func isSet(variable string) bool {
	_, set := os.LookupEnv(variable)
	return set
}

// lenientMapper decodes the value of a flag. One that does not parse is recorded and replaced by the default.
type lenientMapper struct {
	kong.Mapper
	parser *commandParser
}

// Decode implements kong.Mapper.
func (m lenientMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	next := ctx.Scan.Peek()
	err := m.Mapper.Decode(ctx, target)
	if err == nil || !next.IsValue() {
		return err
	}
	m.parser.values = append(m.parser.values, fmt.Errorf("%s: %w", ctx.Value.ShortSummary(), err))
	if ctx.Value.IsBool() {
		m.parser.switchFailed = true
		return nil
	}
	standard := kong.ScanFromTokens(kong.Token{Type: kong.FlagValueToken, Value: ctx.Value.Default})
	return m.Mapper.Decode(&kong.DecodeContext{Value: ctx.Value, Scan: standard}, target)
}

// check returns all that is wrong with a command line: parsed and err are what kong made of it.
func (p *commandParser) check(process *Process, parsed *kong.Context, err error) error {
	found := p.values
	if parseErr := (*kong.ParseError)(nil); errors.As(err, &parseErr) {
		parsed = parseErr.Context
	}
	for _, value := range selectedValues(parsed) {
		if variable := p.variables[value]; variable != nil {
			found = append(found, variable)
			p.switchFailed = p.switchFailed || value.IsBool()
		}
	}
	found = append(found, p.unknown...)
	if parsed.Error != nil { // nothing has been applied to the command
		return wrongUsage(append(found, unknownCommand(p.args, parsed, err))...)
	}
	enums, err := checkEnums(parsed, err)
	if len(p.unknown) > 0 {
		err = nil
	}
	found = append(append(found, enums...), err)
	command := parsed.Selected().Target.Addr().Interface()
	if checker, ok := command.(valueChecker); ok {
		found = append(found, checker.checkValues()...)
	}
	if checker, ok := command.(combinationChecker); ok && err == nil && !p.switchFailed && len(p.unknown) == 0 {
		found = append(found, checker.checkCombination(process)...)
	}
	return wrongUsage(found...)
}

// checkEnums returns an error for each value that is not in its flag's enum, and what else kong finds. err is kong's
// first finding.
func checkEnums(parsed *kong.Context, err error) (enums []error, other error) {
	for _, value := range selectedValues(parsed) {
		if err == nil || value.Enum == "" || slices.Contains(value.EnumSlice(), value.Target.String()) {
			continue
		}
		enums = append(enums, err)
		value.Target.SetString(value.Default)
		err = parsed.Validate()
	}
	return enums, err
}

// selectedValues returns the flags and arguments of the program and of the commands that the command line names.
func selectedValues(parsed *kong.Context) (values []*kong.Value) {
	for _, path := range parsed.Path {
		if node := path.Node(); node != nil {
			values = append(values, node.Values()...)
		}
	}
	return values
}
