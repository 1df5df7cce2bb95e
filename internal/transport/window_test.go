package transport

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestWindowsHoldAllStoppedReaders compares the windows that are announced to a server.
func TestWindowsHoldAllStoppedReaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		connection, stream := 65535, 65535 // until the client announces others
		n := serveFrames(t, func(c frameConn, f frame) {
			switch {
			case f.kind == frameSettings:
				for p := f.payload; len(p) >= 6; p = p[6:] {
					if binary.BigEndian.Uint16(p) == settingInitialWindow {
						stream = int(binary.BigEndian.Uint32(p[2:]))
					}
				}
			case f.kind == frameWindowUpdate && f.stream == 0:
				connection += int(binary.BigEndian.Uint32(f.payload))
			case f.endsRequest():
				c.respond(f.stream)
			}
		})
		mustExchange(t, on(t, n), n.URL)
		synctest.Wait()
		const calls = 10_000 // the default of --max-calls
		if got := connection / stream; got < calls || stream > 128<<10 {
			t.Errorf("a connection has a window of %d bytes, a stream one of %d: %d stopped readers fit, want %d of at most 128 KiB", connection, stream, got, calls)
		}
	})
}

// TestStoppedReadersHoldUpNobodyElse opens streams in one connection that are never read. They would fill the windows of
// net/http.
func TestStoppedReadersHoldUpNobodyElse(t *testing.T) {
	t.Parallel()
	const readers = 300
	var most atomic.Int64
	full := make(chan struct{}, readers)
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			return
		}
		piece := make([]byte, 8<<10)
		for sent := int64(len(piece)); ; sent += int64(len(piece)) {
			if _, err := w.Write(piece); err != nil {
				return
			}
			for before := most.Load(); sent > before && !most.CompareAndSwap(before, sent); before = most.Load() {
			}
			if sent == streamWindow {
				full <- struct{}{}
			}
		}
	}))
	web.EnableHTTP2 = true
	web.Config.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: 10 * readers}
	web.StartTLS()
	t.Cleanup(web.Close)
	transport := New(10 * time.Second)
	t.Cleanup(transport.CloseIdleConnections)
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	transport.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	mustExchange(t, transport, web.URL)

	var opening sync.WaitGroup
	for range readers {
		opening.Go(func() {
			response, err := transport.RoundTrip(newRequest(t.Context(), t, http.MethodPost, web.URL))
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { response.Body.Close() })
		})
	}
	opening.Wait()
	for range readers {
		<-full
	}
	began := time.Now()
	if err := exchange(transport, newRequest(t.Context(), t, http.MethodGet, web.URL)); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("a request beside %d stopped readers took %v", readers, took)
	}
	if got, limit := most.Load(), int64(streamWindow+32<<10); got > limit {
		t.Errorf("%d bytes were read ahead of a stopped reader, want at most %d", got, limit)
	}
}
