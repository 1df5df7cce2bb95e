package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// call is an input with fields of all kinds. Pointers distinguish "not set" from zero.
type call struct {
	Key      string            `json:"key,omitzero" jsonschema:"required,minLength=1,maxLength=8,pattern=^[A-Za-z]+$"`
	Mode     string            `json:"mode,omitzero" jsonschema:"enum=auto,enum=stream,enum=background"`
	Limit    *int              `json:"limit,omitzero" jsonschema:"minimum=1,maximum=200"`
	Small    *int8             `json:"small,omitzero"`
	Count    *uint             `json:"count,omitzero"`
	Big      *int64            `json:"big,omitzero"`
	Ratio    *float64          `json:"ratio,omitzero" jsonschema:"maximum=2"`
	Wait     *bool             `json:"wait,omitzero"`
	Note     *string           `json:"note,omitzero"`
	Text     *string           `json:"text,omitzero" jsonschema_extras:"keepempty=true"`
	Tags     []string          `json:"tags,omitzero" jsonschema:"maxItems=3"`
	Numbers  []int             `json:"numbers,omitzero" jsonschema:"minItems=1"`
	Tools    []tool            `json:"tools,omitzero"`
	Owner    *person           `json:"owner,omitzero"`
	Headers  map[string]string `json:"headers,omitzero" jsonschema_description:"Header values by name."`
	Metadata map[string]any    `json:"metadata,omitzero" jsonschema_description:"Anything."`
	People   map[string]person `json:"people,omitzero" jsonschema_description:"People by name."`
	Result   json.RawMessage   `json:"result,omitzero" jsonschema:"type=string"`
	Model    *modelOrID        `json:"model,omitzero" jsonschema:"type=string,minLength=2"`
	Models   []modelOrID       `json:"models,omitzero" jsonschema_extras:"items=string"`
	APIKey   int               `json:"api_key,omitzero" jsonschema:"maximum=5"`
	Settings map[string]any    `json:"settings,omitzero" jsonschema_extras:"hidden=true"`
	Team     []person          `json:"team,omitzero" jsonschema_extras:"hidden=true,word=name"`
	Boss     *named            `json:"boss,omitzero" jsonschema_extras:"hidden=true,word=name"`
}

// RewriteArguments accepts the old name of wait.
func (call) RewriteArguments(obj map[string]any) {
	if v, ok := obj["block"]; ok {
		delete(obj, "block")
		obj["wait"] = v == true || v == "yes"
	}
}

// CheckArguments requires a limit with a ratio.
func (c call) CheckArguments(report func(path, message string)) {
	if c.Ratio != nil && c.Limit == nil {
		report("limit", "required with ratio")
	}
}

type tool struct {
	Type   string `json:"type,omitzero" jsonschema:"required"`
	ToolID string `json:"tool_id,omitzero"`
	Name   string `json:"name,omitzero" jsonschema_extras:"hidden=true"`
}

// RewriteArguments accepts a type in capitals.
func (tool) RewriteArguments(obj map[string]any) {
	if s, ok := obj["type"].(string); ok {
		obj["type"] = strings.ToLower(s)
	}
}

func (t *tool) CheckArguments(report func(path, message string)) {
	if t.Type == "mcp" && t.ToolID == "" {
		report("tool_id", "required for type=mcp")
	}
}

type named struct {
	Name string `json:"name,omitzero"`
}

type person struct {
	Name string `json:"name,omitzero" jsonschema:"maxLength=4"`
	Age  int    `json:"age,omitzero"`
}

func (p person) CheckArguments(report func(path, message string)) {
	if p.Name == "root" {
		report("", "is nobody")
	}
}

// modelOrID is an id alone or an object.
type modelOrID struct {
	ID    string `json:"id,omitzero" jsonschema:"required"`
	Retry int    `json:"retry,omitzero" jsonschema:"maximum=5"`
}

func (m *modelOrID) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &m.ID)
	}
	if data[0] != '{' {
		return errors.New("must be a model id or an object")
	}
	type plain modelOrID
	return json.Unmarshal(data, (*plain)(m))
}

