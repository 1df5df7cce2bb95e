package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestListsMayBeCachedForMinutes checks the cache hints of the newest protocol. The list changes only with the program.
func TestListsMayBeCachedForMinutes(t *testing.T) {
	t.Parallel()
	onEachTransport(t, func(t *testing.T, kind string) {
		c := connect(t, serve(t, kind, setup{base: "http://127.0.0.1:9"}), identity{protocol: modern})
		for _, method := range []string{"server/discover", "tools/list"} {
			hints := decode[struct {
				TTL   int64  `json:"ttlMs"`
				Scope string `json:"cacheScope"`
			}](t, c.request(method, object{}).response().Result)
			if ttl := time.Duration(hints.TTL) * time.Millisecond; ttl < time.Minute || ttl > time.Hour || hints.Scope != "public" {
				t.Errorf("%s: ttl = %v, scope %s, want a minute to an hour, public", method, ttl, hints.Scope)
			}
		}
	})
}

// TestTheCachedListIsTheSame lists the tools twice, so that the second answer comes from the cache of the server.
func TestTheCachedListIsTheSame(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"2024-11-05", current, modern} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			c := connect(t, serve(t, overHTTP, setup{base: "http://127.0.0.1:9"}), identity{protocol: version})
			first, second := c.request("tools/list", object{}).response(), c.request("tools/list", object{}).response()
			if diff := cmp.Diff(decode[any](t, first.Result), decode[any](t, second.Result)); diff != "" {
				t.Errorf("second list (-first +second):\n%s", diff)
			}
			if string(first.ID) == string(second.ID) {
				t.Errorf("both answers have the id %s", first.ID)
			}
		})
	}
}

// TestACachedListIsNotSentToInvalidRequests sends requests that the newest protocol forbids.
func TestACachedListIsNotSentToInvalidRequests(t *testing.T) {
	t.Parallel()
	srv := serve(t, overHTTP, setup{base: "http://127.0.0.1:9"})
	connect(t, srv, identity{protocol: modern}).list()
	meta := object{
		"io.modelcontextprotocol/protocolVersion": modern, "io.modelcontextprotocol/clientInfo": clientInfo(),
		"io.modelcontextprotocol/clientCapabilities": object{},
	}
	header := []string{"Mcp-Protocol-Version", modern, "Mcp-Method", "tools/list"}
	post := func(meta object, header ...string) int {
		body := encode(t, object{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": object{"_meta": meta}})
		status, _ := fetch(t, http.MethodPost, srv.url, string(body), header...)
		return status
	}
	if status := post(meta, header...); status != http.StatusOK {
		t.Fatalf("status of a valid request = %d, want 200", status)
	}
	for name, status := range map[string]int{
		"another method in the header":  post(meta, "Mcp-Protocol-Version", modern, "Mcp-Method", "ping"),
		"no method in the header":       post(meta, "Mcp-Protocol-Version", modern),
		"no version in the header":      post(meta, "Mcp-Method", "tools/list"),
		"another version in the header": post(meta, "Mcp-Protocol-Version", current, "Mcp-Method", "tools/list"),
		"no capabilities":               post(object{"io.modelcontextprotocol/protocolVersion": modern}, header...),
		"a Last-Event-ID header":        post(meta, append(header, "Last-Event-ID", "1")...),
	} {
		if status != http.StatusBadRequest {
			t.Errorf("%s: status = %d, want 400", name, status)
		}
	}
}
