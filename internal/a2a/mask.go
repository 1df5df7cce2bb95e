package a2a

import (
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

// newCredentials returns the values of the headers that are credentials by their names. An agent may repeat what it was sent;
// the values of other headers, such as a version or a language, are words that it may use.
func newCredentials(headers map[string]string) redact.Values {
	var keys []string
	for name, value := range headers {
		if redact.LikelySecret(name) {
			keys = append(keys, value)
		}
	}
	return redact.NewKey(keys...)
}

// masked returns an event without the agent's credentials in its parts, which it changes.
func (c *Client) masked(event Event) Event {
	c.maskParts(event.Message.Parts)
	for _, message := range event.History {
		c.maskParts(message.Parts)
	}
	for _, artifact := range event.Artifacts {
		c.maskParts(artifact.Parts)
	}
	return event
}

func (c *Client) maskParts(parts []orq.Part) {
	for i := range parts {
		part := &parts[i]
		if part.Text != nil {
			text := c.credentials.Mask(*part.Text)
			part.Text = &text
		}
		if part.File != nil {
			file := *part.File
			file.URI, file.Name = c.credentials.Mask(file.URI), c.credentials.Mask(file.Name)
			part.File = &file
		}
		c.maskTree(part.Data)
		c.maskTree(part.Metadata)
	}
}

// maskTree masks the texts in a decoded JSON value, which it changes, and returns it.
func (c *Client) maskTree(value any) any {
	switch v := value.(type) {
	case string:
		return c.credentials.Mask(v)
	case []any:
		for i, item := range v {
			v[i] = c.maskTree(item)
		}
	case map[string]any:
		for name, item := range v {
			v[name] = c.maskTree(item)
		}
	}
	return value
}
