package server

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// mayExceedFloat reports whether a message contains what may be a number beyond float64: an exponent of three digits, or
// so many digits in a row that an exponent of two could exceed it.
func mayExceedFloat(message []byte) bool {
	const maxDigits = 200
	digits, exponent := 0, false
	for _, c := range message {
		switch {
		case '0' <= c && c <= '9':
			if digits++; digits > maxDigits || exponent && digits >= 3 {
				return true
			}
		case (c == 'e' || c == 'E') && digits > 0:
			digits, exponent = 0, true
		case c == '+' && exponent && digits == 0:
		default:
			digits, exponent = 0, false
		}
	}
	return false
}

// beyondFloat returns the path and the text of the first number in a JSON value that float64 cannot hold, each shortened to
// what an error can show.
func beyondFloat(raw json.RawMessage) (path, number string, found bool) {
	if !mayExceedFloat(raw) {
		return "", "", false
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var at position
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", "", false
		}
		if number, ok := token.(json.Number); ok {
			if _, err := number.Float64(); err != nil {
				return at.String(), truncate.Bytes(string(number), maxShown), true
			}
		}
		at.pass(token)
	}
}

// position is a position in a JSON value that is read token by token: the objects and lists around it.
type position []level

// level is an object or a list. In an object, the name is that of the member being read, which begins when named is set.
type level struct {
	list  bool
	index int
	name  string
	named bool
}

// pass moves the position behind a token.
func (p *position) pass(token json.Token) {
	switch token {
	case json.Delim('{'), json.Delim('['):
		*p = append(*p, level{list: token == json.Delim('[')})
		return
	case json.Delim('}'), json.Delim(']'):
		*p = (*p)[:len(*p)-1]
	}
	if len(*p) == 0 {
		return
	}
	inner := &(*p)[len(*p)-1]
	if name, ok := token.(string); ok && !inner.list && !inner.named {
		inner.name, inner.named = name, true
		return
	}
	inner.index++
	inner.named = false
}

// String returns the path, such as .tools[2].timeout.
func (p position) String() string {
	var path []byte
	for _, each := range p {
		if each.list {
			path = append(append(path, '['), strconv.Itoa(each.index)+"]"...)
		} else {
			path = append(append(path, '.'), truncate.Bytes(each.name, maxShown)...)
		}
	}
	return truncate.Bytes(string(path), maxShown)
}

// maxShown bounds what an error repeats of a message, in bytes.
const maxShown = 100
