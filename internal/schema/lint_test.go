package schema_test

import (
	"strings"
	"testing"
)

func TestForRejectsTagsWithoutEffect(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"a misspelt keyword": {forError[struct {
			A string `json:"a" jsonschema:"minLenght=1"`
		}](), `a: tag jsonschema: unknown or not portable: "minLenght=1"`},
		"a misspelt flag": {forError[struct {
			A string `json:"a" jsonschema:"requierd"`
		}](), `"requierd"`},
		"nullable": {forError[struct {
			A string `json:"a" jsonschema:"nullable"`
		}](), `"nullable"`},
		"a default": {forError[struct {
			A string `json:"a" jsonschema:"default=x"`
		}](), `"default=x"`},
		"prose": {forError[struct {
			A string `json:"a" jsonschema:"description=x"`
		}](), `"description=x"`},
		"oneof": {forError[struct {
			A string `json:"a" jsonschema:"oneof_type=string;null"`
		}](), "oneof_type"},
		"a comma in a pattern": {forError[struct {
			A string `json:"a" jsonschema:"pattern=^a{1,2}$"`
		}](), `"2}$"`},
		"a number that is none": {forError[struct {
			A int `json:"a" jsonschema:"minimum=one"`
		}](), `"minimum=one" has no effect`},
		"a hexadecimal number": {forError[struct {
			A int `json:"a" jsonschema:"minimum=0x10"`
		}](), `"minimum=0x10" has no effect`},
		"a length that is none": {forError[struct {
			A string `json:"a" jsonschema:"minLength=-1"`
		}](), `"minLength=-1" has no effect`},
		"another type's keyword": {forError[struct {
			A string `json:"a" jsonschema:"minimum=1"`
		}](), `"minimum=1" has no effect on type "string"`},
		"a keyword on an object": {forError[struct {
			A owner `json:"a" jsonschema:"minLength=1"`
		}](), "has no effect"},
		"a pattern on a list": {forError[struct {
			A []string `json:"a" jsonschema:"pattern=^a$"`
		}](), "a: tag jsonschema: pattern does not belong on a list"},
		"a keyword given twice": {forError[struct {
			A int `json:"a" jsonschema:"minimum=1,minimum=2"`
		}](), `"minimum=1" has no effect`},
		"an enum of numbers": {forError[struct {
			A int `json:"a" jsonschema:"enum=1"`
		}](), `"enum=1"`},
		"one enum value twice": {forError[struct {
			A string `json:"a" jsonschema:"enum=x,enum=x"`
		}](), "enum value x is given twice"},
		"crossed bounds": {forError[struct {
			A int `json:"a" jsonschema:"minimum=2,maximum=1"`
		}](), "the lower bound 2 is above the upper bound 1"},
		"lookaround": {forError[struct {
			A string `json:"a" jsonschema:"pattern=^(?!a)"`
		}](), "pattern: "},
		"flags": {forError[struct {
			A string `json:"a" jsonschema:"pattern=(?i)a"`
		}](), "pattern: groups"},
		"another format": {forError[struct {
			A string `json:"a" jsonschema:"format=uri"`
		}](), `format "uri" is not portable`},
		"a hidden reflector field": {forError[struct {
			A string `json:"a" jsonschema:"-"`
		}](), "a: is decoded but not in the schema"},
		"hidden and required": {forError[struct {
			A string `json:"a" jsonschema:"required" jsonschema_extras:"hidden=true"`
		}](), "a hidden field cannot be required"},
		"an unknown extra": {forError[struct {
			A string `json:"a" jsonschema_extras:"hiden=true"`
		}](), `unknown: "hiden=true"`},
		"a word for what is no text": {forError[struct {
			A owner `json:"a" jsonschema_extras:"word=b"`
		}](), "a: tag jsonschema_extras: word names a text of an object"},
		"quiet without a length": {forError[struct {
			A string `json:"a" jsonschema_extras:"quiet=true"`
		}](), "quiet has no effect"},
		"keepempty on a number": {forError[struct {
			A int `json:"a" jsonschema_extras:"keepempty=true"`
		}](), "keepempty has no effect"},
		"items on typed elements": {forError[struct {
			A []int `json:"a" jsonschema_extras:"items=string"`
		}](), "items belongs on a list"},
		"another type": {forError[struct {
			A int `json:"a" jsonschema:"type=string"`
		}](), `a: int is advertised as "string" but decodes as "integer"`},
		"a bound on any value": {forError[struct {
			A any `json:"a" jsonschema:"type=string,minLength=1"`
		}](), "cannot be constrained"},
		"json's string option": {forError[struct {
			A int `json:"a,string"`
		}](), `json option "string" is not supported`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.err == nil || !strings.Contains(test.err.Error(), test.want) {
				t.Errorf("error = %v, want one with %q", test.err, test.want)
			}
		})
	}
}
