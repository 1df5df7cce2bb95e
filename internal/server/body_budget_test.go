package server

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

// unfinishedPost returns a POST of a message of n bytes whose end does not come before finish is called.
func unfinishedPost(key string, n int) (r *http.Request, finish func()) {
	const begin, end = `{"jsonrpc":"2.0","id":1,"method":"ping","x":"`, `"}`
	pipe, more := io.Pipe()
	r = sessionlessPost("")
	r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(begin+strings.Repeat("x", n-len(begin)-len(end))), pipe)), -1
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	return r, func() {
		_, _ = io.WriteString(more, end)
		_ = more.Close()
	}
}

func TestUnfinishedBodiesShareABudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const size = 100 << 10
		h := newTestHandler(t, func(http.ResponseWriter, *http.Request) {}, HTTPOptions{MaxBody: size})
		h.bodies = newBudget[callerID](400<<10, 120<<10)
		send := func(key string, n int) (status <-chan *httptest.ResponseRecorder, finish func()) {
			r, finish := unfinishedPost(key, n)
			answered := make(chan *httptest.ResponseRecorder, 1)
			go func() {
				recorder := httptest.NewRecorder()
				h.ServeHTTP(recorder, r)
				answered <- recorder
			}()
			return answered, finish
		}
		held, finish := send("", size)
		synctest.Wait()
		refused, _ := send("", size)
		if got := <-refused; got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") != "1" {
			t.Errorf("a body beyond the caller's share: status %d, Retry-After %q, want 503 and 1: %s", got.Code, got.Header().Get("Retry-After"), got.Body)
		}
		for name, each := range map[string]struct {
			key  string
			size int
		}{"a small body of the caller": {"", smallBody - 1}, "a body of another caller": {"key-one", size}} {
			answered, finish := send(each.key, each.size)
			finish()
			if got := <-answered; got.Code != http.StatusOK {
				t.Errorf("%s: status %d, want 200: %s", name, got.Code, got.Body)
			}
		}
		finish()
		if got := <-held; got.Code != http.StatusOK {
			t.Errorf("the body that was held: status %d, want 200: %s", got.Code, got.Body)
		}
		if h.bodies.total != 0 || len(h.bodies.perCaller) != 0 {
			t.Errorf("%d bytes of %d callers are taken when all bodies are known, want none", h.bodies.total, len(h.bodies.perCaller))
		}
	})
}

func TestAnAnnouncedBodyThatDoesNotFitIsNotRead(t *testing.T) {
	t.Parallel()
	share := &bodyShare{limits: newBudget[callerID](10, 10)}
	unread := iotest.ErrReader(errors.New("was read"))
	if _, err := readAll(unread, smallBody+11, 1<<20, share); !errors.Is(err, errNoRoom) {
		t.Errorf("readAll = %v, want %v", err, errNoRoom)
	}
}

func TestReadAllReadsEveryLength(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, smallBody - 1, smallBody, smallBody + 1, 3*smallBody + 7} {
		for _, announced := range []int64{-1, int64(n)} {
			share := &bodyShare{limits: newBodyLimits(1 << 20)}
			text := strings.Repeat("x", n)
			got, err := readAll(iotest.HalfReader(strings.NewReader(text)), announced, 1<<20, share)
			if err != nil || string(got) != text {
				t.Errorf("readAll of %d bytes, announced %d: %d bytes, error %v", n, announced, len(got), err)
			}
			if announced >= 0 && share.taken > int64(max(n+1-smallBody, 0)) {
				t.Errorf("%d bytes, announced, took %d of the budget", n, share.taken)
			}
			share.release()
			if share.limits.total != 0 {
				t.Errorf("%d bytes stay taken, want 0", share.limits.total)
			}
		}
	}
}
