package docs_test

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	list := documents(t)
	anchors := map[string]map[string]bool{}
	for _, d := range list {
		anchors[d.path] = d.anchors
	}
	for _, d := range list {
		for _, link := range d.links {
			if regexp.MustCompile(`^(https?|mailto):`).MatchString(link.text) {
				continue
			}
			file, anchor, _ := strings.Cut(link.text, "#")
			target := d.path
			if file != "" {
				target = path.Join(path.Dir(d.path), file)
			}
			switch {
			case !exists(target):
				t.Errorf("%s: link to %s: there is no %s", link.at, link.text, target)
			case anchor != "" && !anchors[target][anchor]:
				t.Errorf("%s: link to %s: %s has no heading with this anchor", link.at, link.text, target)
			}
		}
	}
}

func TestNamedFilesExist(t *testing.T) {
	t.Parallel()
	folders := regexp.MustCompile(`^(\./)?(cmd|internal|docs|test|bench|examples|\.ci|\.github)/[\w./-]*$`)
	for _, d := range documents(t) {
		for _, span := range d.spans {
			if folders.MatchString(span.text) && !exists(span.text) {
				t.Errorf("%s: there is no %s", span.at, span.text)
			}
		}
	}
}

// TestArchitectureNamesEveryPackage wants a row for each package of the program.
func TestArchitectureNamesEveryPackage(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, span := range parse("docs/architecture.md", read(t, "docs/architecture.md")).spans {
		named[span.text] = true
	}
	for _, file := range files(t, "*.go") {
		if folder := path.Dir(file); strings.HasPrefix(folder, "internal/") && !named[folder] {
			named[folder] = true
			t.Errorf("docs/architecture.md does not name %s", folder)
		}
	}
}

func TestBlocksParse(t *testing.T) {
	t.Parallel()
	for _, d := range documents(t) {
		for _, fence := range d.fences {
			var err error
			var value any
			switch fence.language {
			case "json":
				err = json.Unmarshal([]byte(fence.text), &value)
			case "yaml":
				err = yaml.Unmarshal([]byte(fence.text), &value)
			case "", "sh":
			default:
				t.Errorf("%s: a block of %q is not checked", fence.at, fence.language)
			}
			if err != nil {
				t.Errorf("%s: %v", fence.at, err)
			}
		}
	}
}

// TestEnvironmentVariablesExist wants each variable that a document names to occur in the code.
func TestEnvironmentVariablesExist(t *testing.T) {
	t.Parallel()
	source := read(t, "Makefile")
	for _, file := range append(files(t, "*.go"), files(t, "*.mjs")...) {
		if !strings.HasPrefix(file, "test/docs/") {
			source += read(t, file)
		}
	}
	known := map[string]bool{}
	variable := regexp.MustCompile(`\bORQ_[A-Z_]+\b`)
	for _, name := range variable.FindAllString(source, -1) {
		known[name] = true
	}
	for _, file := range files(t, "*.md") {
		for _, name := range variable.FindAllString(read(t, file), -1) {
			if !known[name] {
				t.Errorf("%s: there is no variable %s", file, name)
			}
		}
	}
}

func TestTestsNamedInSecurityExist(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, file := range files(t, "*_test.go") {
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(read(t, file), -1) {
			known[found[1]] = true
		}
	}
	page := parse("SECURITY.md", read(t, "SECURITY.md"))
	for _, span := range page.spans {
		if strings.HasPrefix(span.text, "Test") && !known[span.text] {
			t.Errorf("%s: there is no test %s", span.at, span.text)
		}
	}
	if len(page.rows) < 2 {
		t.Error("SECURITY.md has no table of threats")
	}
	for _, threat := range page.rows[min(1, len(page.rows)):] {
		if tests := code(threat.cells[len(threat.cells)-1]); len(tests) == 0 {
			t.Errorf("%s: no test proves what stops the attack", threat.at)
		}
	}
}

func TestChangelogHasTheUsualSections(t *testing.T) {
	t.Parallel()
	text := read(t, "CHANGELOG.md")
	if !strings.Contains(text, "\n## [Unreleased]\n") {
		t.Error("CHANGELOG.md has no section for what is not released")
	}
	for _, heading := range regexp.MustCompile(`(?m)^### (.*)$`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains([]string{"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}, heading[1]) {
			t.Errorf("CHANGELOG.md: section %q is none of Keep a Changelog's", heading[1])
		}
	}
}
