package rig

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Direct calls the upstream without an MCP server.
type Direct struct {
	base   string
	client *http.Client
}

// NewDirect returns a client of the upstream.
func NewDirect(base string) *Direct {
	return &Direct{base, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}}}
}

// Close ends the idle connections.
func (d *Direct) Close() { d.client.CloseIdleConnections() }

// Stream reads one run to its end and returns the number of its events.
func (d *Direct) Stream(ctx context.Context, plan Plan) (int, error) {
	body := fmt.Sprintf(`{"message":{"role":"user","parts":[{"kind":"text","text":%q}]}}`, plan)
	response, err := d.do(ctx, http.MethodPost, "/v2/agents/rig/stream-task", body)
	if err != nil {
		return 0, err
	}
	defer func() { _ = response.Body.Close() }()
	reader := bufio.NewReaderSize(response.Body, 32<<10)
	var room []byte
	events := 0
	for {
		line, err := readLine(reader, &room)
		data, isData := bytes.CutPrefix(line, []byte("data: "))
		switch {
		case err != nil:
			return events, fmt.Errorf("the stream broke off: %w", err)
		case string(data) == "[DONE]":
			return events, nil
		case isData:
			events++
		}
	}
}

// GetAgent reads the upstream's agent.
func (d *Direct) GetAgent(ctx context.Context) error {
	response, err := d.do(ctx, http.MethodGet, "/v2/agents/rig", "")
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return errors.Join(err, response.Body.Close())
}

func (d *Direct) do(ctx context.Context, method, path, body string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, d.base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := d.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(errors.New(response.Status), response.Body.Close())
	}
	return response, nil
}