func TestDecodeAcceptsWhatModelsSend(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ raw, want string }{
		"plain arguments":               {`{"key":"a","limit":5}`, `{"key":"a","limit":5}`},
		"wrapped beside a name":         {`{"name":"tool","arguments":{"key":"a"}}`, `{"key":"a"}`},
		"a word for an object":          {`{"key":"a","boss":"me"}`, `{"key":"a","boss":{"name":"me"}}`},
		"words for a list of objects":   {`{"key":"a","team":["me",{"age":7}]}`, `{"key":"a","team":[{"name":"me"},{"age":7}]}`},
		"a word for a list of objects":  {`{"key":"a","team":"me"}`, `{"key":"a","team":[{"name":"me"}]}`},
		"the whole input as a string":   {`"{\"key\":\"a\"}"`, `{"key":"a"}`},
		"wrapped in arguments":          {`{"arguments":{"key":"a"}}`, `{"key":"a"}`},
		"wrapped in input":              {`{"input":{"key":"a"}}`, `{"key":"a"}`},
		"wrapped twice":                 {`{"params":{"arguments":{"key":"a"}}}`, `{"key":"a"}`},
		"wrapped in params, a string":   {`{"params":"{\"key\":\"a\"}"}`, `{"key":"a"}`},
		"an integer as a string":        {`{"key":"a","limit":"42"}`, `{"key":"a","limit":42}`},
		"an integer with a fraction":    {`{"key":"a","limit":42.0}`, `{"key":"a","limit":42}`},
		"both":                          {`{"key":"a","limit":" 42.0 "}`, `{"key":"a","limit":42}`},
		"an exponent":                   {`{"key":"a","limit":1e2}`, `{"key":"a","limit":100}`},
		"minus zero":                    {`{"key":"a","count":-0}`, `{"key":"a","count":0}`},
		"the largest integer":           {`{"key":"a","big":9223372036854775807}`, `{"key":"a","big":9223372036854775807}`},
		"a number as a string":          {`{"key":"a","limit":1,"ratio":"0.5"}`, `{"key":"a","limit":1,"ratio":0.5}`},
		"a boolean as a string":         {`{"key":"a","wait":"True"}`, `{"key":"a","wait":true}`},
		"false as a string":             {`{"key":"a","wait":"false"}`, `{"key":"a","wait":false}`},
		"null for not set":              {`{"key":"a","limit":null,"tags":null,"owner":null,"result":null}`, `{"key":"a"}`},
		"empty strings for not set":     {`{"key":"a","limit":"","mode":"","tags":"","owner":"","note":"","headers":"","model":""}`, `{"key":"a"}`},
		"an empty string that counts":   {`{"key":"a","text":""}`, `{"key":"a","text":""}`},
		"an empty tool result":          {`{"key":"a","result":""}`, `{"key":"a","result":""}`},
		"a tool result that looks odd":  {`{"key":"a","result":"{\"a\": 1.0}"}`, `{"key":"a","result":"{\"a\": 1.0}"}`},
		"a tool result as an object":    {`{"key":"a","result":{"b":1.50,"a":["<"]}}`, `{"key":"a","result":{"a":["<"],"b":1.50}}`},
		"one string for a list":         {`{"key":"a","tags":"x y"}`, `{"key":"a","tags":["x y"]}`},
		"a list numbered by keys":       {`{"key":"a","tags":{"1":"y","0":"x"}}`, `{"key":"a","tags":["x","y"]}`},
		"objects numbered by keys":      {`{"key":"a","tools":{"0":{"type":"x"}}}`, `{"key":"a","tools":[{"type":"x"}]}`},
		"a list as a string":            {`{"key":"a","tags":"[\"x\",\"y\"]"}`, `{"key":"a","tags":["x","y"]}`},
		"a string that is like a list":  {`{"key":"a","tags":"[draft] x"}`, `{"key":"a","tags":["[draft] x"]}`},
		"integers in strings in a list": {`{"key":"a","numbers":"[\"1\",2.0]"}`, `{"key":"a","numbers":[1,2]}`},
		"one object for a list":         {`{"key":"a","tools":{"type":"x"}}`, `{"key":"a","tools":[{"type":"x"}]}`},
		"one object in a string":        {`{"key":"a","tools":"{\"type\":\"x\"}"}`, `{"key":"a","tools":[{"type":"x"}]}`},
		"objects in strings":            {`{"key":"a","tools":["{\"type\":\"x\"}"]}`, `{"key":"a","tools":[{"type":"x"}]}`},
		"an object as a string":         {`{"key":"a","owner":"{\"age\":\"7\"}"}`, `{"key":"a","owner":{"age":7}}`},
		"an empty list":                 {`{"key":"a","tags":[]}`, `{"key":"a","tags":[]}`},
		"an enum in another case":       {`{"key":"a","mode":" Stream"}`, `{"key":"a","mode":"stream"}`},
		"scalars in a map of strings":   {`{"key":"a","headers":{"n":1.50,"b":true,"s":""}}`, `{"key":"a","headers":{"b":"true","n":"1.50","s":""}}`},
		"an empty list for an object":   {`{"key":"a","owner":[],"metadata":[]}`, `{"key":"a","owner":{},"metadata":{}}`},
		"a fence around a list":         {`{"key":"a","tools":"` + "```json\\n[{\\\"type\\\":\\\"x\\\"}]\\n```" + `"}`, `{"key":"a","tools":[{"type":"x"}]}`},
		"a fence around an object":      {`{"key":"a","owner":" ` + "```\\n{\\\"age\\\":7}```\\n" + `"}`, `{"key":"a","owner":{"age":7}}`},
		"a string in a string":          {`{"key":"a","owner":"\"{\\\"age\\\":7}\""}`, `{"key":"a","owner":{"age":7}}`},
		"words for not set":             {`{"key":"a","limit":"null","mode":"None","tags":"undefined","owner":"null","tools":"None","wait":"null"}`, `{"key":"a"}`},
		"words where texts are wanted":  {`{"key":"a","note":"None","text":"null"}`, `{"key":"a","note":"None","text":"null"}`},
		"a map as a string":             {`{"key":"a","metadata":"{\"n\":1}"}`, `{"key":"a","metadata":{"n":1}}`},
		"a free map as it is":           {`{"key":"a","metadata":{"n":null,"big":12345678901234567890,"s":"1","e":""}}`, `{"key":"a","metadata":{"big":12345678901234567890,"e":"","n":null,"s":"1"}}`},
		"numbers as they are written":   {`{"key":"a","metadata":{"a":1.0,"b":1e3,"c":1e-400,"d":-0,"e":1764278658123456789}}`, `{"key":"a","metadata":{"a":1.0,"b":1e3,"c":1e-400,"d":-0,"e":1764278658123456789}}`},
		"objects in a map":              {`{"key":"a","people":{"x":{"age":"7"},"y":"{}"}}`, `{"key":"a","people":{"x":{"age":7},"y":{}}}`},
		"another spelling":              {`{"key":"a","block":"yes"}`, `{"key":"a","wait":true}`},
		"another spelling, nested":      {`{"key":"a","tools":[{"type":"HTTP"}]}`, `{"key":"a","tools":[{"type":"http"}]}`},
		"a hidden field":                {`{"key":"a","settings":{"x":1},"tools":[{"type":"x","name":"n"}]}`, `{"key":"a","tools":[{"type":"x","name":"n"}],"settings":{"x":1}}`},
		"a string where objects may be": {`{"key":"a","model":"gpt"}`, `{"key":"a","model":{"id":"gpt"}}`},
		"an object where strings are":   {`{"key":"a","model":{"id":"gpt","retry":"2"}}`, `{"key":"a","model":{"id":"gpt","retry":2}}`},
		"a list of both":                {`{"key":"a","models":["x",{"id":"y"},"{\"id\":\"z\"}"]}`, `{"key":"a","models":[{"id":"x"},{"id":"y"},{"id":"z"}]}`},
		"one of both for a list":        {`{"key":"a","models":"x"}`, `{"key":"a","models":[{"id":"x"}]}`},
		"a key twice, the last wins":    {`{"key":"a","key":"b"}`, `{"key":"b"}`},
		"more space around it":          {" \n{\"key\":\"a\"}\t", `{"key":"a"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := schema.Decode[call](mustFor[call](t), json.RawMessage(test.raw))
			if err != nil {
				t.Fatal(err)
			}
			var data strings.Builder
			enc := json.NewEncoder(&data)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want+"\n", data.String()); diff != "" {
				t.Errorf("Decode(%s) (-want +got):\n%s", test.raw, diff)
			}
		})
	}
}

func TestDecodeWithoutArguments(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", " ", "null", "{}", `""`, `"{}"`, `{"arguments":{}}`} {
		got, err := schema.Decode[person](mustFor[person](t), json.RawMessage(raw))
		if err != nil || got != (person{}) {
			t.Errorf("Decode(%q) = %+v, %v, want the zero value", raw, got, err)
		}
	}
}

func TestDecodeReportsProblems(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ raw, want string }{
		"invalid JSON":                  {`{"key":`, `arguments are not valid JSON: it ends too early`},
		"more than one value":           {`{"key":"a"} {}`, `arguments are not valid JSON: there is more after its end`},
		"a list of arguments":           {`[1]`, `arguments must be an object, got a list`},
		"a text as arguments":           {`"hello"`, `arguments must be an object, got the string "hello"`},
		"a number in a text":            {`"5"`, `arguments must be an object, got a string that holds a number (not shown)`},
		"nothing where a key has to be": {``, `key: required`},
		"null where a key has to be":    {`{"key":null}`, `key: required`},
		"an empty key":                  {`{"key":""}`, `key: must not be empty`},
		"a key that is too long":        {`{"key":"abcdefghi"}`, `key: must have between 1 and 8 characters, got 9`},
		"a key that does not match":     {`{"key":"1x"}`, `key: must match ^[A-Za-z]+$, got "1x"`},
		"a number for a string":         {`{"key":5}`, `key: must be a string, got the number 5`},
		"below the bounds":              {`{"key":"a","limit":0}`, `limit: must be between 1 and 200, got 0`},
		"above the bounds":              {`{"key":"a","limit":"500"}`, `limit: must be between 1 and 200, got 500`},
		"far above the bounds":          {`{"key":"a","limit":99999999999999999999}`, `limit: must be between 1 and 200, got 99999999999999999999`},
		"a fraction for an integer":     {`{"key":"a","limit":42.5}`, `limit: must be an integer, got the number 42.5`},
		"a fraction in a string":        {`{"key":"a","limit":"42.5"}`, `limit: must be an integer, got the string "42.5"`},
		"a huge exponent":               {`{"key":"a","limit":1e999999999}`, `limit: must be an integer, got the number 1e999999999`},
		"words for an integer":          {`{"key":"a","limit":"ten"}`, `limit: must be an integer, got the string "ten"`},
		"hexadecimal":                   {`{"key":"a","limit":"0x10"}`, `limit: must be an integer, got the string "0x10"`},
		"an integer too large":          {`{"key":"a","small":128}`, `small: must be an integer of 8 bits, got 128`},
		"a negative count":              {`{"key":"a","count":-1}`, `count: must be an integer of 64 bits and not negative, got -1`},
		"a number too large":            {`{"key":"a","limit":1,"ratio":-1e400}`, `ratio: is too large, got -1e400`},
		"one bound only":                {`{"key":"a","limit":1,"ratio":3}`, `ratio: must be at most 2, got 3`},
		"NaN":                           {`{"key":"a","ratio":"NaN"}`, `ratio: must be a number, got the string "NaN"`},
		"yes for a boolean":             {`{"key":"a","wait":"yes"}`, `wait: must be true or false, got the string "yes"`},
		"one for a boolean":             {`{"key":"a","wait":1}`, `wait: must be true or false, got the number 1`},
		"a wrong enum value":            {`{"key":"a","mode":"streem"}`, `mode: must be one of auto, stream, background, got "streem" (did you mean stream?)`},
		"an enum value far off":         {`{"key":"a","mode":"x"}`, `mode: must be one of auto, stream, background, got "x"`},
		"a number for a list":           {`{"key":"a","tools":5}`, `tools: must be a list of objects, got the number 5`},
		"a list cut off":                {`{"key":"a","tools":"[{\"type\":"}`, `tools: must be a list of objects, got a string that is not valid JSON (it ends too early)`},
		"a word for objects":            {`{"key":"a","tools":["mcp"]}`, `tools[0]: must be an object with type, got the string "mcp"`},
		"null among objects":            {`{"key":"a","tools":[null]}`, `tools[0]: must be an object with type, got null`},
		"null among strings":            {`{"key":"a","tags":["x",null]}`, `tags[1]: must be a string, got null`},
		"too many":                      {`{"key":"a","tags":["a","b","c","d"]}`, `tags: must have at most 3 entries, got 4`},
		"a string that may be several":  {`{"key":"a","tags":"x, y"}`, `tags: must be a list of strings, got the string "x, y"; it may be one entry or several`},
		"brackets that are no JSON":     {`{"key":"a","tags":"['x']"}`, `tags: must be a list of strings, got a string that is not valid JSON (invalid character '\'' looking for beginning of value); it may be one entry or several`},
		"a gap in numbered keys":        {`{"key":"a","tags":{"0":"x","2":"y"}}`, `tags: must be a list of strings, got an object`},
		"the word none for a choice":    {`{"key":"a","mode":"none"}`, `mode: must be one of auto, stream, background, got "none"`},
		"lines that are no JSON":        {`{"key":"a","owner":"name: x\nage: 7"}`, `owner: must be an object, got a string that is not valid JSON (invalid character 'a' in literal null (expecting 'u'))`},
		"a wrong name for an object":    {`{"key":"a","tools":["x"]}`, `tools[0]: must be an object with type, got the string "x"`},
		"a field that belongs deeper":   {`{"key":"a","age":7}`, `age: unknown; did you mean owner.age?`},
		"the only one that is missing":  {`{"zzzzzzz":"a"}`, `key: required; zzzzzzz: unknown; did you mean key?`},
		"one missing, of another type":  {`{"zzzzzzz":5}`, `key: required; zzzzzzz: unknown; LIST`},
		"one that is given is unlikely": {`{"key":"a","tag":"x","limits":1}`, `limits: unknown; did you mean limit?; tag: unknown; did you mean tags?`},
		"unknown keys beside a check":   {`{"key":"a","ratio":1,"limt":5}`, `limt: unknown; did you mean limit?; limit: required with ratio`},
		"a check of a whole with more":  {`{"key":"a","owner":{"name":"root","aje":1}}`, `owner.aje: unknown; did you mean age?`},
		"too few":                       {`{"key":"a","numbers":[]}`, `numbers: must not be empty`},
		"a string among integers":       {`{"key":"a","numbers":[1,"x"]}`, `numbers[1]: must be an integer, got the string "x"`},
		"a list for an object":          {`{"key":"a","owner":[1]}`, `owner: must be an object, got a list`},
		"an object for a string":        {`{"key":{}}`, `key: must be a string, got an object`},
		"an object among map values":    {`{"key":"a","metadata":[1]}`, `metadata: must be an object with values by name, got a list`},
		"a wrong value deep in a map":   {`{"key":"a","people":{"x":{"age":"old"}}}`, `people.x.age: must be an integer, got the string "old"`},
		"an unknown key":                {`{"key":"a","limits":1}`, `limits: unknown; did you mean limit?`},
		"another spelling of a key":     {`{"key":"a","apiKey":1}`, `apiKey: unknown; did you mean api_key?`},
		"a nested unknown key":          {`{"key":"a","tools":[{"type":"x","toolid":"y"}]}`, `tools[0].toolid: unknown; did you mean tool_id?`},
		"a hidden name as suggestion":   {`{"key":"a","tools":[{"type":"x","nam":"y"}]}`, `tools[0].nam: unknown; did you mean name?`},
		"hidden names are not listed":   {`{"key":"a","tools":[{"type":"x","zzzzzz":"y"}]}`, `tools[0].zzzzzz: unknown; valid names: type, tool_id`},
		"a check of the root":           {`{"key":"a","ratio":1}`, `limit: required with ratio`},
		"a check in a list":             {`{"key":"a","tools":[{"type":"x"},{"type":"mcp"}]}`, `tools[1].tool_id: required for type=mcp`},
		"a check in a map":              {`{"key":"a","people":{"x":{"name":"root"}}}`, `people.x: is nobody`},
		"a check through a pointer":     {`{"key":"a","owner":{"name":"root"}}`, `owner: is nobody`},
		"a type's own error":            {`{"key":"a","models":["x",5]}`, `models[1]: must be a model id or an object`},
		"a self-decoding object":        {`{"key":"a","models":[{"id":"x","retrys":1}]}`, `models[0].retrys: unknown; did you mean retry?`},
		"bounds in such an object":      {`{"key":"a","model":{"retry":6}}`, `model.id: required; model.retry: must be at most 5, got 6`},
		"bounds on such a string":       {`{"key":"a","model":"x"}`, `model: must have at least 2 characters, got 1`},
		"a number beyond float64":       {`{"key":"a","metadata":{"b":[1,{"c":1e400}],"d":-1e999}}`, `metadata.b[1].c: is too large, got 1e400; metadata.d: is too large, got -1e999`},
		"one of many digits":            {`{"key":"a","metadata":{"x":1` + strings.Repeat("0", 309) + `}}`, `metadata.x: is too large, got 1` + strings.Repeat("0", 39) + `...`},
		"one where an integer belongs":  {`{"key":"a","limit":1e400}`, `limit: must be an integer, got the number 1e400`},
		"one where a number belongs":    {`{"key":"a","limit":1,"ratio":1e400}`, `ratio: must be at most 2, got 1e400`},
		"one in text":                   {`{"key":"a","metadata":"{\"x\":1e400}"}`, `metadata.x: is too large, got 1e400`},
		"a secret one":                  {`{"key":"a","metadata":{"api_key":1e400}}`, `metadata.api_key: is too large, got a number (not shown)`},
		"a secret header":               {`{"key":"a","headers":{"X-Any":["hunter2"]}}`, `headers.X-Any: must be a string, got a list`},
		"a secret in a wrong place":     {`{"key":"a","headers":"Bearer hunter2"}`, `headers: must be an object with values by name, got a string that is not valid JSON (invalid character 'B' looking for beginning of value)`},
		"a secret number":               {`{"key":"a","api_key":123456}`, `api_key: must be at most 5, got a number (not shown)`},
		"a secret string":               {`{"key":"a","api_key":"hunter2"}`, `api_key: must be an integer, got a string (not shown)`},
		"a secret under a free name":    {`{"key":"a","people":{"Access-Token":{"age":"hunter2"}}}`, `people.Access-Token.age: must be an integer, got a string (not shown)`},
		"a long value":                  {`{"key":"a","limit":"` + strings.Repeat("é", 50) + `"}`, `limit: must be an integer, got the string "` + strings.Repeat("é", 40) + `..."`},
		"a long and odd name":           {`{"key":"a","` + strings.Repeat("é", 50) + `\n":1}`, strings.Repeat("é", 40) + `...: unknown; valid names: key, mode, limit, small, count, big, ratio, wait, note, text, tags, numbers, tools, owner, headers, metadata, people, result, model, models, api_key`},
		"an envelope with company":      {`{"arguments":{"key":"a"},"limit":1}`, `key: required; arguments: unknown; give the fields inside it directly`},
		"everything at once": {
			`{"limit":500,"mode":"x","ratio":1,"tools":[{"type":"mcp"},{"typo":"x"},5],"zzzzzzzz":1,"aaaaaaaa":1,"tagz":""}`,
			`key: required; mode: must be one of auto, stream, background, got "x"; limit: must be between 1 and 200, got 500; ` +
				`tools[0].tool_id: required for type=mcp; tools[1].type: required; tools[1].typo: unknown; did you mean type?; ` +
				`tools[2]: must be an object with type, got the number 5; aaaaaaaa: unknown; LIST; tagz: unknown; did you mean tags?; zzzzzzzz: unknown; LIST`,
		},
		"a check beside a broken bound": {`{"key":"1x","ratio":1}`, `key: must match ^[A-Za-z]+$, got "1x"; limit: required with ratio`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := schema.Decode[call](mustFor[call](t), json.RawMessage(test.raw))
			var wrong *schema.ArgumentError
			if !errors.As(err, &wrong) {
				t.Fatalf("Decode = %+v, %v, want an ArgumentError", got, err)
			}
			want := strings.ReplaceAll(test.want, "LIST", "valid names: key, mode, limit, small, count, big, ratio, wait, note, text, tags, numbers, tools, owner, headers, metadata, people, result, model, models, api_key")
			if diff := cmp.Diff(want, wrong.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if strings.Contains(wrong.Error(), "hunter2") {
				t.Errorf("error = %v, want one without the secret", wrong)
			}
		})
	}
}

func TestDecodeLimitsTheNumberOfProblems(t *testing.T) {
	t.Parallel()
	raw := strings.Builder{}
	raw.WriteString(`{"name":"x"`)
	for i := range 100_000 {
		fmt.Fprintf(&raw, `,"k%d":1`, i)
	}
	raw.WriteString("}")
	_, err := schema.Decode[person](mustFor[person](t), json.RawMessage(raw.String()))
	var wrong *schema.ArgumentError
	if !errors.As(err, &wrong) || len(wrong.Problems) != 51 {
		t.Fatalf("error = %v, want an ArgumentError with 51 problems", err)
	}
	if diff := cmp.Diff(schema.Problem{Message: "and more"}, wrong.Problems[50]); diff != "" {
		t.Errorf("last problem (-want +got):\n%s", diff)
	}
}

func TestDecodeOfDeepNesting(t *testing.T) {
	t.Parallel()
	s := mustFor[call](t)
	deep := strings.Repeat("[", 9_995) + strings.Repeat("]", 9_995)
	for name, raw := range map[string]string{
		"plain":       `{"key":"a","metadata":{"x":` + strings.Repeat("[", 20_000) + `}}`,
		"in a string": `{"key":"a","metadata":"{\"a\":` + deep + `}","people":{"a":{"name":"x"}}}`,
		"rewritten":   `{"key":"a","result":` + deep + `}`,
	} {
		_, err := schema.Decode[call](s, json.RawMessage(raw))
		var wrong *schema.ArgumentError
		if err != nil && !errors.As(err, &wrong) {
			t.Errorf("%s: error %v, want an ArgumentError or none", name, err)
		}
	}
}

func TestDecodeRequiresTheSchemaOfItsType(t *testing.T) {
	t.Parallel()
	_, err := schema.Decode[person](mustFor[call](t), nil)
	var wrong *schema.ArgumentError
	if err == nil || errors.As(err, &wrong) {
		t.Errorf("error = %v, want one that is no ArgumentError", err)
	}
}

// nested decodes itself with a schema of its own.
type nested struct{ person }

func (n *nested) UnmarshalJSON(data []byte) error {
	s, err := schema.For[person]()
	if err != nil {
		return err
	}
	n.person, err = schema.Decode[person](s, data)
	return err
}

func TestDecodePrefixesThePathsOfNestedProblems(t *testing.T) {
	t.Parallel()
	type outer struct {
		List []nested `json:"list" jsonschema_extras:"items=object" jsonschema_description:"People."`
	}
	_, err := schema.Decode[outer](mustFor[outer](t), json.RawMessage(`{"list":[{},{"nam":1,"age":"x"}]}`))
	const want = `list[1].age: must be an integer, got the string "x"; list[1].nam: unknown; did you mean name?`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{`, `"{}"`, `{"key":"a"}`, `{"arguments":{"key":"a","block":1}}`, `{"key":1,"limit":"1e99999"}`,
		`{"key":"a","tools":"[{}]","tags":"[","people":{"":{}},"models":[[],"{}",null]}`,
		`{"key":"a","headers":{"a":-0.0},"metadata":{"a":[{}]},"result":{},"count":"-0.0","big":-9e15}`,
		`{"key":"a","mode":"STREAM","owner":"{\"name\":\"root\"}","ratio":1,"\u0000":""}`,
	} {
		f.Add([]byte(seed))
	}
	s := mustFor[call](f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := schema.Decode[call](s, raw)
		var wrong *schema.ArgumentError
		if err != nil && (!errors.As(err, &wrong) || len(wrong.Problems) == 0) {
			t.Fatalf("error = %v, want an ArgumentError with problems", err)
		}
		if err != nil {
			return
		}
		data, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := schema.Decode[call](s, data); err != nil {
			t.Fatalf("Decode of the encoded result %s: %v", data, err)
		}
	})
}
