package cli

import (
	"encoding/json"
	"log/slog"
	"net/url"

	"github.com/orq-mcp/orq-mcp/internal/origin"
)

// warnClearText logs once that what is sent to an address can be read on the way: it is plain http, and leaves this machine.
// Private networks count as leaving it, because others are on them. secret is what is sent, setting where the address is from.
func warnClearText(logger *slog.Logger, secret, setting, address string) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "http" || origin.IsThisMachine(parsed.Hostname()) {
		return
	}
	logger.Warn("a secret travels in the clear: use https, or a host on this machine", "what", secret, "setting", setting, "host", parsed.Host)
}

// warnClearHeaders is warnClearText for the headers of A2A agents in a seed.
func warnClearHeaders(logger *slog.Logger, path string, agents []json.RawMessage) {
	for _, body := range agents {
		var agent struct {
			Key      string
			AgentURL string         `json:"agent_url"`
			Headers  map[string]any `json:"headers"`
		}
		if json.Unmarshal(body, &agent) == nil && len(agent.Headers) > 0 {
			warnClearText(logger, "headers of agent "+agent.Key, path, agent.AgentURL)
		}
	}
}
