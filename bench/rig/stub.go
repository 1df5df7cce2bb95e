package rig

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/test/wire"
)

// batch is the number of bytes that are written at once at full speed.
const batch = 8 << 10

// Stub is the upstream: an Agents API with one agent, which streams the Plan in each message.
type Stub struct {
	mux   *http.ServeMux
	agent []byte
}

// NewStub returns an upstream.
func NewStub() *Stub {
	s := &Stub{mux: http.NewServeMux(), agent: encodeAgent()}
	s.mux.HandleFunc("POST /v2/agents/{key}/stream-task", s.stream)
	s.mux.HandleFunc("POST /v3/router/responses", s.stream)
	s.mux.HandleFunc("GET /v2/agents/{key}", s.getAgent)
	s.mux.HandleFunc("GET /v2/agents/{key}/responses/{task_id}", s.getResponse)
	return s
}

// ServeHTTP answers a request of the Agents API.
func (s *Stub) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Serve listens on a free port of the loopback interface. The returned function stops it and ends running streams.
func (s *Stub) Serve() (base string, end func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen: %w", err)
	}
	web := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = web.Serve(listener) // it is closed below
	}()
	return "http://" + listener.Addr().String(), func() {
		_ = web.Close()
		<-ended
	}, nil
}

// ServeTLS is Serve over TLS. It answers HTTP/2 alone, and writes its certificate to a file, which SSL_CERT_FILE may name.
func (s *Stub) ServeTLS(certificate string) (base string, end func(), err error) {
	web, err := wire.StartTLS(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			http.Error(w, r.Proto+" is not what is measured", http.StatusHTTPVersionNotSupported)
			return
		}
		s.ServeHTTP(w, r)
	}), certificate)
	if err != nil {
		return "", nil, err
	}
	return web.URL, func() {
		web.CloseClientConnections()
		web.Close()
	}, nil
}

func (s *Stub) stream(w http.ResponseWriter, r *http.Request) {
	plan, err := planOf(r)
	if err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"code": http.StatusBadRequest, "message": err.Error()})
		return
	}
	if today := strings.HasPrefix(r.URL.Path, "/v3/"); today != plan.Responses {
		http.NotFound(w, r) // as where there is no such operation
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-cache")
	if plan.Every > 0 {
		paced(w, r, plan)
		return
	}
	fast(w, plan)
}

func planOf(r *http.Request) (Plan, error) {
	var request struct {
		Message orq.Message `json:"message"`
		Input   []struct {
			Content []struct {
				Text string `json:"text"`
			} `json:"content"`
		} `json:"input"`
	}
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		return Plan{}, fmt.Errorf("request: %w", err)
	}
	if len(request.Input) > 0 && len(request.Input[0].Content) > 0 {
		return ParsePlan(request.Input[0].Content[0].Text)
	}
	return ParsePlan(request.Message.Text())
}

// fast writes as fast as the reader reads.
func fast(w http.ResponseWriter, plan Plan) {
	buffer := make([]byte, 0, batch+2<<10)
	for seq := range plan.Total() {
		buffer = plan.AppendEvent(buffer, seq)
		if len(buffer) < batch {
			continue
		}
		if _, err := w.Write(buffer); err != nil {
			return
		}
		buffer = buffer[:0]
	}
	_, _ = w.Write(append(buffer, "data: [DONE]\n\n"...)) // the reader may have gone
}

// paced writes and flushes one event at a time.
func paced(w http.ResponseWriter, r *http.Request, plan Plan) {
	control := http.NewResponseController(w)
	timer := time.NewTimer(0)
	defer timer.Stop()
	began := time.Now()
	var buffer []byte
	for seq := range plan.Total() {
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
		buffer = plan.AppendEvent(buffer[:0], seq)
		if seq == plan.Total()-1 {
			buffer = append(buffer, "data: [DONE]\n\n"...)
		}
		if _, err := w.Write(buffer); err != nil || control.Flush() != nil {
			return
		}
		timer.Reset(time.Until(began.Add(time.Duration(seq+1) * plan.Every)))
	}
}

func (s *Stub) getAgent(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(s.agent) // the reader may have gone
}

func (s *Stub) getResponse(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(orq.AgentResponse{
		ID: "resp_1", TaskID: r.PathValue("task_id"), CreatedAt: "2026-03-24T09:30:00.000Z", Model: "openai/gpt-4o",
		Output:       []orq.Message{{Kind: "message", Role: orq.RoleAgent, Parts: []orq.Part{orq.TextPart("looked up")}}},
		FinishReason: "stop", Status: "completed",
	})
}

func encodeAgent() []byte {
	instructions := strings.Repeat("Answer questions about orders: look the order up first, quote its state, and never promise a date that the carrier has not given. ", 8)
	parameters := json.RawMessage(`{"temperature":0.2,"max_tokens":2048,"top_p":1,"reasoning_effort":"low"}`)
	var tools []map[string]any
	for _, name := range []string{"order_lookup", "carrier_status", "invoice_search"} {
		tools = append(tools, map[string]any{
			"id": "tool_" + name, "key": name, "action_type": "http", "display_name": name, "requires_approval": false,
			"description": "Looks up what is known under a number, and answers with its state and history.", "timeout": 30,
		})
	}
	raw, err := json.Marshal(map[string]any{
		"_id": "01JRIGAGENT00000000000000", "key": "rig", "display_name": "Order desk", "type": "internal", "workspace_id": "ws_bench",
		"project_id": "01JRIGPROJECT", "created_by_id": "user_1", "updated_by_id": nil, "created": "2026-03-24T09:30:00.000Z",
		"updated": "2026-03-24T09:30:00.000Z", "status": "live", "version": "1.4.2", "version_hash": "9f1c2ab0", "path": "Default/Desk",
		"role": "Order desk", "description": "Tells customers where their orders are.", "instructions": instructions,
		"system_prompt": "You are exact.", "engine": "text", "source": "internal",
		"model":    map[string]any{"id": "openai/gpt-4o", "integration_id": nil, "parameters": parameters, "fallback_models": []string{"anthropic/claude-sonnet-4"}},
		"settings": map[string]any{"max_iterations": 15, "max_execution_time": 300, "tool_approval_required": "respect_tool", "tools": tools, "evaluators": []any{map[string]any{"id": "ev_1", "sample_rate": 50, "execute_on": "output"}}, "guardrails": []any{}},
		"metrics":  map[string]any{"total_cost": 12.75}, "memory_stores": []string{"customers"}, "knowledge_bases": []any{map[string]any{"knowledge_id": "kb_orders"}},
		"team_of_agents": []any{map[string]any{"key": "billing", "role": "invoices"}}, "variables": map[string]any{"locale": "en", "tone": "calm"},
	})
	if err != nil {
		panic(fmt.Sprintf("encode the agent: %v", err)) // it is made of what can be encoded
	}
	return raw
}
