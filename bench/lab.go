package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/orq-mcp/orq-mcp/bench/rig"
	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// subject is what is measured.
type subject string

const (
	ours subject = "orq-mcp"
	// before is an older orq-mcp, where one is given.
	before subject = "before"
	bare   subject = "bare"
	relay  subject = "relay"
	direct subject = "direct"
)

// lab has the programs to measure and their upstream.
type lab struct {
	quick bool
	dir   string
	paths map[subject]string
	// stub is the upstream, and http2 one that speaks HTTP/2.
	stub, http2 *rig.Process
	// lost counts the events of all streams that were lost.
	lost map[subject]float64
}

func newLab(ctx context.Context, o options) (*lab, error) {
	dir, err := os.MkdirTemp("", "orq-mcp-bench-")
	if err != nil {
		return nil, err
	}
	l := &lab{quick: o.quick, dir: dir, paths: map[subject]string{ours: o.binary, before: o.against}, lost: map[subject]float64{}}
	if err := l.prepare(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return l, nil
}

func (l *lab) prepare(ctx context.Context) error {
	wanted := map[subject]string{bare: "./bench/bare", relay: "./bench/relay", "stub": "./bench/stub"}
	if l.paths[ours] == "" {
		wanted[ours] = "./cmd/orq-mcp"
	}
	for s, source := range wanted {
		l.paths[s] = filepath.Join(l.dir, string(s))
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", l.paths[s], source) //nolint:gosec // all of it is above
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", source, err, out)
		}
	}
	all, err := tools.All(tools.Selection{})
	if err != nil {
		return err
	}
	var shown []any
	for _, tool := range all {
		shown = append(shown, tool.MCP())
	}
	list, err := json.Marshal(map[string]any{"tools": shown})
	if err != nil {
		return err
	}
	if err := os.WriteFile(l.toolsFile(), list, 0o600); err != nil {
		return err
	}
	if l.stub, err = rig.StartHTTP(ctx, rig.Program{Path: l.paths["stub"]}); err != nil {
		return err
	}
	l.http2, err = rig.StartHTTP(ctx, rig.Program{Path: l.paths["stub"], Args: []string{"-certificate", l.certificate()}})
	return err
}

// toolsFile holds a tools/list result with the tools of orq-mcp.
func (l *lab) toolsFile() string { return filepath.Join(l.dir, "tools.json") }

// certificate is the file with the certificate of the upstream that speaks HTTP/2.
func (l *lab) certificate() string { return filepath.Join(l.dir, "certificate.pem") }

func (l *lab) close() error {
	l.stub.Kill()
	l.http2.Kill()
	return os.RemoveAll(l.dir)
}

// onHTTP2 returns the lab with the upstream that speaks HTTP/2.
func (l *lab) onHTTP2() *lab {
	other := *l
	other.stub = l.http2
	return &other
}

// key has the form and length of a key of orq.ai, because every event is searched for it.
const key = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ3b3Jrc3BhY2UiOiJiZW5jaCIsImlhdCI6MTc2NDU0NzIwMH0.bm90LWEtc2lnbmF0dXJlLWJ1dC1vZi1pdHMtbGVuZ3Ro"

// program returns how to start a subject on a transport.
func (l *lab) program(s subject, transport string) rig.Program {
	p := rig.Program{Path: l.paths[s], Env: []string{"ORQ_BASE_URL=" + l.stub.URL, "ORQ_API_KEY=" + key, "SSL_CERT_FILE=" + l.certificate()}}
	switch {
	case s == bare, s == relay:
		p.Args = []string{"-tools", l.toolsFile(), transport}
	case transport == rig.HTTP:
		p.Args = []string{"http", "--addr", "127.0.0.1:0", "--log-level", "error"}
	default:
		p.Args = []string{"stdio", "--log-level", "error"}
	}
	return p
}

// target is a running subject on HTTP. For direct it is the upstream.
type target struct {
	*rig.Process
	subject subject
}

// cpuDuring returns the processor time of a target during work, in nanoseconds. It is NaN for direct.
func (t target) cpuDuring(work func() error) (float64, error) {
	idle, err := t.CPU()
	if err != nil {
		return 0, err
	}
	if err := work(); err != nil {
		return 0, err
	}
	after, err := t.CPU()
	if t.subject == direct {
		return math.NaN(), err
	}
	return float64(after - idle), err
}

// takesPart reports whether a subject is measured.
func (l *lab) takesPart(s subject) bool { return s == direct || l.paths[s] != "" }

// serve starts a subject on HTTP. The returned function kills it.
func (l *lab) serve(ctx context.Context, s subject) (target, func(), error) {
	if s == direct {
		return target{l.stub, s}, func() {}, nil
	}
	p, err := rig.StartHTTP(ctx, l.program(s, rig.HTTP))
	if err != nil {
		return target{}, nil, err
	}
	return target{p, s}, p.Kill, nil
}

// size scales a load down for a quick run.
func (l *lab) size(full, quick int) int {
	if l.quick {
		return quick
	}
	return full
}

// check returns an error when runs failed or events had faults. Faults of the baseline are measured, not errors.
func (l *lab) check(s subject, r rig.Report) error {
	l.lost[s] += float64(r.Faults.Lost)
	if s == bare && r.Failed == 0 || r.Failed == 0 && r.Faults == (rig.Faults{}) {
		return nil
	}
	return fmt.Errorf("%d of %d runs failed, faults: %v\n%s", r.Failed, r.Calls, r.Faults, strings.Join(r.Samples, "\n"))
}
