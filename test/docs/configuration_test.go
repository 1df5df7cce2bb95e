package docs_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// flag is a flag as a command's help shows it: its environment variable and its default.
type flag struct{ variable, value string }

// help runs a command with --help.
func help(t *testing.T, command string) string {
	t.Helper()
	cmd := exec.Command(program, append(strings.Fields(command), "--help")...)
	cmd.Env = built.Environment()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("orq-mcp %s --help: %v", command, err)
	}
	return string(out)
}

// realFlags reads the flags of every command: by the command as the page of the configuration names it, and by name.
func realFlags(t *testing.T) map[string]map[string]flag {
	t.Helper()
	flags := map[string]map[string]flag{}
	for _, command := range commandsOf(help(t, "")) {
		text := help(t, command)
		flags[command] = flagsOf(text)
		for _, below := range commandsOf(text) {
			flags[strings.Replace(below, "serve", "sandbox", 1)] = flagsOf(help(t, command+" "+below))
		}
	}
	return flags
}

// commandsOf reads the commands of a help text, without those that the command line's library adds.
func commandsOf(text string) (names []string) {
	_, list, _ := strings.Cut(text, "Commands:\n")
	list, _, _ = strings.Cut(list, "\n\n")
	for _, found := range regexp.MustCompile(`(?m)^  ([a-z]+) `).FindAllStringSubmatch(list, -1) {
		if found[1] != "help" && found[1] != "completion" {
			names = append(names, found[1])
		}
	}
	return names
}

var (
	flagLine  = regexp.MustCompile(`^ {2,6}(?:-h, )?--([a-z-]+)(?: \S+)?(  .*)$`)
	inDefault = regexp.MustCompile(`\(default "?([^")]*)"?\)`)
)

// flagsOf reads the flags of a help text. A flag's description may go on in further lines.
func flagsOf(text string) map[string]flag {
	flags := map[string]flag{}
	name, descriptions := "", map[string]string{}
	for line := range strings.Lines(text) {
		if found := flagLine.FindStringSubmatch(strings.TrimRight(line, "\n")); found != nil {
			name = found[1]
			flags[name] = flag{}
			line = found[2]
		}
		descriptions[name] += line
	}
	for name, each := range flags {
		if found := regexp.MustCompile(`\(\$(\w+)\)`).FindStringSubmatch(descriptions[name]); found != nil {
			each.variable = found[1]
		}
		if found := inDefault.FindStringSubmatch(descriptions[name]); found != nil {
			each.value = found[1]
		}
		flags[name] = each
	}
	delete(flags, "help")
	return flags
}

// documented is a row of the page of the configuration, for one command.
type documented struct {
	at   string
	flag flag
}

// documentedFlags reads the tables of docs/configuration.md, in the form of realFlags.
func documentedFlags(t *testing.T, commands []string) map[string]map[string]documented {
	t.Helper()
	flags := map[string]map[string]documented{}
	for _, row := range parse("docs/configuration.md", read(t, "docs/configuration.md")).rows {
		names := code(row.cells[0])
		if len(row.cells) != 5 || len(names) != 1 {
			continue // a heading, or a variable without a flag
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(names[0], "--"), " ")
		of := strings.Split(row.cells[2], ", ")
		if row.cells[2] == "all" {
			of = commands
		}
		defaults := code(row.cells[3])
		for i, command := range of {
			each := documented{at: row.at, flag: flag{variable: strings.Trim(row.cells[1], "`")}}
			if len(defaults) > 0 {
				each.flag.value = defaults[min(i, len(defaults)-1)]
			}
			if duration, err := time.ParseDuration(each.flag.value); err == nil {
				each.flag.value = duration.String() // 1m0s for 60s, as the help has it
			}
			if flags[command] == nil {
				flags[command] = map[string]documented{}
			}
			if earlier, twice := flags[command][name]; twice {
				t.Errorf("%s: --%s of %s is at %s, too", row.at, name, command, earlier.at)
			}
			flags[command][name] = each
		}
	}
	return flags
}

// TestConfigurationIsTheProgramsOwn compares the tables with the help of every command.
func TestConfigurationIsTheProgramsOwn(t *testing.T) {
	t.Parallel()
	offered := realFlags(t)
	var commands []string
	for command := range offered {
		commands = append(commands, command)
	}
	if len(commands) < 8 {
		t.Fatalf("the help lists only %q", commands)
	}
	page := documentedFlags(t, commands)
	for command, flags := range offered {
		for name, each := range flags {
			row, there := page[command][name]
			if !there {
				t.Errorf("docs/configuration.md has no --%s for %s", name, command)
				continue
			}
			want := each
			if name == "log-level" {
				want.value = "" // it depends on the command: the page states it in words
			}
			if want != row.flag {
				t.Errorf("%s: --%s of %s has variable %q and default %q, want %q and %q", row.at, name, command,
					row.flag.variable, row.flag.value, want.variable, want.value)
			}
		}
	}
	for command, flags := range page {
		for name, row := range flags {
			if _, there := offered[command][name]; !there {
				t.Errorf("%s: %s has no --%s", row.at, command, name)
			}
		}
	}
}

// TestFlagsInTheTextExist looks for flags that a document names outside of a command.
func TestFlagsInTheTextExist(t *testing.T) {
	t.Parallel()
	known := map[string]bool{"help": true}
	for _, flags := range realFlags(t) {
		for name := range flags {
			known[name] = true
		}
	}
	for name := range flagsOf(help(t, "")) { // those of no command, such as --version
		known[name] = true
	}
	for name := range flagsOf(help(t, "")) { // those of no command, such as --version
		known[name] = true
	}
	for _, d := range documents(t) {
		for _, span := range d.spans {
			name, isFlag := strings.CutPrefix(span.text, "--")
			name = regexp.MustCompile(`^[a-z-]*`).FindString(name)
			if isFlag && !known[name] {
				t.Errorf("%s: there is no flag --%s", span.at, name)
			}
		}
	}
}

// TestToolsOfTheREADME compares the README with the list of tools and their cost.
func TestToolsOfTheREADME(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(program, "tools", "--output", "json")
	cmd.Env = built.Environment()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ Name string }
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, tool := range list {
		want = append(want, tool.Name)
	}
	readme := read(t, "README.md")
	for _, row := range parse("README.md", readme).rows {
		got = append(got, code(row.cells[0])...)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tools of the README (-want +got):\n%s", diff)
	}
	cost := regexp.MustCompile(`\| all \d+ \| \*\*(\d+)\*\* \|`).FindStringSubmatch(read(t, "docs/tools.md"))
	if cost == nil {
		t.Fatal("docs/tools.md has no sum")
	}
	var tokens int
	if _, err := fmt.Sscan(cost[1], &tokens); err != nil {
		t.Fatal(err)
	}
	rounded := (tokens + 50) / 100 * 100
	if sentence := fmt.Sprintf("cost a model %d,%03d tokens", rounded/1000, rounded%1000); !strings.Contains(readme, sentence) {
		t.Errorf("the README does not state that the tools %s", sentence)
	}
	if exact := fmt.Sprintf("%d,%03d", tokens/1000, tokens%1000); !strings.Contains(read(t, "docs/architecture.md"), exact) {
		t.Errorf("docs/architecture.md does not state that the tools take %s tokens", exact)
	}
}
