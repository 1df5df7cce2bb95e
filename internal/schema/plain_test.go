package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParsePlain checks that plain JSON is parsed as encoding/json does it.
func FuzzParsePlain(f *testing.F) {
	for _, seed := range []string{
		`{"key":"k","n":1.50,"big":12345678901234567890,"t":true,"f":false,"null":null,"list":[1,[],{}],"o":{"a":{"b":"c"}}}`, " \t\r\n{ \"a\" : -0 , \"a\" : 1e400 } \n",
		`"text"`, `7`, ` 7 `, `true`, `null`, ``, ` `, `{}{}`, `{"a":1,}`, `[1,]`, `01`, `1.`, `{"a"}`, `{"":""}`, "\"\x7f\"", "\"\x1f\"", `"a\"`, `"é"`,
		strings.Repeat("[", 500) + strings.Repeat("]", 500),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		got, plain := parsePlain([]byte(document))
		var want any
		decoder := json.NewDecoder(bytes.NewReader([]byte(document)))
		decoder.UseNumber()
		if err := decoder.Decode(&want); plain && err != nil {
			t.Fatalf("parsePlain(%q) succeeds, but encoding/json fails with %v", document, err)
		}
		if plain && !reflect.DeepEqual(got, want) { // cmp.Diff takes ages for what is nested
			t.Errorf("parsePlain(%q) = %#v, want %#v", document, got, want)
		}
		if !plain && json.Valid([]byte(document)) && len(document) <= maxPlain && !strings.ContainsFunc(document, func(r rune) bool { return r >= 0x80 || r == '\\' }) {
			t.Errorf("parsePlain(%q) fails, want success", document)
		}
	})
}

func TestScalars(t *testing.T) {
	t.Parallel()
	type arguments struct {
		Text    string   `json:"text"`
		Number  int      `json:"number,omitzero"`
		Yes     bool     `json:"yes"`
		List    []string `json:"list"`
		Ignored string   `json:"-"`
	}
	fields := scalarsOf(reflect.TypeFor[arguments]())
	if diff := cmp.Diff(scalars{"text": 0, "number": 1, "yes": 2}, fields); diff != "" {
		t.Errorf("scalars differ (-want +got):\n%s", diff)
	}
	for document, want := range map[string]bool{
		`{}`: true, `{"text":"x","number":-7,"yes":true}`: true, `{"text":""}`: true, `{"number":9223372036854775807}`: true,
		`{"text":"x","list":["y"]}`: false, `{"text":1}`: false, `{"number":"1"}`: false, `{"yes":"true"}`: false, `{"text":null}`: false,
		`{"number":9223372036854775808}`: false, `{"number":1.0}`: false, `{"-":"x"}`: false,
	} {
		value, err := parse([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		var got, careful arguments
		if decoded := fields.decodeInto(value.(map[string]any), &got); decoded != want {
			t.Errorf("decodeInto(%s) = %t, want %t", document, decoded, want)
		}
		if want && json.Unmarshal([]byte(document), &careful) != nil {
			t.Errorf("encoding/json cannot decode %s", document)
		}
		if diff := cmp.Diff(careful, got); diff != "" {
			t.Errorf("decodeInto(%s) differs (-want +got):\n%s", document, diff)
		}
	}
}
