package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// flags defines the flags of a command. Of each method, variable is the environment variable that gives the value where the
// command line does not, "" for none. In usage, what stands in backquotes is shown as the flag's value.
type flags struct {
	*pflag.FlagSet
	reading *reading
}

func (f flags) text(target *string, name, standard, variable, usage string) {
	f.StringVar(target, name, standard, usage)
	f.bind(name, variable, "")
}

// file defines the name of a file, in which a home folder is filled in.
func (f flags) file(target *string, name, variable, usage string) {
	f.Var((*filePath)(target), name, usage)
	f.bind(name, variable, "")
}

// choice defines one of several texts. The first is the default.
func (f flags) choice(target *string, name string, allowed []string, variable, usage string) {
	*target = allowed[0]
	f.Var(choice{target, allowed}, name, usage)
	f.bind(name, variable, fmt.Sprintf(`one of "%s"`, strings.Join(allowed, `","`)))
}

func (f flags) toggle(target *bool, name, variable, usage string) {
	f.Var((*toggle)(target), name, usage)
	f.bind(name, variable, "true or false").NoOptDefVal = "true"
}

// list defines texts between commas. The flag may be given more than once.
func (f flags) list(target *[]string, name, variable, usage string) {
	f.Var((*list)(target), name, usage)
	f.bind(name, variable, "a list such as a,b,c")
}

func (f flags) number(target *int, name string, standard int, variable, usage string) {
	f.IntVar(target, name, standard, usage)
	f.bind(name, variable, "a whole number")
}

func (f flags) bytes(target *int64, name string, standard int64, variable, usage string) {
	f.Int64Var(target, name, standard, usage)
	f.bind(name, variable, "a whole number")
}

func (f flags) duration(target *time.Duration, name string, standard time.Duration, variable, usage string) {
	f.DurationVar(target, name, standard, usage)
	f.bind(name, variable, "a duration such as 30s or 5m")
}

// bind makes a flag a setting that wants such a value.
func (f flags) bind(name, variable, wants string) *pflag.Flag {
	flag := f.Lookup(name)
	if variable != "" {
		flag.Usage += " ($" + variable + ")"
	}
	flag.Value = &setting{Value: flag.Value, flag: flag, variable: variable, wants: wants, reading: f.reading}
	return flag
}

// reading is what went wrong in the reading of a command line and its environment variables.
type reading struct {
	// unread are the errors of values that cannot be read.
	unread []error
	// switchUnread is set when one of the values is that of a switch, on which combinations depend.
	switchUnread bool
}

// setting is the value of a flag. A text that cannot be read is recorded, so that the rest is read, too.
type setting struct {
	pflag.Value
	flag     *pflag.Flag
	variable string
	// wants is what a text must be. Where it is empty, the error of Value says more.
	wants   string
	reading *reading
}

// Set implements pflag.Value.
func (s *setting) Set(text string) error {
	s.read(text, "")
	return nil
}

// readVariable reads the variable, unless the command line gives the value. An empty variable counts as unset: client forms
// and compose files produce them.
func (s *setting) readVariable(getenv func(string) string) {
	if s.variable == "" || s.flag.Changed {
		return
	}
	if text := getenv(s.variable); strings.TrimSpace(text) != "" {
		s.read(text, " (from "+s.variable+")")
	}
}

// read reads text. If it cannot be read, the default takes its place.
func (s *setting) read(text, origin string) {
	err := s.Value.Set(text)
	if err == nil {
		return
	}
	_ = s.Value.Set(s.flag.DefValue)
	if s.wants == "" {
		err = fmt.Errorf("--%s: %w%s", s.flag.Name, err, origin)
	} else {
		err = fmt.Errorf("--%s must be %s, not %q%s%s", s.flag.Name, s.wants, text, s.withUnit(text), origin)
	}
	s.reading.unread = append(s.reading.unread, err)
	s.reading.switchUnread = s.reading.switchUnread || s.Type() == "bool"
}

// withUnit asks whether a duration without a unit is meant in seconds.
func (s *setting) withUnit(text string) string {
	if _, err := strconv.ParseFloat(text, 64); err == nil && s.Type() == "duration" && s.Value.Set(text+"s") == nil {
		_ = s.Value.Set(s.flag.DefValue)
		return "; did you mean " + text + "s?"
	}
	return ""
}
