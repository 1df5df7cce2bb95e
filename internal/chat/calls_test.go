package chat

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fragments is a stream of fragments with the calls that they make.
type fragments struct {
	events []string
	want   []string
}

func checkFragments(t *testing.T, tests map[string]fragments) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			done := read(t, stream(append(test.events, delta(`"content":"."`), finish("tool_calls"))...))
			if diff := cmp.Diff(test.want, callsOf(done.Calls)); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFragmentsOfOneCall(t *testing.T) {
	t.Parallel()
	one := []string{`a:f({"x":1})`}
	checkFragments(t, map[string]fragments{
		"index":                         {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x"`)), pieces(piece(`"index":0`, "-", `:1}`))}, one},
		"index that is text":            {[]string{pieces(piece(`"index":"0","id":"a"`, "f", `{"x"`)), pieces(piece(`"index":"0"`, "-", `:1}`))}, one},
		"index from one":                {[]string{pieces(piece(`"index":1,"id":"a"`, "f", `{"x":1}`))}, one},
		"nothing in later pieces":       {[]string{pieces(piece(`"id":"a"`, "f", "")), pieces(piece("", "-", `{"x"`)), pieces(piece("", "-", `:1}`))}, one},
		"id in each piece":              {[]string{pieces(piece(`"id":"a"`, "f", "")), pieces(piece(`"id":"a"`, "-", `{"x"`)), pieces(piece(`"id":"a"`, "-", `:1}`))}, one},
		"id and name in each piece":     {[]string{pieces(piece(`"id":"a"`, "f", "")), pieces(piece(`"id":"a"`, "f", `{"x"`)), pieces(piece(`"id":"a"`, "f", `:1}`))}, one},
		"name in each piece, no ids":    {[]string{pieces(piece("", "f", `{"x"`)), pieces(piece("", "f", `:1}`))}, []string{`:f({"x":1})`}},
		"index in the first piece only": {[]string{pieces(piece(`"index":0,"id":"a"`, "f", "")), pieces(piece("", "-", `{"x":1}`))}, one},
		"index in later pieces only":    {[]string{pieces(piece(`"id":"a"`, "f", "")), pieces(piece(`"index":0`, "-", `{"x":1}`))}, one},
		"late index and id again":       {[]string{pieces(piece(`"id":"a"`, "f", "")), pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`))}, one},
		"late name":                     {[]string{pieces(piece(`"id":"a"`, "-", `{"x"`)), pieces(piece(`"id":"a"`, "f", `:1}`))}, one},
		"late name by index":            {[]string{pieces(piece(`"index":0,"id":"a"`, "-", `{"x"`)), pieces(piece(`"index":0`, "f", `:1}`))}, one},
		"late id":                       {[]string{pieces(piece("", "f", `{"x"`)), pieces(piece(`"id":"a"`, "-", `:1}`))}, one},
		"late id by index":              {[]string{pieces(piece(`"index":0`, "f", `{"x"`)), pieces(piece(`"index":0,"id":"a"`, "-", `:1}`))}, one},
		"null members":                  {[]string{pieces(piece(`"index":0,"id":"a"`, "f", "")), pieces(`{"index":0,"id":null,"type":null,"function":{"name":null,"arguments":"{\"x\":1}"}}`), pieces(`null`), pieces(`{"index":0,"function":null}`)}, one},
		"blank ids and names":           {[]string{pieces(piece(`"index":0,"id":"a"`, "f", "")), pieces(piece(`"index":0,"id":" "`, " ", `{"x":1}`))}, one},
		"new id in each piece":          {[]string{pieces(piece(`"index":0,"id":"a"`, "f", "")), pieces(piece(`"index":0,"id":"r1"`, "-", `{"x"`)), pieces(piece(`"index":0,"id":"r2"`, "-", `:1}`))}, one},
		"new id, no index":              {[]string{pieces(piece(`"id":"a"`, "f", "")), pieces(piece(`"id":"r1"`, "-", `{"x"`)), pieces(piece(`"id":"r2"`, "-", `:1}`))}, one},
		"new id and name in each piece": {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x"`)), pieces(piece(`"index":0,"id":"r1"`, "f", `:1}`))}, one},
	})
}

