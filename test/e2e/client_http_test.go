package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// httpTransport is streamable HTTP: each message is a POST.
type httpTransport struct {
	client *client
	web    *http.Client
	posts  sync.WaitGroup

	mu      sync.Mutex
	session string
}

func newHTTPTransport(c *client) *httpTransport {
	return &httpTransport{client: c, web: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}}
}

// send posts a message. It returns immediately for requests, and after the response for other messages.
func (l *httpTransport) send(ctx context.Context, m outgoing) {
	if m.id == "" {
		if err := l.post(ctx, m); err != nil {
			l.client.t.Errorf("post %s: %v", m.raw, err)
		}
		return
	}
	l.posts.Go(func() {
		if err := l.post(ctx, m); err != nil {
			l.client.failCall(m.id, err)
		}
	})
}

func (l *httpTransport) close() {
	l.client.mu.Lock()
	for _, call := range l.client.calls {
		call.abandon()
	}
	l.client.mu.Unlock()
	l.posts.Wait()
	l.web.CloseIdleConnections()
}

func (l *httpTransport) post(ctx context.Context, m outgoing) error {
	response, err := l.web.Do(l.request(ctx, m))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if id := response.Header.Get("Mcp-Session-Id"); id != "" {
		l.mu.Lock()
		l.session = id
		l.mu.Unlock()
	}
	return l.read(m, response)
}

func (l *httpTransport) request(ctx context.Context, m outgoing) *http.Request {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.client.server.url, bytes.NewReader(m.raw))
	if err != nil {
		panic(err)
	}
	header := request.Header
	header.Set("Content-Type", "application/json")
	header.Set("Accept", "application/json, text/event-stream")
	if m.method != "initialize" {
		header.Set("Mcp-Protocol-Version", l.client.me.protocol)
	}
	if l.client.me.bearer != "" {
		header.Set("Authorization", "Bearer "+l.client.me.bearer)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session != "" {
		header.Set("Mcp-Session-Id", l.session)
	}
	if l.client.me.protocol == modern {
		header.Set("Mcp-Method", m.method)
		if m.tool != "" {
			header.Set("Mcp-Name", m.tool)
		}
	}
	return request
}

// read checks a response: 202 without a body for notifications and responses, for requests one JSON message or a stream
// that ends with the answer.
func (l *httpTransport) read(m outgoing, response *http.Response) error {
	if m.id == "" {
		body, err := io.ReadAll(response.Body)
		if err == nil && (response.StatusCode != http.StatusAccepted || len(body) > 0) {
			err = fmt.Errorf("status %s and body %q, want 202 without one", response.Status, body)
		}
		return err
	}
	media := response.Header.Get("Content-Type")
	switch {
	case response.StatusCode == http.StatusOK && media == "text/event-stream":
		return l.stream(m.id, response.Body)
	case strings.HasPrefix(media, "application/json"):
		body, err := io.ReadAll(response.Body)
		if err == nil {
			l.client.receive(m.id, body)
		}
		return err
	}
	body, _ := io.ReadAll(response.Body)
	return fmt.Errorf("%s %s: %.300q", response.Status, media, body)
}

// stream reads Server-Sent Events. It accepts only the fields event and data, with data on one line.
func (l *httpTransport) stream(id string, body io.Reader) error {
	reader := bufio.NewReader(body)
	var name, data string
	for {
		line, err := reader.ReadString('\n')
		switch {
		case errors.Is(err, io.EOF) && line == "" && data == "":
			return l.over(id)
		case err != nil:
			return fmt.Errorf("the stream broke off: %w", err)
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch {
		case strings.HasPrefix(line, ":"):
		case line == "\n" && name == "" && data == "": // after a comment
		case line == "\n" && name == "message" && data != "":
			l.client.receive(id, []byte(data))
			name, data = "", ""
		case field == "event" && name == "":
			name = value
		case field == "data" && data == "":
			data = value
		default:
			return fmt.Errorf("not a line of the stream: %.300q", line)
		}
	}
}

// over returns an error if the stream has ended without the answer.
func (l *httpTransport) over(id string) error {
	l.client.mu.Lock()
	call := l.client.calls[id]
	l.client.mu.Unlock()
	call.mu.Lock()
	defer call.mu.Unlock()
	if !call.answered {
		return errEnded("the stream")
	}
	return nil
}
