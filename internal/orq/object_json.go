package orq

import (
	"bytes"
	"errors"
	"strings"

	"github.com/tidwall/gjson"
)

// objectJSON is a JSON object as received.
type objectJSON string

// UnmarshalJSON accepts objects only.
func (o *objectJSON) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte("{")) {
		return errors.New("an agent must be an object")
	}
	*o = objectJSON(data)
	return nil
}

// maxShallow is a length in bytes at which JSON is not nested too deeply for encoding/json, whose limit is 10,000 levels.
const maxShallow = 20_000

// decode is json.Unmarshal of the document into o, in a fraction of the time. It reports false for one that json.Unmarshal
// refuses, or may refuse.
func (o *objectJSON) decode(document string) bool {
	document = strings.Trim(document, " \t\r\n")
	if len(document) > maxShallow || !strings.HasPrefix(document, "{") || !gjson.Valid(document) {
		return false
	}
	*o = objectJSON(document)
	return true
}
