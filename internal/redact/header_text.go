package redact

import (
	"encoding/base64"
	"strings"
)

// headers finds the values of headers that a text names, as a command of curl or a log does: Authorization: Bearer ...,
// X-Api-Key: ... A value must look like one, because prose has colons too.
func (f *finder) headers() {
	for at := 0; at < len(f.text); at++ {
		next := strings.IndexByte(f.text[at:], ':')
		if next < 0 {
			return
		}
		at += next
		end := at
		for end > 0 && strings.IndexByte("\"'\\", f.text[end-1]) >= 0 {
			end--
		}
		name := f.text[f.startOfRun(end, isHeaderByte):end]
		quoted := end < at
		if !quoted && !strings.ContainsAny(name, "-_") && !strings.EqualFold(name, "authorization") && !strings.EqualFold(name, "cookie") {
			continue // a word and a colon are prose
		}
		value := f.endOfRun(at+1, func(c byte) bool { return strings.IndexByte(" \t\"'\\", c) >= 0 })
		switch {
		case !SecretName(name):
		case !quoted && strings.HasSuffix(strings.ToLower(name), "cookie"):
			at = f.endOfRun(value, func(c byte) bool { return strings.IndexByte("\r\n\"'\\", c) < 0 })
			if cookies := f.text[value:at]; cookies == Mask || strings.Contains(cookies, "=") {
				f.add(value, at)
			}
		default:
			at = max(at, f.headerValue(value)-1)
		}
	}
}

func isHeaderByte(c byte) bool { return isWord(c) || c == '-' }

// headerValue records the value of a header that begins at start, behind the scheme if it has one, and returns where it
// ends; 0 when it is none.
func (f *finder) headerValue(start int) int {
	end := f.endOfRun(start, isTokenByte)
	known := false
	switch strings.ToLower(f.text[start:end]) {
	case "bearer", "basic", "token", "apikey", "bot":
		start = f.endOfRun(end, func(c byte) bool { return c == ' ' })
		end, known = f.endOfRun(start, isTokenByte), true
	}
	if value := f.text[start:end]; value == Mask || isRandom(value, 8) || known && isRandom(value, 5) {
		f.add(start, end)
		return end
	}
	return 0
}

func isTokenByte(c byte) bool { return isWord(c) || strings.IndexByte("-.~+/=*:%", c) >= 0 }

// isRandom reports whether a value of at least least characters looks like a key: it has digits, or is longer than words
// are. An address is none.
func isRandom(value string, least int) bool {
	return !strings.Contains(value, "://") && (len(value) >= least && strings.ContainsAny(value, "0123456789") || len(value) >= 24)
}

// schemes are Bearer and Basic, without their first letters.
var schemes = [...]string{"earer ", "EARER ", "asic ", "ASIC "}

// schemes finds what follows Bearer or Basic.
func (f *finder) schemes() {
	for _, scheme := range schemes {
		for from := 0; ; {
			next := strings.Index(f.text[from:], scheme)
			if next < 0 {
				break
			}
			at := from + next
			from = at + len(scheme)
			if at == 0 || strings.IndexByte("bB", f.text[at-1]) < 0 || at > 1 && isWord(f.text[at-2]) {
				continue
			}
			end := f.endOfRun(from, isTokenByte)
			value := strings.TrimRight(f.text[from:end], ".:")
			basic := scheme[0] == 'a' || scheme[0] == 'A'
			if value == Mask || basic && isBasic(value) || !basic && isRandom(value, 10) {
				f.add(from, from+len(value))
			}
		}
	}
}

// holdsKey reports whether a text goes on with the body of a private key, at start, whose last line is missing because it
// was cut: with one word on its first line. Prose that names the first line of a key has more.
func (f *finder) holdsKey(start int) bool {
	body := strings.TrimLeft(strings.ReplaceAll(f.text[start:min(len(f.text), start+maxName)], `\n`, "\n"), " \r\n")
	end := 0
	for end < len(body) && isTokenByte(body[end]) {
		end++
	}
	return end > 0 && (end == len(body) || body[end] != ' ' || body[end-1] == ':')
}

// isBasic reports whether a value is a user and a password in base64.
func isBasic(value string) bool {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(value, "="))
	if err != nil || !strings.Contains(string(plain), ":") {
		return false
	}
	for _, c := range plain {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// keys finds private keys in PEM, between their first and last lines, and JSON web tokens, whose beginning stays so that
// they are recognized once they are masked.
func (f *finder) keys() {
	const begin, private, end, token = "-----BEGIN ", "PRIVATE KEY-----", "-----END ", "eyJ"
	last := strings.LastIndex(f.text, end)
	for from := 0; ; {
		next := strings.Index(f.text[from:], begin)
		if next < 0 {
			break
		}
		from += next + len(begin)
		label := strings.Index(f.text[from:min(len(f.text), from+maxName)], private)
		if label < 0 {
			continue
		}
		from += label + len(private)
		stop := len(f.text)
		if from <= last {
			stop = from + strings.Index(f.text[from:], end)
		} else if !f.holdsKey(from) {
			continue
		}
		f.add(from, stop)
		from = stop
	}
	for from := 0; ; {
		next := strings.Index(f.text[from:], token)
		if next < 0 {
			return
		}
		at := from + next
		from = f.endOfRun(at+len(token), func(c byte) bool { return isWord(c) || c == '-' || c == '.' || c == '*' })
		value := f.text[at+len(token) : from]
		if (at == 0 || !isWord(f.text[at-1])) && (value == Mask || strings.Count(value, ".") >= 2 && strings.Contains(value, "."+token)) {
			f.add(at+len(token), from)
		}
	}
}
