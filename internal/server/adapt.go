package server

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/quote"
)

// adapt parses a message of a client, and returns it in a form that mcp-go reads as it was meant:
//   - IDs and progress tokens that mcp-go would change are hidden, and so are arguments with a number beyond float64.
//   - [] in place of an object is {}: PHP does not distinguish the two.
//
// Most messages need nothing of that and are returned as they are.
func (h *hiddenJSON) adapt(message []byte) (*envelope, []byte, *rpcError) {
	sent, rejected := parseEnvelope(message)
	if rejected != nil || sent.Method == "" || !sent.needsAdapting(message) {
		return sent, message, rejected
	}
	adapted, rejected := h.rewrite(message, sent)
	if rejected != nil {
		return sent, nil, rejected
	}
	e, rejected := parseEnvelope(adapted)
	e.ID, e.Params.RequestID = sent.ID, sent.Params.RequestID
	return e, adapted, rejected
}

// needsAdapting reports whether the message may contain anything that adapt changes.
func (e *envelope) needsAdapting(message []byte) bool {
	token := gjson.GetBytes(e.Params.Meta, "progressToken").Raw
	return len(e.ID) > 0 && !isPlain(e.ID) ||
		len(e.Params.RequestID) > 0 && !isPlain(e.Params.RequestID) ||
		token != "" && !isPlain(json.RawMessage(token)) ||
		e.listParams || bool(e.Params.Arguments) || containsEmptyList(e.Params.Meta) ||
		bool(e.Params.Capabilities || e.Params.InputResponses) || mayExceedFloat(message)
}

// rewrite returns the adapted form of a message. It has the members of JSON-RPC alone.
func (h *hiddenJSON) rewrite(message []byte, e *envelope) ([]byte, *rpcError) {
	var sent struct {
		Params json.RawMessage `json:"params"`
	}
	_ = json.Unmarshal(message, &sent) // it was parsed before
	members := map[string]json.RawMessage{"result": e.Result, "error": e.Error}
	members["jsonrpc"], _ = json.Marshal(e.JSONRPC)
	members["method"], _ = json.Marshal(e.Method)
	if isID(e.ID) {
		members["id"] = h.hidden(e.ID)
	}
	params, rejected := h.rewriteParams(sent.Params, e)
	if rejected != nil {
		return nil, rejected
	}
	members["params"] = params
	return encodeObject(members), nil
}

func (h *hiddenJSON) rewriteParams(raw json.RawMessage, e *envelope) (json.RawMessage, *rpcError) {
	params, ok := objectMembers(raw)
	if !ok {
		return raw, nil // mcp-go rejects it
	}
	if meta, ok := objectMembers(params["_meta"]); ok {
		if token := meta["progressToken"]; isID(token) {
			meta["progressToken"] = h.hidden(token)
		}
		replace(meta, mcp.MetaKeyClientCapabilities, capabilityObjects)
		params["_meta"] = encodeObject(meta)
	}
	if e.Method == mcp.MethodNotificationCancelled && isID(params["requestId"]) {
		params["requestId"] = h.hidden(params["requestId"])
	}
	replace(params, "capabilities", capabilityObjects)
	replace(params, "inputResponses", responseObjects)
	replace(params, "arguments", func(arguments json.RawMessage) json.RawMessage {
		if _, _, found := beyondFloat(arguments); found {
			return h.hide(arguments)
		}
		return objectFor(arguments)
	})
	adapted := encodeObject(params)
	if path, number, found := beyondFloat(adapted); found {
		text := "params" + path + ": the number " + number + " is too large"
		return nil, &rpcError{status: http.StatusBadRequest, id: e.ID, code: mcp.INVALID_PARAMS, text: text}
	}
	return adapted, nil
}

// hidden returns an ID or a token in a form that mcp-go does not change.
func (h *hiddenJSON) hidden(id json.RawMessage) json.RawMessage {
	if isPlain(id) {
		return id
	}
	return h.hide(id)
}

// replace replaces a member of an object, if there is one.
func replace(members map[string]json.RawMessage, name string, with func(json.RawMessage) json.RawMessage) {
	if raw, ok := members[name]; ok {
		members[name] = with(raw)
	}
}

// objectMembers returns the members of an object, for which [] may stand.
func objectMembers(raw json.RawMessage) (map[string]json.RawMessage, bool) {
	var members map[string]json.RawMessage
	err := json.Unmarshal(objectFor(raw), &members)
	return members, err == nil && members != nil
}

// objectFor returns raw, or {} in place of [].
func objectFor(raw json.RawMessage) json.RawMessage {
	if emptyList(raw) {
		return json.RawMessage("{}")
	}
	return raw
}

// emptyList reports whether a JSON value is [].
func emptyList(raw []byte) bool {
	rest, isList := bytes.CutPrefix(raw, []byte("["))
	return isList && bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte("]"))
}

// capabilityObjects returns the capabilities of a client with {} in place of []: elicitation.form is the deepest object.
func capabilityObjects(raw json.RawMessage) json.RawMessage { return withObjects(raw, 2) }

// responseObjects returns inputResponses with {} in place of [], in each response for its content too. Lists in a content
// are a person's choices.
func responseObjects(raw json.RawMessage) json.RawMessage { return withObjects(raw, 2) }

// withObjects returns raw with {} in place of [], in the objects down to the given depth too.
func withObjects(raw json.RawMessage, depth int) json.RawMessage {
	raw = objectFor(raw)
	members, ok := objectMembers(raw)
	if !ok || depth == 0 {
		return raw
	}
	for name, member := range members {
		members[name] = withObjects(member, depth-1)
	}
	return encodeObject(members)
}

// encodeObject returns an object of members. Those without a value are left out.
func encodeObject(members map[string]json.RawMessage) []byte {
	b := []byte{'{'}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if len(members[name]) == 0 {
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(quote.Append(b, name), ':')
		b = append(b, members[name]...)
	}
	return append(b, '}')
}

// containsEmptyList reports whether raw contains [], or looks like it.
func containsEmptyList(raw []byte) bool {
	for {
		_, after, found := bytes.Cut(raw, []byte("["))
		if !found {
			return false
		}
		if raw = bytes.TrimLeft(after, " \t\r\n"); bytes.HasPrefix(raw, []byte("]")) {
			return true
		}
	}
}
