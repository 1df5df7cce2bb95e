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

// nginxVariable is set where there is the time for a test that takes more than a minute.
const nginxVariable = "ORQ_MCP_NGINX_TEST"

// nginxSilence is longer than nginx waits for an upstream that says nothing.
const nginxSilence = 70 * time.Second

// TestALongSilenceSurvivesNginx has nginx, as it is without any settings, before the server. It gives up after 60 s in
// which nothing came, and it would rather collect an answer than pass it on.
func TestALongSilenceSurvivesNginx(t *testing.T) {
	t.Parallel()
	if os.Getenv(nginxVariable) != "1" {
		t.Skipf("it takes %v; %s=1 runs it", nginxSilence, nginxVariable)
	}
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		t.Skipf("nginx is not there: %v", err)
	}
	srv := serve(t, overHTTP, setup{base: newSandbox(t, sandbox.Options{}).url})
	front := &server{process: srv.process, kind: overHTTP, url: startNginx(t, nginx, srv.url)}
	c, lately := connect(t, front, identity{}), connect(t, front, identity{protocol: modern})
	stream := listen(t, front, c.session())
	c.create("scout")
	message := fmt.Sprintf("/count 3\n/slow %v\n/count 3\nhello", nginxSilence)
	began := time.Now()
	var told, silent []*call
	for _, each := range []*client{c, lately} {
		told = append(told, each.begin("invoke_agent", object{"key": "scout", "message": message}))
		silent = append(silent,
			each.beginQuietly("invoke_agent", object{"key": "scout", "message": message, "mode": "stream"}),
			each.beginQuietly("invoke_agent", object{"key": "scout", "message": message, "wait_seconds": 100}))
	}
	for _, call := range told {
		// It is passed on at once, not when the run has ended.
		call.awaitProgress("3 ")
		if took := time.Since(began); took > nginxSilence/2 {
			t.Errorf("what was said before the silence came after %v", took)
		}
	}
	for _, call := range append(told, silent...) {
		result := call.client.succeeded("invoke_agent", call.result())
		ran := decode[outcome](t, result.Structured)
		if ran.State != "completed" || !strings.HasPrefix(ran.OutputText, "1 2 3 1 2 3 ") || !strings.HasSuffix(ran.OutputText, "You wrote: hello") {
			t.Errorf("outcome %+v", ran)
		}
		if call.token == "" {
			continue
		}
		// The first three were taken above.
		if said := strings.Join(result.messages(), "\n"); !strings.Contains(said, "\n1 \n2 \n3 \n") || !strings.Contains(said, "still working") {
			t.Errorf("progress %q", result.messages())
		}
	}
	if took := time.Since(began); took < nginxSilence {
		t.Errorf("the runs took %v", took)
	}
	select {
	case <-stream.ended:
		t.Errorf("the listening stream ended: %q", stream.text.String())
	default:
	}
	c.ping()
}

// startNginx puts nginx before the server and returns the server's address there.
func startNginx(t *testing.T, nginx, upstream string) string {
	t.Helper()
	// A port that is free may be taken before nginx does.
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
		// Whether it started is what its port tells.
		_ = cmd.Wait()
		close(exited)
	}()
	t.Cleanup(func() {
		// It may have ended: then there is nobody to tell.
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-exited:
		case <-time.After(patience):
			t.Error("nginx does not end")
			_ = cmd.Process.Kill()
			<-exited
		}
		if t.Failed() {
			t.Logf("nginx:\n%s", log)
		}
	})
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		select {
		case <-exited:
			t.Logf("nginx has ended:\n%s", log)
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

// nginxConfig sets nothing but where nginx may write and what it stands before.
func nginxConfig(address, upstream, dir string) string {
	user := ""
	if os.Geteuid() == 0 {
		// Its workers would not be root, and could not reach the directory.
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
