package rig

import (
	"bytes"
	"encoding/json"
	"errors"
)

// frame has the parts of a JSON-RPC message that the rig checks. All are JSON as received, and share memory with the
// message.
type frame struct {
	id, method, result, failure []byte
	token, progress, message    []byte
	event                       []byte
	eventType, merged           []byte
	text, data                  []byte
}

var errBroken = errors.New("not a JSON-RPC message")

// parseFrame splits a message without decoding it, because decoding would need more processor time than the server that
// is measured. It checks the structure of what it splits; strict checks that all of the message is valid JSON.
func parseFrame(raw []byte, strict bool) (frame, error) {
	if strict && !json.Valid(raw) {
		return frame{}, errBroken
	}
	var f frame
	var version []byte
	c := cursor{rest: raw}
	c.object(func(key []byte) {
		switch string(key) {
		case `"jsonrpc"`:
			version = c.value()
		case `"id"`:
			f.id = c.value()
		case `"method"`:
			f.method = c.value()
		case `"result"`:
			f.result = c.value()
		case `"error"`:
			f.failure = c.value()
		case `"params"`:
			f.params(&c)
		default:
			c.value()
		}
	})
	if c.bad || len(bytes.TrimSpace(c.rest)) > 0 || string(version) != `"2.0"` {
		return frame{}, errBroken
	}
	return f, nil
}

func (f *frame) params(c *cursor) {
	c.object(func(key []byte) {
		switch string(key) {
		case `"progressToken"`:
			f.token = c.value()
		case `"progress"`:
			f.progress = c.value()
		case `"message"`:
			f.message = c.value()
		case `"_meta"`:
			c.object(func(key []byte) {
				if string(key) == `"ai.orq/event"` {
					f.takeEvent(c)
					return
				}
				c.value()
			})
		default:
			c.value()
		}
	})
}

func (f *frame) takeEvent(c *cursor) {
	before := c.rest
	c.object(func(key []byte) {
		switch string(key) {
		case `"type"`:
			f.eventType = c.value()
		case `"merged"`:
			f.merged = c.value()
		case `"text"`:
			f.text = c.value()
		case `"data"`:
			f.data = c.value()
		default:
			c.value()
		}
	})
	f.event = before[:len(before)-len(c.rest)]
}

// cursor reads JSON. bad is set at the first syntax error and stays set.
type cursor struct {
	rest []byte
	bad  bool
}

// next skips white space and returns the next byte, 0 at the end.
func (c *cursor) next() byte {
	for i, b := range c.rest {
		if b != ' ' && b != '\t' && b != '\n' && b != '\r' {
			c.rest = c.rest[i:]
			return b
		}
	}
	c.rest = nil
	return 0
}

func (c *cursor) take(want byte) bool {
	if c.bad || c.next() != want {
		c.bad = true
		return false
	}
	c.rest = c.rest[1:]
	return true
}

// object calls each with every key, in quotes; each must consume the value.
func (c *cursor) object(each func(key []byte)) {
	if !c.take('{') {
		return
	}
	if c.next() == '}' {
		c.rest = c.rest[1:]
		return
	}
	for {
		if c.next() != '"' {
			c.bad = true
			return
		}
		key := c.value()
		if !c.take(':') {
			return
		}
		each(key)
		if c.bad {
			return
		}
		if c.next() == '}' {
			c.rest = c.rest[1:]
			return
		}
		if !c.take(',') {
			return
		}
	}
}

// value consumes the next value and returns its JSON.
func (c *cursor) value() []byte {
	first := c.next()
	if c.bad || first == 0 {
		c.bad = true
		return nil
	}
	var end int
	switch first {
	case '"':
		end = endOfString(c.rest)
	case '{', '[':
		end = endOfNested(c.rest)
	default:
		end = bytes.IndexAny(c.rest, ",}] \t\r\n")
		if end < 0 {
			end = len(c.rest)
		}
	}
	if end <= 0 {
		c.bad = true
		return nil
	}
	value := c.rest[:end]
	c.rest = c.rest[end:]
	return value
}

// endOfString returns the length of the string that data begins with, quotes included; -1 when it has no end.
func endOfString(data []byte) int {
	for i := 1; i < len(data); {
		quote := bytes.IndexByte(data[i:], '"')
		if quote < 0 {
			return -1
		}
		escapes := 0
		for at := i + quote - 1; at > 0 && data[at] == '\\'; at-- {
			escapes++
		}
		i += quote + 1
		if escapes%2 == 0 {
			return i
		}
	}
	return -1
}

// endOfNested returns the length of the object or array that data begins with; -1 when it has no end.
func endOfNested(data []byte) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			length := endOfString(data[i:])
			if length < 0 {
				return -1
			}
			i += length - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
