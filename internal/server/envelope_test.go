package server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
)

func TestParseEnvelopeRejectsMalformedMessages(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1<<20)
	for name, c := range map[string]struct {
		message string
		code    int
		text    string
	}{
		"truncated":               {`{"jsonrpc":`, mcp.PARSE_ERROR, "the message is not valid JSON: unexpected end of JSON input"},
		"empty":                   {``, mcp.PARSE_ERROR, "the message is not valid JSON: unexpected end of JSON input"},
		"nested too deep":         {strings.Repeat(`{"a":`, 100_000), mcp.PARSE_ERROR, "the message is nested too deeply"},
		"invalid UTF-8":           {"{\"method\":\"\xff\"}", mcp.INVALID_REQUEST, "the message is not valid UTF-8"},
		"a batch":                 {` [{"jsonrpc":"2.0"}]`, mcp.INVALID_REQUEST, "batches are not supported: send one message at a time"},
		"null":                    {`null`, mcp.INVALID_REQUEST, "the message is not a JSON object"},
		"a string":                {`"ping"`, mcp.INVALID_REQUEST, "the message is not a JSON object"},
		"an object for an id":     {`{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}`, mcp.INVALID_REQUEST, "the id must be text or a number"},
		"a list for an id":        {`{"jsonrpc":"2.0","id":[1],"method":"ping"}`, mcp.INVALID_REQUEST, "the id must be text or a number"},
		"a boolean for an id":     {`{"jsonrpc":"2.0","id":true,"method":"notifications/initialized"}`, mcp.INVALID_REQUEST, "the id must be text or a number"},
		"null for an id":          {`{"jsonrpc":"2.0","id":null,"method":"tools/call"}`, mcp.INVALID_REQUEST, "the id must be text or a number"},
		"no number for an id":     {`{"jsonrpc":"2.0","id":NaN,"method":"ping"}`, mcp.PARSE_ERROR, "the message is not valid JSON: invalid character 'N' looking for beginning of value"},
		"a zero too many":         {`{"jsonrpc":"2.0","id":00,"method":"ping"}`, mcp.PARSE_ERROR, "the message is not valid JSON: invalid character '0' after object key:value pair"},
		"a long method":           {`{"method":"` + long + `"}`, mcp.METHOD_NOT_FOUND, "unknown method: its name is 1048576 bytes long"},
		"a long name":             {`{"method":"tools/call","params":{"name":"` + long + `"}}`, mcp.INVALID_PARAMS, "unknown name: it is 1048576 bytes long"},
		"a long protocol version": {`{"params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"` + long + `"}}}`, mcp.INVALID_PARAMS, "unknown protocol version: it is 1048576 bytes long"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, got := parseEnvelope([]byte(c.message))
			if got == nil || got.code != c.code || got.text != c.text || got.status != http.StatusBadRequest {
				t.Errorf("parseEnvelope() error = %+v, want status %d, code %d, text %q", got, http.StatusBadRequest, c.code, c.text)
			}
		})
	}
}

func TestIsCall(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]bool{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call"}`:              true,
		`{"jsonrpc":"2.0","id":"a","method":"tools/call","params":7}`: true, // mcp-go rejects the params
		`{"jsonrpc":"1.0","id":1,"method":"tools/call"}`:              false,
		`{"jsonrpc":"2.0","method":"tools/call"}`:                     false,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","result":{}}`:  false,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","error":{}}`:   false,
		`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`:              false,
	} {
		got, err := parseEnvelope([]byte(message))
		if err != nil || got.isCall() != want {
			t.Errorf("%s: isCall() = %t, error %+v; want %t, no error", message, got.isCall(), err, want)
		}
	}
}
