package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
)

// lookAtService looks at the way to the service, and then at what the key may do there.
func (d *doctor) lookAtService(ctx context.Context) {
	if !d.hasService() {
		d.skipWithoutService(checkConnection, checkTLS, checkClock, checkAccess, checkOperations)
		if !d.Sandbox {
			d.skipWithoutService(checkA2A)
		}
		return
	}
	header, secured, err := d.reach(ctx)
	d.add(d.connectionFinding(ctx, err))
	d.add(d.tlsFinding(secured, err))
	if err != nil {
		d.skip("the service cannot be reached", checkClock, checkAccess, checkOperations, checkA2A)
		return
	}
	d.add(clockFinding(header, time.Now()))
	if !d.hasKey() {
		d.skip("there is no key to try", checkAccess, checkOperations, checkA2A)
		return
	}
	client, err := d.newClient()
	if err != nil {
		d.skip(err.Error(), checkAccess, checkOperations, checkA2A)
		return
	}
	var side sync.WaitGroup
	side.Go(func() { d.lookAtOperations(ctx, client) })
	d.lookAtAccess(ctx, client)
	side.Wait()
}

// reach sends a request without a key to the service. Any response will do. Of one over TLS, it returns what was agreed on.
func (d *doctor) reach(ctx context.Context) (http.Header, *tls.ConnectionState, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.BaseURL, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("User-Agent", "orq-mcp/"+d.Version)
	response, err := d.http.Do(request)
	if err != nil {
		return nil, nil, err
	}
	return response.Header, response.TLS, response.Body.Close()
}

func (d *doctor) connectionFinding(ctx context.Context, err error) Finding {
	f := Finding{ID: checkConnection, State: OK, Found: d.host() + " answers"}
	switch {
	case err == nil:
	case ofTLS(err):
		f.Found = d.host() + " takes the connection"
	case neterror.OfProxy(err):
		f.State, f.Found = Failed, fmt.Sprintf("%s: %v", d.host(), d.describe(ctx, err))
		f.Do = "correct " + d.proxyVariables() + ", which names the proxy, or name " + d.host() + " in NO_PROXY"
	default:
		f.State, f.Found = Failed, fmt.Sprintf("%s: %v", d.host(), d.describe(ctx, err))
		f.Do = "check the network, and ORQ_BASE_URL or --base-url"
		if d.proxyVariables() == "" {
			f.Do += "; behind a proxy, set HTTPS_PROXY"
		}
	}
	return f
}

// ofTLS reports whether a failure is one of TLS, not of the connection.
func ofTLS(err error) bool {
	_, record := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	return record || alert || isCertificate(err) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

func isCertificate(err error) bool {
	_, found := errors.AsType[*tls.CertificateVerificationError](err)
	return found
}

// soon is how long before its end a certificate is remarked upon.
const soon = 14 * 24 * time.Hour

func (d *doctor) tlsFinding(secured *tls.ConnectionState, err error) Finding {
	f := Finding{ID: checkTLS, State: OK}
	switch {
	case strings.HasPrefix(d.BaseURL, "http:"):
		f.State, f.Found = Skipped, "the address is one of plain http"
	case err == nil && secured != nil && len(secured.PeerCertificates) > 0:
		end := secured.PeerCertificates[0].NotAfter
		f.Found = fmt.Sprintf("%s, certificate valid until %s", tls.VersionName(secured.Version), end.UTC().Format(time.DateOnly))
		if time.Until(end) < soon {
			f.State, f.Do = Note, "whoever runs "+d.host()+" has to renew its certificate"
		}
	case err != nil && ofTLS(err):
		f.State, f.Found = Failed, fmt.Sprintf("%s: %v%s", d.host(), neterror.Describe(err), certificateDetail(err))
		f.Do = tlsRemedy(err)
	default:
		f.State, f.Found = Skipped, "the service cannot be reached"
	}
	return f
}

// certificateDetail returns what a certificate that is not accepted says of itself.
func certificateDetail(err error) string {
	failed, ok := errors.AsType[*tls.CertificateVerificationError](err)
	if !ok || len(failed.UnverifiedCertificates) == 0 {
		return ""
	}
	first := failed.UnverifiedCertificates[0]
	switch {
	case isFor[x509.HostnameError](err):
		return fmt.Sprintf(" (%s)", strings.Join(first.DNSNames, ", "))
	case isFor[x509.CertificateInvalidError](err):
		return fmt.Sprintf(" (valid from %s to %s)", first.NotBefore.UTC().Format(time.DateOnly), first.NotAfter.UTC().Format(time.DateOnly))
	}
	return fmt.Sprintf(" (issued by %q)", first.Issuer.String())
}

func isFor[E error](err error) bool {
	_, found := errors.AsType[E](err)
	return found
}

func tlsRemedy(err error) string {
	switch {
	case isFor[x509.HostnameError](err):
		return "correct the host in ORQ_BASE_URL or --base-url"
	case isFor[x509.CertificateInvalidError](err):
		return "check the date of this machine; if it is right, whoever runs the service has to renew its certificate"
	case isCertificate(err):
		return "if your company's proxy opens TLS, add its certificate to those of the system, or on Linux name its file in SSL_CERT_FILE"
	}
	return "check the scheme and the port in ORQ_BASE_URL or --base-url: plain http has http://"
}
