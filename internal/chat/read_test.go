package chat

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// brokenReader is the end of a broken connection.
type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// readStreamOf reads a stream from a body.
func readStreamOf(body io.Reader, done *Completion) error {
	closer, ok := body.(io.ReadCloser)
	if !ok {
		closer = io.NopCloser(body)
	}
	return done.read(&http.Response{Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: closer})
}

func TestEndsOfAStream(t *testing.T) {
	t.Parallel()
	const (
		text  = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"
		stop  = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}"
		usage = "\n\ndata: {\"choices\":[],\"usage\":{\"total_tokens\":7}}"
	)
	sse := func(body string) answer { return answer{"text/event-stream", body} }
	breaking := func(body string) answer { return answer{"broken", body} }
	for name, test := range map[string]struct {
		answer answer
		want   error
		tokens float64
	}{
		"no [DONE]":                        {sse(text + stop + "\n\n"), nil, 0},
		"no blank line":                    {sse(text + stop + "\n"), nil, 0},
		"no line break":                    {sse(text + stop), nil, 0},
		"no line break after the usage":    {sse(text + stop + usage), nil, 7},
		"no line break after [DONE]":       {sse(text + stop + "\n\ndata: [DONE]"), nil, 0},
		"blanks around [DONE]":             {sse(text + "data:   [DONE] \n\n"), nil, 0},
		"carriage returns":                 {sse(strings.ReplaceAll(text+stop+usage, "\n", "\r\n")), nil, 7},
		"broken after the reason":          {breaking(text + stop + "\n\n"), nil, 0},
		"broken before the blank line":     {breaking(text + stop + "\n"), nil, 0},
		"broken within the usage":          {breaking(text + stop + usage[:30]), nil, 0},
		"no JSON after the reason":         {sse(text + stop + "\n\ndata: {\"choices\n\n"), nil, 0},
		"broken after an object":           {answer{"broken", `{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}`}, nil, 0},
		"broken before the reason":         {breaking(text), io.ErrUnexpectedEOF, 0},
		"broken within the reason":         {breaking(text + stop[:30]), io.ErrUnexpectedEOF, 0},
		"no reason and no [DONE]":          {sse(text), errCutOff, 0},
		"[DONE] without an answer":         {sse("data: [DONE]\n\n"), errCutOff, 0},
		"an error after the reason":        {sse(text + stop + "\n\ndata: {\"error\":\"no\"}\n\n"), reportedError("no"), 0},
		"objects in lines, without events": {answer{"application/x-ndjson", `{"choices":[{"delta":{"content":"Hi"}}]}` + "\n" + `{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":7}}` + "\n"}, nil, 7},
		"a stream called JSON":             {answer{"application/json", "\n" + text + stop}, nil, 0},
		"an object called a stream":        {sse(` {"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}`), nil, 0},
		"objects in lines, cut off":        {answer{"application/x-ndjson", `{"choices":[{"delta":{"content":"Hi"}}]}` + "\n"}, errCutOff, 0},
		"a byte order mark":                {answer{"application/json", "\uFEFF" + `{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}`}, nil, 0},
		"a failure in a line of its own":   {sse(text + "error: {\"code\":500,\"message\":\"no\"}\n\ndata: [DONE]\n\n"), reportedError("no"), 0},
		"such a failure alone":             {sse("error: {\"code\":400,\"message\":\"no\"}\n\ndata: [DONE]\n\n"), reportedError("no"), 0},
		"such a failure, and the end":      {sse(text + "error: no"), reportedError("no"), 0},
		"error within a line":              {sse(": " + strings.Repeat("x", 4094) + "error: no\n\n" + text + stop), nil, 0},
		"a failure on Groq":                {sse(text + "data: {\"choices\":[],\"x_groq\":{\"error\":\"no\"}}\n\ndata: [DONE]\n\n"), reportedError("no"), 0},
		"usage on Groq":                    {sse(text + stop + "\n\ndata: {\"choices\":[],\"x_groq\":{\"usage\":{\"total_tokens\":7}}}\n\n"), nil, 7},
		"empty usage after the usage":      {sse(text + stop + usage + "\n\ndata: {\"choices\":[],\"usage\":{}}\n\n"), nil, 7},
		"null as text for a reason":        {sse(strings.Replace(text, "}}]", "},\"finish_reason\":\"null\"}]", 1)), errCutOff, 0},
		"a call without its arguments":     {sse("data: " + pieces(piece(`"index":0,"id":"a"`, "f", "")) + "\n\ndata: [DONE]\n\n"), errCutOff, 0},
		"a call with half its arguments":   {sse("data: " + pieces(piece(`"index":0,"id":"a"`, "f", `{"x"`)) + "\n\ndata: [DONE]\n\n"), errCutOff, 0},
		"a page":                           {sse("<html></html>"), errNoAnswer, 0},
		"a cut object":                     {answer{"application/json", `{"choices":[{"mess`}, io.ErrUnexpectedEOF, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var done Completion
			err := test.answer.readInto(&done)
			if test.answer.media == "broken" {
				done = Completion{}
				err = readStreamOf(io.MultiReader(strings.NewReader(test.answer.body), brokenReader{}), &done)
			}
			if !errors.Is(err, test.want) {
				t.Fatalf("error = %v, want %v", err, test.want)
			}
			if test.want == nil && (done.Text() != "Hi" || done.FinishReason() != "stop") {
				t.Errorf("text = %q with finish reason %s, want Hi with stop", done.Text(), done.FinishReason())
			}
			if done.Usage != nil && done.Usage.TotalTokens != test.tokens || done.Usage == nil && test.tokens != 0 {
				t.Errorf("usage = %+v, want %v tokens", done.Usage, test.tokens)
			}
		})
	}
}

