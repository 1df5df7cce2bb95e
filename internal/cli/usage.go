package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// As much wrong usage as possible is reported at once, so that few have to correct a command line step by step:
//
//	what is wrong                                found by
//	flag or variable that cannot be read         setting, while pflag parses and in readRest
//	unknown flag                                 unknownFlags: pflag leaves it among the arguments
//	surplus argument                             check
//	value or combination that a command refuses  valueChecker and combinationChecker, last
//
// A flag without its value ends the parsing. Such an error is reported with those that were found before it. An unknown
// command is reported alone, because the meaning of everything else depends on it. Beside an unknown flag, nothing is
// reported that it may have been meant to give: what is missing, and what does not go together.

// argumentTaker is a command that has arguments.
type argumentTaker interface {
	takeArguments(arguments []string)
}

// valueChecker is a command some of whose flags are bounded beyond their type.
type valueChecker interface {
	// checkValues returns what is wrong with single flags and arguments.
	checkValues() []error
}

// combinationChecker is a command that needs some of its flags and arguments, or some of whose flags depend on each other or
// on the environment.
type combinationChecker interface {
	// checkCombination returns what is missing and what does not go together. It is called only when the command line could
	// be read: a switch that could not be read would count as off.
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

// check reads the environment variables of a command whose flags have been read, and returns all that is wrong.
func (p *program) check(c *cobra.Command, does runner) error {
	unknown, arguments, err := p.readRest(c)
	if err != nil {
		return err
	}
	found := slices.Concat(p.reading.unread, unknown)
	if c.Flags().Changed("help") {
		found = append(found, errHelpValue)
	}
	if taker, ok := does.(argumentTaker); ok {
		taker.takeArguments(arguments)
		arguments = nil
	}
	for _, each := range arguments {
		found = append(found, fmt.Errorf("unexpected argument %s", each))
	}
	if checker, ok := does.(valueChecker); ok {
		found = append(found, checker.checkValues()...)
	}
	if checker, ok := does.(combinationChecker); ok && !p.reading.switchUnread && len(unknown) == 0 {
		found = append(found, checker.checkCombination(p.process)...)
	}
	return wrongUsage(found...)
}

// readRest reads what pflag has left: unknown flags, arguments and environment variables. An unknown command is its error.
func (p *program) readRest(c *cobra.Command) (unknown []error, arguments []string, err error) {
	unknown, arguments = unknownFlags(c.Flags())
	if c.HasSubCommands() && len(arguments) > 0 {
		return nil, nil, wrongUsage(unknownCommand(c, arguments[0]))
	}
	c.Flags().VisitAll(func(flag *pflag.Flag) {
		if each, ok := flag.Value.(*setting); ok {
			each.readVariable(p.process.Getenv)
		}
	})
	return unknown, arguments, nil
}

var errHelpValue = errors.New("--help takes no value")

// endedBy returns the error that ended the parsing, with all that is wrong before it.
func (p *program) endedBy(c *cobra.Command, ended error) error {
	unknown, _, err := p.readRest(c)
	if err != nil {
		return err
	}
	return wrongUsage(append(slices.Concat(p.reading.unread, unknown), parseError(ended))...)
}

// parseError describes an error of pflag. The text of pflag's own is not for print: it may hold a value, which may be secret.
func parseError(err error) error {
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fmt.Errorf("--%s needs a value", missing.GetSpecifiedName())
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		if name := invalid.GetFlag().Name; name != "help" {
			return fmt.Errorf("--%s cannot have such a value", name)
		}
		return errHelpValue
	}
	if syntax, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		name, _, _ := strings.Cut(syntax.GetSpecifiedFlag(), "=")
		return errors.New("unknown flag " + name)
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if unknown.GetSpecifiedShortnames() != "" {
			return errors.New("unknown flag -" + unknown.GetSpecifiedName())
		}
		return errors.New("unknown flag --" + unknown.GetSpecifiedName())
	}
	return errors.New("the flags cannot be read")
}
