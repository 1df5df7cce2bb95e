package orq

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/redact"
)

const (
	plainThought = `{"type":"event.agents.thought","timestamp":"2026-03-24T09:30:00.000Z","data":{"message_difference":` +
		`{"1":{"role":"agent","parts":[{"kind":"text","text":"order"}]}}}}`
	wholeThought = `{"type":"event.agents.thought","timestamp":"2026-03-24T09:30:00.000Z","data":{"agent_id":"a","message_difference":` +
		`{"m":{"kind":"message","messageId":"m","role":"agent","parts":[{"kind":"text","text":"caf\u00e9\n"}],"agent_id":"a"}},` +
		`"choice":{"finish_reason":null,"index":0,"message":{"content":"caf\u00e9\n","role":"assistant"}},"iteration":2,` +
		`"accumulated_execution_time":-1.5e+3,"usage":{"completion_tokens":1,"prompt_tokens":100,"total_tokens":101}}}`
	plainDelta = `{"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_1","output_index":0,"content_index":0,` +
		`"delta":" word","logprobs":[]}`
)

func TestScanOfUsualEvents(t *testing.T) {
	t.Parallel()
	for _, thought := range []string{plainThought, wholeThought, strings.ReplaceAll(strings.ReplaceAll(wholeThought, ",", ", "), ":", ": ")} {
		if event := (Event{}); !event.scanThought(thought, &fieldNames{}) || !event.Scan.plain || !event.Scan.step {
			t.Errorf("scanThought(%s) = %+v, want a plain thought with its step", thought, event.Scan)
		}
	}
	if event := (Event{}); !event.scanTextDelta(plainDelta, &fieldNames{}) || !event.Scan.plain {
		t.Errorf("scanTextDelta(%s) = %+v, want a plain event", plainDelta, event.Scan)
	}
}

func TestScanGivesUp(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"another event":        `{"type":"event.agents.inactive","data":{}}`,
		"data before type":     `{"data":{},"type":"event.agents.thought"}`,
		"a repeated type":      `{"type":"event.agents.thought","type":"x","data":{}}`,
		"repeated data":        `{"type":"event.agents.thought","data":{},"data":{}}`,
		"data of another form": `{"type":"event.agents.thought","data":[]}`,
		"an escape in a name":  strings.Replace(plainThought, `"parts"`, `"p\u0061rts"`, 1),
		"a line break":         strings.Replace(plainThought, `,`, ",\n", 1),
		"cut off":              plainThought[:len(plainThought)-1],
		"more than an event":   plainThought + "{}",
		"a comma too many":     strings.Replace(plainThought, `}]`, `},]`, 1),
		"an unknown escape":    strings.Replace(plainThought, `order`, `\x`, 1),
		"half an escape":       strings.Replace(plainThought, `order`, `\u00g0`, 1),
		"a control character":  strings.Replace(plainThought, `order`, "\x01", 1),
		"a leading zero":       strings.Replace(wholeThought, `"iteration":2`, `"iteration":02`, 1),
		"no digits":            strings.Replace(wholeThought, `"iteration":2`, `"iteration":2.`, 1),
		"no exponent":          strings.Replace(wholeThought, `"iteration":2`, `"iteration":2e`, 1),
		"a word":               strings.Replace(wholeThought, `null`, `nil`, 1),
		"too deep":             strings.Replace(plainThought, `"order"`, strings.Repeat("[", 40)+strings.Repeat("]", 40), 1),
		"too long":             strings.Replace(plainThought, `order`, strings.Repeat("x", maxFastEvent), 1),
	} {
		if event := (Event{}); event.scanThought(data, namesAfter(plainThought)) {
			t.Errorf("%s: scanThought = %+v, want it to give up", name, event)
		}
	}
}

