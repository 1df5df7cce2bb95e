package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"sync"
)

// stdioTransport uses the program's stdin and stdout, with one message a line.
type stdioTransport struct {
	client *client
	mu     sync.Mutex
	ended  chan struct{}
}

func newStdioTransport(c *client) *stdioTransport {
	l := &stdioTransport{client: c, ended: make(chan struct{})}
	go l.read()
	return l
}

// read reads lines until the program has exited. A line without an end is an error.
func (l *stdioTransport) read() {
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

func (l *stdioTransport) send(_ context.Context, m outgoing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.client.server.stdin.Write(append(m.raw, '\n')); err != nil {
		l.client.failCall(m.id, err)
	}
}

// close closes stdin, which ends the program.
func (l *stdioTransport) close() {
	// An error means that the test has closed it.
	_ = l.client.server.stdin.Close()
	l.client.server.waitExit(exitLimit, 0)
	<-l.ended
}

// pipe is an unbounded pipe for stdout, so that a slow test does not block the program.
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

// end makes Read return io.EOF when the pipe is empty.
func (p *pipe) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	p.ready.Signal()
}
