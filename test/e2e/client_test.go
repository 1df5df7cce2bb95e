package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The transports.
const (
	overStdio = "stdio"
	overHTTP  = "http"
)

// The newest protocol version with a handshake, and the first without.
const (
	current = "2025-11-25"
	modern  = "2026-07-28"
)

// onEachTransport runs a case over stdio and over HTTP.
func onEachTransport(t *testing.T, test func(t *testing.T, kind string)) {
	t.Helper()
	for _, kind := range []string{overStdio, overHTTP} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			test(t, kind)
		})
	}
}

// server is a running program that speaks MCP.
type server struct {
	*process
	kind string
	// url is its MCP endpoint over HTTP.
	url    string
	stdout *pipe
}

// serve starts the program as a server on the transport kind.
func serve(t *testing.T, kind string, s setup) *server {
	t.Helper()
	if kind == overStdio {
		out := newPipe()
		p := start(t, s, out, "stdio")
		go func() {
			<-p.exited
			out.end()
		}()
		return &server{process: p, kind: kind, stdout: out}
	}
	out := newCapture()
	t.Cleanup(func() {
		if text := out.String(); text != "" {
			t.Errorf("stdout over HTTP = %q, want nothing", text)
		}
	})
	p := start(t, s, out, "http", "--addr", "127.0.0.1:0")
	return &server{process: p, kind: kind, url: p.stderr.await(t, `listens on (http://\S+)\n`)}
}

// identity is how a client identifies itself to the server.
type identity struct {
	// protocol is its protocol version; current when empty.
	protocol     string
	capabilities object
	// bearer is its own API key, over HTTP.
	bearer string
}

// transport sends and receives the messages of one client.
type transport interface {
	// send sends a message. Messages that answer a request are passed to the client until ctx ends.
	send(ctx context.Context, m outgoing)
	// close closes the transport and returns when no more messages can arrive.
	close()
}

// outgoing is a message to the server.
type outgoing struct {
	raw []byte
	// id is the id of a request, as JSON; empty for notifications and responses.
	id string
	// method is that of a request, tool the tool that it calls, if any.
	method, tool string
}

// client is a strict MCP client: the test fails when the server sends anything that the protocol does not allow.
type client struct {
	t         *testing.T
	server    *server
	transport transport
	me        identity
	handshake handshake
	// schemas are the output schemas of the tools.
	schemas map[string]json.RawMessage
	// serverRequests receives the requests of the server.
	serverRequests chan message

	mu       sync.Mutex
	lastID   int
	calls    map[string]*call
	received int
}

// handshake is the result of initialize and of server/discover.
type handshake struct {
	ProtocolVersion   string   `json:"protocolVersion"`
	SupportedVersions []string `json:"supportedVersions"`
	Instructions      string   `json:"instructions"`
	Capabilities      struct {
		Tools *struct {
			ListChanged bool `json:"listChanged"`
		} `json:"tools"`
	} `json:"capabilities"`
	ServerInfo struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	} `json:"serverInfo"`
}

// open starts a server on an upstream and connects to it.
func open(t *testing.T, kind string, s setup) *client {
	t.Helper()
	return connect(t, serve(t, kind, s), identity{})
}

// connect initializes a client and reads the output schemas of the tools.
func connect(t *testing.T, srv *server, me identity) *client {
	t.Helper()
	if me.protocol == "" {
		me.protocol = current
	}
	if me.capabilities == nil {
		me.capabilities = object{}
	}
	c := &client{t: t, server: srv, me: me, schemas: map[string]json.RawMessage{}, serverRequests: make(chan message, 8), calls: map[string]*call{}}
	if srv.kind == overStdio {
		c.transport = newStdioTransport(c)
	} else {
		c.transport = newHTTPTransport(c)
	}
	t.Cleanup(c.transport.close)
	if me.protocol == modern {
		c.handshake = decode[handshake](t, c.request("server/discover", object{}).response().Result)
	} else {
		c.handshake = decode[handshake](t, c.request("initialize", object{
			"protocolVersion": me.protocol, "capabilities": me.capabilities, "clientInfo": clientInfo(),
		}).response().Result)
		c.notify("notifications/initialized", object{})
	}
	for _, listed := range c.list() {
		c.schemas[listed.Name] = listed.OutputSchema
	}
	return c
}

func clientInfo() object { return object{"name": "e2e", "version": "1.0.0"} }

