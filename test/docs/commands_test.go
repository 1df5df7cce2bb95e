package docs_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orq-mcp/orq-mcp/test/built"
)

// foreign are programs of others, whose arguments are not checked.
func foreign() []string {
	return []string{"echo", "printf", "xargs", "ollama", "lms", "vllm", "docker", "kubectl", "sudo"}
}

// TestCommandsAreRight checks each command in a block of shell, and in the text those of make, go and the program itself.
func TestCommandsAreRight(t *testing.T) {
	t.Parallel()
	targets := map[string]bool{}
	for _, target := range regexp.MustCompile(`(?m)^([a-z-]+):`).FindAllStringSubmatch(read(t, "Makefile"), -1) {
		targets[target[1]] = true
	}
	check := func(at string, words []string, inText bool) {
		switch name := words[0]; {
		case name == "orq-mcp":
			checkProgram(t, at, words[1:])
		case name == "make":
			for _, target := range words[1:] {
				if !targets[target] {
					t.Errorf("%s: the Makefile has no target %s", at, target)
				}
			}
		case name == "go":
			for _, argument := range words[1:] {
				if strings.HasPrefix(argument, "./") && !exists(strings.TrimSuffix(argument, "...")) {
					t.Errorf("%s: there is no package %s", at, argument)
				}
			}
		case name == "claude":
			// claude mcp add NAME [flags] -- COMMAND
			if i := slices.Index(words, "--"); i < 0 || len(words) < i+2 || words[i+1] != "orq-mcp" {
				t.Errorf("%s: %q adds no orq-mcp", at, words)
			} else {
				checkProgram(t, at, words[i+2:])
			}
		case name == "npx" && slices.Contains(words, "@orq-mcp/server"):
			checkProgram(t, at, words[slices.Index(words, "@orq-mcp/server")+1:])
		case !inText && !slices.Contains(foreign(), name):
			t.Errorf("%s: %s is not checked", at, name)
		}
	}
	for _, d := range documents(t) {
		for _, fence := range d.fences {
			if fence.language != "sh" {
				continue
			}
			for _, line := range lines(fence.text) {
				for _, words := range commands(line) {
					check(fence.at, words, false)
				}
			}
		}
		for _, span := range d.spans {
			for _, words := range commands(span.text) {
				check(span.at, words, true)
			}
		}
	}
}

// checkProgram wants the program's own parser to accept arguments. The value of the last flag is wrong, so that the program
// refuses it, and nothing else, before it starts anything.
func checkProgram(t *testing.T, at string, arguments []string) {
	t.Helper()
	if slices.Contains(arguments, "COMMAND") || slices.Contains(arguments, "...") {
		return // a pattern
	}
	command := exec.Command(program, append(slices.Clone(arguments), "--log-format=probe")...)
	command.Env = built.Environment()
	out, err := command.CombinedOutput()
	switch wanted := `--log-format must be one of "text","json", not "probe"`; {
	case slices.Contains(arguments, "--help") && err != nil:
		t.Errorf("%s: orq-mcp %s: %v\n%s", at, strings.Join(arguments, " "), err, out)
	case !slices.Contains(arguments, "--help") && !strings.Contains(string(out), wanted):
		t.Errorf("%s: orq-mcp %s: wrong usage: %s", at, strings.Join(arguments, " "), out)
	}
}

// TestPictureIsCurrent draws the picture of the README again.
func TestPictureIsCurrent(t *testing.T) {
	t.Parallel()
	command := exec.Command("go", "run", "./picture", "-program", program)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	picture, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	if want := read(t, "docs/img/run.svg"); string(picture) != want {
		t.Errorf("docs/img/run.svg is not what the program prints today; make picture draws it:\n%s", firstDifference(want, string(picture)))
	}
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(want, got string) string {
	wanted, have := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(wanted), len(have)) {
		if wanted[i] != have[i] {
			return fmt.Sprintf("line %d:\n-want %s\n+got  %s", i+1, wanted[i], have[i])
		}
	}
	return fmt.Sprintf("got %d lines, want %d", len(have), len(wanted))
}
