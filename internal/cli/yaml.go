package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// yamlToJSON converts a YAML document. All keys become strings, and so do values that look like a date.
func yamlToJSON(document []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Load(document, &root); err != nil {
		return nil, yamlError(err)
	}
	walk(&root, func(node *yaml.Node) {
		if node.ShortTag() == "!!timestamp" {
			node.Tag = "!!str"
		}
		for i := 0; node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
			if key := node.Content[i]; key.Kind == yaml.ScalarNode && key.ShortTag() != "!!merge" {
				key.Tag = "!!str"
			}
		}
	})
	var value any
	if err := root.Load(&value); err != nil {
		return nil, yamlError(err)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("holds what JSON cannot: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return encoded, nil
}

// jsonToYAML converts JSON to a YAML node and keeps the order of keys. JSON is a subset of YAML except for some characters
// that YAML requires to be escaped, so all beyond ASCII are.
func jsonToYAML(document []byte) (*yaml.Node, error) {
	var escaped strings.Builder
	for _, char := range string(document) {
		if char < 0x7f {
			escaped.WriteRune(char)
		} else {
			fmt.Fprintf(&escaped, `\U%08X`, char)
		}
	}
	var root yaml.Node
	if err := yaml.Load([]byte(escaped.String()), &root); err != nil {
		return nil, yamlError(err)
	}
	walk(&root, func(node *yaml.Node) { node.Style = 0 })
	return root.Content[0], nil
}

// walk calls fn for a node and all nodes below it. It does not follow aliases.
func walk(node *yaml.Node, fn func(*yaml.Node)) {
	fn(node)
	for _, child := range node.Content {
		walk(child, fn)
	}
}

// yamlError wraps an error of the YAML library, without the parts that describe the library and not the document.
func yamlError(err error) error {
	loadErr, ok := errors.AsType[*yaml.LoadError](err)
	switch {
	case !ok:
		return fmt.Errorf("is not YAML: %w", err)
	case loadErr.Mark.Line == 0:
		return fmt.Errorf("is not YAML: %s", strings.TrimPrefix(loadErr.Message, "yaml: "))
	}
	return fmt.Errorf("is not YAML: line %d: %s", loadErr.Mark.Line, loadErr.Message)
}

// mapValue returns the value of a key, or nil.
func mapValue(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; mapping != nil && i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}
