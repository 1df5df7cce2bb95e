package redact

import "net/url"

// URL returns an address without the parts in which credentials travel: user, query and fragment. An address that cannot
// be parsed is replaced as a whole.
func URL(address string) string {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Opaque != "" { // user:password@host is parsed as a scheme and something opaque
		return "an address that cannot be read"
	}
	parsed.User, parsed.RawQuery, parsed.Fragment = nil, "", ""
	return parsed.String()
}
