// Package fieldpath names places in JSON values for people: settings.tools[2].key. The empty path is the whole value.
package fieldpath

import "strconv"

// Join returns the path of a field of the value at path, which is the name alone for the whole value.
func Join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Index returns the path of an entry of the list at path, counted from 0.
func Index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }
