package exactjson

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnmarshalKeepsDigits(t *testing.T) {
	t.Parallel()
	var got any
	if err := Unmarshal([]byte(`{"n":12345678901234567890.10}`), &got); err != nil {
		t.Fatal(err)
	}
	want := any(map[string]any{"n": json.Number("12345678901234567890.10")})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Unmarshal (-want +got):\n%s", diff)
	}
}

func TestUnmarshalReadsOneValue(t *testing.T) {
	t.Parallel()
	var got any
	if err := Unmarshal([]byte(`{} {}`), &got); !errors.Is(err, errTrailing) {
		t.Errorf("Unmarshal of two values: error %v, want %v", err, errTrailing)
	}
}

func TestMarshalDoesNotEscapeHTML(t *testing.T) {
	t.Parallel()
	got, err := Marshal("<a & b>")
	if want := "\"<a & b>\"\n"; err != nil || string(got) != want {
		t.Errorf("Marshal = %s, %v, want %s", got, err, want)
	}
}

func TestCanonicalIgnoresTheOrderOfKeys(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{`{"a":1.0,"b":{"d":2,"c":3}}`, `{ "b": {"c":3, "d":2}, "a": 1.0 }`} {
		got, err := Canonical(json.RawMessage(raw))
		if want := `{"a":1.0,"b":{"c":3,"d":2}}`; err != nil || string(got) != want {
			t.Errorf("Canonical(%s) = %s, %v, want %s", raw, got, err, want)
		}
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":          "",
		" \n":       "",
		`{"a":1}`:   "",
		`[1]`:       "json: cannot unmarshal array into Go value of type map[string]interface {}",
		`null`:      "there is something else",
		`{} and {}`: "there is something else",
	} {
		object, err := Object([]byte(text))
		if got := errorText(err); got != want {
			t.Errorf("Object(%q): error %q, want %q", text, got, want)
		}
		if err == nil && object == nil {
			t.Errorf("Object(%q) = nil, want a map", text)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
