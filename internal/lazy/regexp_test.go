package lazy_test

import (
	"sync"
	"testing"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
)

func TestRegexpIsCompiledOnce(t *testing.T) {
	t.Parallel()
	digits := lazy.Regexp{Text: `^[0-9]+$`}
	first := digits.Get()
	var getting sync.WaitGroup
	for range 8 {
		getting.Go(func() {
			if digits.Get() != first {
				t.Error("compiled again")
			}
		})
	}
	getting.Wait()
	if !first.MatchString("12") || first.MatchString("1a") {
		t.Errorf("%s matches something else", first)
	}
}
