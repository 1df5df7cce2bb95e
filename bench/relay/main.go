// Command relay is the limit to which the benchmark compares: the same answers, written by hand on net/http for this one
// load. It decodes nothing that it can copy, and has no sessions, bounds, masking or recovery. It serves a free loopback
// port, and reads the tools from a file with a tools/list result. Only invoke_agent and get_agent are implemented.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

func main() {
	list := flag.String("tools", "", "the file that holds the tools")
	flag.Parse()
	if err := run(*list); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "relay:", err)
		os.Exit(1)
	}
}

func run(list string) error {
	tools, err := os.ReadFile(list)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	_, _ = fmt.Fprintf(os.Stderr, "relay listens on http://%s/mcp\n", listener.Addr())
	web := &http.Server{Handler: newServer(tools), ReadHeaderTimeout: 10 * time.Second}
	return web.Serve(listener)
}

type server struct {
	tools     []byte
	base, key string
	client    *http.Client
}

func newServer(tools []byte) *server {
	transport := &http.Transport{
		MaxIdleConnsPerHost: 256, DisableCompression: true, ReadBufferSize: streamBuffer, WriteBufferSize: 1 << 10,
		ForceAttemptHTTP2: true,
	}
	return &server{tools, os.Getenv("ORQ_BASE_URL"), os.Getenv("ORQ_API_KEY"), &http.Client{Transport: transport}}
}

// call is what the server reads of a JSON-RPC request.
type call struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params struct {
		Protocol  string `json:"protocolVersion"`
		Name      string `json:"name"`
		Arguments struct {
			Key     string `json:"key"`
			Message string `json:"message"`
		} `json:"arguments"`
		Meta struct {
			Token json.RawMessage `json:"progressToken"`
		} `json:"_meta"`
	} `json:"params"`
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var c call
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch c.Method {
	case "initialize":
		result := fmt.Sprintf(`{"protocolVersion":%q,"capabilities":{"tools":{}},"serverInfo":{"name":"relay","version":"1"}}`, c.Params.Protocol)
		answer(w, c, []byte(result))
	case "tools/list":
		answer(w, c, s.tools)
	case "tools/call":
		if err := s.callTool(w, r, c); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	default:
		w.WriteHeader(http.StatusAccepted)
	}
}

func (s *server) callTool(w http.ResponseWriter, r *http.Request, c call) error {
	agent := s.base + "/v2/agents/" + url.PathEscape(c.Params.Arguments.Key)
	switch c.Params.Name {
	case "get_agent":
		return s.getAgent(w, r, c, agent)
	case "invoke_agent":
		return s.invokeAgent(w, r, c, agent)
	}
	return errors.New(c.Params.Name + " is not part of the benchmark")
}

// do sends a request to the upstream.
func (s *server) do(r *http.Request, method, address, body string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(r.Context(), method, address, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+s.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, errors.Join(errors.New(response.Status), response.Body.Close())
	}
	return response, nil
}

func (s *server) getAgent(w http.ResponseWriter, r *http.Request, c call, agent string) error {
	response, err := s.do(r, http.MethodGet, agent, "")
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return err
	}
	text, err := json.Marshal(string(raw))
	if err != nil {
		return err
	}
	answer(w, c, appendResult(nil, raw, text))
	return nil
}

// appendResult appends the result of a tool: its structured content, and its text as a JSON string.
func appendResult(b, structured, text []byte) []byte {
	b = append(append(b, `{"content":[{"type":"text","text":`...), text...)
	return append(append(append(b, `}],"structuredContent":`...), structured...), '}')
}

func appendAnswer(b []byte, c call, result []byte) []byte {
	b = append(append(b, `{"jsonrpc":"2.0","id":`...), c.ID...)
	return append(append(append(b, `,"result":`...), result...), '}')
}

func answer(w http.ResponseWriter, c call, result []byte) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(appendAnswer(nil, c, result)) // the client may have gone
}
