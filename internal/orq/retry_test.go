package orq_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

const maxAttempts = 4

func TestFailuresThatAreRetried(t *testing.T) {
	t.Parallel()
	never := func(operation) bool { return false }
	always := func(operation) bool { return true }
	repeatable := func(op operation) bool { return op.repeatable }
	type failure struct {
		name    string
		handler http.HandlerFunc
		again   func(operation) bool
	}
	status := func(status int, again func(operation) bool, header ...string) failure {
		return failure{fmt.Sprint(status, header), func(w http.ResponseWriter, _ *http.Request) {
			for _, seconds := range header {
				w.Header().Set("Retry-After", seconds)
			}
			respond(w, status, `{"message":"no"}`)
		}, again}
	}
	failures := []failure{
		status(400, never), status(401, never), status(403, never), status(404, never), status(409, never),
		status(410, never), status(422, never), status(501, never), status(505, never),
		status(429, always), status(429, always, "2"),
		status(500, repeatable), status(502, repeatable), status(504, repeatable),
		status(503, repeatable), status(503, always, "2"),
		{"refused connection", nil, always},
		{"hang-up after the request", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, repeatable},
		{"hang-up within the response", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "data: ")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
			// A deletion has succeeded by then: its body is not needed.
		}, func(op operation) bool { return op.repeatable && op.method != http.MethodDelete }},
	}
	for _, failure := range failures {
		for _, op := range operations() {
			t.Run(failure.name+"/"+op.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					client, network := serveInBubble(t, failure.handler)
					attempts := network.received.Load
					if failure.handler == nil {
						network.refusing, attempts = true, network.dialed.Load
					}
					_, err := op.call(t.Context(), client)
					want := int64(1)
					if failure.again(op) {
						want = maxAttempts
					}
					if got := attempts(); got != want {
						t.Errorf("%d attempts, want %d (error %v)", got, want, err)
					}
					if deleted := failure.name == "hang-up within the response" && op.method == http.MethodDelete; (err == nil) != deleted {
						t.Errorf("error = %v, want one: %t", err, !deleted)
					}
				})
			})
		}
	}
}

func TestTransportWithoutTraceMayHaveSent(t *testing.T) {
	t.Parallel()
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				attempts := 0
				client := newClient(t, "http://orq.test", roundTrip(func(*http.Request) (*http.Response, error) {
					attempts++
					return nil, io.ErrUnexpectedEOF
				}))
				_, err := op.call(t.Context(), client)
				if !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("error %v", err)
				}
				if again := attempts > 1; again != op.repeatable {
					t.Errorf("%d attempts, want more than one: %t", attempts, op.repeatable)
				}
			})
		})
	}
}

func TestFailedHandshakeIsRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, network := serveInBubble(t, reply(http.StatusOK, taskJSON))
		transport := &http.Transport{DialContext: network.dial}
		defer transport.CloseIdleConnections()
		client := newClient(t, "https://orq.test", transport)
		if _, err := client.RunAgent(t.Context(), runRequest); err == nil {
			t.Error("RunAgent succeeded without TLS, want an error")
		}
		if dialed, received := network.dialed.Load(), network.received.Load(); dialed != maxAttempts || received != 0 {
			t.Errorf("%d dials and %d requests, want %d and 0", dialed, received, maxAttempts)
		}
	})
}

func TestConnectionErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refusing bool
		want     string
	}{
		"refused": {true, "POST /v2/agents/run: cannot reach orq.test: the connection was refused"},
		"hang-up": {false, "POST /v2/agents/run: orq.test gave no complete answer: the connection ended early"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, network := serveInBubble(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
				network.refusing = c.refusing
				if _, err := client.RunAgent(t.Context(), runRequest); err == nil || err.Error() != c.want {
					t.Errorf("error = %v, want %s", err, c.want)
				}
			})
		})
	}
}

func TestLaterAttemptSucceeds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		client, _ := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
			if requests++; requests < maxAttempts {
				respond(w, http.StatusBadGateway, "")
				return
			}
			respond(w, http.StatusOK, agentJSON)
		})
		agent, err := client.GetAgent(t.Context(), "scout")
		if err != nil || agent.ID != "01A" {
			t.Errorf("GetAgent = %v, %v, want the agent 01A", agent, err)
		}
	})
}

func TestCallTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		began := time.Now()
		_, err := client.GetAgent(t.Context(), "scout")
		const want = "GET /v2/agents/{agent_key}: no answer within 60 s"
		if err == nil || err.Error() != want || time.Since(began) != time.Minute {
			t.Errorf("error = %v after %v, want %s after 1m0s", err, time.Since(began), want)
		}
	})
}

func TestRunHasNoTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(10 * time.Minute)
			respond(w, http.StatusOK, taskJSON)
		})
		if _, err := client.InvokeAgent(t.Context(), "scout", orq.InvokeRequest{}); err != nil {
			t.Error(err)
		}
	})
}

func TestOnWaitIsCalledBeforeEachPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, reply(http.StatusTooManyRequests, `{"message":"slow down"}`))
		var waited time.Duration
		waits := 0
		began := time.Now()
		_, err := client.For(orq.Caller{OnWait: func(wait orq.Wait) {
			if now := time.Since(began); now != waited {
				t.Errorf("OnWait was called after %v, want %v", now, waited)
			}
			if !errors.Is(wait.Cause, orq.ErrRateLimited) {
				t.Errorf("Cause = %v, want ErrRateLimited", wait.Cause)
			}
			waits++
			waited += wait.For
		}}).GetAgent(t.Context(), "scout")
		if !errors.Is(err, orq.ErrRateLimited) || waits != maxAttempts-1 || time.Since(began) != waited {
			t.Errorf("%d waits of %v in %v with the error %v, want %d waits in their sum and ErrRateLimited", waits, waited, time.Since(began), err, maxAttempts-1)
		}
	})
}

func TestPausesGrowWithFullJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveInBubble(t, reply(http.StatusTooManyRequests, `{"message":"slow down"}`))
		var pauses [maxAttempts - 1][]time.Duration
		for range 100 {
			attempt := 0
			_, _ = client.For(orq.Caller{OnWait: func(wait orq.Wait) {
				pauses[attempt] = append(pauses[attempt], wait.For)
				attempt++
			}}).GetAgent(t.Context(), "scout")
		}
		for i, most := range []time.Duration{500 * time.Millisecond, 750 * time.Millisecond, 1125 * time.Millisecond} {
			low, high := slices.Min(pauses[i]), slices.Max(pauses[i])
			if low < 0 || low > most/4 || high < most*3/4 || high > most {
				t.Errorf("pause %d is %v to %v, want 0 to %v", i+1, low, high, most)
			}
		}
	})
}

func TestRetryAfterTakesPrecedence(t *testing.T) {
	t.Parallel()
	date := func() string { return time.Now().Add(7 * time.Second).UTC().Format(http.TimeFormat) }
	for name, c := range map[string]struct {
		header   func() string
		deadline time.Duration
		requests int64
		elapsed  time.Duration
	}{
		"seconds":                       {fixed("2"), time.Hour, 4, 6 * time.Second},
		"date":                          {date, time.Hour, 4, 21 * time.Second},
		"after the deadline":            {fixed("30"), 10 * time.Second, 1, 0},
		"at the deadline":               {fixed("10"), 10 * time.Second, 1, 0},
		"second one after the deadline": {fixed("6"), 10 * time.Second, 2, 6 * time.Second},
		"longer than a minute":          {fixed("61"), time.Hour, 1, 0},
		"together longer than a minute": {fixed("25"), time.Hour, 3, 50 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, network := serveInBubble(t, func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Retry-After", c.header())
					respond(w, http.StatusTooManyRequests, `{"message":"slow down"}`)
				})
				ctx, cancel := context.WithTimeout(t.Context(), c.deadline)
				defer cancel()
				began := time.Now()
				waits := int64(0)
				_, err := client.For(orq.Caller{OnWait: func(orq.Wait) { waits++ }}).RunAgent(ctx, runRequest)
				var refused *orq.APIError
				if !errors.As(err, &refused) || refused.RetryAfter == 0 {
					t.Errorf("error = %v, want an APIError with RetryAfter", err)
				}
				if requests, elapsed := network.received.Load(), time.Since(began); requests != c.requests || elapsed != c.elapsed {
					t.Errorf("%d requests in %v, want %d in %v", requests, elapsed, c.requests, c.elapsed)
				}
				if waits != c.requests-1 {
					t.Errorf("%d calls of OnWait, want %d", waits, c.requests-1)
				}
			})
		})
	}
}

func TestCancelEndsACall(t *testing.T) {
	t.Parallel()
	gone := errors.New("the caller has gone")
	for name, handler := range map[string]http.HandlerFunc{
		"while waiting for another attempt": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			respond(w, http.StatusTooManyRequests, `{"message":"slow down"}`)
		},
		"before the response": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"within the response": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, "data: {")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		},
	} {
		for _, op := range operations() {
			if op.method == http.MethodDelete && name == "within the response" {
				continue
			}
			t.Run(name+"/"+op.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					client, network := serveInBubble(t, handler)
					ctx, cancel := context.WithCancelCause(t.Context())
					defer time.AfterFunc(time.Second, func() { cancel(gone) }).Stop()
					began := time.Now()
					_, err := op.call(ctx, client)
					if !errors.Is(err, gone) {
						t.Errorf("error = %v, want the cause %v", err, gone)
					}
					if elapsed := time.Since(began); elapsed != time.Second || network.received.Load() != 1 {
						t.Errorf("%d requests in %v, want 1 in 1s", network.received.Load(), elapsed)
					}
				})
			})
		}
	}
}
