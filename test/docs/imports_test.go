package docs_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// imports are the packages that each package imports. The names are those of the drawing: without internal/ and sandbox/.
type imports map[string]map[string]bool

// TestTheImportsAreAsDrawn compares the drawing in CONTRIBUTING.md with the program: each import follows the arrows, and
// each arrow is an import.
func TestTheImportsAreAsDrawn(t *testing.T) {
	t.Parallel()
	contributing, found := read(t, "CONTRIBUTING.md"), programImports(t)
	var drawn imports
	for _, fence := range parse("CONTRIBUTING.md", contributing).fences {
		if strings.HasPrefix(fence.text, "cmd -> cli ->") {
			drawn = readDrawing(fence.text, slices.Sorted(maps.Keys(found)))
		}
	}
	list := regexp.MustCompile("((`[a-z]+`[, and\\s]+)+)are leaves").FindString(contributing)
	if drawn == nil || list == "" {
		t.Fatalf("CONTRIBUTING.md has no drawing of the imports, or no list of leaves: %q", list)
	}
	leaves := regexp.MustCompile("[a-z]+").FindAllString(strings.TrimSuffix(list, "are leaves"), -1)
	for _, from := range slices.Sorted(maps.Keys(found)) {
		closed := ""
		if from == "cli" {
			closed = "sandbox"
		}
		permitted := drawn.reachable(from, closed)
		for _, to := range slices.Sorted(maps.Keys(found[from])) {
			if leaf := slices.Contains(leaves, to) && !slices.Contains(leaves, from); !leaf && !permitted[to] {
				t.Errorf("%s imports %s, which CONTRIBUTING.md does not draw", from, to)
			}
		}
		for _, to := range slices.Sorted(maps.Keys(drawn[from])) {
			if !found[from][to] {
				t.Errorf("CONTRIBUTING.md draws that %s imports %s, which it does not", from, to)
			}
		}
	}
	for _, from := range slices.Sorted(maps.Keys(drawn)) {
		if found[from] == nil {
			t.Errorf("CONTRIBUTING.md draws %s: there is no such package", from)
		}
	}
}

// reachable returns the packages at the ends of arrows from a package, except through the closed one.
func (i imports) reachable(from, closed string) map[string]bool {
	found := map[string]bool{}
	var visit func(string)
	visit = func(name string) {
		for to := range i[name] {
			if !found[to] {
				found[to] = true
				if to != closed {
					visit(to)
				}
			}
		}
	}
	visit(from)
	return found
}

// readDrawing reads the arrows of a drawing. An arrow that begins with \ or | starts at the name above it; the others at the
// name before them. engine/* stands for each engine, and its arrows to single engines add to what these import.
func readDrawing(text string, packages []string) imports {
	drawn := imports{}
	engines := slices.DeleteFunc(slices.Clone(packages), func(name string) bool { return !strings.HasPrefix(name, "engine/") })
	resolve := func(name string) []string {
		switch {
		case name == "engine/*":
			return engines
		case slices.Contains(engines, "engine/"+name):
			return []string{"engine/" + name}
		}
		return []string{name}
	}
	token := regexp.MustCompile(`([\\|]?)-+>|[a-z0-9/*]+`)
	names := func(line string) [][]int {
		return slices.DeleteFunc(token.FindAllStringIndex(line, -1), func(at []int) bool { return line[at[1]-1] == '>' })
	}
	lines := strings.Split(regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(text, ""), "\n")
	for n, line := range lines {
		from := ""
		for _, at := range token.FindAllStringSubmatchIndex(line, -1) {
			word := line[at[0]:at[1]]
			switch {
			case at[2] < at[3]:
				from = nameAbove(lines[:n], names, at[2])
			case word[0] == '-': // from is the name before it
			default:
				for _, source := range resolve(from) {
					for _, target := range resolve(word) {
						drawn.add(source, target)
					}
				}
				from = word
			}
		}
	}
	delete(drawn, "") // the name that begins the drawing
	for _, engine := range engines {
		maps.DeleteFunc(drawn[engine], func(to string, _ bool) bool { return slices.Contains(engines, to) })
	}
	return drawn
}

// nameAbove returns the name to which a column leads upwards in the last lines.
func nameAbove(lines []string, names func(line string) [][]int, column int) string {
	for _, line := range slices.Backward(lines) {
		for _, at := range names(line) {
			if at[0] <= column && column < at[1] {
				return line[at[0]:at[1]]
			}
		}
		if column >= len(line) || line[column] != '|' {
			break
		}
	}
	return "an arrow from nowhere"
}

func (i imports) add(from, to string) {
	if i[from] == nil {
		i[from] = map[string]bool{}
	}
	if to != "" {
		i[from][to] = true
	}
}

// programImports returns what the packages of the program import of each other, without the packages for tests.
func programImports(t *testing.T) imports {
	t.Helper()
	const module = "github.com/orq-mcp/orq-mcp/"
	name := func(path string) string {
		path = strings.TrimPrefix(path, module)
		if strings.HasPrefix(path, "cmd/") {
			return "cmd"
		}
		return strings.TrimPrefix(strings.TrimPrefix(path, "internal/"), "sandbox/")
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./cmd/...", "./internal/...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	found := imports{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&pkg); errors.Is(err, io.EOF) {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		from := name(pkg.ImportPath)
		if from == "contract" || from == "schema/schematest" {
			continue
		}
		found.add(from, "")
		for _, imported := range pkg.Imports {
			if strings.HasPrefix(imported, module) {
				found.add(from, name(imported))
			}
		}
	}
}
