package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/schema"
)

func TestOpenEnum(t *testing.T) {
	t.Parallel()
	efforts := schema.OpenEnum{"low", "high", "web_search"}
	for value, want := range map[string]struct {
		passesOn bool
		near     []string
	}{
		"ultra":                 {true, nil},
		"gpt-5:v2":              {true, nil},
		"web_search_pro":        {true, nil}, // adds a word
		"new.high":              {true, nil},
		"low":                   {false, []string{"low"}},
		"hgih":                  {false, []string{"high"}},
		"websearchpro":          {false, []string{"web_search"}},
		"search":                {false, []string{"web_search"}},
		"WEB-SEARCH":            {false, []string{"web_search"}},
		"very deep":             {false, nil},
		"provider:":             {false, nil},
		"":                      {false, nil},
		"{\"a\": 1}":            {false, nil},
		strings.Repeat("z", 65): {false, nil},
		strings.Repeat("z", 64): {true, nil},
	} {
		if got := efforts.PassesOn(value); got != want.passesOn {
			t.Errorf("PassesOn(%q) = %t, want %t", value, got, want.passesOn)
		}
		near := efforts.Misspelled(value, 1)
		if len(want.near) == 0 && len(near) == 0 {
			continue
		}
		if diff := cmp.Diff(want.near, near); diff != "" {
			t.Errorf("Misspelled(%q) (-want +got):\n%s", value, diff)
		}
	}
}

// later is a Remarker with open enums.
type later struct {
	Effort string   `json:"effort" jsonschema:"enum=low,enum=high" jsonschema_extras:"open=true"`
	Kinds  []string `json:"kinds" jsonschema:"enum=text,enum=audio" jsonschema_extras:"open=true"`
	Secret string   `json:"api_key" jsonschema:"enum=low" jsonschema_extras:"open=true"`
	Closed string   `json:"closed" jsonschema:"enum=low"`
	Inner  *inner   `json:"inner"`
}

type inner struct {
	Type string `json:"type" jsonschema:"required"`
}

func (i inner) RemarkArguments(remark func(path, message string)) {
	if i.Type == "new" {
		remark("type", "is new")
	}
}

func TestDecodeRemarking(t *testing.T) {
	t.Parallel()
	s, err := schema.For[later]()
	if err != nil {
		t.Fatal(err)
	}
	for name, each := range map[string]struct {
		arguments string
		want      later
		remarks   []schema.Problem
	}{
		"known":     {`{"effort": "LOW", "kinds": ["audio"]}`, later{Effort: "low", Kinds: []string{"audio"}}, nil},
		"not given": {`{"effort": null, "kinds": ""}`, later{}, nil},
		"later": {
			`{"effort": "ultra", "kinds": ["text", "video"], "inner": {"type": "new"}}`,
			later{Effort: "ultra", Kinds: []string{"text", "video"}, Inner: &inner{"new"}},
			[]schema.Problem{
				{Path: "effort", Message: `"ultra" is none of the known values (low, high) and was passed on`},
				{Path: "kinds[1]", Message: `"video" is none of the known values (text, audio) and was passed on`},
				{Path: "inner.type", Message: "is new"},
			},
		},
	} {
		got, remarks, err := schema.DecodeRemarking[later](s, json.RawMessage(each.arguments))
		if err != nil {
			t.Errorf("%s: %v, want no error", name, err)
		}
		if diff := cmp.Diff(each.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(each.remarks, remarks); diff != "" {
			t.Errorf("%s: remarks (-want +got):\n%s", name, diff)
		}
	}
	for arguments, want := range map[string]string{
		`{"effort": "hihg"}`:   `effort: must be one of low, high, got "hihg" (did you mean high?)`,
		`{"closed": "ultra"}`:  `closed: must be one of low, got "ultra"`,
		`{"api_key": "ultra"}`: `api_key: must be one of low, got a string (not shown)`,
	} {
		if _, _, err := schema.DecodeRemarking[later](s, json.RawMessage(arguments)); err == nil || err.Error() != want {
			t.Errorf("%s: error = %v, want %s", arguments, err, want)
		}
	}
}

func TestOpenBelongsOnAnEnum(t *testing.T) {
	t.Parallel()
	_, err := schema.For[struct {
		A string `json:"a" jsonschema_extras:"open=true"`
	}]()
	if want := "a: tag jsonschema_extras: open belongs on an enum"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("error = %v, want %s", err, want)
	}
}
