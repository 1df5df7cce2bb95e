package cli_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/orq-mcp/orq-mcp/internal/cli"
)

// compact returns JSON without the space between its tokens.
func compact(t *testing.T, raw string) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, []byte(raw)); err != nil {
		t.Fatalf("%v: %.300q", err, raw)
	}
	return out.String()
}

func TestCallPrintsNumbersAsTheServiceWroteThem(t *testing.T) { //nolint:paralleltest // one stdio server per process
	const numbers = `{"a":12345678901234567890,"b":-9007199254740993,"c":1.0,"d":1e3,"e":1E+2,"f":0.10000000000000000001,"g":-0.0,"h":1e-400,"i":1e400}`
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"_id":"1","key":"k","role":"<r>","variables":`+numbers+`,"later":`+numbers+`}`)
	}))
	t.Cleanup(service.Close)
	var out, log bytes.Buffer
	code := cli.Run(t.Context(), []string{"call", "get_agent", "key=k", "--output", "json", "--base-url", service.URL}, cli.Process{
		In: strings.NewReader(""), Out: &out, Err: &log, Getenv: func(name string) string { return map[string]string{"ORQ_API_KEY": "sk-test"}[name] },
	})
	if code != 0 {
		t.Fatalf("exit code %d, want 0: %s", code, log.String())
	}
	var printed struct {
		Role      string
		Variables json.RawMessage
		Other     struct{ Later json.RawMessage }
	}
	if err := json.Unmarshal(out.Bytes(), &printed); err != nil {
		t.Fatal(err)
	}
	for place, got := range map[string]json.RawMessage{"variables": printed.Variables, "other.later": printed.Other.Later} {
		if diff := cmp.Diff(numbers, compact(t, string(got))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", place, diff)
		}
	}
	if !strings.Contains(out.String(), `"role": "<r>"`) {
		t.Errorf("output %s, want <r> without escapes", out.String())
	}
}

func TestCallSendsNumbersAsTheyWereGiven(t *testing.T) { //nolint:paralleltest // one stdio server per process
	sent := make(chan string, 1)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		sent <- string(body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"_id":"1","key":"k"}`)
	}))
	t.Cleanup(service.Close)
	const variables = `{"a":12345678901234567890,"b":1.0,"c":1e3,"d":1e-400}`
	var log bytes.Buffer
	arguments := `{"key":"k","role":"r","description":"d","instructions":"i","model":"m","path":"Default","variables":` + variables + `}`
	code := cli.Run(t.Context(), []string{"call", "create_agent", "--json", "-", "--base-url", service.URL}, cli.Process{
		In: strings.NewReader(arguments), Out: io.Discard, Err: &log, Getenv: func(name string) string { return map[string]string{"ORQ_API_KEY": "sk-test"}[name] },
	})
	if code != 0 {
		t.Fatalf("exit code %d, want 0: %s", code, log.String())
	}
	if body := <-sent; !strings.Contains(body, `"variables":`+variables) {
		t.Errorf("body %s, want the variables %s", body, variables)
	}
}

func TestCallPrintsTheTextOfTheAgentAsItComes(t *testing.T) { //nolint:paralleltest // one stdio server per process
	var out, log bytes.Buffer
	code := cli.Run(t.Context(), []string{"call", "--sandbox", "invoke_agent", "key=billing-agent", "message=/count 3\n/tool current_date\nhello"}, cli.Process{
		In: strings.NewReader(""), Out: &out, Err: &log, Getenv: func(string) string { return "" },
	})
	for _, want := range []string{"\n1 2 3 \niteration 1: thinking\ntool current_date started\n", "\nYou wrote: hello\n- current_date"} {
		if code != 0 || !strings.Contains(log.String(), want) {
			t.Errorf("exit code %d, stderr %q, want 0 and %q in it", code, log.String(), want)
		}
	}
}
