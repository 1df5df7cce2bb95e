package transport

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"testing"

	"github.com/orq-mcp/orq-mcp/test/wire"
)

// Types, flags and codes of HTTP/2 frames (RFC 9113, sections 6 and 7).
const (
	frameData, frameHeaders, frameReset, frameSettings, frameGoAway, frameWindowUpdate = 0, 1, 3, 4, 7, 8

	flagEndStream, flagAck, flagEndHeaders = 1, 1, 4

	settingMaxStreams, settingInitialWindow = 3, 4

	codeProtocolError, codeInternalError, codeRefusedStream = 1, 2, 7
)

// frame is an HTTP/2 frame.
type frame struct {
	kind, flags byte
	stream      uint32
	payload     []byte
}

// frameConn is the server's end of an HTTP/2 connection. It exists because the server of net/http chooses no error codes.
type frameConn struct {
	net.Conn
	// written are encoded frames. They have a goroutine: a pipe holds nothing, and the client may be writing as well.
	written chan []byte
}

func (c frameConn) write(f frame) {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(f.payload))<<8|uint32(f.kind))
	head = binary.BigEndian.AppendUint32(append(head, f.flags), f.stream)
	c.written <- append(head, f.payload...)
}

// hangUp closes the connection after what was written.
func (c frameConn) hangUp() { c.written <- nil }

func (c frameConn) send() {
	defer c.Close()
	for {
		encoded := <-c.written
		if encoded == nil {
			return
		}
		_, _ = c.Write(encoded) // a client that has left ends the next read
	}
}

func (c frameConn) read() (frame, error) {
	var head [9]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return frame{}, err
	}
	f := frame{head[3], head[4], binary.BigEndian.Uint32(head[5:]), make([]byte, binary.BigEndian.Uint32(head[:4])>>8)}
	_, err := io.ReadFull(c, f.payload)
	return f, err
}

// respond sends status 200 without a body.
func (c frameConn) respond(stream uint32) {
	c.write(frame{frameHeaders, flagEndStream | flagEndHeaders, stream, []byte{0x88}}) // :status 200 in the static table of HPACK
}

// reset ends a stream with a code.
func (c frameConn) reset(stream, code uint32) {
	c.write(frame{frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code)})
}

// goAway announces that no stream above last was processed.
func (c frameConn) goAway(last, code uint32) {
	payload := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), code)
	c.write(frame{frameGoAway, 0, 0, payload})
}

// limitStreams allows the client a number of streams at once.
func (c frameConn) limitStreams(number uint32) {
	c.write(frame{frameSettings, 0, 0, binary.BigEndian.AppendUint32([]byte{0, settingMaxStreams}, number)})
}

// serveFrames accepts the connections of a network, one after another, and passes each frame to handle.
func serveFrames(t *testing.T, handle func(frameConn, frame)) *wire.Network {
	t.Helper()
	n := wire.NewNetwork()
	config, stopped := n.ServerTLS(), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			accepted, err := n.Accept()
			if err != nil {
				return
			}
			serveConn(frameConn{tls.Server(accepted, config), make(chan []byte, 100)}, handle)
		}
	}()
	t.Cleanup(func() {
		n.Close()
		<-stopped
	})
	return n
}

// serveConn reads a connection until the client closes it.
func serveConn(c frameConn, handle func(frameConn, frame)) {
	go c.send()
	defer c.hangUp()
	if _, err := io.ReadFull(c, make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
		return
	}
	c.write(frame{kind: frameSettings})
	for {
		f, err := c.read()
		if err != nil {
			return
		}
		if f.kind == frameSettings && f.flags&flagAck == 0 {
			c.write(frame{kind: frameSettings, flags: flagAck})
		}
		handle(c, f)
	}
}

// endsRequest reports whether a frame is the last of a request.
func (f frame) endsRequest() bool {
	return (f.kind == frameHeaders || f.kind == frameData) && f.flags&flagEndStream != 0
}
