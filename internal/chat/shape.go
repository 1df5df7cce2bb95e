package chat

import (
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// shape is in what form a server takes the members of a request on which servers disagree. The zero value is what most take.
type shape struct {
	// withoutUsage leaves out stream_options.
	withoutUsage bool
	// withoutReturned leaves out what the model's earlier answers had for it.
	withoutReturned bool
	limit           limitName
}

// limitName is the name of the bound of an answer. OpenAI's newer models take max_completion_tokens alone; Ollama, and others
// that run models locally, read max_tokens alone and pass over the other name in silence, so that nothing bounds an answer.
type limitName int

const (
	bothLimits limitName = iota
	onlyMaxCompletionTokens
	onlyMaxTokens
)

// shapes are what a client has learned about the models of its server. It is safe for concurrent use.
type shapes struct {
	initial shape
	mu      sync.Mutex
	known   map[string]shape // by the name of the model: a gateway passes each on to another server
}

// newShapes returns the shapes for a server. OpenAI's own refuses a request with both limits.
func newShapes(address string) *shapes {
	s := &shapes{known: map[string]shape{}}
	if u, err := url.Parse(address); err == nil && strings.EqualFold(u.Hostname(), "api.openai.com") {
		s.initial.limit = onlyMaxCompletionTokens
	}
	return s
}

func (s *shapes) of(model string) shape {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.known[model]; ok {
		return known
	}
	return s.initial
}

func (s *shapes) learn(model string, known shape) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[model] = known
}

// setLimit names the bound of an answer in the server's way. An agent that has given max_tokens alone gets no second name.
func (s shape) setLimit(p *orq.ModelParameters) {
	limit := p.MaxCompletionTokens
	if limit == nil {
		limit = p.MaxTokens
	}
	switch s.limit {
	case bothLimits:
		if p.MaxTokens == nil {
			p.MaxTokens = p.MaxCompletionTokens
		}
	case onlyMaxCompletionTokens:
		p.MaxCompletionTokens, p.MaxTokens = limit, nil
	case onlyMaxTokens:
		p.MaxTokens, p.MaxCompletionTokens = limit, nil
	}
}

var (
	namesUsage      = lazy.Regexp{Text: `stream_options|include_usage`}
	namesReturned   = lazy.Regexp{Text: `\b(reasoning|reasoning_(content|text|opaque|details)|extra_content|thinking_blocks|thought_signature|provider_specific_fields)\b`}
	namesMaxTokens  = lazy.Regexp{Text: `\bmax_tokens\b`}
	namesCompletion = lazy.Regexp{Text: `\bmax_completion_tokens\b`}
	// refusesMember matches a refusal of a member, as opposed to one of its value.
	refusesMember = lazy.Regexp{Text: `unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not permitted|not allowed|forbidden|extra|deprecated|same time|both|cannot be set|please remove`}
)

// without is the shape for another attempt at a request that was refused for one of the members on which servers disagree:
// the one that the refusal names or, when it has no words at all, each that can be left out. It reports false for any other
// refusal. Nothing was generated for a request that was refused, so that the attempt costs nothing.
func (s shape) without(status int, body []byte, sent requestBody) (shape, bool) {
	if !mayRefuseMembers(status) {
		return s, false
	}
	before, low := s, strings.ToLower(string(body))
	refuses := refusesMember.Get().MatchString(low)
	switch {
	case isWordless(status, body):
		s.withoutUsage, s.withoutReturned = true, true
		if s.limit == bothLimits && sent.MaxTokens != nil && sent.MaxCompletionTokens != nil {
			s.limit = onlyMaxTokens
		}
	case namesUsage.Get().MatchString(low):
		s.withoutUsage = true
	case refuses && s.limit == bothLimits && sent.MaxTokens != nil && namesMaxTokens.Get().MatchString(low):
		s.limit = onlyMaxCompletionTokens
	case refuses && s.limit == bothLimits && sent.MaxCompletionTokens != nil && namesCompletion.Get().MatchString(low):
		s.limit = onlyMaxTokens
	case refuses && namesReturned.Get().MatchString(low) && sent.hasReturned():
		s.withoutReturned = true
	}
	return s, s != before
}

// isWordless reports whether a refusal does not say why: its words are missing, or those of the status.
func isWordless(status int, body []byte) bool {
	text := wordsOf(body).Text
	return text == "" || strings.EqualFold(text, http.StatusText(status))
}

// mayRefuseMembers reports whether a status may be about the members of the request.
func mayRefuseMembers(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusRequestTimeout, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests:
		return false
	}
	return status >= 400 && status < 500
}

// hasReturned reports whether a message has something for its model.
func (b requestBody) hasReturned() bool {
	for _, message := range b.Messages {
		if !message.IsZero() {
			return true
		}
		for _, call := range message.ToolCalls {
			if !call.IsZero() {
				return true
			}
		}
	}
	return false
}
