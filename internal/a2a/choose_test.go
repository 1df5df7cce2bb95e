package a2a_test

import (
	"encoding/json"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/a2a"
)

func TestChoose(t *testing.T) {
	t.Parallel()
	const (
		old = `{"url":"https://far.example","protocolVersion":"0.3.0","additionalInterfaces":[{"url":"https://far.example/grpc","transport":"GRPC"}]}`
		bad = `{"supportedInterfaces":[{"url":"far.example:443","protocolBinding":"GRPC","protocolVersion":"1.0"}]}`
		two = `{"supportedInterfaces":[
			{"url":"far.example:443","protocolBinding":"GRPC","protocolVersion":"1.0"},
			{"url":"https://far.example","protocolBinding":"JSONRPC","protocolVersion":"0.3"},
			{"url":"https://far.example/v1","protocolBinding":"HTTP+JSON","protocolVersion":"1.0"}]}`
	)
	for name, test := range map[string]struct {
		card         string
		demand, want a2a.Interface
	}{
		"no demand":           {old, a2a.Interface{}, a2a.Interface{Transport: "JSONRPC", Version: "0.3.0"}},
		"without a version":   {`{"url":"https://far.example"}`, a2a.Interface{}, a2a.Interface{Transport: "JSONRPC", Version: "0.3"}},
		"first supported":     {two, a2a.Interface{}, a2a.Interface{Transport: "JSONRPC", Version: "0.3"}},
		"by version":          {two, a2a.Interface{Version: "1.0"}, a2a.Interface{Transport: "HTTP+JSON", Version: "1.0"}},
		"by longer version":   {two, a2a.Interface{Version: "0.3.0"}, a2a.Interface{Transport: "JSONRPC", Version: "0.3"}},
		"by shorter version":  {old, a2a.Interface{Version: "0.3"}, a2a.Interface{Transport: "JSONRPC", Version: "0.3.0"}},
		"by transport":        {two, a2a.Interface{Transport: "http+json"}, a2a.Interface{Transport: "HTTP+JSON", Version: "1.0"}},
		"unsupported":         {bad, a2a.Interface{}, a2a.Interface{Transport: "GRPC", Version: "1.0"}},
		"demands unsupported": {two, a2a.Interface{Transport: "GRPC"}, a2a.Interface{Transport: "GRPC", Version: "1.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := a2a.Choose(a2a.Agent{Card: json.RawMessage(test.card), Demand: test.demand})
			if got != test.want || !ok {
				t.Errorf("Choose = %+v, %t, want %+v, true", got, ok, test.want)
			}
		})
	}
	for name, test := range map[string]struct {
		card   string
		demand a2a.Interface
	}{
		"other version":   {old, a2a.Interface{Version: "0.30"}},
		"other transport": {old, a2a.Interface{Transport: "HTTP+JSON"}},
		"never both":      {two, a2a.Interface{Transport: "JSONRPC", Version: "1.0"}},
		"no card":         {`[]`, a2a.Interface{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, ok := a2a.Choose(a2a.Agent{Card: json.RawMessage(test.card), Demand: test.demand}); ok {
				t.Errorf("Choose = %+v, true, want false", got)
			}
		})
	}
}
