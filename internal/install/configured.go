package install

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Configured is an entry of a client's file that starts orq-mcp, or connects to it.
type Configured struct {
	// Name is the name of the entry, and For the folder in which alone the client uses it, "" for everywhere.
	Name, For string
	// Off is set if the entry says that the client is not to use it.
	Off bool
	// Command is the program, and Args are its arguments. Folder is where it is started, "" if the entry does not say.
	Command string
	Args    []string
	Folder  string
	// Env are the variables that the entry gives the program, PassedOn those of the client that it lets through.
	Env      map[string]string
	PassedOn []string
	// URL is the address of a server over HTTP, Headers are sent with each request.
	URL     string
	Headers map[string]string
	// PassedHeaders are headers whose values the client takes from variables, by their names.
	PassedHeaders map[string]string
}

// Configured returns the entries of a file that start orq-mcp or connect to it, in the order of their names, as they are
// written there. The rule is that by which Install recognizes an entry as one of orq-mcp.
func (c Client) Configured(content Text) ([]Configured, error) {
	_, text := cutMark(content)
	document, err := c.parse(text)
	if err != nil {
		return nil, err
	}
	found := ours(document, c.at, "")
	if holder, ok := document.(map[string]any); ok && c.folders != "" {
		folders, _ := holder[c.folders].(map[string]any)
		for folder, inside := range folders {
			found = append(found, ours(inside, c.at, folder)...)
		}
	}
	slices.SortFunc(found, func(one, other Configured) int {
		return cmp.Or(strings.Compare(one.For, other.For), strings.Compare(one.Name, other.Name))
	})
	return found, nil
}

// ours returns the entries of orq-mcp in a decoded document, for a folder.
func ours(document any, at slot, folder string) (found []Configured) {
	for name, entry := range entries(document, at) {
		if (Server{}).starts(entry) {
			read := configured(name, entry)
			read.For = folder
			found = append(found, read)
		}
	}
	return found
}

// entries returns all entries of a decoded document, by name. Those that are no objects are left out.
func entries(document any, at slot) map[string]map[string]any {
	for _, key := range at.path {
		holder, ok := document.(map[string]any)
		if !ok {
			return nil
		}
		document = holder[key]
	}
	all := map[string]map[string]any{}
	switch holder := document.(type) {
	case map[string]any:
		for name, value := range holder {
			if entry, ok := value.(map[string]any); ok {
				all[name] = entry
			}
		}
	case []any:
		for i, value := range holder {
			if entry, ok := value.(map[string]any); ok {
				name, ok := entry[at.itemKey].(string)
				if !ok {
					name = fmt.Sprintf("%d", i+1)
				}
				all[name] = entry
			}
		}
	}
	return all
}

// configured reads an entry. The clients have different names for the same members, and none has a name of another with
// another meaning.
func configured(name string, entry map[string]any) Configured {
	c := Configured{Name: name, Folder: textIn(entry, "cwd"), Args: textsIn(entry["args"]), URL: textIn(entry, "url", "httpUrl", "serverUrl", "uri")}
	c.Off = entry["enabled"] == false || entry["disabled"] == true
	c.Command = textIn(entry, "command", "cmd")
	switch command := entry["command"].(type) {
	case []any:
		if words := textsIn(command); len(words) > 0 {
			c.Command, c.Args = words[0], words[1:]
		}
	case map[string]any: // of Zed, before it had the form of the others
		c.Command, c.Args = textIn(command, "path"), textsIn(command["args"])
		c.Env = textsByName(command["env"])
	}
	for _, member := range []string{"env", "environment", "envs"} {
		c.Env = merged(c.Env, textsByName(entry[member]))
	}
	c.PassedOn = slices.Concat(textsIn(entry["env_vars"]), textsIn(entry["env_keys"]))
	options, _ := entry["requestOptions"].(map[string]any)
	c.Headers = merged(merged(textsByName(entry["headers"]), textsByName(entry["http_headers"])), textsByName(options["headers"]))
	c.PassedHeaders = textsByName(entry["env_http_headers"])
	if variable := textIn(entry, "bearer_token_env_var"); variable != "" {
		c.PassedHeaders = merged(c.PassedHeaders, map[string]string{"Authorization": variable})
	}
	return c
}

// textIn returns the first of the members that is a text and not empty.
func textIn(entry map[string]any, names ...string) string {
	for _, name := range names {
		if text, ok := entry[name].(string); ok && text != "" {
			return text
		}
	}
	return ""
}

// textsIn returns the texts of a list, or the names of its objects.
func textsIn(list any) (texts []string) {
	items, _ := list.([]any)
	for _, item := range items {
		switch item := item.(type) {
		case string:
			texts = append(texts, item)
		case map[string]any:
			texts = append(texts, textIn(item, "name"))
		}
	}
	return texts
}

// textsByName returns the members of an object that are texts, numbers or switches, as texts.
func textsByName(object any) map[string]string {
	members, _ := object.(map[string]any)
	texts := map[string]string{}
	for name, value := range members {
		switch value.(type) {
		case nil, map[string]any, []any:
		default:
			texts[name] = fmt.Sprint(value)
		}
	}
	return texts
}

func merged(one, other map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, one)
	maps.Copy(all, other)
	return all
}
