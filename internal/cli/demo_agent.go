package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// serveDemoAgent serves an A2A agent with one fixed forecast on a free loopback port.
func serveDemoAgent(pace time.Duration) (*http.Server, error) {
	listener, err := net.Listen("tcp", freeAddr)
	if err != nil {
		return nil, fmt.Errorf("serve the demo's A2A agent: %w", err)
	}
	address := listener.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /card", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{
			"protocolVersion": "0.3.0", "name": "Weather", "description": "Forecasts for any city", "version": "1.0.0", "url": "http://" + address,
			"capabilities": map[string]any{"streaming": true}, "defaultInputModes": []string{"text/plain"}, "defaultOutputModes": []string{"text/plain"},
			"skills": []any{map[string]any{"id": "forecast", "name": "Forecast", "description": "The weather of the coming days", "tags": []string{"weather"}}},
		})
	})
	mux.HandleFunc("POST /", forecast(pace))
	web := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Debug("demo A2A agent stopped", "error", err)
		}
	}()
	return web, nil
}

// forecast handles message/stream of A2A 0.3. It sends one event every pace.
func forecast(pace time.Duration) http.HandlerFunc {
	const event = `{"kind":%q,"taskId":"forecast-1","contextId":"forecasts",%s}`
	results := []string{`{"kind":"task","id":"forecast-1","contextId":"forecasts","status":{"state":"working"}}`}
	for _, day := range []string{"Today: sun, 24 degrees. ", "Tomorrow: wind from the sea. ", "Then: rain, take a coat."} {
		results = append(results, fmt.Sprintf(event, "artifact-update",
			fmt.Sprintf(`"append":true,"artifact":{"artifactId":"days","parts":[{"kind":"text","text":%q}]}`, day)))
	}
	results = append(results, fmt.Sprintf(event, "status-update", `"final":true,"status":{"state":"completed"}`))
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, result := range results {
			if _, err := fmt.Fprintf(w, "data: {\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":%s}\n\n", result); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(pace):
			case <-r.Context().Done():
				return
			}
		}
	}
}
