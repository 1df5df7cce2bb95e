package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// upstream is the Agents API.
type upstream struct{ base, key string }

func (u upstream) do(ctx context.Context, method, path string, body any) (*http.Response, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, u.base+path, bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+u.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("orq.ai answered %s", response.Status), response.Body.Close())
	}
	return response, nil
}

func (u upstream) getAgent(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	key, err := request.RequireString("key")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	response, err := u.do(ctx, http.MethodGet, "/v2/agents/"+url.PathEscape(key), nil)
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	defer func() { _ = response.Body.Close() }()
	var agent map[string]any
	if err := json.NewDecoder(response.Body).Decode(&agent); err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	return structured(agent, "")
}

// structured returns a result with structured content and text. An empty text is replaced by the JSON.
func structured(content map[string]any, text string) (*mcp.CallToolResult, error) {
	if text == "" {
		raw, err := json.Marshal(content)
		if err != nil {
			return nil, err
		}
		text = string(raw)
	}
	return mcp.NewToolResultStructured(content, text), nil
}

func (u upstream) invokeAgent(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
	key, err := request.RequireString("key")
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	response, err := u.do(ctx, http.MethodPost, "/v2/agents/"+url.PathEscape(key)+"/stream-task", map[string]any{
		"message": map[string]any{"role": "user", "parts": []any{map[string]any{"kind": "text", "text": request.GetString("message", "")}}},
	})
	if err != nil {
		return mcp.NewToolResultError(err.Error()), nil
	}
	defer func() { _ = response.Body.Close() }()
	var token mcp.ProgressToken
	if request.Params.Meta != nil {
		token = request.Params.Meta.ProgressToken
	}
	r := relay{token: token}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(make([]byte, 0, 64<<10), 32<<20)
	for lines.Scan() {
		data, isData := strings.CutPrefix(lines.Text(), "data: ")
		if !isData {
			continue
		}
		if data == "[DONE]" {
			return structured(map[string]any{"state": "completed", "output_text": r.last, "events": r.events}, r.last)
		}
		if err := r.event(ctx, data); err != nil {
			return mcp.NewToolResultError(err.Error()), nil
		}
	}
	return mcp.NewToolResultError(errors.Join(errors.New("the stream broke off"), lines.Err()).Error()), nil
}

// relay sends the events of one run as progress notifications.
type relay struct {
	token  mcp.ProgressToken
	events int
	last   string
}

func (r *relay) event(ctx context.Context, raw string) error {
	var event map[string]any
	if err := json.Unmarshal([]byte(raw), &event); err != nil {
		return err
	}
	r.events++
	message, _ := event["type"].(string)
	data, _ := event["data"].(map[string]any)
	if last, ok := data["last_message"].(string); ok {
		r.last = last
	}
	if text := textOf(data); text != "" {
		message = text
	}
	if r.token == nil {
		return nil
	}
	return r.notify(ctx, mcp.JSONRPCNotification{JSONRPC: mcp.JSONRPC_VERSION, Notification: mcp.Notification{
		Method: "notifications/progress",
		Params: mcp.NotificationParams{
			Meta:             map[string]any{"ai.orq/event": event},
			AdditionalFields: map[string]any{"progressToken": r.token, "progress": r.events, "message": message},
		},
	}})
}

// notify does what the library's SendNotificationToClient does, with two differences: it keeps _meta, which that function
// drops, and retries when the queue is full, where that function drops the notification.
func (r *relay) notify(ctx context.Context, notification mcp.JSONRPCNotification) error {
	session := server.ClientSessionFromContext(ctx)
	if session == nil || !session.Initialized() {
		return server.ErrNotificationNotInitialized
	}
	if web, ok := session.(server.SessionWithStreamableHTTPConfig); ok {
		web.UpgradeToSSEWhenReceiveNotification()
	}
	for {
		select {
		case session.NotificationChannel() <- notification:
			return nil
		default:
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// textOf returns the text of the agent's messages in a thought.
func textOf(data map[string]any) string {
	messages, _ := data["message_difference"].(map[string]any)
	var text strings.Builder
	for _, message := range messages {
		message, _ := message.(map[string]any)
		parts, _ := message["parts"].([]any)
		for _, part := range parts {
			part, _ := part.(map[string]any)
			content, _ := part["text"].(string)
			text.WriteString(content)
		}
	}
	return text.String()
}
