package template

import (
	"errors"
	"fmt"

	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/tokens"
)

const (
	// maxMethods bounds the method calls of one expression: the library evaluates the operand of each twice, so that thirty
	// in a row would take hours.
	maxMethods = 8
	// maxNesting bounds the brackets and dots of one expression: the library repeats the expression in the error of each.
	maxNesting = 200
	// maxRange bounds the total length of all ranges of one rendering.
	maxRange = 10_000
)

// checkCost rejects expressions that the library would take too long to evaluate.
func checkCost(source string) error {
	stream := tokens.LexAll(source, config.New())
	var methods, nesting int
	var before [2]tokens.Type
	for !stream.End() {
		token := stream.Next()
		switch token.Type {
		case tokens.VariableBegin, tokens.BlockBegin:
			methods, nesting = 0, 0
		case tokens.LeftParenthesis:
			nesting++
			if before == [2]tokens.Type{tokens.Dot, tokens.Name} {
				methods++
			}
		case tokens.Dot, tokens.LeftBracket, tokens.LeftBrace:
			nesting++
		}
		if methods > maxMethods || nesting > maxNesting {
			return fmt.Errorf("line %d: an expression has at most %d method calls, and %d brackets and dots", token.Line, maxMethods, maxNesting)
		}
		before = [2]tokens.Type{before[1], token.Type}
	}
	return nil
}

// ranges implements range() for one rendering. The library's own has no bound, so that nested loops could run forever, and
// leaks a goroutine when it is not read to its end.
type ranges struct{ total int }

// list returns the numbers of one range.
func (r *ranges) list(_ *exec.Evaluator, arguments *exec.VarArgs) ([]int, error) {
	start, stop, step, err := bounds(arguments.Args)
	if err != nil {
		return nil, exec.ErrInvalidCall(err)
	}
	list := []int{}
	for n := start; step > 0 && n < stop || step < 0 && n > stop; n += step {
		if r.total++; r.total > maxRange {
			return nil, exec.ErrInvalidCall(fmt.Errorf("all ranges of a template have at most %d numbers", maxRange))
		}
		list = append(list, n)
	}
	return list, nil
}

// bounds decodes the arguments of range(): stop, or start and stop, or start, stop and step.
func bounds(args []*exec.Value) (start, stop, step int, err error) {
	numbers := make([]int, len(args))
	for i, arg := range args {
		if !arg.IsInteger() {
			return 0, 0, 0, errors.New("range takes whole numbers")
		}
		numbers[i] = arg.Integer()
	}
	switch len(numbers) {
	case 1:
		return 0, numbers[0], 1, nil
	case 2:
		return numbers[0], numbers[1], 1, nil
	case 3:
		if numbers[2] == 0 {
			return 0, 0, 0, errors.New("the step of a range must not be 0")
		}
		return numbers[0], numbers[1], numbers[2], nil
	}
	return 0, 0, 0, errors.New("range takes one to three numbers")
}
