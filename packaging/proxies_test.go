package packaging

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestNginxPassesProgressOn(t *testing.T) {
	t.Parallel()
	nginx := lookUp(t, "nginx")
	behindProxy(t, "https", func(port, upstream, dir string) *exec.Cmd {
		site := replaceAll(t, read(t, "../examples/nginx/orq-mcp.conf"), map[string]string{
			"listen 443":                           "listen 127.0.0.1:" + port,
			"127.0.0.1:8585":                       "127.0.0.1:" + upstream,
			"/etc/ssl/certs/mcp.example.com.pem":   certificate(t, dir),
			"/etc/ssl/private/mcp.example.com.key": filepath.Join(dir, "key.pem"),
		})
		user := ""
		if os.Geteuid() == 0 {
			// Otherwise its workers run as another user, which cannot access the directory.
			user = "user root root;\n"
		}
		var temporary strings.Builder
		for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
			temporary.WriteString(kind + "_temp_path " + filepath.Join(dir, kind) + ";\n")
		}
		config := user + "daemon off;\npid " + dir + "/pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n" + temporary.String() + site + "}\n"
		return exec.Command(nginx, "-p", dir, "-e", "stderr", "-c", write(t, dir, "nginx.conf", config))
	})
}

func TestCaddyPassesProgressOn(t *testing.T) {
	t.Parallel()
	caddy := lookUp(t, "caddy")
	behindProxy(t, "http", func(port, upstream, dir string) *exec.Cmd {
		site := replaceAll(t, read(t, "../examples/caddy/Caddyfile"), map[string]string{
			"mcp.example.com": "http://127.0.0.1:" + port,
			"127.0.0.1:8585":  "127.0.0.1:" + upstream,
		})
		file := write(t, dir, "Caddyfile", "{\n\tadmin off\n}\n"+site)
		cmd := exec.Command(caddy, "run", "--adapter", "caddyfile", "--config", file)
		cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
		return cmd
	})
}

// TestCaddyfileIsValid checks the file as it is: caddy also prepares what it needs for the certificate of its site.
func TestCaddyfileIsValid(t *testing.T) {
	t.Parallel()
	caddy, dir := lookUp(t, "caddy"), t.TempDir()
	cmd := exec.Command(caddy, "validate", "--adapter", "caddyfile", "--config", "../examples/caddy/Caddyfile")
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("caddy validate: %v\n%s", err, out)
	}
}

// behindProxy starts the server as the example says, and the proxy in front of it, and runs an agent through both.
func behindProxy(t *testing.T, scheme string, proxy func(port, upstream, dir string) *exec.Cmd) {
	t.Helper()
	upstream := serve(t, nil, "http", "--addr", "127.0.0.1:0", "--sandbox", "--drain", "0s")
	// Another process may take the free port before the proxy does.
	for range 5 {
		port := freePort(t)
		if !start(t, proxy(port, upstream, t.TempDir()), "127.0.0.1:"+port) {
			continue
		}
		transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
		t.Cleanup(transport.CloseIdleConnections)
		checkProgress(t, connect(t, scheme+"://127.0.0.1:"+port+"/mcp", "", &http.Client{Transport: transport}))
		return
	}
	t.Fatal("the proxy does not start")
}

// start reports whether the program listens; it ends with the test.
func start(t *testing.T, cmd *exec.Cmd, address string) bool {
	t.Helper()
	log := &strings.Builder{}
	cmd.Stderr, cmd.WaitDelay = log, 5*time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(exited)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-exited
		if t.Failed() {
			t.Logf("%s:\n%s", cmd.Path, log)
		}
	})
	for deadline := time.Now().Add(waitTimeout); time.Now().Before(deadline); {
		select {
		case <-exited:
			t.Logf("%s has exited:\n%s", cmd.Path, log)
			return false
		default:
		}
		if conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", address); err == nil {
			conn.Close()
			return true
		}
	}
	return false
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// replaceAll fails for what is not in the text.
func replaceAll(t *testing.T, text string, words map[string]string) string {
	t.Helper()
	for from, to := range words {
		if !strings.Contains(text, from) {
			t.Fatalf("there is no %q in:\n%s", from, text)
		}
		text = strings.ReplaceAll(text, from, to)
	}
	return text
}

func write(t *testing.T, dir, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// certificate writes a certificate to cert.pem and its key to key.pem, and returns the path of the first.
func certificate(t *testing.T, dir string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mcp.example.com"}, DNSNames: []string{"mcp.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})))
	return write(t, dir, "cert.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})))
}