func TestFragmentsOfTwoCalls(t *testing.T) {
	t.Parallel()
	two := []string{`a:f({"x":1})`, `b:g({"y":2})`}
	checkFragments(t, map[string]fragments{
		"alike, in one list, one index":  {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{}`), piece(`"index":0,"id":"b"`, "f", `{}`))}, []string{"a:f({})", "b:f({})"}},
		"indexes out of order":           {[]string{pieces(piece(`"index":1,"id":"b"`, "g", `{"y":2}`)), pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`))}, two},
		"two, by position":               {[]string{pieces(piece(`"id":"a"`, "f", `{"x"`), piece(`"id":"b"`, "g", `{"y"`)), pieces(piece("", "-", `:1}`), piece("", "-", `:2}`))}, two},
		"two, by id":                     {[]string{pieces(piece(`"id":"a"`, "f", `{"x"`), piece(`"id":"b"`, "g", `{"y"`)), pieces(piece(`"id":"b"`, "-", `:2}`)), pieces(piece(`"id":"a"`, "-", `:1}`))}, two},
		"two whole, one index":           {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`)), pieces(piece(`"index":0,"id":"b"`, "g", `{"y":2}`))}, two},
		"two whole, one index and event": {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`), piece(`"index":0,"id":"b"`, "g", `{"y":2}`))}, two},
		"two whole, one index, no ids":   {[]string{pieces(piece(`"index":0`, "f", `{"x":1}`)), pieces(piece(`"index":0`, "f", `{"x":2}`))}, []string{`:f({"x":1})`, `:f({"x":2})`}},
		"two without arguments":          {[]string{pieces(piece(`"index":0,"id":"a"`, "f", "")), pieces(piece(`"index":0,"id":"b"`, "f", ""))}, []string{"a:f()", "b:f()"}},
		"two in pieces, one index":       {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x"`)), pieces(piece(`"index":0`, "-", `:1}`)), pieces(piece(`"index":0,"id":"b"`, "g", `{"y"`)), pieces(piece(`"index":0`, "-", `:2}`))}, two},
		"two whole without anything":     {[]string{pieces(piece("", "f", `{"x":1}`)), pieces(piece("", "g", `{"y":2}`))}, []string{`:f({"x":1})`, `:g({"y":2})`}},
		"empty ids":                      {[]string{pieces(piece(`"index":0,"id":""`, "f", `{"x":1}`), piece(`"index":1,"id":""`, "g", `{"y":2}`))}, []string{`:f({"x":1})`, `:g({"y":2})`}},
		"one id for two":                 {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`)), pieces(piece(`"index":1,"id":"a"`, "g", `{"y":2}`))}, []string{`a:f({"x":1})`, `a:g({"y":2})`}},
	})
}

func TestArgumentsOfCalls(t *testing.T) {
	t.Parallel()
	one := []string{`a:f({"x":1})`}
	checkFragments(t, map[string]fragments{
		"arguments again":              {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x"`)), pieces(piece(`"index":0`, "-", `:1}`)), pieces(piece(`"index":0,"id":"a"`, "f", `{"x": 1}`))}, one},
		"arguments again, no index":    {[]string{pieces(piece(`"id":"a"`, "f", `{"x":1}`)), pieces(piece("", "-", `{"x":1}`))}, one},
		"an empty object before":       {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{}`)), pieces(piece(`"index":0`, "-", `{"x"`)), pieces(piece(`"index":0`, "-", `:1}`))}, one},
		"an empty object after":        {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`)), pieces(piece(`"index":0`, "-", `{}`))}, one},
		"blanks after":                 {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`)), pieces(piece(`"index":0`, "-", " \n"))}, []string{"a:f({\"x\":1} \n)"}},
		"two different objects":        {[]string{pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`)), pieces(piece(`"index":0`, "-", `{"x":2}`))}, []string{`a:f({"x":1}{"x":2})`}},
		"braces and quotes in a text":  {[]string{pieces(piece(`"id":"a"`, "f", `{"x":"}\"{`)), pieces(piece("", "f", `\\"}`))}, []string{`a:f({"x":"}\"{\\"})`}},
		"arguments that are an object": {[]string{pieces(`{"index":0,"id":"a","function":{"name":"f","arguments":{"x": 1}}}`)}, one},
		"arguments that are null":      {[]string{pieces(`{"index":0,"id":"a","function":{"name":"f","arguments":null}}`)}, []string{"a:f()"}},
		"no list":                      {[]string{delta(`"tool_calls":` + piece(`"index":0,"id":"a"`, "f", `{"x":1}`))}, one},
		"another spelling":             {[]string{delta(`"toolCalls":[` + piece(`"index":0,"id":"a"`, "f", `{"x":1}`) + `]`)}, one},
		"the form before tool_calls":   {[]string{delta(`"function_call":{"name":"f","arguments":"{\"x\""}`), delta(`"function_call":{"arguments":":1}"}`)}, []string{`:f({"x":1})`}},
		"an id that is a number":       {[]string{pieces(piece(`"index":0,"id":7`, "f", `{}`))}, []string{"7:f({})"}},
		"an empty call":                {[]string{pieces(`{}`), pieces(piece(`"index":0`, "-", ""))}, []string{}},
	})
}

