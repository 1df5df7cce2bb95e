package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// workflow is what is checked of a GitHub workflow.
type workflow struct {
	Jobs map[string]struct {
		Steps []struct {
			Uses string         `yaml:"uses"`
			With map[string]any `yaml:"with"`
			Run  string         `yaml:"run"`
		} `yaml:"steps"`
	} `yaml:"jobs"`
}

func decode(t *testing.T, file string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, file)), into); err != nil {
		t.Errorf("%s: %v", file, err)
	}
}

func TestWorkflowsRunTheChecks(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`^[\w.-]+/[\w./-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$`)
	var runs []string
	for _, file := range files(t, "*.yml") {
		if !strings.HasPrefix(file, ".github/workflows/") {
			continue
		}
		var flow workflow
		decode(t, file, &flow)
		for _, job := range flow.Jobs {
			for _, step := range job.Steps {
				if step.Uses != "" && !pinned.MatchString(step.Uses) {
					t.Errorf("%s: %s is not pinned to a version", file, step.Uses)
				}
				if version, ok := step.With["go-version-file"].(string); ok && !exists(version) {
					t.Errorf("%s: there is no %s", file, version)
				}
				runs = append(runs, strings.TrimSpace(step.Run))
			}
		}
	}
	if !slices.Contains(runs, ".ci/run") {
		t.Errorf("the workflows run %q, want .ci/run among them", runs)
	}
	if info, err := os.Stat(filepath.Join(root, ".ci/run")); err != nil || info.Mode()&0o100 == 0 {
		t.Errorf(".ci/run cannot be executed: %v", err)
	}
}

func TestIssueFormsAreComplete(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bug", "feature"} {
		file := ".github/ISSUE_TEMPLATE/" + name + ".yml"
		var form struct {
			Name, Description string
			Body              []struct {
				Type, ID   string
				Attributes struct{ Label, Value string }
			}
		}
		decode(t, file, &form)
		if form.Name == "" || form.Description == "" || len(form.Body) == 0 {
			t.Errorf("%s has no name, description or body", file)
		}
		for i, field := range form.Body {
			switch {
			case field.Type == "markdown" && field.Attributes.Value != "":
			case slices.Contains([]string{"input", "textarea"}, field.Type) && field.ID != "" && field.Attributes.Label != "":
			default:
				t.Errorf("%s: field %d is incomplete: %+v", file, i+1, field)
			}
		}
	}
}
