package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// helpWidth is the width of a help text, in columns.
const helpWidth = 96

// printHelp prints the help of a command, or that of a tool where arguments of call or tools name one. It stands in for cobra's,
// whose lines are as long as they come.
func printHelp(c *cobra.Command, arguments []string) {
	w := c.OutOrStdout()
	if takesTool(c) {
		for _, argument := range slices.Concat(arguments, c.Flags().Args()) {
			if tool, exists := findTool(argument); exists {
				_, _ = io.WriteString(w, toolHelp(tool))
				return
			}
		}
		if named := c.Flags().Args(); len(named) > 0 && !isFlag(named[0]) {
			_, _ = fmt.Fprintf(c.ErrOrStderr(), "orq-mcp: %v\n", tools.UnknownTool(named[0]))
		}
	}
	_, _ = io.WriteString(w, commandHelp(c))
}

// commandHelp returns the help of a command: what it does, how it is called, what is below it, its flags.
func commandHelp(c *cobra.Command) string {
	var out strings.Builder
	about := c.Long
	if about == "" {
		about = c.Short
	}
	fmt.Fprintf(&out, "%s\n\nUsage:\n  %s\n", about, c.UseLine())
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&out, "  %s [command]\n\nAvailable Commands:\n", c.CommandPath())
		var commands [][2]string
		for _, below := range c.Commands() {
			if below.IsAvailableCommand() || below.Name() == "help" {
				commands = append(commands, [2]string{"  " + below.Name(), below.Short})
			}
		}
		writeTable(&out, commands)
	}
	for _, set := range []struct {
		title string
		flags *pflag.FlagSet
	}{{"Flags", c.LocalFlags()}, {"Global Flags", c.InheritedFlags()}} {
		if set.flags.HasAvailableFlags() {
			out.WriteString("\n" + set.title + ":\n")
			writeTable(&out, flagRows(set.flags))
		}
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(&out, "\n%s [command] --help says more about a command.\n", c.CommandPath())
	}
	return out.String()
}

// flagRows returns the flags of a set with what they mean.
func flagRows(set *pflag.FlagSet) (rows [][2]string) {
	set.VisitAll(func(flag *pflag.Flag) {
		value, usage := pflag.UnquoteUsage(flag)
		name := "      --" + flag.Name
		if flag.Shorthand != "" {
			name = "  -" + flag.Shorthand + ", --" + flag.Name
		}
		if value != "" && flag.NoOptDefVal == "" {
			name += " " + value
		}
		if !slices.Contains([]string{"", "false", "0", "0s", "[]", "default"}, flag.DefValue) {
			format := " (default\u00a0%s)"
			if flag.Value.Type() == "string" {
				format = " (default\u00a0%q)"
			}
			usage += fmt.Sprintf(format, flag.DefValue)
		}
		if !flag.Hidden {
			rows = append(rows, [2]string{name, usage})
		}
	})
	return rows
}

// writeTable writes rows of two columns, the second wrapped at helpWidth.
func writeTable(out *strings.Builder, rows [][2]string) {
	left := 0
	for _, row := range rows {
		left = max(left, len(row[0])+3)
	}
	for _, row := range rows {
		name := row[0]
		for _, line := range wrapText(row[1], helpWidth-left) {
			out.WriteString(strings.TrimRight(fmt.Sprintf("%-*s%s", left, name, line), " ") + "\n")
			name = ""
		}
	}
}

// wrapText returns a text in lines of at most width columns, unless a word is longer. It breaks at blanks, not at no-break spaces,
// which become blanks. There is at least one line.
func wrapText(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == '\n' }) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	lines = append(lines, line)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "\u00a0", " ")
	}
	return lines
}

// toolHelp returns the help of a tool: what it does, its arguments, an example.
func toolHelp(tool tools.Definition) string {
	var out strings.Builder
	out.WriteString(strings.Join(wrapText(tool.Description, helpWidth), "\n"))
	fmt.Fprintf(&out, "\n\nUsage:\n  orq-mcp call %s [KEY=VALUE]... [flags]\n\nArguments:\n", tool.Name)
	writeTable(&out, argumentRows(tool))
	fmt.Fprintf(&out, "\nExample:\n  orq-mcp call %s %s\n", tool.Name, toolExample(tool.Name))
	out.WriteString("\nFlags, forms of values and exit codes: orq-mcp call --help\n")
	return out.String()
}
