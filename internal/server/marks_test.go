package server

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// markedAPI answers each caller with agents and runs that are full of a mark of its key. Some answers are larger than the
// buffers that are kept.
func markedAPI(w http.ResponseWriter, r *http.Request) {
	_, mark, _ := strings.Cut(r.Header.Get("Authorization"), "caller-")
	mark = beginMark + mark + " "
	text := strings.Repeat(mark, 1+rand.IntN(100)*(1+rand.IntN(2)*20))
	if !strings.HasSuffix(r.URL.Path, "/stream-task") {
		w.Header().Set("Content-Type", "application/json")
		agent := fmt.Sprintf(`{"_id":%[1]q,"key":"k","display_name":%[1]q,"description":%[2]q,"role":"r","instructions":%[2]q,"status":"live"}`, mark, text)
		if strings.HasSuffix(r.URL.Path, "/agents") {
			agent = `{"object":"list","data":[` + agent + `],"has_more":false}`
		}
		_, _ = io.WriteString(w, agent)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	for i := range 30 {
		piece := mark + "\n"
		if i%10 == 9 {
			piece = text
		}
		_, _ = fmt.Fprintf(w, `data: {"type":"event.agents.thought","timestamp":"","data":{"message_difference":{"1":{"role":"agent","parts":[{"kind":"text","text":%q}]}}}}`+"\n\n", piece)
		if i%4 == 0 {
			_ = http.NewResponseController(w).Flush()
		}
	}
	_, _ = fmt.Fprintf(w, `data: {"type":"event.agents.inactive","timestamp":"","data":{"last_message":%q,"finish_reason":"stop"}}`+"\n\ndata: [DONE]\n\n", mark)
}

// beginMark begins each mark, which one hexadecimal number follows, 8 times.
const beginMark = "mark-"

// foreignMark returns how many marks are in an answer, and the first that is not the caller's; one may be cut.
func foreignMark(answer, own string) (marks int, foreign string) {
	for _, found := range strings.Split(answer, beginMark)[1:] {
		marks++
		found = found[:min(len(found), len(own))]
		if end := strings.IndexFunc(found, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) }); end >= 0 {
			found = found[:end]
		}
		if !strings.HasPrefix(own, found) {
			return marks, found
		}
	}
	return marks, ""
}

// markedCall calls a tool with a key of its own, reads up to most bytes of the answer, and checks that each mark in them is its own.
func markedCall(t *testing.T, s *testServer, caller int, message string, most int64) int {
	t.Helper()
	mark := strings.Repeat(fmt.Sprintf("%02x", caller), 8)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	request, err := s.newRequest(ctx, http.MethodPost, "", message)
	if err != nil {
		t.Error(err)
		return 0
	}
	_, name, _ := strings.Cut(message, `"params":{"name":"`)
	name, _, _ = strings.Cut(name, `"`)
	for header, value := range map[string]string{
		"Authorization": "Bearer sk-orq-caller-" + mark, "Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": name,
	} {
		request.Header.Set(header, value)
	}
	response, err := s.client.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		t.Error(err)
	}
	marks, foreign := foreignMark(string(body), mark)
	if foreign != "" {
		t.Errorf("caller %s got the mark %s", mark, foreign)
	}
	return marks
}

// TestNoCallerGetsWhatIsOfAnother calls with many keys at once, and leaves some calls in the middle of their answer.
func TestNoCallerGetsWhatIsOfAnother(t *testing.T) {
	t.Parallel()
	const callers, rounds = 16, 2
	address, transport := startAPI(t, markedAPI)
	server, _ := newServerOf(t, orq.APIAgents, address, transport)
	s := serveTCP(t, server)
	calls := []string{
		`"name":"get_agent","arguments":{"key":"k"}`, `"name":"list_agents","arguments":{}`,
		`"name":"invoke_agent","arguments":{"key":"k","message":"m"}`, `"name":"invoke_agent","arguments":{"key":"k","message":"m","mode":"stream"}`,
	}
	var called sync.WaitGroup
	for caller := range callers {
		called.Go(func() {
			for i := range rounds {
				for n, call := range calls {
					message := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{%s,"_meta":%s}}`, 10*i+n, call, modernMeta)
					most := int64(1 << 30)
					if (caller+i+n)%5 == 0 {
						most = 3000
					}
					if markedCall(t, s, caller, message, most) == 0 {
						t.Errorf("an answer to %s without a mark", call)
					}
				}
			}
		})
	}
	called.Wait()
}
