package sandbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// Numbers of agents in the workspaces that are compared.
const few, many = 100, 100_000

// BenchmarkAThousandTimesTheAgents prints a table of the median times of operations in a workspace of 100 agents and in
// one of 100,000. The two take turns.
func BenchmarkAThousandTimesTheAgents(b *testing.B) {
	for b.Loop() {
		for _, kept := range []string{"memory", "file"} {
			fmt.Print(scaleTable(b, kept)) // b.Log truncates
		}
	}
}

func scaleTable(b *testing.B, kept string) string {
	b.Helper()
	small, large := newScale(b, kept, few), newScale(b, kept, many)
	var table strings.Builder
	fmt.Fprintf(&table, "\n| %s | %d agents | %d agents | ratio |\n|---|--:|--:|--:|\n", kept, few, many)
	row := func(name string, times [2]time.Duration) {
		fmt.Fprintf(&table, "| %s | %v | %v | %.2f |\n", name, times[0], times[1], float64(times[1])/float64(times[0]))
	}
	for _, o := range scaleOperations() {
		row(o.name, compare(small, large, o))
	}
	fmt.Fprintf(&table, "| memory for each agent | | %.2f kB | |\n", large.perAgent/1e3) // that of 100 agents is too small to measure
	small.close()
	large.close()
	if kept == "file" {
		row("open the file", [2]time.Duration{small.reopen(), large.reopen()})
	}
	return table.String()
}

// scale is a workspace with a number of agents.
type scale struct {
	b        *testing.B
	file     string
	box      *sandbox.Sandbox
	size     int
	created  int
	perAgent float64 // bytes
}

func newScale(b *testing.B, kept string, size int) *scale {
	b.Helper()
	s := &scale{b: b, size: size}
	if kept == "file" {
		s.file = filepath.Join(b.TempDir(), fmt.Sprint(size))
	}
	before := heap()
	s.open()
	for s.created < size {
		agents := make([]json.RawMessage, min(1000, size-s.created))
		for i := range agents {
			agents[i] = s.body()
		}
		if _, err := s.box.Seed(b.Context(), agents); err != nil {
			b.Fatal(err)
		}
	}
	s.perAgent = float64(heap()-before) / float64(size)
	return s
}

func (s *scale) open() {
	s.b.Helper()
	var err error
	if s.box, err = sandbox.Open(sandbox.Options{Data: s.file}); err != nil {
		s.b.Fatal(err)
	}
}

func (s *scale) close() {
	s.b.Helper()
	if err := s.box.Close(); err != nil {
		s.b.Fatal(err)
	}
}

func (s *scale) reopen() time.Duration {
	s.b.Helper()
	return median(9, func() time.Duration {
		began := time.Now()
		s.open()
		took := time.Since(began)
		s.close()
		return took
	})
}

// body returns the body of the next agent, about 1.5 kB.
func (s *scale) body() json.RawMessage {
	s.b.Helper()
	encoded, err := json.Marshal(agentBody(scaleKey(s.created), object{"instructions": strings.Repeat("Be exact. ", 100)}))
	if err != nil {
		s.b.Fatal(err)
	}
	s.created++
	return encoded
}

// scaleKey returns the key of an agent. The keys are in no order, as real ones.
func scaleKey(number int) string { return fmt.Sprintf("a%06d", number*7919%1_000_003) }

func (s *scale) do(status int, method, path string, body []byte) *bytes.Buffer {
	s.b.Helper()
	r := httptest.NewRequestWithContext(s.b.Context(), method, path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer key")
	w := httptest.NewRecorder()
	s.box.ServeHTTP(w, r)
	if w.Code != status {
		s.b.Fatalf("%s %s: status %d: %s", method, path, w.Code, w.Body)
	}
	return w.Body
}

type scaleOperation struct {
	name string
	// prepare returns the operation to measure. What prepare does itself is not measured.
	prepare func(s *scale, round int) func()
}

func scaleOperations() []scaleOperation {
	some := func(s *scale, round int) string { return "/v2/agents/" + scaleKey(s.size/2+round) }
	get := func(path func(s *scale, round int) string) func(*scale, int) func() {
		return func(s *scale, round int) func() {
			where := path(s, round)
			return func() { s.do(http.StatusOK, "GET", where, nil) }
		}
	}
	return []scaleOperation{
		{"create", func(s *scale, _ int) func() {
			body := s.body()
			return func() { s.do(http.StatusCreated, "POST", "/v2/agents", body) }
		}},
		{"get by key", get(some)},
		{"change", func(s *scale, round int) func() {
			path, body := some(s, round), fmt.Appendf(nil, `{"role":"r%d"}`, round)
			return func() { s.do(http.StatusOK, "PATCH", path, body) }
		}},
		{"rename", func(s *scale, round int) func() {
			path, key := "/v2/agents/"+scaleKey(s.size/4+round), fmt.Sprintf("z%d", round)
			return func() { s.do(http.StatusOK, "PATCH", path, fmt.Appendf(nil, `{"key":%q}`, key)) }
		}},
		{"delete an old one", func(s *scale, round int) func() {
			path := "/v2/agents/" + scaleKey(round)
			return func() { s.do(http.StatusNoContent, "DELETE", path, nil) }
		}},
		{"list 20", get(func(*scale, int) string { return "/v2/agents?limit=20" })},
		{"list 20 of a type", get(func(*scale, int) string { return "/v2/agents?limit=20&type=internal" })},
		{"list 20 of a type that is rare", get(func(*scale, int) string { return "/v2/agents?limit=20&type=a2a" })},
		{"list 20 from the middle", func(s *scale, round int) func() {
			var agent orq.Agent
			if err := json.Unmarshal(s.do(http.StatusOK, "GET", some(s, round), nil).Bytes(), &agent); err != nil {
				s.b.Fatal(err)
			}
			return func() { s.do(http.StatusOK, "GET", "/v2/agents?limit=20&starting_after="+agent.ID, nil) }
		}},
		{"list 90", get(func(*scale, int) string { return "/v2/agents?limit=90" })},
	}
}

// compare measures the operation in both workspaces by turns, and returns the medians.
func compare(small, large *scale, o scaleOperation) (times [2]time.Duration) {
	var taken [2][]time.Duration
	for round := range 25 {
		for i, s := range []*scale{small, large} {
			do := o.prepare(s, round)
			began := time.Now()
			do()
			taken[i] = append(taken[i], time.Since(began))
		}
	}
	for i := range taken {
		slices.Sort(taken[i])
		times[i] = taken[i][len(taken[i])/2].Round(time.Microsecond)
	}
	return times
}

func median(rounds int, measure func() time.Duration) time.Duration {
	taken := make([]time.Duration, rounds)
	for i := range taken {
		taken[i] = measure()
	}
	slices.Sort(taken)
	return taken[rounds/2].Round(time.Microsecond)
}

// heap returns the bytes in use after a garbage collection.
func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
