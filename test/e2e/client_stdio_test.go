package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"sync"
)

// stdioLine is the program's stdin and stdout: a message a line.
type stdioLine struct {
	client *client
	mu     sync.Mutex
	ended  chan struct{}
}

func newStdioLine(c *client) *stdioLine {
	l := &stdioLine{client: c, ended: make(chan struct{})}
	go l.read()
	return l
}

// read takes lines until the program has ended. A line without an end is a message cut short.
func (l *stdioLine) read() {
	defer close(l.ended)
	reader := bufio.NewReader(l.client.server.stdout)
	for {
		line, err := reader.ReadBytes('\n')
		if err != nil {
			if len(line) > 0 {
				l.client.t.Errorf("stdout ended within a line: %.300q", line)
			}
			break
		}
		l.client.receive("", bytes.TrimSuffix(line, []byte("\n")))
	}
	l.client.mu.Lock()
	defer l.client.mu.Unlock()
	for _, call := range l.client.calls {
		call.push(delivery{err: errEnded("stdout")})
	}
}

func (l *stdioLine) send(_ context.Context, m outgoing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.client.server.stdin.Write(append(m.raw, '\n')); err != nil {
		l.client.lost(m.id, err)
	}
}

// close ends the program, as a host does: by the end of its stdin.
func (l *stdioLine) close() {
	// It is closed already where a test has done it.
	_ = l.client.server.stdin.Close()
	l.client.server.waitExit(exitLimit, 0)
	<-l.ended
}

// pipe is stdout: never full, so that a slow test does not slow the program.
type pipe struct {
	mu    sync.Mutex
	ready *sync.Cond
	data  bytes.Buffer
	over  bool
}

func newPipe() *pipe {
	p := &pipe{}
	p.ready = sync.NewCond(&p.mu)
	return p
}

func (p *pipe) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready.Signal()
	return p.data.Write(data)
}

func (p *pipe) Read(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.data.Len() == 0 {
		if p.over {
			return 0, io.EOF
		}
		p.ready.Wait()
	}
	return p.data.Read(data)
}

// end tells the reader that nothing more comes.
func (p *pipe) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	p.ready.Signal()
}
