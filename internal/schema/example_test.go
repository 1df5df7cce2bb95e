package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// parcelInput is the input of a tool that looks up a parcel.
type parcelInput struct {
	Number string   `json:"number" jsonschema:"required,pattern=^[0-9]+$"`
	Detail string   `json:"detail" jsonschema:"enum=short,enum=full"`
	Limit  int      `json:"limit" jsonschema:"minimum=1,maximum=50"`
	Fields []string `json:"fields"`
}

// Typical deviations of models are corrected: here a list and an integer in strings, and an enum value in capitals.
// Otherwise the error lists all problems at once.
func ExampleDecode() {
	s, err := schema.For[parcelInput]()
	if err != nil {
		fmt.Println(err)
		return
	}

	input, err := schema.Decode[parcelInput](s, json.RawMessage(
		`{"number": "4711", "detail": "FULL", "limit": "10", "fields": "[\"place\", \"time\"]"}`))
	fmt.Printf("%+v %v\n", input, err)

	_, err = schema.Decode[parcelInput](s, json.RawMessage(`{"detail": "fll", "limit": 100, "filds": ["place"]}`))
	if invalid, ok := errors.AsType[*schema.ArgumentError](err); ok {
		for _, problem := range invalid.Problems {
			fmt.Println(problem)
		}
	}

	// Output:
	// {Number:4711 Detail:full Limit:10 Fields:[place time]} <nil>
	// number: required
	// detail: must be one of short, full, got "fll" (did you mean full?)
	// limit: must be between 1 and 50, got 100
	// filds: unknown; did you mean fields?
}
