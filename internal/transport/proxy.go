package transport

import (
	"os"
	"strings"
)

// ProxyVariables returns the environment variables from which http.ProxyFromEnvironment takes proxies, joined by "or"; "" when
// none is set.
func ProxyVariables() string {
	var set []string
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		if os.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	return strings.Join(set, " or ")
}
