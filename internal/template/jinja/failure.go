package jinja

import "fmt"

// failure is what parsing and evaluation panic with.
type failure struct {
	err  error
	line int // 0: where the parser or the state is
}

// fail ends the parsing or the evaluation with an error.
func fail(format string, args ...any) {
	panic(failure{err: fmt.Errorf(format, args...)})
}

// failAt is fail with the line where something began.
func failAt(line int, format string, args ...any) {
	panic(failure{fmt.Errorf(format, args...), line})
}

// must ends the evaluation when err is not nil.
func must(err error) {
	if err != nil {
		panic(failure{err: err})
	}
}

// recoverFailure, when deferred, turns a failure into an error that names the line.
func recoverFailure(err *error, line *int) {
	switch p := recover().(type) {
	case nil:
	case failure:
		if p.line == 0 {
			p.line = max(*line, 1)
		}
		*err = fmt.Errorf("line %d: %w", p.line, p.err)
	default:
		panic(p)
	}
}
