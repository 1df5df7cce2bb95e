package redact

import (
	"slices"
	"strings"
)

// signs are the forms of credentials that a text may hold. A text without the sign of a form holds no credential of that form.
type signs uint8

const (
	urlSign signs = 1 << iota
	escapedURLSign
	pairSign
	driverSign
	headerSign
	schemeSign
	keySign
	allSigns signs = 1<<iota - 1
)

// isSign holds for the characters of which signAt knows a sign.
var isSign = [256]bool{'/': true, '%': true, '=': true, '@': true, ':': true, 'b': true, 'B': true, 'G': true, 'J': true, '\\': true}

// signsIn returns the signs in a text, or in what stands between the quotes of a JSON string. It reads the text once, and most
// texts need no other look.
func signsIn(text string) signs {
	var found signs
	for i := range len(text) {
		if isSign[text[i]] {
			found |= signAt(text, i)
		}
	}
	return found
}

// signAt returns the sign of which the character of text at i is a part.
func signAt(text string, i int) signs {
	present, sign := false, signs(0)
	switch text[i] {
	case '/':
		present, sign = i > 0 && text[i-1] == '/', urlSign
	case '%':
		present, sign = strings.HasPrefix(text[i:], "%2"), escapedURLSign
	case '=':
		present, sign = true, pairSign
	case '@':
		present, sign = true, driverSign
	case ':':
		present, sign = mayEndInHeader(text[:i]), headerSign
	case 'b', 'B':
		present, sign = beginsWithScheme(text[i+1:]), schemeSign
	case 'G': // of -----BEGIN
		present, sign = strings.HasSuffix(text[:i], "-----BE"), keySign
	case 'J': // of eyJ
		present, sign = strings.HasSuffix(text[:i], "ey"), keySign
	case '\\':
		present, sign = !isPlainEscape(text[i+1:]), allSigns
	}
	if present {
		return sign
	}
	return 0
}

// beginsWithScheme reports whether text begins with one of schemes. Few texts have even the same two letters there.
func beginsWithScheme(text string) bool {
	if len(text) < 2 {
		return false
	}
	switch text[1] {
	case 'a', 'A', 's', 'S':
		return slices.ContainsFunc(schemes[:], func(scheme string) bool { return strings.HasPrefix(text, scheme) })
	}
	return false
}

// isPlainEscape reports whether what follows a backslash is an escape of JSON for a character that is part of no sign.
func isPlainEscape(text string) bool {
	if text == "" {
		return false
	}
	switch text[0] {
	case '"', 'n', 'r', 't', 'b', 'f':
		return true
	case 'u':
		code := text[1:min(len(text), 5)]
		return code == "003c" || code == "003e" || code == "0026"
	}
	return false
}

// mayEndInHeader reports whether text, which a colon follows, may end in the name of a header that holds a credential.
func mayEndInHeader(text string) bool {
	end := len(text)
	if end > 0 && strings.IndexByte("\"'\\", text[end-1]) >= 0 {
		return true // a quoted name
	}
	start, separated := end, false
	for start > 0 && end-start <= maxName && isHeaderByte(text[start-1]) {
		start--
		separated = separated || text[start] == '-' || text[start] == '_'
	}
	// The first character may be part of an escape.
	return (separated || end-start >= len("cookie")) && SecretName(text[start:end])
}
