package e2e_test

import (
	"fmt"
	"testing"
	"time"
)

func TestAPingIsAnsweredWhileManyCallsRun(t *testing.T) {
	t.Parallel()
	onEachWire(t, func(t *testing.T, kind string, a api) {
		const n = 100
		arrived, release := make(chan struct{}, n), make(chan struct{})
		u := a.newUpstream(t, a.scriptedRuns(t, func(s *script, prompt string) {
			s.start()
			arrived <- struct{}{}
			select {
			case <-release:
				s.finish("the answer to " + prompt)
			case <-s.request.Context().Done():
			}
		}))
		c := open(t, kind, u.setup())
		calls := make([]*call, n)
		for i := range calls {
			calls[i] = c.beginWithoutProgress("invoke_agent", object{"key": "walker", "message": fmt.Sprintf("call %d", i), "mode": "stream"})
		}
		limit := time.After(waitTimeout)
		for i := range n {
			select {
			case <-arrived:
			case <-limit:
				t.Fatalf("%d calls run at once, want %d", i, n)
			}
		}
		c.ping()
		close(release)
		for i, call := range calls {
			ran := decode[outcome](t, c.mustSucceed("invoke_agent", call.result()).Structured)
			if want := fmt.Sprintf("the answer to call %d", i); ran.OutputText != want {
				t.Errorf("output = %q, want %q", ran.OutputText, want)
			}
		}
	})
}
