package tools

import (
	"encoding/json"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/quote"
)

// Result is the result of a call. Its zero value is a success without content.
type Result struct {
	// IsError reports that the call failed. The text explains why.
	IsError bool

	rendering
	// pending asks the client for an answer in place of a result; nil in a result.
	pending *mcp.CallToolResult
}

// NewErrorResult returns the result of a call that failed.
func NewErrorResult(text string) Result {
	return Result{IsError: true, rendering: rendering{text: text}}
}

// ResultOf returns a result of mcp-go as one of a tool.
func ResultOf(result *mcp.CallToolResult) Result {
	return Result{IsError: result != nil && result.IsError, pending: result}
}

// MCP returns the result as a value of mcp-go.
func (r Result) MCP() *mcp.CallToolResult {
	if r.pending != nil {
		return r.pending
	}
	result := &mcp.CallToolResult{IsError: r.IsError, Content: []mcp.Content{mcp.NewTextContent(r.text)}}
	if r.structured != "" {
		result.StructuredContent = json.RawMessage(r.structured)
	}
	return result
}

// AppendJSON appends the result to b, byte for byte as mcp-go encodes that of MCP. meta is the JSON of the result's _meta;
// none when empty. An empty resultType is left out, and it does not replace one that the result has.
func (r Result) AppendJSON(b []byte, meta json.RawMessage, resultType mcp.ResultType) []byte {
	if r.pending != nil {
		return appendPending(b, r.pending, meta, resultType)
	}
	const around = 256 // bytes, of what stands around text and structured
	b = append(slices.Grow(b, len(r.text)+len(r.structured)+len(meta)+around), '{')
	if len(meta) > 0 {
		b = append(append(append(b, `"_meta":`...), meta...), ',')
	}
	b = append(b, `"content":[{"type":"text","text":`...)
	b = append(quote.Append(b, r.text), `}]`...)
	if r.IsError {
		b = append(b, `,"isError":true`...)
	}
	if resultType != "" {
		b = quote.Append(append(b, `,"resultType":`...), string(resultType))
	}
	if r.structured != "" {
		b = append(append(b, `,"structuredContent":`...), r.structured...)
	}
	return append(b, '}')
}

// appendPending appends a result that asks for an answer. It is rare, and left to mcp-go.
func appendPending(b []byte, pending *mcp.CallToolResult, meta json.RawMessage, resultType mcp.ResultType) []byte {
	asks := *pending
	if len(meta) > 0 {
		asks.Meta = new(mcp.Meta)
		_ = json.Unmarshal(meta, asks.Meta) // the JSON of an object
	}
	if asks.ResultType == "" {
		asks.ResultType = resultType
	}
	encoded, _ := json.Marshal(asks) // questions are text
	return append(b, encoded...)
}
