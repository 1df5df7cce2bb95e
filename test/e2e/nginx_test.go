package e2e_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// nginxVariable is the environment variable that enables the test, which takes more than a minute.
const nginxVariable = "ORQ_MCP_NGINX_TEST"

// nginxSilence is longer than the read timeout of nginx, which is 60 s.
const nginxSilence = 70 * time.Second

// TestALongSilenceSurvivesNginx runs nginx with its default settings in front of the server. It closes a connection after
// 60 s without data, and buffers responses.
func TestALongSilenceSurvivesNginx(t *testing.T) {
	t.Parallel()
	if os.Getenv(nginxVariable) != "1" {
		t.Skipf("takes %v; set %s=1 to run it", nginxSilence, nginxVariable)
	}
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skipf("nginx is not installed: %v", err)
	}
	onAPIs(t, func(t *testing.T, a api) {
		srv := serve(t, overHTTP, setup{base: a.newSandbox(t, sandbox.Options{}).url})
		front := &server{process: srv.process, kind: overHTTP, url: startNginx(t, nginx, srv.url)}
		c, modernClient := connect(t, front, identity{}), connect(t, front, identity{protocol: modern})
		stream := listen(t, front, c.session())
		c.create("scout")
		message := fmt.Sprintf("/count 3\n/slow %v\n/count 3\nhello", nginxSilence)
		began := time.Now()
		var withProgress, withoutProgress []*call
		for _, each := range []*client{c, modernClient} {
			withProgress = append(withProgress, each.begin("invoke_agent", object{"key": "scout", "message": message}))
			withoutProgress = append(withoutProgress,
				each.beginWithoutProgress("invoke_agent", object{"key": "scout", "message": message, "mode": "stream"}),
				each.beginWithoutProgress("invoke_agent", object{"key": "scout", "message": message, "wait_seconds": 100}))
		}
		for _, call := range withProgress {
			// Progress must arrive at once, not when the run has ended.
			call.awaitProgress("1 2 3")
			if took := time.Since(began); took > nginxSilence/2 {
				t.Errorf("progress before the silence arrived after %v, want at most %v", took, nginxSilence/2)
			}
		}
		for _, call := range append(withProgress, withoutProgress...) {
			result := call.client.mustSucceed("invoke_agent", call.result())
			ran := decode[outcome](t, result.Structured)
			if ran.State != "completed" || !strings.HasPrefix(ran.OutputText, "1 2 3 1 2 3 ") || !strings.HasSuffix(ran.OutputText, "You wrote: hello") {
				t.Errorf("outcome = %+v, want completed with all of the output", ran)
			}
			if call.token == "" {
				continue
			}
			// The first three numbers have been read above.
			if text := strings.Join(result.messages(), "\n"); !strings.Contains(text, "\n1 2 3 1\n1 2 3 1 2\n1 2 3 1 2 3\n") || !strings.Contains(text, "still working") {
				t.Errorf("progress = %q, want heartbeats and the numbers 1 to 3", result.messages())
			}
		}
		if took := time.Since(began); took < nginxSilence {
			t.Errorf("the runs took %v, want at least %v", took, nginxSilence)
		}
		select {
		case <-stream.ended:
			t.Errorf("the listening stream ended: %q", stream.text.String())
		default:
		}
		c.ping()
	}, march, today)
}

// startNginx starts nginx in front of the server and returns the URL of the endpoint behind it.
func startNginx(t *testing.T, nginx, upstream string) string {
	t.Helper()
	// Another process may take the free port before nginx does.
	for range 5 {
		if front, ok := tryNginx(t, nginx, upstream); ok {
			return front
		}
	}
	t.Fatal("nginx does not start")
	panic("unreachable")
}

func tryNginx(t *testing.T, nginx, upstream string) (front string, ok bool) {
	t.Helper()
	address, dir := freeAddress(t), t.TempDir()
	config := nginxConfig(address, strings.TrimSuffix(upstream, "/mcp"), dir)
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, log := exec.Command(nginx, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", "stderr"), newCapture()
	cmd.Stderr, cmd.WaitDelay = log, 5*time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		// Whether it started is checked by connecting to its port.
		_ = cmd.Wait()
		close(exited)
	}()
	t.Cleanup(func() {
		// An error means that it has exited.
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-exited:
		case <-time.After(waitTimeout):
			t.Error("nginx does not exit")
			_ = cmd.Process.Kill()
			<-exited
		}
		if t.Failed() {
			t.Logf("nginx:\n%s", log)
		}
	})
	for deadline := time.Now().Add(waitTimeout); time.Now().Before(deadline); {
		select {
		case <-exited:
			t.Logf("nginx has exited:\n%s", log)
			return "", false
		default:
		}
		if conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", address); err == nil {
			conn.Close()
			return "http://" + address + "/mcp", true
		}
	}
	return "", false
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// nginxConfig sets only the directories that nginx writes to, its address and the upstream.
func nginxConfig(address, upstream, dir string) string {
	user := ""
	if os.Geteuid() == 0 {
		// Otherwise its workers run as another user, which cannot access the directory.
		user = "user root root;\n"
	}
	return user + fmt.Sprintf(`daemon off;
pid %[3]s/nginx.pid;
error_log stderr;
events {}
http {
	access_log off;
	client_body_temp_path %[3]s/body;
	proxy_temp_path %[3]s/proxy;
	fastcgi_temp_path %[3]s/fastcgi;
	uwsgi_temp_path %[3]s/uwsgi;
	scgi_temp_path %[3]s/scgi;
	server {
		listen %[1]s;
		location / {
			proxy_pass %[2]s;
		}
	}
}
`, address, upstream, dir)
}
