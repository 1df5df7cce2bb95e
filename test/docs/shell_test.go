package docs_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// commands splits a line of a shell into its simple commands, each into its words, without assignments before them.
func commands(line string) (list [][]string) {
	var words []string
	end := func() {
		for len(words) > 0 && regexp.MustCompile(`^[A-Z_]+=`).MatchString(words[0]) {
			words = words[1:]
		}
		if len(words) > 0 {
			list = append(list, words)
		}
		words = nil
	}
	var word strings.Builder
	var quote rune
	begun := false
	endWord := func() {
		if begun {
			words = append(words, word.String())
		}
		word.Reset()
		begun = false
	}
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && r == '#' && !begun:
			end()
			return list
		case quote == 0 && strings.ContainsRune("|;&\n", r):
			endWord()
			end()
		case quote == 0 && (r == ' ' || r == '\t'):
			endWord()
		default:
			begun = true
			word.WriteRune(r)
		}
	}
	endWord()
	end()
	return list
}

// lines returns the lines of a script, with continued lines joined.
func lines(script string) []string {
	return strings.Split(strings.TrimSpace(strings.ReplaceAll(script, "\\\n", " ")), "\n")
}

func TestShellLinesAreSplit(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		`a b  "c d" 'e "f"' g="h i"`: `[["a" "b" "c d" "e \"f\"" "g=h i"]]`,
		`A=1 B=x a b # c`:            `[["a" "b"]]`,
		`a '' | b; c && d`:           `[["a" ""] ["b"] ["c"] ["d"]]`,
		`a x=#1 'b | c'`:             `[["a" "x=#1" "b | c"]]`,
		`# a`:                        `[]`,
	} {
		if diff := cmp.Diff(want, fmt.Sprintf("%q", commands(line))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}
