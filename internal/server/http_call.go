package server

// Over HTTP, mcp-go reads the calls of the built-in tools, and servePost runs them:
//
//	servePost -> HandleMessage: reads the request, finds the tool -> wrapCall: detaches the call, and returns
//	          -> runCall, with nothing of mcp-go on the stack -> the result, encoded once
//
// Inside mcp-go, a call that waits for its agent keeps a stack of 32 kB, of which mcp-go's frames take 9 kB, a goroutine and
// a queue of notifications that it does not use; and its result is encoded twice more.
//
// The tools that may ask the person run inside, because a question goes through mcp-go's session. So do the tools of
// Server.Library, and calls that mcp-go rejects.

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// detachedCall is a call that mcp-go has read and does not run.
type detachedCall struct {
	// request is nil until mcp-go has found the tool.
	request *mcp.CallToolRequest
	// result holds what mcp-go adds to a result of the request's protocol version.
	result mcp.CallToolResult
}

type detachedCallKey struct{}

// detachCall takes the call over, if ctx is of a call to be detached.
func detachCall(ctx context.Context, request *mcp.CallToolRequest) (result *mcp.CallToolResult, ok bool) {
	call, ok := ctx.Value(detachedCallKey{}).(*detachedCall)
	if !ok {
		return nil, false
	}
	call.request = request
	return &call.result, true
}

// mayDetach reports whether a message calls a built-in tool that asks nothing, with headers of which mcp-go's transport
// accepts.
func (h *httpHandler) mayDetach(r *http.Request, message *envelope) bool {
	if !message.isCall() {
		return false
	}
	if tool, ok := h.server.tools[message.Params.Name]; !ok || tool.Asks {
		return false
	}
	version, ok := statedVersion(r.Header, message)
	return ok && (!mcp.IsModernProtocol(version) || r.Header.Get(mcp.HeaderName) == message.Params.Name)
}

// detach has mcp-go read a call. It returns nil if mcp-go's transport has to answer.
func (h *httpHandler) detach(ctx context.Context, message []byte) *detachedCall {
	call := &detachedCall{}
	h.server.mcp.HandleMessage(context.WithValue(ctx, detachedCallKey{}, call), message)
	if call.request == nil {
		return nil
	}
	return call
}

// runDetached runs a call and writes its result, unless the client has gone.
func (h *httpHandler) runDetached(ctx context.Context, out *answer, id json.RawMessage, call *detachedCall, session *session) {
	running, end := session.callContext(ctx, id)
	result := h.server.runCall(running, call.request, func(ctx context.Context) (tools.Result, error) {
		return h.server.runTool(ctx, h.server.tools[call.request.Params.Name], call.request), nil
	})
	if end(); ctx.Err() != nil {
		return
	}
	var meta json.RawMessage
	if call.result.Meta != nil {
		meta, _ = json.Marshal(call.result.Meta) // of mcp-go
	}
	out.writeResult(id, func(b []byte) []byte { return result.AppendJSON(b, meta, call.result.ResultType) })
}
