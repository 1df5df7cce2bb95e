package doctor

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
	"github.com/orq-mcp/orq-mcp/internal/transport"
)

var errNone = errors.New("base URL: must look like https://my.orq.ai")

// serve serves over plain http, and returns the address.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// serveBox serves a sandbox.
func serveBox(t *testing.T, options sandbox.Options) string {
	t.Helper()
	box, err := sandbox.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	return serve(t, box.ServeHTTP)
}

// TestServicesOfAllGenerations runs against the sandbox, which has the operations and the errors of the service.
func TestServicesOfAllGenerations(t *testing.T) {
	t.Parallel()
	for generation, words := range map[sandbox.Generation][]string{
		"both":  {"ok: ", "runs of March 2026, the Responses API of today, external agents of today; runs use those of March, which are tried first"},
		"march": {"ok: found by reading: agents, runs of March 2026; runs use those of March"},
		"today": {"ok: ", "agents, the Responses API of today, external agents of today; runs use the Responses API, because those of March are missing"},
	} {
		t.Run(string(generation), func(t *testing.T) {
			t.Parallel()
			options := standard(t)
			options.BaseURL = serveBox(t, sandbox.Options{Generation: generation})
			report := run(t, options)
			want(t, report, checkOperations, words...)
			want(t, report, checkConnection, "ok: 127.0.0.1:")
			want(t, report, checkClock, "ok: right")
			want(t, report, checkAccess, "ok: the key is accepted; no agents; the service does not say which workspace it is")
			want(t, report, checkA2A, "ok: there are no A2A agents")
		})
	}
}

func TestAnAPIThatTheServiceDoesNotHave(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.BaseURL, options.API = serveBox(t, sandbox.Options{Generation: "today"}), orq.APIAgents
	want(t, run(t, options), checkOperations, "failed: ", "runs as --api agents wants them are missing -> leave out --api")
	options.API = orq.APIResponses
	want(t, run(t, options), checkOperations, "ok: ", "runs use the Responses API, as --api says")
}

func TestAServiceWithoutRuns(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.BaseURL = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/agents" {
			_, _ = io.WriteString(w, `{"object":"list","data":[],"has_more":false}`)
			return
		}
		http.Error(w, "Cannot GET "+r.URL.Path, http.StatusNotFound)
	})
	want(t, run(t, options), checkOperations, "failed: found by reading: agents; runs of either generation are missing -> agents can be managed, but not run")
}

func TestSomethingElseAtTheAddress(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.BaseURL = serve(t, http.NotFound)
	report := run(t, options)
	want(t, report, checkAccess, "failed: the service has no agents: ", "GET /v2/agents", "-> correct ORQ_BASE_URL")
	want(t, report, checkOperations, "failed: the service has no operations on agents")
}

func TestAWrongKey(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.BaseURL = serveBox(t, sandbox.Options{Key: "another"})
	report := run(t, options)
	want(t, report, checkAccess, "failed: the key was rejected: GET /v2/agents: 401", "-> ORQ_API_KEY is incomplete, has expired")
	want(t, report, checkOperations, "skipped: ")
	want(t, report, checkConnection, "ok: ")
}

func TestAKeyWithoutPermission(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.BaseURL = serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"message":"not for %s"}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	})
	want(t, run(t, options), checkAccess, "failed: the key may not list agents: GET /v2/agents: 403 not for ***", "-> give the key permission")
}

func TestALongRefusalIsOneLine(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.BaseURL = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":"first\nsecond %s"}`, strings.Repeat("long ", 1000))
	})
	report := run(t, options)
	want(t, report, checkAccess, "failed: GET /v2/agents: 400 first second long")
	if got := len(of(report, checkAccess)); got > 2*maxText {
		t.Errorf("%d bytes, want a bound", got)
	}
}

func TestWorkspaces(t *testing.T) {
	t.Parallel()
	const agents = `{"object":"list","data":[{"_id":"1","key":"scout","workspace_id":"w2","status":"live","path":"p","description":"d"}],"has_more":true}`
	workspace := func(id string) string {
		return fmt.Sprintf(`{"id":%q,"key":"key-%s","display_name":"Name %s"}`, id, id, id)
	}
	for name, test := range map[string]struct {
		status             int
		workspaces, agents string
		want               string
	}{
		"one":               {200, workspace("w1"), `{"object":"list","data":[],"has_more":false}`, "workspace Name w1 (key-w1), no agents"},
		"that of the agent": {200, workspace("w1") + "," + workspace("w2"), agents, "workspace Name w2 (key-w2), more than 1 agents, the newest scout"},
		"several":           {200, workspace("w1") + "," + workspace("w3"), agents, "more than 1 agents, the newest scout, in one of the workspaces key-w1, key-w3"},
		"no list":           {404, "", agents, "workspace id w2, more than 1 agents, the newest scout"},
		"forbidden":         {403, "", agents, "workspace id w2, more than 1 agents, the newest scout"},
		"refused":           {400, "", agents, "more than 1 agents, the newest scout; of which workspace it is could not be read: GET /v2/workspaces: 400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := standard(t)
			options.BaseURL = serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/v2/agents":
					_, _ = io.WriteString(w, test.agents)
				case "/v2/workspaces":
					w.WriteHeader(test.status)
					fmt.Fprintf(w, `{"object":"list","data":[%s],"has_more":false,"message":"Not found"}`, test.workspaces)
				default:
					http.NotFound(w, r)
				}
			})
			want(t, run(t, options), checkAccess, "ok: the key is accepted; "+test.want)
		})
	}
}

