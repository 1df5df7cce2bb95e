package a2a

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCardsInOtherSpellings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ card, want string }{
		"as A2A 0.3 has it":          {`{"url":"https://a.example/rpc","protocolVersion":"0.3.0","preferredTransport":"JSONRPC"}`, "JSONRPC 0.3.0 https://a.example/rpc"},
		"small letters":              {`{"url":"https://a.example","preferredTransport":"jsonrpc"}`, "JSONRPC 0.3 https://a.example"},
		"with a hyphen":              {`{"url":"https://a.example","preferredTransport":"JSON-RPC"}`, "JSONRPC 0.3 https://a.example"},
		"no transport":               {`{"url":"https://a.example","preferredTransport":null}`, "JSONRPC 0.3 https://a.example"},
		"v0.3.0":                     {`{"url":"https://a.example","protocolVersion":"v0.3.0"}`, "JSONRPC 0.3.0 https://a.example"},
		"a number":                   {`{"url":"https://a.example","protocolVersion":0.3}`, "JSONRPC 0.3 https://a.example"},
		"1.0 in the form of 0.3":     {`{"url":"https://a.example","protocolVersion":1.0}`, "JSONRPC 1.0 https://a.example"},
		"snake_case":                 {`{"url":"https://a.example","protocol_version":"0.2.5","preferred_transport":"JSONRPC"}`, "JSONRPC 0.2.5 https://a.example"},
		"interface without version":  {`{"supportedInterfaces":[{"url":"https://a.example","protocolBinding":"JSONRPC"}]}`, "JSONRPC 1.0 https://a.example"},
		"interface, version of card": {`{"protocolVersion":"0.3.0","supportedInterfaces":[{"url":"https://a.example","protocolBinding":"JSONRPC"}]}`, "JSONRPC 0.3.0 https://a.example"},
		"interface without binding":  {`{"supportedInterfaces":[{"url":"https://a.example","protocolVersion":"1.0"}]}`, "JSONRPC 1.0 https://a.example"},
		"REST":                       {`{"supportedInterfaces":[{"url":"https://a.example","protocolBinding":"rest","protocolVersion":"1"}]}`, "HTTP+JSON 1 https://a.example"},
		"one interface, no list":     {`{"supportedInterfaces":{"url":"https://a.example","protocolBinding":"http+json"}}`, "HTTP+JSON 1.0 https://a.example"},
		"unknown interfaces":         {`{"supportedInterfaces":[null,7,{},{"url":7},{"url":"x","protocolBinding":"MQTT"},{"url":"https://a.example","protocolBinding":"JSONRPC","protocolVersion":"1.0"}]}`, "JSONRPC 1.0 https://a.example"},
		"the old form beside gRPC":   {`{"supportedInterfaces":[{"url":"a.example:443","protocolBinding":"GRPC"}],"url":"https://a.example/rpc","protocolVersion":"0.3.0"}`, "JSONRPC 0.3.0 https://a.example/rpc"},
		"no url but others":          {`{"protocolVersion":"0.3.0","preferredTransport":"GRPC","additionalInterfaces":[{"url":"a.example:443","transport":"GRPC"},{"url":"https://a.example","transport":"jsonrpc"}]}`, "JSONRPC 0.3.0 https://a.example"},
		"a path":                     {`{"url":"/rpc"}`, "JSONRPC 0.3 https://far.example:8443/rpc"},
		"a relative path":            {`{"url":"./rpc"}`, "JSONRPC 0.3 https://far.example:8443/agents/a/rpc"},
		"the parent":                 {`{"url":"../rpc"}`, "JSONRPC 0.3 https://far.example:8443/agents/rpc"},
		"another host":               {`{"url":"//a.example/rpc"}`, "JSONRPC 0.3 https://a.example/rpc"},
		"blanks":                     {`{"url":" https://a.example/rpc "}`, "JSONRPC 0.3 https://a.example/rpc"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, chosen, err := Agent{Card: json.RawMessage(test.card), CardURL: "https://far.example:8443/agents/a/.well-known/agent-card.json"}.endpoints()
			if err != nil {
				t.Fatal(err)
			}
			if got := chosen[0].String() + " " + chosen[0].at.String(); got != test.want {
				t.Errorf("endpoint = %s, want %s", got, test.want)
			}
		})
	}
}

// A card that offers nothing to call is refused in words that repeat what it offers.
func TestCardsThatCannotBeCalled(t *testing.T) {
	t.Parallel()
	for card, want := range map[string]string{
		`{"url":"far away"}`:                                                  `JSONRPC 0.3 at "far away"`,
		`{"url":"a.example/rpc"}`:                                             `JSONRPC 0.3 at "a.example/rpc"`,
		`{"url":"localhost:8080"}`:                                            `JSONRPC 0.3 at "localhost:8080"`,
		`{"url":"grpc://a.example"}`:                                          `JSONRPC 0.3 at "grpc://a.example"`,
		`{"url":"https://a.example","protocolVersion":"latest"}`:              `JSONRPC latest at "https://a.example"`,
		`{"url":"https://a.example","protocolVersion":"2.0"}`:                 `JSONRPC 2.0 at "https://a.example"`,
		`{"url":"https://a.example","preferredTransport":"http_json"}`:        `HTTP+JSON 0.3 at "https://a.example"`,
		`{"supportedInterfaces":[{"url":"a.example","protocolBinding":"X"}]}`: `X 1.0 at "a.example"`,
		`{"supportedInterfaces":"x"}`:                                         `nothing`,
		`[]`:                                                                  "it is no JSON object",
	} {
		err := Check(Agent{Card: json.RawMessage(card), CardURL: "https://far.example/card"})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("card %s: error = %v, want it to contain %s", card, err, want)
		}
	}
}

func TestCapabilitiesInOtherSpellings(t *testing.T) {
	t.Parallel()
	for capabilities, want := range map[string]bool{
		`{"streaming":true}`: true, `{"streaming":"true"}`: true, `{"streaming":"True"}`: true, `{"streaming":1}`: true,
		`{"streaming":false}`: false, `{"streaming":"false"}`: false, `{"streaming":0}`: false, `{"streaming":null}`: false,
		`{}`: false, `[]`: false, `null`: false, `"streaming"`: false,
	} {
		card, err := readCard(json.RawMessage(`{"url":"https://a.example","capabilities":`+capabilities+`}`), "")
		if err != nil || card.streams != want {
			t.Errorf("capabilities %s: streams = %t, %v, want %t", capabilities, card.streams, err, want)
		}
	}
}

func TestOutputModesAreThoseOfTheCard(t *testing.T) {
	t.Parallel()
	card, err := readCard(json.RawMessage(`{"url":"https://a.example","defaultOutputModes":["image/png",null,"text"]}`), "")
	if diff := cmp.Diff([]string{"image/png", "text"}, card.outputModes); diff != "" || err != nil {
		t.Errorf("output modes (-want +got), %v:\n%s", err, diff)
	}
}