// receive dispatches a message. stream is the id of the request on whose response stream it arrived, empty on a transport
// with a single stream.
func (c *client) receive(stream string, raw []byte) {
	for _, secret := range c.server.secrets {
		if strings.Contains(string(raw), secret) {
			c.t.Errorf("the secret %q was sent to the client: %s", secret, raw)
		}
	}
	m, err := parseMessage(raw)
	if err != nil {
		c.t.Errorf("not a JSON-RPC 2.0 message: %v: %.300q", err, raw)
		return
	}
	c.mu.Lock()
	c.received++
	c.mu.Unlock()
	if m.isRequest() {
		c.serverRequests <- m
		return
	}
	owner := c.owner(m)
	switch {
	case owner == nil:
		c.t.Errorf("a message that belongs to no request: %.300s", raw)
	case stream != "" && stream != owner.id:
		c.t.Errorf("the response stream of request %s contains a message of request %s: %.300s", stream, owner.id, raw)
	default:
		owner.push(delivery{message: m})
	}
}

// owner returns the request that a message belongs to, or nil.
func (c *client) owner(m message) *call {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.isResponse() {
		return c.calls[string(m.ID)]
	}
	var params progress
	if m.Method != "notifications/progress" || json.Unmarshal(m.Params, &params) != nil {
		return nil
	}
	for _, call := range c.calls {
		if call.token != "" && equalJSON(call.token, params.Token) {
			return call
		}
	}
	return nil
}

// failCall ends a request that will not be answered.
func (c *client) failCall(id string, err error) {
	c.mu.Lock()
	call := c.calls[id]
	c.mu.Unlock()
	if call != nil {
		call.push(delivery{err: err})
	}
}

// count returns the number of messages received.
func (c *client) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.received
}

// request sends a request that is no tool call.
func (c *client) request(method string, params object) *call {
	return c.send(method, params, "", false)
}

// begin calls a tool with a progress token.
func (c *client) begin(tool string, arguments object) *call {
	return c.send("tools/call", object{"name": tool, "arguments": arguments}, tool, true)
}

// beginWithoutProgress calls a tool without a progress token.
func (c *client) beginWithoutProgress(tool string, arguments object) *call {
	return c.send("tools/call", object{"name": tool, "arguments": arguments}, tool, false)
}

func (c *client) send(method string, params object, tool string, withProgress bool) *call {
	id, token := c.newID(), ""
	if withProgress {
		token = strconv.Quote("token of " + id)
	}
	return c.sendAs(id, token, method, params, tool)
}

func (c *client) newID() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastID++
	return strconv.Itoa(c.lastID)
}

// beginWithToken calls a tool with the given progress token, which is JSON.
func (c *client) beginWithToken(token, tool string, arguments object) *call {
	return c.sendAs(c.newID(), token, "tools/call", object{"name": tool, "arguments": arguments}, tool)
}

// sendAs sends a request. id and token are JSON; an empty token requests no progress.
func (c *client) sendAs(id, token, method string, params object, tool string) *call {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c.t.Cleanup(cancel)
	k := &call{client: c, id: id, tool: tool, token: token, abandon: cancel, more: make(chan struct{})}
	meta := object{}
	if token != "" {
		meta["progressToken"] = json.RawMessage(token)
	}
	c.mu.Lock()
	c.calls[id] = k
	c.mu.Unlock()
	c.transport.send(ctx, c.encode(method, json.RawMessage(id), params, meta, tool))
	return k
}

// encode returns a message with the metadata that the client's protocol version requires.
func (c *client) encode(method string, id json.RawMessage, params, meta object, tool string) outgoing {
	c.t.Helper()
	if c.me.protocol == modern {
		meta["io.modelcontextprotocol/protocolVersion"] = modern
		meta["io.modelcontextprotocol/clientInfo"] = clientInfo()
		meta["io.modelcontextprotocol/clientCapabilities"] = c.me.capabilities
	}
	if len(meta) > 0 {
		params["_meta"] = meta
	}
	m := object{"jsonrpc": "2.0", "method": method, "params": params}
	if id != nil {
		m["id"] = id
	}
	return outgoing{raw: encode(c.t, m), id: string(id), method: method, tool: tool}
}

func (c *client) notify(method string, params object) {
	c.t.Helper()
	c.transport.send(context.Background(), c.encode(method, nil, params, object{}, ""))
}

// cancel sends notifications/cancelled for the call.
func (c *client) cancel(k *call) {
	c.t.Helper()
	c.notify("notifications/cancelled", object{"requestId": json.RawMessage(k.id), "reason": "a test"})
}

