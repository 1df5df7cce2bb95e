package doctor

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/chat"
	"github.com/orq-mcp/orq-mcp/test/wire"
)

// mostTime is how long a run may take, whatever the network does.
const mostTime = 3 * time.Second

// TestANetworkThatSwallowsEverything has names that are never found, and addresses that never answer.
func TestANetworkThatSwallowsEverything(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		options := standard(t)
		options.BaseURL = "https://my.orq.ai"
		options.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse("http://proxy.example:3128") }
		options.Machine = machine(t.TempDir(), map[string]string{"HTTPS_PROXY": "http://proxy.example:3128"})
		d := newDoctor(options)
		d.dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		began := time.Now()
		report := d.report(t.Context())
		if took := time.Since(began); took > mostTime {
			t.Errorf("the run took %v, want %v at most", took, mostTime)
		}
		checkReport(t, report)
		want(t, report, checkProxy, "failed: HTTPS_PROXY at proxy.example:3128: there was no answer within 2.5s")
		want(t, report, checkConnection, "failed: my.orq.ai: there was no answer within 2.5s")
		want(t, report, checkAccess, "skipped")
	})
}

// TestAServerThatNeverAnswers takes connections and requests.
func TestAServerThatNeverAnswers(t *testing.T) {
	t.Parallel()
	for name, silent := range map[string]string{"to any request": "/", "to requests with the key": "/v2/agents"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := wire.ServeHTTP1(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.HasPrefix(r.URL.Path, silent) {
						<-r.Context().Done()
					}
					_, _ = io.WriteString(w, "hello")
				}))
				options := standard(t)
				options.BaseURL = n.URL + "/"
				d := newDoctor(options)
				d.dial = n.Dial
				began := time.Now()
				report := d.report(t.Context())
				if took := time.Since(began); took > mostTime {
					t.Errorf("the run took %v, want %v at most", took, mostTime)
				}
				checkReport(t, report)
				id := checkConnection
				if silent != "/" {
					id = checkAccess
				}
				want(t, report, id, "failed: ", "there was no answer within 2.5s")
			})
		})
	}
}

func TestACheckThatDoesNotEndIsAFinding(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		options := standard(t)
		hung := make(chan struct{})
		options.Listen = func(string) error { <-hung; return nil }
		d := newDoctor(options)
		d.dial = func(context.Context, string, string) (net.Conn, error) { return nil, io.EOF }
		began := time.Now()
		report := d.report(t.Context())
		if took := time.Since(began); took > mostTime {
			t.Errorf("the run took %v, want %v at most", took, mostTime)
		}
		close(hung)
		checkReport(t, report)
		want(t, report, checkPort, "failed: it brought no result within 2.5s")
	})
}

func TestARefusedAddress(t *testing.T) {
	t.Parallel()
	report := run(t, standard(t)) // port 1 of this machine
	want(t, report, checkConnection, "failed: 127.0.0.1:1: the connection was refused -> check the network, and ORQ_BASE_URL")
	want(t, report, checkTLS, "skipped: the address is one of plain http")
}

func TestASandboxLeavesTheServiceOut(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.Sandbox, options.Key = true, ""
	report := run(t, options)
	for _, id := range []string{checkKey, checkBaseURL, checkProxy, checkConnection, checkTLS, checkClock, checkAccess, checkOperations} {
		want(t, report, id, "skipped: --sandbox")
	}
	want(t, report, checkData, "note: none: the agents end with the program -> add --data FILE")
	want(t, report, checkModel, "skipped: --model-url is not set")
	want(t, report, checkClient, "note: none of the 11 clients", "orq-mcp install CLIENT")
	if report.State != OK {
		t.Errorf("state = %s, want ok: nothing failed", report.State)
	}
}

func TestKeysAndAddresses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		key, base, id, want string
	}{
		"none":          {"", "https://my.orq.ai", checkKey, "failed: ORQ_API_KEY is not set: tools are listed, but their calls fail -> create a key"},
		"a variable":    {"${ORQ_API_KEY}", "https://my.orq.ai", checkKey, "failed: ORQ_API_KEY is a placeholder"},
		"quoted":        {`"` + key + `"`, "https://my.orq.ai", checkKey, "failed: ORQ_API_KEY is in quotes"},
		"a key":         {key, "https://my.orq.ai", checkKey, "ok: ORQ_API_KEY is set"},
		"the address":   {key, "https://my.orq.ai", checkBaseURL, "ok: https://my.orq.ai"},
		"plain http":    {key, "http://orq.example", checkBaseURL, "warning: http://orq.example is plain http"},
		"this machine":  {key, "http://localhost:8586", checkBaseURL, "ok: http://localhost:8586"},
		"no connection": {key, "https://my.orq.ai", checkOperations, "skipped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := standard(t)
			options.Key, options.BaseURL = test.key, test.base
			d := newDoctor(options)
			d.dial = func(context.Context, string, string) (net.Conn, error) { return nil, io.EOF }
			report := d.report(t.Context())
			checkReport(t, report)
			want(t, report, test.id, test.want)
		})
	}
}

func TestAnAddressThatIsNone(t *testing.T) {
	t.Parallel()
	options := standard(t)
	options.BaseURL, options.BaseURLError = "my.orq.ai", errNone
	report := run(t, options)
	want(t, report, checkBaseURL, "failed: "+errNone.Error()+" -> correct ORQ_BASE_URL")
	want(t, report, checkConnection, "skipped: the base URL is wrong")
}

func TestModelServers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ answer, model, want string }{
		"models":         {`{"data":[{"id":"llama3.2:latest"},{"id":"a/b"}]}`, "", "has 2 models: llama3.2:latest, a/b"},
		"the model":      {`{"data":[{"id":"llama3.2:latest"}]}`, "llama3.2", "ok: "},
		"another model":  {`{"data":[{"id":"llama3.2"}]}`, "gpt-4o", "does not list gpt-4o, but llama3.2 -> name one of these in --model"},
		"none":           {`{"data":[]}`, "", "warning: "},
		"something else": {`<html>`, "", "failed: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := standard(t)
			options.Sandbox = true
			options.Model = chat.Options{Model: test.model, URL: serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, test.answer) })}
			want(t, run(t, options), checkModel, test.want)
		})
	}
	options := standard(t)
	options.Sandbox, options.Model = true, chat.Options{URL: "http://127.0.0.1:1/v1"}
	want(t, run(t, options), checkModel, "failed: the model server at http://127.0.0.1:1/v1 cannot be reached")
	options.Model.Key = "${KEY}"
	want(t, run(t, options), checkModel, "failed: ORQ_SANDBOX_MODEL_KEY is a placeholder")
}
