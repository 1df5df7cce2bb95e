package install

import (
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
)

// Client is a program that reads MCP servers from a file.
type Client struct {
	// Name is its name on the command line, Title the one that people know.
	Name, Title string
	// After is what makes the client read its file again.
	After string

	// keyHint says where the client takes the key from, if it is not from its environment. httpKeyHint does for HTTP.
	keyHint, httpKeyHint string

	format format
	// user has the file of a person, by operating system. Of several, the first that exists is used, else the last.
	user map[string][]string
	// project is the file of a project, relative to its folder; "" if there is none. * stands for the name of the entry.
	project string
	// at is where the entries are.
	at slot
	// folders is what has entries for single folders, by their paths: members in which at leads to these. "" if there are none.
	folders string
	// stdio and http return the entry. Without http, the file takes no addresses; then noHTTP is the reason.
	stdio, http func(Server) object
	noHTTP      string
	// input returns what else an entry needs, if it needs anything, and inputAt is where.
	input   object
	inputAt slot
	// begin is what a new file begins with.
	begin object
	// references is the form in which the file refers to variables, nil if it cannot.
	references *lazy.Regexp
	// withholds is set if a program gets only the variables that its entry names.
	withholds bool
	// terminal is set if a person starts the client from a shell, so that both have the same PATH.
	terminal bool
}

// Clients returns all clients, in the order of their names.
func Clients() []Client {
	all := clients()
	slices.SortFunc(all, func(one, other Client) int { return strings.Compare(one.Name, other.Name) })
	return all
}

// Find returns a client.
func Find(name string) (Client, bool) {
	all := Clients()
	i := slices.IndexFunc(all, func(each Client) bool { return each.Name == name })
	if i < 0 {
		return Client{}, false
	}
	return all[i], true
}

// Names returns the names of all clients.
func Names() []string {
	var names []string
	for _, each := range Clients() {
		names = append(names, each.Name)
	}
	return names
}

// Terminal reports whether a person starts the client from a shell.
func (c Client) Terminal() bool { return c.terminal }

// entry returns the entry of a server.
func (c Client) entry(s Server) object {
	if s.URL != "" {
		return c.http(s)
	}
	return c.stdio(s)
}

// slot returns where the entry of that name is.
func (c Client) slot(name string) slot {
	at := c.at
	at.name = name
	return at
}

// asks reports whether the entry needs the client's input.
func (c Client) asks(s Server) bool { return c.input != nil && s.NeedsKey && s.Key == "" }

// KeyNote says where the client takes the key from, "" if it needs none. isSet is whether KeyVariable is set at present.
func (c Client) KeyNote(s Server, isSet bool) string {
	hint := c.keyHint
	if s.URL != "" {
		hint = c.httpKeyHint
	}
	switch {
	case !s.NeedsKey || s.Key != "":
		return ""
	case hint != "":
		return "The API key: " + hint + "."
	case isSet:
		return "The API key: " + c.Title + " takes it from ORQ_API_KEY, which has to be set where it is started."
	}
	return "The API key: " + c.Title + " takes it from ORQ_API_KEY, which is not set here; set it where you start " + c.Title + "."
}
