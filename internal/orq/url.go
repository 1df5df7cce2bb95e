package orq

import "net/url"

// IsHTTP reports whether u is an absolute http or https URL.
func IsHTTP(u *url.URL) bool { return u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") }
