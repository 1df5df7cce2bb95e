package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// jsonOf translates a document of YAML. Keys and what looks like a date are text.
func jsonOf(document []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Load(document, &root); err != nil {
		return nil, explainYAML(err)
	}
	visit(&root, func(node *yaml.Node) {
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
		return nil, explainYAML(err)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("holds what JSON cannot: %s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return encoded, nil
}

// nodeOf translates JSON, in its order. JSON is YAML in another style, but for characters that YAML wants escaped.
func nodeOf(document []byte) (*yaml.Node, error) {
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
		return nil, explainYAML(err)
	}
	visit(&root, func(node *yaml.Node) { node.Style = 0 })
	return root.Content[0], nil
}

// visit visits a node and all in it, but for what aliases stand for.
func visit(node *yaml.Node, look func(*yaml.Node)) {
	look(node)
	for _, child := range node.Content {
		visit(child, look)
	}
}

// explainYAML leaves out what tells about the library more than about the document.
func explainYAML(err error) error {
	wrong, ok := errors.AsType[*yaml.LoadError](err)
	switch {
	case !ok:
		return fmt.Errorf("is not YAML: %w", err)
	case wrong.Mark.Line == 0:
		return fmt.Errorf("is not YAML: %s", strings.TrimPrefix(wrong.Message, "yaml: "))
	}
	return fmt.Errorf("is not YAML: line %d: %s", wrong.Mark.Line, wrong.Message)
}

// child is the value of a key, nil when there is none.
func child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; mapping != nil && i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}
