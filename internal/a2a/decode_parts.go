package a2a

import (
	"encoding/json"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// readMessage returns an agent's message; a text counts as one.
func readMessage(value any) orq.Message {
	o := asObject(value)
	if o == nil {
		return orq.Message{Role: orq.RoleAgent, Parts: readParts(value)}
	}
	return orq.Message{MessageID: o.text("messageId"), Role: readRole(o.text("role")), Parts: readParts(o.get("parts", "content"))}
}

// readRole returns agent, ROLE_AGENT or Agent as orq.RoleAgent, and likewise the user's.
func readRole(name string) string {
	switch letters(name) {
	case "agent", "roleagent":
		return orq.RoleAgent
	case "user", "roleuser":
		return orq.RoleUser
	}
	return name
}

// readArtifact returns an artifact. Its parts are merged.
func readArtifact(o object) Artifact {
	return Artifact{ID: o.text("artifactId"), Parts: mergeTexts(readParts(o.get("parts")))}
}

// readParts returns the parts of a message or an artifact in the form of A2A 0.3, in which they are relayed.
func readParts(value any) (parts []orq.Part) {
	items, ok := value.([]any)
	if !ok {
		items = []any{value}
	}
	for _, item := range items {
		switch v := item.(type) {
		case nil:
		case string:
			parts = append(parts, orq.TextPart(v))
		case map[string]any:
			parts = append(parts, readPart(v))
		default:
			parts = append(parts, dataPart(v))
		}
	}
	return parts
}

// readPart returns a part of A2A 0.2 to 1.0. What cannot be read is kept as data, whole, so that nothing of it is lost.
func readPart(o object) (part orq.Part) {
	text, isText := textOf(o.get("text"))
	file := fileOf(o)
	data, hasData := o["data"]
	switch kind := letters(o.text("kind", "type")); {
	case kind == "data" && hasData, text == "" && file == nil && data != nil:
		part = dataPart(data)
	case file != nil && (text == "" || kind == "file"):
		part = orq.Part{Kind: orq.KindFile, File: file}
	case isText:
		part = orq.TextPart(text)
	case hasData:
		part = dataPart(nil)
	default:
		return dataPart(map[string]any(o))
	}
	part.Metadata = o.object("metadata")
	return part
}

func textOf(value any) (text string, ok bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

// fileOf returns the file of a part: below file as in A2A 0.3, or beside it as in 1.0. It is nil when there is none.
func fileOf(o object) *orq.File {
	inner := o
	if below := o.object("file"); below != nil {
		inner = below
	}
	file := &orq.File{
		Bytes: inner.text("bytes", "fileWithBytes", "raw"), URI: inner.text("uri", "fileWithUri", "url"),
		MIMEType: inner.text("mimeType", "mediaType"), Name: inner.text("name", "filename"),
	}
	if file.Bytes == "" && file.URI == "" {
		return nil
	}
	return file
}

// dataPart returns data as A2A 0.3 has it: always an object. Any other value becomes the member "value" of one.
func dataPart(value any) orq.Part {
	data, ok := value.(map[string]any)
	if !ok {
		data = map[string]any{"value": value}
	}
	return orq.Part{Kind: orq.KindData, Data: data}
}
