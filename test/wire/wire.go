// Package wire connects tests with HTTP servers over TLS and HTTP/2, as the service is reached: on sockets for the built
// program, or by pipes within a synctest bubble, over connections that can die without a sign.
package wire

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
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
	web := httptest.NewUnstartedServer(handler)
	web.EnableHTTP2 = true
	// Of several connections that a client makes at once, it closes those that it does not need.
	web.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	web.StartTLS()
	t.Cleanup(web.Close)
	certificate := filepath.Join(t.TempDir(), "certificate.pem")
	encoded := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	if err := os.WriteFile(certificate, encoded, 0o600); err != nil {
		t.Fatal(err)
	}
	return web.URL, []string{"SSL_CERT_FILE=" + certificate}
}

// certificate returns a certificate for example.com, and what a client needs to trust it.
func certificate() (tls.Certificate, *x509.CertPool) {
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	return web.TLS.Certificates[0], pool
}
