package transport

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// refusal ends a request with an error.
type refusal func(c frameConn, stream uint32)

func reset(code uint32) refusal {
	return func(c frameConn, stream uint32) { c.reset(stream, code) }
}

func goAway(code uint32, below bool) refusal {
	return func(c frameConn, stream uint32) {
		if below {
			stream -= 2
		}
		c.goAway(stream, code)
		c.hangUp()
	}
}

func TestARequestIsSentAgainOnlyWhenItWasNotProcessed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refuse refusal
		again  bool
	}{
		"PROTOCOL_ERROR":                  {reset(codeProtocolError), false},
		"INTERNAL_ERROR":                  {reset(codeInternalError), false},
		"REFUSED_STREAM":                  {reset(codeRefusedStream), true},
		"GOAWAY before the request":       {goAway(0, true), true},
		"GOAWAY with the request":         {goAway(0, false), false},
		"GOAWAY with an error, before it": {goAway(codeInternalError, true), true},
	} {
		for _, method := range []string{http.MethodPost, http.MethodPatch, http.MethodDelete} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					requests := 0
					n := serveFrames(t, func(c frameConn, f frame) {
						if !f.endsRequest() {
							return
						}
						if requests++; requests == 2 { // the first makes sure that the connection is used again
							test.refuse(c, f.stream)
							return
						}
						c.respond(f.stream)
					})
					transport := on(t, n)
					mustExchange(t, transport, n.URL)
					err := exchange(transport, newRequest(t.Context(), t, method, n.URL))
					synctest.Wait()
					if again := requests == 3; again != test.again || (err == nil) != test.again {
						t.Errorf("the server has received the request %d times, error %v, want it again: %t", requests-1, err, test.again)
					}
				})
			})
		}
	}
}

// TestTheFirstRequestIsSentOnce resets the first request to a host, of which nothing is known yet.
func TestTheFirstRequestIsSentOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		n := serveFrames(t, func(c frameConn, f frame) {
			if f.endsRequest() {
				requests++
				c.reset(f.stream, codeProtocolError)
			}
		})
		err := exchange(on(t, n), newRequest(t.Context(), t, http.MethodPost, n.URL))
		synctest.Wait()
		if requests != 1 || err == nil {
			t.Errorf("%d requests, error %v, want one and an error", requests, err)
		}
	})
}

func TestARefusedRequestIsSentSevenTimesAtMost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		patience time.Duration
		want     int
	}{
		"patient caller":   {time.Minute, maxRefusals + 1},
		"impatient caller": {time.Second, 5}, // after 0, 0, 0.1, 0.3 and 0.7 s
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				requests := 0
				n := serveFrames(t, func(c frameConn, f frame) {
					if f.endsRequest() {
						requests++
						c.reset(f.stream, codeRefusedStream)
					}
				})
				ctx, cancel := context.WithTimeout(t.Context(), test.patience)
				defer cancel()
				err := exchange(on(t, n), newRequest(ctx, t, http.MethodPost, n.URL))
				synctest.Wait()
				if requests != test.want || err == nil {
					t.Errorf("%d requests, error %v, want %d and an error", requests, err, test.want)
				}
				if late := ctx.Err() != nil; late == errors.Is(err, ErrUnprocessed) {
					t.Errorf("error = %v, want one that states that the request was not processed: %t", err, !late)
				}
				if late := ctx.Err() != nil; late != errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("error = %v, want that of the deadline: %t", err, late)
				}
			})
		})
	}
}

// TestARequestThatWaitedInAConnectionThatEnded lets a request wait until another one of its connection has ended.
func TestARequestThatWaitedInAConnectionThatEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		var first frameConn
		n := serveFrames(t, func(c frameConn, f frame) {
			switch {
			case !f.endsRequest():
			case requests == 0:
				requests, first = 1, c
				c.limitStreams(1)
			default:
				requests++
				c.respond(f.stream)
			}
		})
		transport := on(t, n)
		transport.HTTP2.StrictMaxConcurrentRequests = true
		ends := make(chan error)
		send := func() { ends <- exchange(transport, newRequest(t.Context(), t, http.MethodPost, n.URL)) }
		go send()
		synctest.Wait()
		go send()
		synctest.Wait() // it waits now
		first.goAway(1, 0)
		first.hangUp()
		var succeeded int
		for range 2 {
			if err := <-ends; err == nil {
				succeeded++
			} else if errors.Is(err, ErrUnprocessed) {
				t.Errorf("error = %v of the request that the server has received", err)
			}
		}
		if succeeded != 1 || requests != 2 {
			t.Errorf("%d requests succeeded and the server has received %d, want 1 and 2", succeeded, requests)
		}
	})
}
