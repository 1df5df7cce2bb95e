package a2a

import (
	"maps"
	"slices"

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

// masked returns an event without the agent's credentials in its parts.
func (c *Client) masked(event Event) Event {
	event.Message.Parts = c.maskParts(event.Message.Parts)
	event.History = slices.Clone(event.History)
	for i := range event.History {
		event.History[i].Parts = c.maskParts(event.History[i].Parts)
	}
	event.Artifacts = slices.Clone(event.Artifacts)
	for i := range event.Artifacts {
		event.Artifacts[i].Parts = c.maskParts(event.Artifacts[i].Parts)
	}
	return event
}

// maskParts returns parts without the agent's credentials. It changes nothing in place: parts that were emitted may be in use.
func (c *Client) maskParts(parts []orq.Part) []orq.Part {
	masked := slices.Clone(parts)
	for i := range masked {
		part := &masked[i]
		if part.Text != nil {
			text := c.credentials.Mask(*part.Text)
			part.Text = &text
		}
		if part.File != nil {
			file := *part.File
			file.URI, file.Name = c.credentials.Mask(file.URI), c.credentials.Mask(file.Name)
			part.File = &file
		}
		part.Data, part.Metadata = c.maskObject(part.Data), c.maskObject(part.Metadata)
	}
	return masked
}

func (c *Client) maskObject(object map[string]any) map[string]any {
	masked := maps.Clone(object)
	for name, item := range masked {
		masked[name] = c.maskTree(item)
	}
	return masked
}

// maskTree returns a decoded JSON value without the agent's credentials in its texts.
func (c *Client) maskTree(value any) any {
	switch v := value.(type) {
	case string:
		return c.credentials.Mask(v)
	case []any:
		masked := slices.Clone(v)
		for i, item := range masked {
			masked[i] = c.maskTree(item)
		}
		return masked
	case map[string]any:
		return c.maskObject(v)
	}
	return value
}
