package schema

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// maxPlain bounds what parsePlain reads, in bytes: it reads nested values once for each level.
const maxPlain = 1 << 10

// parsePlain is parse for short JSON of ASCII without escapes, which the arguments of most calls are. It reports false for
// all else.
func parsePlain(data []byte) (any, bool) {
	if len(data) > maxPlain {
		return nil, false
	}
	for _, c := range data {
		if c >= utf8.RuneSelf || c == '\\' {
			return nil, false
		}
	}
	text := string(data)
	if !gjson.Valid(text) {
		return nil, false
	}
	return plainValue(gjson.Parse(text)), true
}

func plainValue(value gjson.Result) any {
	switch {
	case value.Type == gjson.Null:
		return nil
	case value.Type == gjson.String:
		return value.Str
	case value.Type == gjson.Number:
		return json.Number(value.Raw)
	case value.IsBool():
		return value.Bool()
	case value.IsArray():
		items := []any{}
		value.ForEach(func(_, item gjson.Result) bool {
			items = append(items, plainValue(item))
			return true
		})
		return items
	}
	object := map[string]any{}
	value.ForEach(func(name, member gjson.Result) bool {
		object[name.Str] = plainValue(member)
		return true
	})
	return object
}