// answer sends the result of a request of the server.
func (c *client) answer(m message, result object) {
	c.t.Helper()
	c.transport.send(context.Background(), outgoing{raw: encode(c.t, object{"jsonrpc": "2.0", "id": m.ID, "result": result})})
}

// answerError sends an error for a request of the server.
func (c *client) answerError(m message, code int, text string) {
	c.t.Helper()
	response := object{"jsonrpc": "2.0", "id": m.ID, "error": rpcError{code, text}}
	c.transport.send(context.Background(), outgoing{raw: encode(c.t, response)})
}

// awaitElicitation waits for an elicitation/create request.
func (c *client) awaitElicitation() (message, elicitation) {
	c.t.Helper()
	select {
	case m := <-c.serverRequests:
		if m.Method != "elicitation/create" {
			c.t.Fatalf("the server sent %s, want elicitation/create", m.Method)
		}
		return m, decode[elicitation](c.t, m.Params)
	case <-time.After(waitTimeout):
		c.t.Fatal("the server sent no elicitation/create")
		panic("unreachable")
	}
}

// ping checks that a ping is answered, and that no other message arrives before the answer.
func (c *client) ping() {
	c.t.Helper()
	before := c.count()
	c.request("ping", object{}).response()
	if more := c.count() - before - 1; more != 0 {
		c.t.Errorf("%d messages before the answer to a ping, want 0", more)
	}
}

// tool calls a tool without progress. It must succeed.
func (c *client) tool(name string, arguments object) toolResult {
	c.t.Helper()
	return c.mustSucceed(name, c.beginWithoutProgress(name, arguments).result())
}

// run calls a tool that runs an agent, with progress. It must succeed.
func (c *client) run(name string, arguments object) (outcome, toolResult) {
	c.t.Helper()
	result := c.mustSucceed(name, c.begin(name, arguments).result())
	return decode[outcome](c.t, result.Structured), result
}

func (c *client) mustSucceed(name string, result toolResult) toolResult {
	c.t.Helper()
	if result.IsError {
		c.t.Fatalf("%s failed: %s", name, result.text())
	}
	return result
}

// toolError calls a tool, which must return an error result, and returns its text.
func (c *client) toolError(name string, arguments object) string {
	c.t.Helper()
	result := c.beginWithoutProgress(name, arguments).result()
	if !result.IsError {
		c.t.Fatalf("%s succeeded, want an error: %s", name, result.text())
	}
	return result.text()
}

// listedTool is a tool as tools/list shows it.
type listedTool struct {
	Name         string          `json:"name"`
	Title        string          `json:"title"`
	Description  string          `json:"description"`
	InputSchema  json.RawMessage `json:"inputSchema"`
	OutputSchema json.RawMessage `json:"outputSchema"`
	Annotations  map[string]any  `json:"annotations"`
}

func (c *client) list() []listedTool {
	c.t.Helper()
	return decode[struct {
		Tools []listedTool `json:"tools"`
	}](c.t, c.request("tools/list", object{}).response().Result).Tools
}

func (c *client) listedNames() []string {
	c.t.Helper()
	var names []string
	for _, tool := range c.list() {
		names = append(names, tool.Name)
	}
	return names
}

// create creates an agent, with changes to the default arguments.
func (c *client) create(key string, changes ...object) {
	c.t.Helper()
	arguments := object{
		"key": key, "role": "Tester", "description": "Is tested", "instructions": "Be exact.", "model": "openai/gpt-4o",
	}
	for _, change := range changes {
		maps.Copy(arguments, change)
	}
	c.tool("create_agent", arguments)
}

// keys returns the sorted keys of all agents.
func (c *client) keys() []string {
	c.t.Helper()
	list := decode[struct {
		Agents []struct {
			Key string `json:"key"`
		} `json:"agents"`
	}](c.t, c.tool("list_agents", object{}).Structured)
	keys := []string{}
	for _, agent := range list.Agents {
		keys = append(keys, agent.Key)
	}
	slices.Sort(keys)
	return keys
}

func decode[T any](t *testing.T, raw []byte) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatalf("%v: %.300q", err, raw)
	}
	return value
}

func encode(t *testing.T, value any) []byte {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// equalJSON reports whether two JSON scalars are equal. Strings may be escaped differently.
func equalJSON(a string, b []byte) bool {
	if a == string(b) {
		return true
	}
	var x, y string
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal(b, &y) == nil && x == y
}

// errEnded returns the error of a stream that ended before the answer.
func errEnded(what string) error { return fmt.Errorf("%s ended before the answer", what) }
