package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxBody bounds a request, in bytes.
const maxBody = 8 << 20

// decode reads the body and parses it.
func decode(w http.ResponseWriter, r *http.Request, rules object, request any) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &fault{Status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("body: is larger than %d bytes", maxBody)}
	}
	if err != nil {
		return invalid("body: cannot be read: %v", err)
	}
	return parse(body, rules, request)
}

// parse checks a body against rules and decodes into request what they know of it.
func parse(body []byte, rules object, request any) error {
	value, found, _, err := examine(body, rules)
	if err != nil {
		return err
	}
	if err := found.fault(); err != nil {
		return err
	}
	return fill(request, value)
}

// parseStrictly is parse for a body in which each unknown field is a mistake.
func parseStrictly(body []byte, rules object, request any) error {
	value, found, unknown, err := examine(body, rules)
	if err != nil {
		return err
	}
	for _, path := range unknown {
		found.add(path, "unknown field")
	}
	if err := found.fault(); err != nil {
		return err
	}
	return fill(request, value)
}

// examine returns what rules know of a body, what is wrong with it, and the paths of what they do not know.
func examine(body []byte, rules object) (value any, found problems, unknown []string, err error) {
	if err := unmarshal(body, &value); err != nil {
		return nil, nil, nil, invalid("body: is not JSON: %v", err)
	}
	rules.check("", value, &found)
	rules.prune("", value, &unknown)
	return value, found, unknown, nil
}

// fill decodes what was checked, and not the body as it is written: encoding/json would take a name in other capitals for
// the known one, and merges equal names.
func fill(request, known any) error {
	body, err := marshal(known)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, request); err != nil {
		return invalid("body: %v", err)
	}
	return nil
}
