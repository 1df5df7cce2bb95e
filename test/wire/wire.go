// Package wire connects tests with HTTP servers over TLS and HTTP/2, as the service is reached: on sockets for the built
// program, or by pipes within a synctest bubble, over connections that can die without a sign.
package wire

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// ServeTLS serves handler over TLS, HTTP/2 and HTTP/1.1 on the loopback interface. env is what the program needs in its
// environment to trust the certificate.
func ServeTLS(t *testing.T, handler http.Handler) (url string, env []string) {
	t.Helper()
	certificate := filepath.Join(t.TempDir(), "certificate.pem")
	web, err := StartTLS(handler, certificate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(web.Close)
	return web.URL, []string{"SSL_CERT_FILE=" + certificate}
}

// StartTLS is ServeTLS outside of a test. It writes the certificate to a file, which SSL_CERT_FILE may name.
func StartTLS(handler http.Handler, certificate string) (*httptest.Server, error) {
	web := httptest.NewUnstartedServer(handler)
	web.EnableHTTP2 = true
	// Of several connections that a client makes at once, it closes those that it does not need.
	web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	web.StartTLS()
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	if err := os.WriteFile(certificate, encoded, 0o600); err != nil {
		web.Close()
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return web, nil
}

// certificate returns a certificate for example.com, and what a client needs to trust it.
func certificate() (tls.Certificate, *x509.CertPool) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	return web.TLS.Certificates[0], pool
}
