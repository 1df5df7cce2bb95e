package rig

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// HTTPOptions configure an HTTP client.
type HTTPOptions struct {
	// Protocol is the MCP version to speak; Legacy when empty.
	Protocol string
	// ReadBuffer is the size of the read buffer in bytes; 32 KiB when 0.
	ReadBuffer int
	// SocketBuffer is the size of the socket's receive buffer in bytes; 0 leaves it to the kernel.
	SocketBuffer int
	// Delay is a pause after each message.
	Delay time.Duration
}

// HTTPClient holds the HTTP connections of an MCP host. Its sessions share them.
type HTTPClient struct {
	url     string
	options HTTPOptions
	http    *http.Client
}

// NewHTTPClient returns a client of the MCP server at url.
func NewHTTPClient(url string, options HTTPOptions) *HTTPClient {
	if options.Protocol == "" {
		options.Protocol = Legacy
	}
	if options.ReadBuffer == 0 {
		options.ReadBuffer = 32 << 10
	}
	dialer := &net.Dialer{}
	if options.SocketBuffer > 0 {
		dialer.Control = func(_, _ string, connection syscall.RawConn) error {
			return limitReceiveBuffer(connection, options.SocketBuffer)
		}
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true, DialContext: dialer.DialContext}
	return &HTTPClient{url: url, options: options, http: &http.Client{Transport: transport}}
}

// Close ends the idle connections.
func (c *HTTPClient) Close() { c.http.CloseIdleConnections() }

// HTTPSession is one session. In a protocol without sessions it has no id.
type HTTPSession struct {
	client *HTTPClient
	id     string
}

// Open opens a session.
func (c *HTTPClient) Open(ctx context.Context) (*HTTPSession, error) {
	s := &HTTPSession{client: c}
	if c.options.Protocol == Modern {
		return s, nil
	}
	response, err := s.post(ctx, initialize(c.options.Protocol), "initialize", "")
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return nil, fmt.Errorf("initialize: %w", err)
	}
	s.id = response.Header.Get("Mcp-Session-Id")
	response, err = s.post(ctx, []byte(initialized), "notifications/initialized", "")
	if err != nil {
		return nil, err
	}
	return s, response.Body.Close()
}

func (s *HTTPSession) post(ctx context.Context, message []byte, method, tool string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.client.url, bytes.NewReader(message))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	if method != "initialize" {
		request.Header.Set("Mcp-Protocol-Version", s.client.options.Protocol)
	}
	if s.id != "" {
		request.Header.Set("Mcp-Session-Id", s.id)
	}
	if s.client.options.Protocol == Modern {
		request.Header.Set("Mcp-Method", method)
		if tool != "" {
			request.Header.Set("Mcp-Name", tool)
		}
	}
	response, err := s.client.http.Do(request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	if response.StatusCode/100 != 2 {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return nil, errors.Join(fmt.Errorf("%s: %s: %.300q", method, response.Status, body), response.Body.Close())
	}
	return response, nil
}

// Do sends a request and returns its result. It passes progress to the request's call.
func (s *HTTPSession) Do(ctx context.Context, r Request) (json.RawMessage, error) {
	result, err := s.do(ctx, r)
	if err != nil && r.Call != nil {
		r.Call.fail(err)
	}
	return result, err
}

func (s *HTTPSession) do(ctx context.Context, r Request) (json.RawMessage, error) {
	response, err := s.post(ctx, r.encode(s.client.options.Protocol), r.Method, r.Tool)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer := answer{request: r}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		reader := bufio.NewReaderSize(response.Body, s.client.options.ReadBuffer)
		err = s.readEvents(reader, &answer)
	} else {
		var body []byte
		if body, err = io.ReadAll(response.Body); err == nil {
			answer.take(body)
		}
	}
	if err == nil && answer.result == nil {
		err = errors.New("the answer ended without a result")
	}
	return answer.result, err
}

// answer collects the response to a request.
type answer struct {
	request Request
	result  json.RawMessage
}

func (a *answer) take(message []byte) {
	if call := a.request.Call; call != nil {
		if call.handleAnswer(message) {
			a.result = call.result
		}
		return
	}
	if f, err := parseFrame(message, false); err == nil && string(f.id) == a.request.ID && f.result != nil {
		a.result = bytes.Clone(f.result)
	}
}

// readEvents reads Server-Sent Events until the stream ends. A message must be one line of data followed by a blank line.
func (s *HTTPSession) readEvents(reader *bufio.Reader, answer *answer) error {
	pace := pace{each: s.client.options.Delay}
	var room []byte
	within := false
	for {
		line, err := readLine(reader, &room)
		if errors.Is(err, io.EOF) && len(line) == 0 && !within {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the stream broke off: %w", err)
		}
		if within && len(line) > 0 {
			return fmt.Errorf("a line follows the data of a message: %.300q", line)
		}
		data, isData := bytes.CutPrefix(line, []byte("data: "))
		if within = isData; !within {
			continue
		}
		answer.take(data)
		pace.pause()
		answer.request.Call.afterMessage()
	}
}

// readLine returns the next line without its end. It is valid until the next call; room serves lines that are longer
// than the reader's buffer.
func readLine(reader *bufio.Reader, room *[]byte) ([]byte, error) {
	line, err := reader.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		*room = append((*room)[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) {
			line, err = reader.ReadSlice('\n')
			*room = append(*room, line...)
		}
		line = *room
	}
	return bytes.TrimSuffix(line, []byte("\n")), err
}
