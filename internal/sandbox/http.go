package sandbox

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/origin"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/apierror"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// ServeHTTP serves the paths of the API, but not to pages of other sites, unless the workspace has a key and they know it. Any
// other path is answered 404 or 405 in plain text, so that a client can distinguish a missing route from a missing agent.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	w.Header().Set("Server", orq.SandboxServer)
	recorded := &recorder{ResponseWriter: w, status: http.StatusOK}
	defer func() { //nolint:contextcheck // it is the request's own
		s.log.LogAttrs(r.Context(), slog.LevelInfo, "request", append([]slog.Attr{
			slog.String("method", r.Method), slog.String("path", r.URL.EscapedPath()),
			slog.Int("status", recorded.status), slog.Duration("duration", time.Since(start).Round(10*time.Microsecond)),
		}, recorded.attrs...)...)
	}()
	if reason := origin.Check(r); reason != "" && !s.isKeyed(r) {
		refused := &apierror.Error{Status: http.StatusForbidden, Code: "origin_not_allowed", Message: reason}
		addLogAttr(recorded, "error", reason)
		_ = writeJSON(recorded, refused.Status, errorBody(r, refused))
		return
	}
	s.routes.ServeHTTP(recorded, r)
}

// handler checks the bearer token and answers the error that serve returns.
func (s *Sandbox) handler(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := s.authorize(r)
		if err == nil {
			err = serve(w, r)
		}
		if err == nil {
			return
		}
		var e *apierror.Error
		if errors.As(err, &e) {
			addLogAttr(w, "error", truncate.Runes(e.Message, 200))
		} else {
			s.log.LogAttrs(r.Context(), slog.LevelError, "request failed", slog.Any("error", err))
			e = &apierror.Error{Status: http.StatusInternalServerError, Message: failureOf(err)}
		}
		if e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "1")
		}
		_ = writeJSON(w, e.Status, errorBody(r, e))
	}
}

// failureOf describes a failure that is not the caller's: that of the data file in words, because whoever uses a local
// workspace is the one who can mend it.
func failureOf(err error) string {
	if ofFile, ok := errors.AsType[*store.FileError](err); ok {
		return ofFile.Error()
	}
	return "the sandbox failed; the reason is in its log"
}

// errorBody is the body of an error answer: the paths below /v3 have another than those below /v2.
func errorBody(r *http.Request, e *apierror.Error) any {
	if strings.HasPrefix(r.URL.Path, "/v3/") {
		return newRouterError(e)
	}
	return e
}

// bearerOf returns the bearer token of a request; "" when it has none.
func bearerOf(r *http.Request) string {
	scheme, bearer, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(bearer)
}

// isKeyed reports whether a request has the key of the workspace. Without one no request has it.
func (s *Sandbox) isKeyed(r *http.Request) bool {
	return s.key != "" && subtle.ConstantTimeCompare([]byte(bearerOf(r)), []byte(s.key)) == 1
}

func (s *Sandbox) authorize(r *http.Request) error {
	switch bearer := bearerOf(r); {
	case bearer == "":
		return &apierror.Error{Status: http.StatusUnauthorized, Code: "authentication_required", Message: "an API key is required: send Authorization: Bearer <key>"}
	case s.key != "" && !s.isKeyed(r):
		return &apierror.Error{Status: http.StatusUnauthorized, Code: "invalid_api_key", Message: "the API key is not valid"}
	}
	return nil
}

// writeJSON writes body as JSON. A failed write is a broken connection: there is no one left to answer.
func writeJSON(w http.ResponseWriter, status int, body any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(encoded, '\n'))
	return nil
}

// recorder records for the log how a request was answered, and what it was for.
type recorder struct {
	http.ResponseWriter
	status int
	attrs  []slog.Attr
}

// addLogAttr adds to a request's log line what its path does not show.
func addLogAttr(w http.ResponseWriter, name, value string) {
	if recorded, ok := w.(*recorder); ok {
		recorded.attrs = append(recorded.attrs, slog.String(name, value))
	}
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController find Flush.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