// scanSeeds returns events of all forms that a scan tells apart.
func scanSeeds() []string {
	seeds := []string{plainThought, wholeThought, plainDelta, strings.Replace(plainDelta, "output_text", "refusal", 1)}
	for _, change := range [][2]string{
		{`order`, ``}, {`order`, `\ud83d\ude00 \ud800 \/ \"`}, {`order`, `</a>&`}, {`order`, "\u2028\u00e9"}, {`order`, "a\xffb"}, {`"order"`, `7`}, {`"order"`, `null`},
		{`"agent"`, `"user"`}, {`"agent"`, `"\u0061gent"`}, {`"agent"`, `null`}, {`"agent"`, `"agent","role":"user"`}, {`"role"`, `"Role"`},
		{`"1"`, `"api_key"`}, {`"1"`, `"headers"`}, {`"1"`, `""`}, {`"1":`, `"2":{"role":"agent","parts":[{"text":"first"}]},"1":`},
		{`[{`, `[{"text":"a"},{`}, {`[{`, `["a",{`}, {`"kind":"text",`, `"data":{"a":1},`}, {`"kind":"text",`, `"file":{"uri":"u"},`}, {`"parts":[`, `"parts":[],"parts":[`},
		{`"text":"order"`, `"text":"a","text":"b"`}, {`"data":{`, `"data":{"iteration":"x",`}, {`"data":{`, `"data":{"iteration":1,"iteration":2,`},
		{`"data":{`, `"data":{"usage":null,`}, {`"data":{`, `"data":{"usage":{"prompt_tokens":"1","total_tokens":1e400},`}, {`"data":{`, `"data":{"choice":{"message":{"content":"c"}},`},
		{`"data":{`, `"data":{"url":"https://u:p@host",`}, {`"data":{`, `"data":{"message":"https://u:p@host",`}, {`"data":{`, `"data":{"x":["token=abc;b=c"],`},
		{`"data":{`, `"data":{"message_difference":{},`}, {`"data":{`, `"data":{"message_difference":[],`}, {`"data":{`, `"api_key":"s","data":{`},
		{`"2026-03-24T09:30:00.000Z"`, `7`}, {`"2026-03-24T09:30:00.000Z"`, `"","timestamp":"x"`}, {`{"type`, ` { "type`}, {`}}}}`, `}}}} `},
	} {
		seeds = append(seeds, strings.Replace(plainThought, change[0], change[1], 1))
	}
	for _, change := range [][2]string{
		{`"delta":" word"`, `"delta":null`}, {`"delta":" word"`, `"delta":"a","delta":"b"`}, {`" word"`, `"\n\u0000"`}, {`"item_id":"msg_1"`, `"item_id":1`},
		{`"logprobs":[]`, `"logprobs":[{"token":"a","bytes":[1]}]`}, {`"logprobs":[]`, `"obfuscation":"x"`}, {`"logprobs":[]`, `"message":"https://u:p@host"`}, {`,"sequence`, `,"type":"x","sequence`},
	} {
		seeds = append(seeds, strings.Replace(plainDelta, change[0], change[1], 1))
	}
	return append(seeds, "", "{", "{}", "[]", `{"type":"event.agents.thought"}`, `{"type":"event.agents.thought","data":{`)
}

// FuzzScan compares what a scan finds in an event with what is found with care.
func FuzzScan(f *testing.F) {
	for _, seed := range scanSeeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		for _, before := range []string{"", data, wholeThought, plainDelta} {
			if event := (Event{}); event.scanThought(data, namesAfter(before)) {
				var want Event
				err := want.parse(data)
				compareScan(t, data, event, want, err)
				if diff := cmp.Diff(want.Step(), event.Step()); diff != "" {
					t.Errorf("step of %s (-careful +scan):\n%s", data, diff)
				}
			}
			if event := (Event{}); event.scanTextDelta(data, namesAfter(before)) {
				var want Event
				err := want.parseResponse(data)
				compareScan(t, data, event, want, err)
			}
		}
	})
}

// namesAfter returns the names that are known after an event was read.
func namesAfter(data string) *fieldNames {
	var names fieldNames
	(&Event{}).scanThought(data, &names)
	(&Event{}).scanTextDelta(data, &names)
	return &names
}

func compareScan(t *testing.T, data string, got, want Event, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("scan of %s = %+v, want the error %v", data, got, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event of %s (-careful +scan):\n%s", data, diff)
	}
	if !got.Plain() {
		return
	}
	if masked := redact.Event(got.Raw); masked != got.Raw || !json.Valid([]byte(got.Raw)) || strings.ContainsAny(got.Raw, "\r\n") {
		t.Errorf("scan of %q is plain, want it otherwise: masked it is %q", data, masked)
	}
	if utf8.ValidString(data) != utf8.ValidString(got.Raw) && utf8.ValidString(data) {
		t.Errorf("the data of %q is cut within a character", data)
	}
}
