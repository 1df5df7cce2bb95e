package jinja

import (
	"math"
	"math/big"
)

// unary applies a sign.
func (s *state) unary(operator string, value any) any {
	mustDefined(value)
	if f, ok := value.(float64); ok {
		if operator == "-" {
			return -f
		}
		return f
	}
	n, ok := integer(value)
	if !ok {
		fail("bad operand type for unary %s: '%s'", operator, typeName(value))
	}
	if operator == "-" {
		return normal(new(big.Int).Neg(n))
	}
	return normal(n)
}

// binary applies an arithmetic operator.
func (s *state) binary(operator string, left, right any) any {
	mustDefined(left)
	if text, ok := textOf(left); ok && operator == "%" {
		return like(left, s.formatPercent(text, right))
	}
	mustDefined(right)
	if isNumber(left) && isNumber(right) {
		return s.arithmetic(operator, left, right)
	}
	switch operator {
	case "+":
		if sum, ok := s.join(left, right); ok {
			return sum
		}
	case "*":
		if repeated, ok := s.repeat(left, right); ok {
			return repeated
		}
		if repeated, ok := s.repeat(right, left); ok {
			return repeated
		}
	}
	fail("unsupported operand type(s) for %s: '%s' and '%s'", operator, typeName(left), typeName(right))
	return nil
}

// arithmetic applies an operator to numbers.
func (s *state) arithmetic(operator string, left, right any) any {
	a, aSmall := small(left)
	b, bSmall := small(right)
	if aSmall && bSmall {
		if n, ok := smallArithmetic(operator, a, b); ok {
			return n
		}
	}
	x, xInt := integer(left)
	y, yInt := integer(right)
	if xInt && yInt && operator != "/" && (operator != "**" || y.Sign() >= 0) {
		return s.bigArithmetic(operator, x, y)
	}
	f, _ := float(left)
	g, _ := float(right)
	if operator == "**" {
		s.step(400)
	}
	return floatArithmetic(operator, f, g)
}

// smallArithmetic applies an operator to integers whose result surely fits.
func smallArithmetic(operator string, a, b int64) (int64, bool) {
	switch operator {
	case "+":
		sum := a + b
		return sum, (sum > a) == (b > 0)
	case "-":
		difference := a - b
		return difference, (difference < a) == (b > 0)
	case "*":
		if a == math.MinInt64 || b == math.MinInt64 {
			return 0, false
		}
		product := a * b
		return product, a == 0 || product/a == b
	case "//", "%":
		if b == 0 || b == -1 {
			return 0, false
		}
		quotient, rest := a/b, a%b
		if rest != 0 && (rest < 0) != (b < 0) {
			quotient, rest = quotient-1, rest+b
		}
		if operator == "%" {
			return rest, true
		}
		return quotient, true
	}
	return 0, false
}

// bigArithmetic applies an operator to integers of any size.
func (s *state) bigArithmetic(operator string, x, y *big.Int) any {
	s.checkBits(max(x.BitLen(), y.BitLen()))
	result := new(big.Int)
	switch operator {
	case "+":
		result.Add(x, y)
	case "-":
		result.Sub(x, y)
	case "*":
		s.checkBits(x.BitLen() + y.BitLen() - 1)
		result.Mul(x, y)
	case "//", "%":
		if y.Sign() == 0 {
			fail("integer division or modulo by zero")
		}
		rest := new(big.Int)
		result.QuoRem(x, y, rest)
		if rest.Sign() != 0 && rest.Sign() != y.Sign() {
			result.Sub(result, big.NewInt(1))
			rest.Add(rest, y)
		}
		if operator == "%" {
			result = rest
		}
	default: // **
		if x.BitLen() > 1 {
			if !y.IsInt64() || y.Int64() > maxBits {
				s.checkBits(maxBits + 1)
			}
			s.checkBits((x.BitLen() - 1) * int(y.Int64()))
		} else if y.BitLen() > 8 {
			y = new(big.Int).And(y, big.NewInt(1)) // the power of 0, 1 or -1
			y.Add(y, big.NewInt(2))
		}
		result.Exp(x, y, nil)
	}
	s.checkBits(result.BitLen())
	return normal(result)
}

// floatArithmetic applies an operator to floats, with Python's rounding of // and %.
func floatArithmetic(operator string, f, g float64) any {
	switch operator {
	case "+":
		return f + g
	case "-":
		return f - g
	case "*":
		return f * g
	case "**":
		return floatPower(f, g)
	}
	if g == 0 {
		fail("division by zero")
	}
	if operator == "/" {
		return f / g
	}
	rest := math.Mod(f, g)
	quotient := (f - rest) / g
	if rest != 0 && (rest < 0) != (g < 0) {
		rest, quotient = rest+g, quotient-1
	} else if rest == 0 {
		rest = math.Copysign(0, g)
	}
	if operator == "%" {
		return rest
	}
	if quotient == 0 {
		return math.Copysign(0, f/g)
	}
	floor := math.Floor(quotient)
	if quotient-floor > 0.5 {
		floor++
	}
	return floor
}

func floatPower(f, g float64) any {
	switch {
	case f == 0 && g < 0:
		fail("0 cannot be raised to a negative power")
	case f < 0 && g != math.Floor(g) && !math.IsInf(f, 0):
		fail("the power is a complex number")
	}
	power := math.Pow(f, g)
	if f != 0 && math.Abs(g) <= 1<<12 && !math.IsInf(f, 0) && !math.IsNaN(f) {
		power = exactPower(f, g)
	}
	if math.IsInf(power, 0) && !math.IsInf(f, 0) && !math.IsInf(g, 0) {
		fail("the power is too large")
	}
	return power
}

// exactPower raises a float to a power, rounded once: math.Pow is off in the last digit now and then.
func exactPower(f, g float64) float64 {
	const precision = 160
	power := big.NewFloat(1).SetPrec(precision)
	square := big.NewFloat(f).SetPrec(precision)
	root := new(big.Float).Copy(square)
	whole, fraction := math.Modf(math.Abs(g))
	for rest := int64(whole); rest > 0; rest >>= 1 {
		if rest&1 == 1 {
			power.Mul(power, square)
		}
		square.Mul(square, square)
	}
	for fraction > 0 { // one binary digit after another
		root.Sqrt(root)
		var digit float64
		if digit, fraction = math.Modf(2 * fraction); digit == 1 {
			power.Mul(power, root)
		}
	}
	if g < 0 {
		power.Quo(big.NewFloat(1), power)
	}
	rounded, _ := power.Float64()
	return rounded
}