func TestCallsOfAWholeAnswer(t *testing.T) {
	t.Parallel()
	done := read(t, answer{"application/json", `{"choices":[{"message":{"content":null,"tool_calls":[` +
		`{"id":"a","function":{"name":"f","arguments":{"x":1}}},` + piece(`"id":"a"`, "f", "{}") + `]},"finish_reason":"tool_calls"}]}`})
	if diff := cmp.Diff([]string{`a:f({"x":1})`, `a:f({})`}, callsOf(done.Calls)); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestCallsOfACutAnswerAreSetApart(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{"length": "length", "MAX_TOKENS": "length", "content_filter": "content_filter", "SAFETY": "content_filter"} {
		done := read(t, stream(pieces(piece(`"index":0,"id":"a"`, "f", `{"x":1}`), piece(`"index":1,"id":"b"`, "g", "")), finish(reason)))
		if len(done.Calls) != 0 || done.FinishReason() != want {
			t.Errorf("%s: calls %v with finish reason %s, want none with %s", reason, callsOf(done.Calls), done.FinishReason(), want)
		}
		if diff := cmp.Diff([]string{`a:f({"x":1})`, "b:g()"}, callsOf(done.Cut)); diff != "" {
			t.Errorf("%s: cut calls (-want +got):\n%s", reason, diff)
		}
	}
}

// FuzzFragments cuts the arguments of two calls into pieces, which must give the same calls however they are cut and by
// whatever the pieces are marked.
func FuzzFragments(f *testing.F) {
	f.Add(`{"x":1}`, `{"y":"}{"}`, []byte{1, 2, 3})
	f.Add(`{"x":{"y":[{}]}}`, `{}`, []byte{0})
	f.Add(`{"a":"\\\"{"}`, `{"b":null}`, []byte{7, 1, 1, 1, 9})
	f.Fuzz(func(t *testing.T, first, second string, cuts []byte) {
		var object map[string]any
		if json.Unmarshal([]byte(first), &object) != nil || object == nil || json.Unmarshal([]byte(second), &object) != nil {
			t.Skip("arguments are objects")
		}
		if len(cuts) == 0 {
			cuts = []byte{1}
		}
		// Texts that are not UTF-8 are changed on their way in JSON.
		first, second = strings.ToValidUTF8(first, ""), strings.ToValidUTF8(second, "")
		want := []string{"a:f(" + first + ")", "b:g(" + second + ")"}
		for mark, marks := range map[string][2]string{
			"index": {`"index":0`, `"index":1`}, "id": {`"id":"a"`, `"id":"b"`}, "both": {`"index":0,"id":"a"`, `"index":1,"id":"b"`}, "place": {"", ""},
		} {
			starts := [2]string{`"id":"a"`, `"id":"b"`}
			if mark == "index" || mark == "both" {
				starts = [2]string{`"index":0,"id":"a"`, `"index":1,"id":"b"`}
			}
			var events []string
			for i, text := range []string{first, second} {
				events = append(events, pieces(piece(starts[i], []string{"f", "g"}[i], "")))
				for _, part := range cut(text, cuts) {
					events = append(events, pieces(piece(marks[i], "-", part)))
				}
			}
			done := &Completion{}
			if err := stream(append(events, finish("tool_calls"))...).readInto(done); err != nil {
				t.Fatalf("%s: %v", mark, err)
			}
			if diff := cmp.Diff(want, callsOf(done.Calls)); diff != "" {
				t.Errorf("by %s (-want +got):\n%s", mark, diff)
			}
		}
	})
}

// cut cuts a text into pieces of whole characters, of up to eight bytes each as cuts say.
func cut(text string, cuts []byte) (parts []string) {
	for n := 0; len(text) > 0; n++ {
		size := min(int(cuts[n%len(cuts)])%8+1, len(text))
		for size < len(text) && text[size]&0xC0 == 0x80 {
			size++
		}
		parts, text = append(parts, text[:size]), text[size:]
	}
	return parts
}
