package install

import "fmt"

// slot is the place of an entry in a file.
type slot struct {
	// path leads to what holds the entries.
	path []string
	// name is the name of the entry.
	name string
	// itemKey is set if the entries are a list: then it names the member of each that holds its name.
	itemKey string
}

// format is a kind of file. The texts have no byte order mark.
type format interface {
	// name is the name of the format.
	name() string
	// parse decodes a text. The error has a position.
	parse(text string) (any, error)
	// put returns text with the entry in its slot, in place of one that is there.
	put(text string, at slot, entry object) (string, error)
	// cut returns text without the entry in the slot, which is there.
	cut(text string, at slot) (string, error)
	// show returns what somebody has to write by hand.
	show(at slot, entry object) string
}

// get returns the entry in a slot of a document that was decoded.
func get(document any, at slot) (entry any, found bool) {
	for _, key := range at.path {
		holder, ok := document.(map[string]any)
		if !ok {
			return nil, false
		}
		document = holder[key]
	}
	if at.itemKey != "" {
		items, _ := document.([]any)
		for _, item := range items {
			if named, ok := item.(map[string]any); ok && named[at.itemKey] == at.name {
				return item, true
			}
		}
		return nil, false
	}
	holder, _ := document.(map[string]any)
	entry, found = holder[at.name]
	return entry, found
}

// without returns a document without the entry in a slot, and without what then is empty on the way to it.
func without(document any, at slot) any {
	if at.itemKey != "" && len(at.path) == 0 {
		items, ok := document.([]any)
		if !ok {
			return document
		}
		var rest []any
		for _, item := range items {
			if named, ok := item.(map[string]any); !ok || named[at.itemKey] != at.name {
				rest = append(rest, item)
			}
		}
		return rest
	}
	holder, ok := document.(map[string]any)
	if !ok {
		return document
	}
	rest := map[string]any{}
	for key, value := range holder {
		switch {
		case len(at.path) == 0 && key == at.name:
			continue
		case len(at.path) > 0 && key == at.path[0]:
			if value = without(value, slot{at.path[1:], at.name, at.itemKey}); isEmpty(value) {
				continue
			}
		}
		rest[key] = value
	}
	return rest
}

func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case map[string]any:
		return len(value) == 0
	case []any:
		return len(value) == 0
	}
	return false
}

// wrap returns an entry with all that leads to it.
func wrap(at slot, entry object) object {
	if at.itemKey != "" {
		entry = object{{at.path[len(at.path)-1], []object{entry}}}
	} else {
		entry = object{{at.path[len(at.path)-1], object{{at.name, entry}}}}
	}
	for i := len(at.path) - 2; i >= 0; i-- {
		entry = object{{at.path[i], entry}}
	}
	return entry
}

// plain returns a value as decoding yields it.
func plain(value any) any {
	switch value := value.(type) {
	case object:
		members := map[string]any{}
		for _, each := range value {
			members[each.name] = plain(each.value)
		}
		return members
	case []object:
		items := []any{}
		for _, each := range value {
			items = append(items, plain(each))
		}
		return items
	case []string:
		items := []any{}
		for _, each := range value {
			items = append(items, each)
		}
		return items
	}
	return value
}

// formError is a text that is right, but has a form in which nothing can be put without changing more. what is that form.
type formError struct{ what string }

func (e formError) Error() string { return fmt.Sprintf("has %s, which is not changed here", e.what) }
