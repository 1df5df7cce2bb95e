package redact

import (
	"net/url"
	"strings"
)

// urls finds the credentials in URLs. slashes come before an authority: // or, in JSON that somebody escaped, \/\/.
func (f *finder) urls(slashes string) {
	end, read := 0, 0 // of the URL, and of the parameters that were read; a URL may hold others
	for at := 0; ; {
		next := strings.Index(f.text[at:], slashes)
		if next < 0 {
			return
		}
		colon := at + next
		at = colon + len(slashes)
		scheme := ""
		if colon > 0 && f.text[colon-1] == ':' {
			scheme = strings.ToLower(f.text[f.startOfRun(colon-1, isSchemeByte) : colon-1])
			if scheme == "" {
				continue
			}
		}
		if at > end {
			end = f.endOfURL(at)
		}
		path := f.userInfo(scheme, at, end)
		if scheme != "" && path > read {
			f.parameters(path, end)
			read = end
		}
	}
}

// maxBefore bounds what comes before a host, in bytes.
const maxBefore = 256

func isSchemeByte(c byte) bool { return isWord(c) || c == '+' || c == '-' || c == '.' }

// endOfURL returns where the URL ends whose authority begins at start: at a blank or a quote.
func (f *finder) endOfURL(start int) int {
	for i := start; i < len(f.text); i++ {
		switch c := f.text[i]; {
		case c <= ' ' || c == '"' || c == '<' || c == '>' || c == '`' || c == 0x7f:
			return i
		case c == '\'' && (i+1 == len(f.text) || !isWord(f.text[i+1])):
			return i // within a password it may stand
		case c == '\\' && i+1 < len(f.text) && strings.IndexByte(`"'nrt\`, f.text[i+1]) >= 0:
			return i // an escape within JSON that is a text
		}
	}
	return len(f.text)
}

// userInfo finds the credentials before the host, and returns where what follows the authority begins. Without a scheme
// it wants a user and a password, because a comment begins with // as well.
func (f *finder) userInfo(scheme string, start, end int) (path int) {
	path = end
	if i := strings.IndexAny(f.text[start:end], `/?#\`); i >= 0 {
		path = start + i
	}
	at := strings.LastIndexByte(f.text[start:path], '@')
	if at < 0 && !f.endsInPort(start, path) {
		// A password with a / that is not escaped.
		if at = strings.LastIndexByte(f.text[start:min(end, start+maxBefore)], '@'); at >= 0 {
			path = start + at
		}
	}
	if at < 0 {
		return path
	}
	at += start
	colon := strings.IndexByte(f.text[start:at], ':')
	switch password := start + colon + 1; {
	case colon >= 0 && isPlaceholder(f.text[password:at]):
	case isWebScheme(scheme) && f.text[start:at] != "git":
		f.add(start, at) // a user alone is a token there
	case colon >= 0:
		f.add(password, at)
	}
	return path
}

// endsInPort reports whether an authority ends in a host or a port, so that no password begins in it.
func (f *finder) endsInPort(start, end int) bool {
	authority := f.text[start:end]
	colon := strings.LastIndexByte(authority, ':')
	if colon < 0 || authority[0] == '[' {
		return true
	}
	port := authority[colon+1:]
	return strings.Trim(port, "0123456789") == "" || isPlaceholder(port)
}

// isWebScheme reports whether a user alone, without a password, is a token under that scheme: https://TOKEN@github.com. For
// a database or a shell it is a name.
func isWebScheme(scheme string) bool {
	_, after, found := strings.Cut(scheme, "+")
	if found {
		scheme = after // git+https
	}
	switch scheme {
	case "http", "https", "ws", "wss", "git":
		return true
	}
	return false
}

// parameters finds the credentials in what follows an authority: in its query, its fragment, and behind semicolons.
func (f *finder) parameters(start, end int) {
	if f.signed && f.isSigned(start, end) {
		return
	}
	f.eachParameter(start, end, func(name string, value, end int) {
		if secretParameter(name) {
			f.addParameter(name, value, end)
		} else if f.nested < 2 {
			f.nestedURL(value, end)
		}
	})
}

// isSigned reports whether one of the parameters is a signature.
func (f *finder) isSigned(start, end int) (signed bool) {
	f.eachParameter(start, end, func(name string, _, _ int) { signed = signed || signsURL(name) })
	return signed
}

// eachParameter calls visit for each name=value after a separator, with the name and where the value is.
func (f *finder) eachParameter(start, end int, visit func(name string, value, end int)) {
	at, length := separator(f.text[start:end])
	for start += at + length; start < end; start += at + length {
		at, length = separator(f.text[start:end])
		if name, _, found := strings.Cut(f.text[start:start+at], "="); found {
			visit(parameterName(name), start+len(name)+1, start+at)
		}
	}
}

// separator returns where the next separator of parameters is and how long, or the length of text and 0. JSON may hold &
// as an escape.
func separator(text string) (at, length int) {
	const escaped = `\u0026`
	at = strings.IndexAny(text, "?&#;")
	if at < 0 {
		at = len(text)
	} else {
		length = 1
	}
	if before := strings.Index(text[:at], escaped); before >= 0 {
		return before, len(escaped)
	}
	return at, length
}

// parameterName returns the name of a parameter as it is meant: api%5Fkey, token[].
func parameterName(name string) string {
	if unescaped, err := url.QueryUnescape(name); err == nil {
		name = unescaped
	}
	name, _, _ = strings.Cut(name, "[")
	return name
}

// addParameter records the value of a secret parameter, without the punctuation of the sentence that it ends. Switches are
// no secrets, and numbers under the name of tokens are counts.
func (f *finder) addParameter(name string, start, end int) {
	if end == len(f.text) || f.text[end] <= ' ' {
		end = start + len(strings.TrimRight(f.text[start:end], ".,:)]"))
	}
	switch value := f.text[start:end]; {
	case value == "true" || value == "false":
	case isNumber(value) && !SecretName(name) && SecretText(name):
	default:
		f.add(start, end)
	}
}

// escapedURLs finds the credentials in URLs that are escaped as a whole, such as the last part of the path of a request.
func (f *finder) escapedURLs() {
	for at := 0; ; {
		next := strings.Index(f.text[at:], "%2")
		if next < 0 {
			return
		}
		start := f.startOfRun(at+next, func(c byte) bool { return isSchemeByte(c) || c == ':' || c == '%' })
		at = f.endOfRun(at+next, func(c byte) bool { return c > ' ' && strings.IndexByte("\"'<>`\\", c) < 0 })
		f.nestedURL(start, at)
	}
}

// nestedURL finds the credentials in a URL that is the value of a parameter, and therefore escaped.
func (f *finder) nestedURL(start, end int) {
	value := f.text[start:end]
	if !strings.Contains(value, "%2F%2F") && !strings.Contains(value, "%2f%2f") {
		return
	}
	var text strings.Builder
	var from []int // where each byte of text comes from
	for i := 0; i < len(value); i++ {
		from = append(from, start+i)
		if unescaped, err := url.PathUnescape(value[i:min(i+3, len(value))]); value[i] == '%' && err == nil {
			text.WriteString(unescaped)
			i += 2
			continue
		}
		text.WriteByte(value[i])
	}
	inner := finder{text: text.String(), signed: f.signed, nested: f.nested + 1}
	inner.urls("//")
	from = append(from, end)
	for _, at := range inner.found {
		f.found = append(f.found, span{from[at.start], from[at.end]})
	}
}

// isNumber reports whether a text is a number.
func isNumber(text string) bool { return text != "" && strings.Trim(text, "0123456789.,_-+eE") == "" }
