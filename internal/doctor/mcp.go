package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

// served is what an MCP server says of itself.
type served struct {
	name, version string
	tools         int
}

func (s served) String() string {
	return fmt.Sprintf("%s %s, %s", s.name, s.version, count(s.tools, "tool", "tools"))
}

// greet initializes a session and lists the tools.
func (d *doctor) greet(ctx context.Context, c *client.Client) (served, error) {
	if err := c.Start(ctx); err != nil {
		return served{}, err
	}
	request := mcp.InitializeRequest{}
	request.Params.ProtocolVersion = mcp.LATEST_PROTOCOL_VERSION
	request.Params.ClientInfo = mcp.Implementation{Name: "orq-mcp doctor", Version: d.Version}
	initialized, err := c.Initialize(ctx, request)
	if err != nil {
		return served{}, err
	}
	tools, err := c.ListTools(ctx, mcp.ListToolsRequest{})
	if err != nil {
		return served{}, err
	}
	return served{initialized.ServerInfo.Name, initialized.ServerInfo.Version, len(tools.Tools)}, nil
}

var errUnauthorized = errors.New("it was answered with status 401: it wants another key")

// greetURL is greet for a server over streamable HTTP. Its error is in words: those of the library lose the status.
func (d *doctor) greetURL(ctx context.Context, address string, headers map[string]string) (served, error) {
	witness := &witness{RoundTripper: d.http.Transport}
	sender := &http.Client{Transport: witness, CheckRedirect: staysOnHost}
	c, err := client.NewStreamableHttpClient(address, transport.WithHTTPBasicClient(sender), transport.WithHTTPHeaders(headers))
	if err != nil {
		return served{}, err
	}
	defer c.Close() //nolint:errcheck // the session is idle
	found, err := d.greet(ctx, c)
	_, unreachable := errors.AsType[*url.Error](err)
	switch status := witness.refusal.Load(); {
	case err == nil:
		return found, nil
	case status == http.StatusUnauthorized:
		return served{}, errUnauthorized
	case status != 0:
		return served{}, fmt.Errorf("it was answered with status %d", status)
	case unreachable || ctx.Err() != nil:
		return served{}, d.describe(ctx, err)
	}
	return served{}, errors.New("it does not speak MCP")
}

// staysOnHost follows redirects to the same host only, and from https not to http: headers may be secret.
func staysOnHost(next *http.Request, via []*http.Request) error {
	first := via[0].URL
	if next.URL.Host != first.Host || next.URL.Scheme != first.Scheme || len(via) > 5 {
		return http.ErrUseLastResponse
	}
	return nil
}

// witness keeps the status of the first response that is a refusal, 0 for none, and bounds each response.
type witness struct {
	http.RoundTripper

	refusal atomic.Int32
}

// bounded is a body of which maxAnswers at most are read.
type bounded struct {
	io.Reader
	io.Closer
}

// RoundTrip implements http.RoundTripper.
func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := w.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusBadRequest {
		w.refusal.CompareAndSwap(0, int32(response.StatusCode)) //nolint:gosec // a status has three digits
	}
	response.Body = bounded{io.LimitReader(response.Body, maxAnswers), response.Body}
	return response, nil
}

// nothing is a stream at its end.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }

// healthOf returns the version of the orq-mcp http server at an address.
func (d *doctor) healthOf(ctx context.Context, base string) (version string, err error) {
	body, status, err := d.fetch(ctx, base+"/healthz")
	if err != nil {
		return "", err
	}
	var health struct{ Status, Version string }
	if status != http.StatusOK || json.Unmarshal(body, &health) != nil || health.Status != "ok" || health.Version == "" {
		return "", errors.New("not orq-mcp")
	}
	return health.Version, nil
}