// A connection that breaks is described without the addresses in the errors of Go.
func TestBrokenConnectionsAreDescribed(t *testing.T) {
	t.Parallel()
	c := New(Options{URL: "http://127.0.0.1:1/v1"})
	reset := &net.OpError{Op: "read", Net: "tcp", Source: &net.TCPAddr{Port: 53211}, Err: syscall.ECONNRESET}
	for _, begun := range []string{"data: " + delta(`"content":"So"`) + "\n\n", `{"choices":[{"mess`} {
		err := readStreamOf(io.MultiReader(strings.NewReader(begun), iotest.ErrReader(reset)), &Completion{})
		const want = "the answer of the model m cannot be read: the connection was reset"
		if got := c.asError(err, orq.FallbackModel{ID: "m"}).Message; got != want {
			t.Errorf("after %s: error = %q, want %q", begun, got, want)
		}
	}
}

// A server that keeps the connection open after its answer holds it up only for the usage, whatever else it sends.
func TestUsageIsWaitedForAShortTime(t *testing.T) {
	t.Parallel()
	for answer, keepAlive := range map[string]string{
		"data: " + delta(`"content":"Hi"`) + "\n\ndata: " + finish("stop") + "\n\n": ": ping\n\n",
		`{"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]}` + "\n":  "\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			body, server := io.Pipe()
			var serving sync.WaitGroup
			defer serving.Wait()
			serving.Go(func() {
				_, err := io.WriteString(server, answer)
				for err == nil {
					time.Sleep(300 * time.Millisecond)
					_, err = io.WriteString(server, keepAlive)
				}
			})
			began := time.Now()
			var done Completion
			err := readStreamOf(body, &done)
			if waited := time.Since(began); waited != usageWait || done.Text() != "Hi" || err != nil {
				t.Errorf("text = %q and error %v after %v, want Hi after %v", done.Text(), err, waited, usageWait)
			}
		})
	}
}

func TestLateUsageIsCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		body, server := io.Pipe()
		go func() {
			_, _ = io.WriteString(server, "data: "+delta(`"content":"Hi"`)+"\n\ndata: "+finish("stop")+"\n\n")
			time.Sleep(usageWait / 2)
			_, _ = io.WriteString(server, "data: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\n")
		}()
		var done Completion
		if err := readStreamOf(body, &done); err != nil || done.Usage == nil || done.Usage.TotalTokens != 7 {
			t.Errorf("usage = %+v and error %v, want 7 tokens", done.Usage, err)
		}
	})
}

func TestAFinishReasonInEachEventEndsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		body, server := io.Pipe()
		go func() {
			for range 5 {
				_, _ = io.WriteString(server, `data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}`+"\n\n")
				time.Sleep(usageWait / 2)
			}
			_ = server.Close()
		}()
		var done Completion
		if err := readStreamOf(body, &done); err != nil || done.Text() != "HiHiHiHiHi" {
			t.Errorf("text = %q and error %v, want all of the text", done.Text(), err)
		}
	})
}
