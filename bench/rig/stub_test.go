package rig

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// trust returns a client that trusts the certificate in a file and no other.
func trust(t *testing.T, certificate string, http2 bool) *http.Client {
	t.Helper()
	encoded, err := os.ReadFile(certificate)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(encoded)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: http2}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func TestServeTLSSpeaksHTTP2Alone(t *testing.T) {
	t.Parallel()
	certificate := filepath.Join(t.TempDir(), "certificate.pem")
	base, end, err := NewStub().ServeTLS(certificate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	plan := Plan{Run: 1, Events: 200, Small: true}
	if events, err := (&Direct{base, trust(t, certificate, true)}).Stream(t.Context(), plan); err != nil || events != plan.Total() {
		t.Errorf("over HTTP/2 Stream = %d events, error %v; want %d", events, err, plan.Total())
	}
	if err := (&Direct{base, trust(t, certificate, false)}).GetAgent(t.Context()); err == nil || !strings.Contains(err.Error(), "505") {
		t.Errorf("over HTTP/1.1 GetAgent = %v, want status 505", err)
	}
}

func TestServeTLSNeedsAFile(t *testing.T) {
	t.Parallel()
	if _, _, err := NewStub().ServeTLS(filepath.Join(t.TempDir(), "none", "certificate.pem")); err == nil {
		t.Error("ServeTLS without a place for its certificate: no error")
	}
}

func TestTheAddressIsFoundInTheLog(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"http://127.0.0.1:80/mcp", "https://127.0.0.1:443"} {
		address := make(chan string, 1)
		(&Process{}).readLog(strings.NewReader("stub listens on "+want+"\n"), address)
		if got := <-address; got != want {
			t.Errorf("readLog found %q, want %q", got, want)
		}
	}
}
