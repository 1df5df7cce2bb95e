package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

func (s *Sandbox) newRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request) error{
		"POST /v2/agents":                          s.createAgent,
		"GET /v2/agents":                           s.listAgents,
		"GET /v2/agents/{key}":                     s.getAgent,
		"PATCH /v2/agents/{key}":                   s.updateAgent,
		"DELETE /v2/agents/{key}":                  s.deleteAgent,
		"POST /v2/agents/a2a":                      s.registerA2A,
		"POST /v2/agents/{key}/card/refresh":       s.refreshCard,
		"POST /v2/agents/{key}/task":               s.invoke,
		"POST /v2/agents/{key}/stream-task":        s.invokeStream,
		"POST /v2/agents/run":                      s.run,
		"POST /v2/agents/stream-run":               s.runStream,
		"POST /v2/agents/{key}/responses":          s.respond,
		"GET /v2/agents/{key}/responses/{task_id}": s.getResponse,
	} {
		mux.HandleFunc(pattern, s.handler(serve))
	}
	return mux
}

// handler admits requests with a good bearer and answers the error that serve returns.
func (s *Sandbox) handler(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := s.authorize(r)
		if err == nil {
			err = serve(w, r)
		}
		if err == nil {
			return
		}
		var f *apierror.Error
		if errors.As(err, &f) {
			about(w, "error", truncate.Runes(f.Message, 200))
		} else {
			s.log.LogAttrs(r.Context(), slog.LevelError, "request failed", slog.Any("error", err))
			f = &apierror.Error{Status: http.StatusInternalServerError, Message: "the sandbox failed; its log says why"}
		}
		if f.Status == http.StatusTooManyRequests || f.Status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1")
		}
		_ = answer(w, f.Status, f)
	}
}

func (s *Sandbox) authorize(r *http.Request) error {
	scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	bearer = strings.TrimSpace(bearer)
	switch {
	case !strings.EqualFold(scheme, "Bearer") || bearer == "":
		return &apierror.Error{Status: http.StatusUnauthorized, Code: "authentication_required", Message: "an API key is required: send Authorization: Bearer <key>"}
	case s.key != "" && subtle.ConstantTimeCompare([]byte(bearer), []byte(s.key)) == 0:
		return &apierror.Error{Status: http.StatusUnauthorized, Code: "invalid_api_key", Message: "the API key is not valid"}
	}
	return nil
}

// answer writes body as JSON. What fails here is the connection: there is nobody left to tell.
func answer(w http.ResponseWriter, status int, body any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(encoded, '\n'))
	return nil
}

// statusRecorder remembers for the log what became of a request, and what it was about.
type statusRecorder struct {
	http.ResponseWriter
	status int
	about  []slog.Attr
}

// about adds to a request's line in the log what its path does not tell.
func about(w http.ResponseWriter, name, value string) {
	if recorder, ok := w.(*statusRecorder); ok {
		recorder.about = append(recorder.about, slog.String(name, value))
	}
}

// WriteHeader implements http.ResponseWriter.
func (r *statusRecorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find Flush.
func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
