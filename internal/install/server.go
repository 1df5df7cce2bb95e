// Package install writes orq-mcp into the configuration of MCP clients, and takes it out again. It changes the text of a file
// only where its own entry stands, so that comments, order and line ends remain.
package install

import (
	"net/url"
	"path"
	"strings"
)

// KeyVariable is the environment variable from which orq-mcp reads the API key.
const KeyVariable = "ORQ_API_KEY"

// keyInput is the id of the input for which VS Code asks.
const keyInput = "orq-api-key"

// Server is what a client is to start, or to connect to.
type Server struct {
	// Name is the name of the entry: letters, digits, - and _.
	Name string
	// Command is the absolute path of the program, and Args are its arguments. They are unused if URL is set.
	Command string
	Args    []string
	// URL is the address of a server over streamable HTTP.
	URL string
	// NeedsKey is set if the client has to pass on an API key.
	NeedsKey bool
	// Key is the key to write into the file. Without it, the entry refers to KeyVariable in the way of the client.
	Key string
}

// field is one member of an object. Its value is a string, a bool, an int, a []string or an object.
type field struct {
	name  string
	value any
}

// object is an object whose members have an order.
type object []field

// variable returns a member that gives the program its key: reference is how the client writes the variable, "" if it has no
// way to.
func (s Server) variable(name, reference string) object {
	if value := s.keyOr(reference); value != "" {
		return object{{name, object{{KeyVariable, value}}}}
	}
	return nil
}

// header returns a member that sends the key with each request.
func (s Server) header(name, reference string) object {
	if value := s.keyOr(reference); value != "" {
		return object{{name, object{{"Authorization", "Bearer " + value}}}}
	}
	return nil
}

// keyOr returns the key if it is to be written, else the reference; "" if none is needed.
func (s Server) keyOr(reference string) string {
	switch {
	case !s.NeedsKey:
		return ""
	case s.Key != "":
		return s.Key
	}
	return reference
}

// arguments returns Args, and an empty list for none.
func (s Server) arguments() []string {
	return append([]string{}, s.Args...)
}

// starts reports whether an entry, as it was decoded, is one of orq-mcp: it starts the program, refers to its key, or has
// the address of s or that of a server on this machine.
func (s Server) starts(entry any) bool {
	switch entry := entry.(type) {
	case string:
		program := path.Base(strings.ReplaceAll(entry, `\`, "/"))
		return strings.TrimSuffix(program, ".exe") == "orq-mcp" || entry != "" && entry == s.URL || isLocal(entry) ||
			strings.Contains(entry, KeyVariable) || strings.Contains(entry, "${input:"+keyInput+"}")
	case []any:
		return len(entry) > 0 && s.starts(entry[0])
	case map[string]any:
		for name, value := range entry {
			if name == KeyVariable || name != "args" && name != "name" && s.starts(value) {
				return true
			}
		}
	}
	return false
}

// isLocal reports whether an address is that of the HTTP server on this machine, on any port.
func isLocal(address string) bool {
	found, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := found.Hostname()
	return (host == "127.0.0.1" || host == "localhost" || host == "::1") && strings.TrimSuffix(found.Path, "/") == "/mcp"
}
