package orq

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/redact"
	"github.com/orq-mcp/orq-mcp/internal/transport"
)

// DefaultBaseURL is the address of the service when Options name no other.
const DefaultBaseURL = "https://my.orq.ai"

// Options configure a Client. The zero value is a client of DefaultBaseURL without a key.
type Options struct {
	// BaseURL is the address of the service, without the path of an operation; DefaultBaseURL when empty.
	BaseURL string
	// APIKey is sent as a bearer token. Without one every operation fails with ErrNoKey.
	APIKey string
	// OneKey sends APIKey for callers with a key of their own, too: only this process knows the key of the workspace.
	OneKey bool
	// UserAgent names the program and its version.
	UserAgent string
	// Transport sends the requests; that of NewTransport when nil.
	Transport http.RoundTripper
	// Logger receives one debug line per request; nothing is logged when nil.
	Logger *slog.Logger
	// Proxy names the environment variables that hold a proxy, for the error when that does not answer; "" for none.
	Proxy string
	// API selects the generation of the API; APIAuto when empty.
	API API
}

// Client calls the operations of the Agents API. It is safe for concurrent use.
type Client struct {
	requester requester
	// callerKey reports that the key is that of the caller, not of this process.
	callerKey bool
	oneKey    bool
	routes    *routes
}

// New returns a client, or an error when BaseURL is not an absolute http or https URL, or APIKey no key (apikey.Check).
func New(options Options) (*Client, error) {
	base := options.BaseURL
	if base == "" {
		base = DefaultBaseURL
	}
	parsed, err := url.Parse(base)
	if err != nil || !IsHTTP(parsed) {
		return nil, fmt.Errorf("base URL %q: must look like %s", redact.URL(base), DefaultBaseURL)
	}
	if parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		return nil, errors.New("base URL: must hold neither user, query nor fragment")
	}
	key := strings.TrimSpace(options.APIKey)
	if err := apikey.Check(key); err != nil {
		return nil, fmt.Errorf("API key: %w", err)
	}
	sender := options.Transport
	if sender == nil {
		sender = NewTransport()
	}
	logger := options.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Client{oneKey: options.OneKey, routes: newRoutes(cmp.Or(options.API, APIAuto)), requester: requester{
		base:      strings.TrimRight(base, "/"),
		key:       key,
		secrets:   redact.NewKey(key),
		userAgent: options.UserAgent,
		proxy:     options.Proxy,
		// A redirect is reported, not followed: it could move a run or the key to another host.
		http:   &http.Client{Transport: sender, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		logger: logger,
	}}, nil
}

// NewTransport returns the transport of a client for which Options name no other.
func NewTransport() *transport.Transport { return transport.New(10 * time.Second) }

// Caller is the user on whose behalf a client sends its requests.
type Caller struct {
	// APIKey replaces the client's own when not empty, unless the client has OneKey.
	APIKey string
	// OnWait is called before each wait for another attempt; nil is allowed.
	OnWait func(Wait)
	// OnIdle is called before each read of a stream, when all events received so far have been yielded; nil is allowed.
	OnIdle func()
}

// For returns a client that shares this one's connections and works for caller.
func (c *Client) For(caller Caller) *Client {
	copied := *c
	r := &copied.requester
	if key := strings.TrimSpace(caller.APIKey); key != "" && !c.oneKey {
		r.key, r.secrets, copied.callerKey = key, redact.NewKey(key), true
	}
	r.onWait, r.onIdle = caller.OnWait, caller.OnIdle
	return &copied
}

// API returns the generation of the API to which the client is limited; APIAuto if it is not.
func (c *Client) API() API { return c.routes.api }

// HasKey reports whether the client has an API key, without which every operation fails with ErrNoKey.
func (c *Client) HasKey() bool { return c.requester.key != "" }

// KeyOfCaller reports whether requests carry the key of the caller in place of the client's own.
func (c *Client) KeyOfCaller() bool { return c.callerKey }
