package tools

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

type registerA2AAgentInput struct {
	Key         string            `json:"key" jsonschema:"required,pattern=^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$"`
	DisplayName string            `json:"display_name" jsonschema:"required,minLength=1"`
	Description string            `json:"description" jsonschema:"required"`
	AgentURL    string            `json:"agent_url" jsonschema:"required,minLength=1"`
	CardURL     string            `json:"card_url" jsonschema_description:"Default agent_url/card."`
	Path        string            `json:"path" jsonschema_description:"Default: Default."`
	Headers     map[string]string `json:"headers" jsonschema_description:"Values by name, stored encrypted."`
	// PlainHeaders names the Headers whose values are not encrypted.
	PlainHeaders []string `json:"plain_headers" jsonschema_description:"Names not to encrypt."`
}

func (registerA2AAgentInput) RewriteArguments(arguments map[string]any) { rewriteHeaders(arguments) }

// CheckArguments checks URLs and headers by the API's rules.
func (in registerA2AAgentInput) CheckArguments(report func(path, message string)) {
	checkMaskedTexts(map[string]string{"agent_url": in.AgentURL, "card_url": in.CardURL, "description": in.Description}, report)
	checkURL("agent_url", in.AgentURL, report)
	checkURL("card_url", in.CardURL, report)
	if in.CardURL != "" && in.CardURL == in.AgentURL {
		report("card_url", "must differ from agent_url; leave it out to use agent_url/card")
	}
	checkHeaders(in.Headers, in.PlainHeaders, report)
}

// checkURL reports a value that is not an absolute http or https URL, unless it is empty.
func checkURL(path, value string, report func(path, message string)) {
	if value == "" {
		return
	}
	if parsed, err := url.Parse(value); err != nil || !orq.IsHTTP(parsed) {
		report(path, "must be an absolute http or https URL, got "+shownURL(value))
	}
}

// shownURL returns a URL as an error may show it: one that may contain credentials is not shown.
func shownURL(value string) string {
	if strings.ContainsAny(value, "@?") {
		return "something else (not shown)"
	}
	return strconv.Quote(truncate.Words(value, 60))
}

// checkHeaders reports headers beyond the API's bounds, masked values, and names in plain that are not headers.
func checkHeaders(values map[string]string, plain []string, report func(path, message string)) {
	if len(values) > orq.MaxHeaders {
		report("headers", fmt.Sprintf("at most %d are allowed, got %d", orq.MaxHeaders, len(values)))
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		checkMasked("headers."+name, values[name], report)
		if length := utf8.RuneCountInString(values[name]); length > orq.MaxHeaderValue {
			report("headers."+name, fmt.Sprintf("at most %d characters are allowed, got %d", orq.MaxHeaderValue, length))
		}
	}
	for i, name := range plain {
		if _, known := values[name]; !known {
			report(fmt.Sprintf("plain_headers[%d]", i), "is not one of headers") // the name is not shown either: it may be a misplaced value
		}
	}
}

// rewriteHeaders accepts headers in the API's own form and turns them into values by name. Names of headers with
// encrypted=false are added to plain_headers.
func rewriteHeaders(arguments map[string]any) {
	headers, _ := arguments["headers"].(map[string]any)
	plain, listed := arguments["plain_headers"].([]any)
	if name := arguments["plain_headers"]; name != nil && !listed {
		plain = []any{name}
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		header, _ := headers[name].(map[string]any)
		value, given := header["value"]
		encrypted, known := header["encrypted"].(bool)
		switch {
		case !given || len(header) > 2 || len(header) == 2 && !known:
			continue // left as it is, for the check to report
		case known && !encrypted:
			plain = append(plain, name)
		}
		headers[name] = value
	}
	if plain != nil {
		arguments["plain_headers"] = plain
	}
}

// headers converts header values to the API's form. All but the plain ones are stored encrypted.
func headers(values map[string]string, plain []string) map[string]orq.Header {
	if values == nil {
		return nil
	}
	headers := make(map[string]orq.Header, len(values))
	for name, value := range values {
		encrypted := !slices.Contains(plain, name)
		headers[name] = orq.Header{Value: value, Encrypted: &encrypted}
	}
	return headers
}

// registerA2AAgent calls POST /v2/agents/a2a.
var registerA2AAgent = define(Spec{
	Name:        "register_a2a_agent",
	Title:       "Register A2A agent",
	Description: "Connect an external A2A agent to orq.ai, fetching its card. For one hosted by orq.ai use create_agent.",
	OpenWorld:   true,
}, func(ctx context.Context, c *Call, in *registerA2AAgentInput) (agentChanged, error) {
	agent, err := c.Orq.RegisterA2AAgent(ctx, orq.RegisterA2ARequest{
		Key: in.Key, DisplayName: in.DisplayName, Description: in.Description, Path: cmp.Or(in.Path, defaultPath),
		AgentURL: in.AgentURL, CardURL: in.CardURL, Headers: headers(in.Headers, in.PlainHeaders),
	})
	if err != nil {
		return agentChanged{}, creating(in.Key, nil, err)
	}
	return newAgentChanged(agent), nil
})
