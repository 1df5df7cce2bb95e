package budget_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/template/budget"
)

// spendAll spends single steps until the budget refuses, but at most so many.
func spendAll(b *budget.Budget, most int) (spent int, err error) {
	for spent < most {
		if err := b.Spend(1); err != nil {
			return spent, err
		}
		spent++
	}
	return spent, nil
}

func TestBoundsAreNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		exceed func(b *budget.Budget) error
		want   string
	}{
		"steps":    {func(b *budget.Budget) error { return b.Spend(101) }, "it takes more than 100 steps"},
		"reading":  {func(b *budget.Budget) error { return b.Scan(64 * 101) }, "it takes more than 100 steps"},
		"bytes":    {func(b *budget.Budget) error { return b.Allocate(1001) }, "it makes more than 1000 bytes on the way"},
		"overflow": {func(b *budget.Budget) error { return b.Allocate(-1) }, "it makes more than 1000 bytes on the way"},
		"output":   {func(b *budget.Budget) error { return b.Output(51) }, "it makes more than 50 bytes"},
		"depth":    {func(b *budget.Budget) error { return enter(b, 4) }, "it is nested deeper than 3 levels"},
		"within": {func(b *budget.Budget) error {
			return errors.Join(b.Spend(50), b.Allocate(1000), b.Output(50), enter(b, 3))
		}, ""},
	} {
		b := budget.New(budget.Limits{Steps: 100, Bytes: 1000, Output: 50, Depth: 3})
		b.Start(t.Context())
		err := test.exceed(b)
		if exceeded, ok := errors.AsType[*budget.ExceededError](err); ok != (test.want != "") || ok && exceeded.Error() != test.want {
			t.Errorf("%s: error = %v, want %q", name, err, test.want)
		}
		b.Stop()
	}
}

func enter(b *budget.Budget, levels int) error {
	for range levels {
		if err := b.Enter(); err != nil {
			return err
		}
	}
	return nil
}

func TestZeroLimitsAreDefaults(t *testing.T) {
	t.Parallel()
	b := budget.New(budget.Limits{})
	b.Start(t.Context())
	defer b.Stop()
	if spent, err := spendAll(b, 1_000_000); spent != 500_000 || err == nil {
		t.Errorf("%d steps were spent, error %v, want 500,000 and an error", spent, err)
	}
}

func TestEvaluationsShareABudget(t *testing.T) {
	t.Parallel()
	b := budget.New(budget.Limits{Steps: 100})
	total := 0
	for range 3 {
		b.Start(t.Context())
		spent, _ := spendAll(b, 40)
		total += spent
		b.Stop()
	}
	if total != 100 {
		t.Errorf("three evaluations spent %d steps, want 100", total)
	}
}

func TestDepthIsFreeAfterLeaving(t *testing.T) {
	t.Parallel()
	b := budget.New(budget.Limits{Depth: 2})
	b.Start(t.Context())
	defer b.Stop()
	for range 10 {
		if err := enter(b, 2); err != nil {
			t.Fatal(err)
		}
		b.Leave(2)
	}
}

func TestTimeIsBoundedAndDoesNotCountBetweenEvaluations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := budget.New(budget.Limits{Time: time.Second})
		for _, step := range []struct {
			within, after time.Duration
			exceeded      bool
		}{{400 * time.Millisecond, time.Hour, false}, {400 * time.Millisecond, time.Hour, false}, {400 * time.Millisecond, 0, true}} {
			b.Start(t.Context())
			time.Sleep(step.within)
			_, err := spendAll(b, 1000)
			if (err != nil) != step.exceeded {
				t.Errorf("error = %v, want one: %t", err, step.exceeded)
			}
			if err != nil && err.Error() != "it takes longer than 1s" {
				t.Errorf("error = %q", err)
			}
			b.Stop()
			time.Sleep(step.after)
		}
	})
}

func TestTheEndOfTheContextStops(t *testing.T) {
	t.Parallel()
	reason := errors.New("the caller has left")
	ctx, cancel := context.WithCancelCause(t.Context())
	b := budget.New(budget.Limits{})
	b.Start(ctx)
	defer b.Stop()
	if _, err := spendAll(b, 1000); err != nil {
		t.Fatal(err)
	}
	cancel(reason)
	if spent, err := spendAll(b, 1000); !errors.Is(err, budget.ErrStopped) || !errors.Is(err, reason) || spent >= 256 {
		t.Errorf("after %d more steps: error %v, want %v within 256 steps", spent, err, reason)
	}
}
