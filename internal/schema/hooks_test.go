package schema_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/schema"
	"github.com/orq-mcp/orq-mcp/internal/schema/schematest"
)

type briefInput struct {
	Retry *struct {
		Count int `json:"count" jsonschema:"required,minimum=1"`
	} `json:"retry"`
	Team []struct {
		Key string `json:"key" jsonschema:"required"`
	} `json:"team"`
}

func (briefInput) BriefArguments() map[string]string {
	return map[string]string{"retry": "As elsewhere.", "team": "As elsewhere."}
}

func TestBrieferFieldsAreDescribedAndChecked(t *testing.T) {
	t.Parallel()
	s, err := schema.For[briefInput]()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"type":"object","properties":{` +
		`"retry":{"type":"object","description":"As elsewhere.","additionalProperties":true},` +
		`"team":{"type":"array","description":"As elsewhere.","items":{"type":"object","additionalProperties":true}}` +
		`},"additionalProperties":false}`
	if diff := cmp.Diff(want, string(s.JSON())); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
	if got := schematest.Violations(s.JSON()); len(got) > 0 {
		t.Errorf("Violations = %v, want none", got)
	}
	_, err = schema.Decode[briefInput](s, []byte(`{"retry":{"count":0},"team":[{"kee":"x"}]}`))
	wantError := "retry.count: must be at least 1, got 0; team[0].key: required; team[0].kee: unknown; did you mean key?"
	if err == nil || err.Error() != wantError {
		t.Errorf("error = %v, want %s", err, wantError)
	}
}

type briefNothing struct {
	Name string `json:"name"`
}

func (briefNothing) BriefArguments() map[string]string { return map[string]string{"name": "Words."} }

func TestBrieferFieldsMustBeObjects(t *testing.T) {
	t.Parallel()
	if _, err := schema.For[briefNothing](); err == nil || !strings.Contains(err.Error(), "name: only an object") {
		t.Errorf("error = %v, want one that rejects name", err)
	}
}
