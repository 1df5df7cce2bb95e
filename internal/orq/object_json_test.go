package orq

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzObjectJSON checks that an object is decoded as encoding/json does it.
func FuzzObjectJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e+3,"\u00e9\n",true,null]}`, " \t\r\n{ } \n", `{"a":1}{}`, `{"a":01}`, "{\"a\":\"\n\"}", "{\"a\":\"\xff\"}", `{"a":"\ud800"}`, `{"a":"\x"}`, `[]`, `"{"`, `null`, ``,
		`{"a":1,}`, `{a:1}`, `{"a":-}`, `{"a":1.}`, `{"a":1e}`, "\v{}", "{}\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(checkObjectJSON)
}

func TestDeepObjectJSON(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{2000, 3333, 9_999, 10_000, 12_000} {
		checkObjectJSON(t, strings.Repeat(`{"a":`, depth)+"1"+strings.Repeat("}", depth))
		checkObjectJSON(t, `{"a":`+strings.Repeat("[", depth-1)+strings.Repeat("]", depth-1)+`}`)
	}
}

// checkObjectJSON requires that a document is decoded as by encoding/json, or left to that.
func checkObjectJSON(t *testing.T, document string) {
	t.Helper()
	var got, want objectJSON
	err := json.Unmarshal([]byte(document), &want)
	switch decoded := got.decode(document); {
	case decoded != (err == nil) && len(document) <= maxShallow || decoded && err != nil:
		t.Errorf("decode(%q) = %t, and json.Unmarshal gives the error %v", document, decoded, err)
	case decoded && got != want:
		t.Errorf("decode(%q) gives %q, want %q", document, got, want)
	}
}
