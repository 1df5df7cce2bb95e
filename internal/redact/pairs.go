package redact

import "strings"

// pairs finds the credentials in name=value outside of URLs with a scheme: in the query of a path, in the parts of a
// connection string (Server=...;Password=...;) and in the words of one (host=... password=...). A pair that stands alone
// is code or prose more often than a connection string, and stays.
func (f *finder) pairs() {
	for at := 0; at < len(f.text); at++ {
		next := strings.IndexByte(f.text[at:], '=')
		if next < 0 {
			return
		}
		at += next
		start := f.startOfRun(at, isNameByte)
		if start == at {
			continue
		}
		name, value := f.text[start:at], at+1
		switch {
		case start > 0 && (f.text[start-1] == '?' || f.text[start-1] == '&'):
			if secretParameter(parameterName(name)) {
				f.addParameter(name, value, f.endOfRun(value, isParameterByte))
			}
		case (SecretName(name) || SecretText(name)) && f.isInList(start, value):
			at = max(at, f.addPair(name, value)-1)
		}
	}
}

func isNameByte(c byte) bool {
	return isWord(c) || c == '-' || c == '.' || c == '%' || c == '[' || c == ']'
}

func isParameterByte(c byte) bool { return c > ' ' && strings.IndexByte("?&#;\"'<>`\\", c) < 0 }

// isInList reports whether a pair, whose name and value begin at start and value, has another beside it.
func (f *finder) isInList(start, value int) bool {
	before := strings.TrimRight(f.text[max(0, start-2*maxName):start], " ")
	if strings.HasSuffix(before, ";") {
		return true
	}
	if start > 0 && f.text[start-1] == ' ' && endsInPair(before) {
		return true
	}
	after := f.text[f.endOfValue(value):]
	if rest, found := strings.CutPrefix(after, ";"); found {
		return rest == "" || beginsWithPair(rest)
	}
	return strings.HasPrefix(after, " ") && beginsWithPair(after)
}

// endsInPair reports whether the last word of text is name=value, and no argument of a call.
func endsInPair(text string) bool {
	word := text[strings.LastIndexAny(text, " \n\t")+1:]
	equals := strings.IndexByte(word, '=')
	return equals > 0 && equals < len(word)-1 && !strings.HasSuffix(word, ",") && isWord(word[equals-1]) && strings.IndexByte(word, '(') < 0
}

// beginsWithPair reports whether text goes on with name=value. The names of a connection string may hold a blank.
func beginsWithPair(text string) bool {
	text = strings.TrimLeft(text[:min(len(text), maxName)], " ")
	equals := strings.IndexByte(text, '=')
	return equals > 0 && strings.Trim(text[:equals], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_ ") == "" &&
		strings.Count(text[:equals], " ") < 3
}

// addPair records the value of a pair, and returns where that ends.
func (f *finder) addPair(name string, start int) int {
	end := f.endOfValue(start)
	if quoted := start < end && (f.text[start] == '"' || f.text[start] == '\''); quoted {
		f.addParameter(name, start+1, end-1)
	} else {
		f.addParameter(name, start, end)
	}
	return end
}

// endOfValue returns where the value of a pair ends: at its quote, or else at a semicolon with no other pair before it, a
// blank or a quote.
func (f *finder) endOfValue(start int) int {
	if start < len(f.text) && (f.text[start] == '"' || f.text[start] == '\'') {
		if i := strings.IndexByte(f.text[start+1:], f.text[start]); i >= 0 {
			return start + 1 + i + 1
		}
	}
	if end := f.endOfRun(start, func(c byte) bool { return c >= ' ' && strings.IndexByte(";=\"<>`\\", c) < 0 }); end < len(f.text) && f.text[end] == ';' {
		return end
	}
	if start >= f.wordEnd { // or else it ends with the word that was read before, such as the token=token of token=token=
		f.wordEnd = f.endOfRun(start, func(c byte) bool { return c > ' ' && strings.IndexByte(";\"<>`\\", c) < 0 })
	}
	return f.wordEnd
}

// drivers finds the passwords in data source names of Go's MySQL driver: user:pass@tcp(host:3306)/db.
func (f *finder) drivers() {
	for _, network := range []string{"@tcp(", "@tcp6(", "@unix("} {
		for from := 0; ; {
			next := strings.Index(f.text[from:], network)
			if next < 0 {
				break
			}
			at := from + next
			from = at + len(network)
			start := max(0, at-maxBefore)
			start += strings.LastIndexAny(f.text[start:at], " \t\r\n\"'`") + 1
			if colon := strings.IndexByte(f.text[start:at], ':'); colon >= 0 {
				f.add(start+colon+1, at)
			}
		}
	}
}
