package transport

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/orq-mcp/orq-mcp/test/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// on returns a transport whose connections are those of a network.
func on(t *testing.T, n *wire.Network) *Transport {
	t.Helper()
	transport := New(10 * time.Second)
	transport.DialContext, transport.TLSClientConfig, transport.Proxy = n.Dial, n.ClientTLS, nil
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// newRequest returns a request with a body, except for GET.
func newRequest(ctx context.Context, t *testing.T, method, url string) *http.Request {
	t.Helper()
	var body io.Reader
	if method != http.MethodGet {
		body = strings.NewReader(`{"message": "hello"}`)
	}
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	return request
}

// exchange sends a request and reads its response to the end.
func exchange(transport http.RoundTripper, request *http.Request) error {
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// mustExchange is exchange for a GET that has to succeed.
func mustExchange(t *testing.T, transport http.RoundTripper, url string) {
	t.Helper()
	if err := exchange(transport, newRequest(t.Context(), t, http.MethodGet, url)); err != nil {
		t.Errorf("GET: %v, want a response", err)
	}
}
