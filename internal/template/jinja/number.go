package jinja

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

const (
	// maxDigits bounds integers, as Python does where it reads and prints them.
	maxDigits = 4300
	// maxBits is the size of the largest integer of maxDigits digits.
	maxBits = 14285
)

// normal returns an integer as an int64 if it fits.
func normal(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// integer returns the value of an integer or a boolean as a big one.
func integer(value any) (*big.Int, bool) {
	switch v := value.(type) {
	case int64:
		return big.NewInt(v), true
	case bool:
		return big.NewInt(boolInt(v)), true
	case *big.Int:
		return v, true
	}
	return nil, false
}

// small returns the value of an integer or a boolean that fits.
func small(value any) (int64, bool) {
	switch v := value.(type) {
	case int64:
		return v, true
	case bool:
		return boolInt(v), true
	}
	return 0, false
}

// float returns the value of a number as a float.
func float(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		if math.IsInf(f, 0) {
			fail("an integer is too large for a float")
		}
		return f, true
	}
	n, ok := small(value)
	return float64(n), ok
}

// isNumber reports whether a value is a number; a boolean is one.
func isNumber(value any) bool {
	switch value.(type) {
	case int64, *big.Int, float64, bool:
		return true
	}
	return false
}

// checkBits pays for an integer of a number of bits and refuses one that is too large.
func (s *state) checkBits(bits int) {
	if bits > maxBits {
		fail("an integer has at most %d digits", maxDigits)
	}
	s.make(bits / 8)
	s.step(1 + bits*bits/(1<<16))
}

// formatFloat returns a float as Python prints it.
func formatFloat(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case math.IsNaN(f):
		return "nan"
	}
	text := strconv.FormatFloat(f, 'e', -1, 64)
	exponent, _ := strconv.Atoi(text[strings.IndexByte(text, 'e')+1:])
	if exponent < -4 || exponent >= 16 {
		return text
	}
	text = strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// parseInt reads an integer as Python's int() does.
func (s *state) parseInt(text string, base int) (any, bool) {
	text = strings.TrimSpace(text)
	s.scan(len(text))
	if len(text) > maxDigits {
		return nil, false
	}
	digits := strings.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 || base != 0 && base < 2 || base > 36 {
		return nil, false
	}
	if prefix := map[int]string{16: "0x", 8: "0o", 2: "0b"}[base]; prefix != "" && len(digits) > 2 && strings.EqualFold(digits[:2], prefix) {
		digits = strings.TrimPrefix(digits[2:], "_")
	}
	if strings.HasPrefix(digits, "_") || strings.HasSuffix(digits, "_") || strings.Contains(digits, "__") {
		return nil, false
	}
	s.checkBits(min(4*len(digits), maxBits))
	n, ok := new(big.Int).SetString(strings.ReplaceAll(digits, "_", ""), base)
	if !ok {
		return nil, false
	}
	if strings.HasPrefix(text, "-") {
		n.Neg(n)
	}
	return normal(n), true
}

// parseFloat reads a float as Python's float() does.
func (s *state) parseFloat(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	s.scan(len(text))
	if strings.HasPrefix(text, "_") || strings.HasSuffix(text, "_") || strings.Contains(text, "__") || strings.ContainsAny(text, "xXpP") {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}
