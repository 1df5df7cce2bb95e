package jinja

import (
	"math"
	"math/big"
	"strconv"
)

// numberFilters are the filters that make numbers, or texts of numbers.
func numberFilters() map[string]builtin {
	return map[string]builtin{
		"int":            with("default base", intFilter),
		"float":          with("default", floatFilter),
		"abs":            plain(absFilter),
		"round":          with("precision method", roundFilter),
		"filesizeformat": with("binary", filesizeFilter),
	}
}

func intFilter(s *state, value any, args params) any {
	byDefault := args.value(0, int64(0))
	if text, ok := textOf(value); ok {
		if n, ok := s.parseInt(text, args.int(1, 10)); ok {
			return n
		}
		f, ok := s.parseFloat(text)
		if !ok {
			return byDefault
		}
		value = f
	}
	if n, ok := s.truncated(value); ok {
		return n
	}
	mustDefined(value)
	return byDefault
}

// truncated returns a number without its fraction.
func (s *state) truncated(value any) (any, bool) {
	if n, ok := integer(value); ok {
		return normal(n), true
	}
	f, ok := value.(float64)
	if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, false
	}
	n, _ := big.NewFloat(f).Int(nil)
	return normal(n), true
}

func floatFilter(s *state, value any, args params) any {
	if text, ok := textOf(value); ok {
		if f, ok := s.parseFloat(text); ok {
			return f
		}
		return args.value(0, 0.0)
	}
	if f, ok := float(value); ok {
		return f
	}
	mustDefined(value)
	return args.value(0, 0.0)
}

func absFilter(s *state, value any) any {
	if f, ok := value.(float64); ok {
		return math.Abs(f)
	}
	n, ok := integer(value)
	if !ok {
		mustDefined(value)
		fail("bad operand type for abs(): '%s'", typeName(value))
	}
	if n.Sign() < 0 {
		return s.unary("-", value)
	}
	return normal(n)
}

func roundFilter(s *state, value any, args params) any {
	precision, method := args.int(0, 0), args.text(1, "common")
	mustDefined(value)
	f, ok := float(value)
	if !ok {
		fail("filter round takes a number, got %s", typeName(value))
	}
	if precision < -400 || precision > 400 {
		fail("filter round takes a precision between -400 and 400")
	}
	switch method {
	case "common":
		if n, ok := integer(value); ok {
			return s.roundInteger(n, precision)
		}
		return roundFloat(f, precision)
	case "ceil", "floor":
		round := map[string]func(float64) float64{"ceil": math.Ceil, "floor": math.Floor}[method]
		scale := math.Pow(10, float64(precision))
		scaled := round(f * scale)
		if math.IsInf(scaled, 0) || math.IsNaN(scaled) {
			fail("filter round cannot round %s with this precision", formatFloat(f))
		}
		return (scaled + 0) / scale
	}
	fail("filter round takes the method common, ceil or floor")
	return nil
}

// roundFloat rounds to decimal places, and half to even.
func roundFloat(f float64, precision int) float64 {
	if precision >= 0 {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', precision, 64), 64)
		return rounded
	}
	scale := math.Pow(10, float64(-precision))
	return math.RoundToEven(f/scale) * scale
}

// roundInteger rounds to tens, hundreds and so on, and half to even.
func (s *state) roundInteger(n *big.Int, precision int) any {
	if precision >= 0 {
		return normal(n)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-precision)), nil)
	s.checkBits(unit.BitLen())
	quotient, rest := new(big.Int).DivMod(n, unit, new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(unit)
	if half > 0 || half == 0 && quotient.Bit(0) == 1 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return normal(quotient.Mul(quotient, unit))
}

func filesizeFilter(s *state, value any, args params) any {
	bytes, ok := float(value)
	if text, isText := textOf(value); isText {
		bytes, ok = s.parseFloat(text)
	}
	if !ok {
		fail("filter filesizeformat takes a number, got %s", typeName(value))
	}
	base, units := 1000.0, []string{"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"}
	if args.flag(s, 0, false) {
		base, units = 1024, []string{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}
	}
	switch {
	case bytes == 1:
		return "1 Byte"
	case bytes < base:
		return strconv.FormatFloat(math.Trunc(bytes)+0, 'f', 0, 64) + " Bytes"
	}
	unit := base
	for i, name := range units {
		unit *= base
		if bytes < unit || i == len(units)-1 {
			return strconv.FormatFloat(base*bytes/unit, 'f', 1, 64) + " " + name
		}
	}
	return nil
}
