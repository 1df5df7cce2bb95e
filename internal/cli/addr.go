package cli

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"syscall"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
	"github.com/orq-mcp/orq-mcp/internal/origin"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// checkAddr returns an error for an --addr that is not HOST:PORT. The host may be left out.
func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("--addr must look like 127.0.0.1:8585, not %q", addr)
	}
	return nil
}

// listenError describes why nothing can listen on addr.
func listenError(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("listen on %s: another program listens there already; end it, or choose another port with --addr", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("listen on %s: this machine has no such address", addr)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listen on %s: this user may not use that port", addr)
	}
	return fmt.Errorf("listen on %s: %w", addr, neterror.Describe(err))
}

// checkBaseURL returns an error for a --base-url that is none, with the address that it seems to be meant for. Nothing else of an
// address is repeated that may hold a password.
func checkBaseURL(base string) error {
	if parsed, err := url.Parse(base); err == nil && orq.IsHTTP(parsed) {
		switch path := strings.TrimSuffix(parsed.Path, "/"); path {
		case "/v2", "/v3", "/v2/agents", "/v3/router":
			return fmt.Errorf("base URL: leave out %s, which each request adds: %s://%s", path, parsed.Scheme, parsed.Host)
		}
	}
	if meant := withScheme(base); meant != "" {
		return fmt.Errorf("base URL %q: must look like %s", base, meant)
	}
	_, err := orq.New(orq.Options{BaseURL: base})
	return err
}

// withScheme returns an address of a host with its scheme, "" for any other text.
func withScheme(host string) string {
	parsed, err := url.Parse("https://" + host)
	if err != nil || strings.ContainsAny(host, "@?#") || strings.Contains(host, "://") || !strings.ContainsAny(parsed.Host, ".:") && parsed.Host != "localhost" {
		return ""
	}
	if origin.IsThisMachine(parsed.Hostname()) {
		parsed.Scheme = "http"
	}
	return parsed.String()
}
