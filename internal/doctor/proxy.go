package doctor

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// lookAtProxy looks at which proxy stands before the service, and whether it takes connections.
func (d *doctor) lookAtProxy(ctx context.Context) {
	if !d.hasService() {
		d.skipWithoutService(checkProxy)
		return
	}
	d.add(d.proxyFinding(ctx))
}

// skipWithoutService skips checks of the service that the settings do not lead to.
func (d *doctor) skipWithoutService(ids ...string) {
	if d.Sandbox {
		d.skip(inSandbox, ids...)
		return
	}
	d.skip("the base URL is wrong", ids...)
}

func (d *doctor) proxyFinding(ctx context.Context) Finding {
	f := Finding{ID: checkProxy, State: OK}
	proxy, err := d.proxy(ctx)
	variables := d.proxyVariables()
	switch {
	case err != nil:
		f.State, f.Found = Failed, variables+" holds no address of a proxy"
		f.Do = "write it as http://HOST:PORT"
	case proxy == nil && variables == "" && d.getenv("ALL_PROXY") != "":
		f.State, f.Found = Note, "ALL_PROXY is set, which orq-mcp does not read"
		f.Do = "set HTTPS_PROXY if the service is behind that proxy"
	case proxy == nil && variables == "":
		f.Found = "none is set"
	case proxy == nil:
		f.Found = variables + " does not apply to " + d.host()
	default:
		name := fmt.Sprintf("%s at %s", variables, hostOf(proxy))
		f.Found = name + " answers"
		if proxy.User != nil {
			f.Found += ", with a user of its own"
		}
		conn, err := d.dial(ctx, "tcp", proxyAddress(proxy))
		if err != nil {
			f.State, f.Found = Failed, fmt.Sprintf("%s: %v", name, d.describe(ctx, err))
			f.Do = "correct " + variables + ", or name " + d.host() + " in NO_PROXY"
			break
		}
		_ = conn.Close()
	}
	return f
}

// proxy returns the proxy of the service, nil if there is none.
func (d *doctor) proxy(ctx context.Context) (*url.URL, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.BaseURL, nil)
	if err != nil {
		return nil, err
	}
	return d.Proxy(request)
}

// proxyVariables names the variables that hold a proxy for the service, in the order in which Go reads them.
func (d *doctor) proxyVariables() string {
	names := []string{"HTTPS_PROXY", "https_proxy"}
	if strings.HasPrefix(d.BaseURL, "http:") {
		names = []string{"HTTP_PROXY", "http_proxy"}
	}
	for _, name := range names {
		if d.getenv(name) != "" {
			return name
		}
	}
	return ""
}

func (d *doctor) getenv(name string) string {
	if d.Machine.Getenv == nil {
		return ""
	}
	return d.Machine.Getenv(name)
}

// host returns the host of the service.
func (d *doctor) host() string {
	at, err := url.Parse(d.BaseURL)
	if err != nil {
		return redact.URL(d.BaseURL)
	}
	return at.Host
}

func hostOf(proxy *url.URL) string { return cmp.Or(proxy.Host, "an empty host") }

// proxyAddress returns the host and port of a proxy.
func proxyAddress(proxy *url.URL) string {
	standard := map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}
	return net.JoinHostPort(proxy.Hostname(), cmp.Or(proxy.Port(), standard[proxy.Scheme], "80"))
}

// describe describes the failure of a connection. The end of the time for all checks is one of them.
func (d *doctor) describe(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("there was no answer within %v", d.patience)
	}
	return neterror.Describe(err)
}