func TestClocks(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		header map[string]string
		want   string
	}{
		"right":       {map[string]string{"Date": now.Add(-50 * time.Second).Format(http.TimeFormat)}, "ok: right"},
		"ahead":       {map[string]string{"Date": now.Add(-2 * time.Minute).Format(http.TimeFormat)}, "warning: this machine is 2m0s ahead of the service"},
		"behind":      {map[string]string{"Date": now.Add(time.Hour).Format(http.TimeFormat)}, "warning: this machine is 1h0m0s behind the service: certificates and tokens may count as expired"},
		"from caches": {map[string]string{"Date": now.Add(-time.Hour).Format(http.TimeFormat), "Age": "3600"}, "ok: right"},
		"no date":     {nil, "skipped: the service does not say"},
	} {
		header := http.Header{}
		for key, value := range test.header {
			header.Set(key, value)
		}
		if got := of(Report{Checks: []Finding{clockFinding(header, now)}}, checkClock); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s, want %q", name, got, test.want)
		}
	}
}

// certificate returns a certificate for a name that it has signed itself.
func certificate(t *testing.T, name string, from, to time.Time) tls.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"}, NotBefore: from, NotAfter: to, DNSNames: []string{name},
		IPAddresses: []net.IP{net.ParseIP("127.0.0.2")}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: private, Leaf: leaf}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	now := time.Now()
	day := 24 * time.Hour
	for name, test := range map[string]struct {
		name     string
		from, to time.Time
		trusted  bool
		want     []string
	}{
		"unknown authority": {"localhost", now.Add(-day), now.Add(90 * day), false, []string{"failed: localhost:", `its certificate is not trusted (issued by "CN=Test authority") -> `, "SSL_CERT_FILE"}},
		"expired":           {"localhost", now.Add(-9 * day), now.Add(-day), true, []string{"failed: ", "has expired or is not valid yet (valid from ", "-> check the date of this machine"}},
		"another name":      {"other.example", now.Add(-day), now.Add(90 * day), true, []string{"failed: ", "its certificate is for another host (other.example)", "-> correct the host"}},
		"ends soon":         {"localhost", now.Add(-day), now.Add(3 * day), true, []string{"note: TLS 1.3, certificate valid until " + now.Add(3*day).UTC().Format(time.DateOnly), "renew"}},
		"fine":              {"localhost", now.Add(-day), now.Add(90 * day), true, []string{"ok: TLS 1.3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own := certificate(t, test.name, test.from, test.to)
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.TLS = &tls.Config{Certificates: []tls.Certificate{own}, MinVersion: tls.VersionTLS12}
			server.StartTLS()
			t.Cleanup(server.Close)
			options := standard(t)
			options.BaseURL = strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
			d := newDoctor(options)
			pool := x509.NewCertPool()
			if test.trusted {
				pool.AddCert(own.Leaf)
			}
			d.http.Transport.(*transport.Transport).TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
			report := d.report(t.Context())
			checkReport(t, report)
			want(t, report, checkTLS, test.want...)
			want(t, report, checkConnection, "ok: localhost:")
		})
	}
}

func TestPlainHTTPBehindHTTPS(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.BaseURL = strings.Replace(serve(t, http.NotFound), "http:", "https:", 1)
	want(t, run(t, options), checkTLS, "failed: 127.0.0.1:", "it does not speak TLS -> check the scheme and the port")
}

func TestProxies(t *testing.T) {
	t.Parallel()
	refuses := serve(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	refuses = strings.Replace(refuses, "http://", "http://ada:secret-password@", 1)
	for name, test := range map[string]struct {
		variables         map[string]string
		proxy             string
		proxyWant, itWant string
	}{
		"refuses": {
			map[string]string{"HTTPS_PROXY": refuses}, refuses,
			"ok: HTTPS_PROXY at 127.0.0.1:", "failed: my.orq.example: the proxy refused the connection: Forbidden -> correct HTTPS_PROXY, which names the proxy, or name my.orq.example in NO_PROXY",
		},
		"is not there": {
			map[string]string{"https_proxy": "http://127.0.0.1:1"}, "http://127.0.0.1:1",
			"failed: https_proxy at 127.0.0.1:1: the connection was refused -> correct https_proxy, or name my.orq.example in NO_PROXY",
			"failed: my.orq.example: the proxy cannot be reached: the connection was refused -> correct https_proxy",
		},
		"does not apply": {map[string]string{"HTTPS_PROXY": refuses}, "", "ok: HTTPS_PROXY does not apply to my.orq.example", "failed"},
		"is for others":  {map[string]string{"HTTP_PROXY": refuses}, "", "ok: none is set", "set HTTPS_PROXY"},
		"is not read":    {map[string]string{"ALL_PROXY": refuses}, "", "note: ALL_PROXY is set, which orq-mcp does not read", "failed"},
		"is no address":  {map[string]string{"HTTPS_PROXY": "a b"}, "error", "failed: HTTPS_PROXY holds no address of a proxy", "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := standard(t)
			options.BaseURL = "https://my.orq.example"
			options.Machine = machine(t.TempDir(), test.variables)
			options.Proxy = func(*http.Request) (*url.URL, error) {
				switch test.proxy {
				case "":
					return nil, nil
				case "error":
					return nil, errors.New("invalid proxy address")
				}
				return url.Parse(test.proxy)
			}
			report := run(t, options)
			want(t, report, checkProxy, test.proxyWant)
			want(t, report, checkConnection, test.itWant)
			if got := of(report, checkProxy) + of(report, checkConnection); strings.Contains(got, "secret-password") {
				t.Errorf("%s has the password of the proxy", got)
			}
		})
	}
}
