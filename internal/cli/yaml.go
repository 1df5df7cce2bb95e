package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// jsonOf translates a document of YAML. Numbers keep their digits, and what looks like a date is text.
func jsonOf(document []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Load(document, &root); err != nil {
		return nil, explainYAML(err)
	}
	w := &jsonWriter{aliased: maxAliased}
	if err := w.write(&root); err != nil {
		return nil, err
	}
	return w.out.Bytes(), nil
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

// maxAliased bounds the nodes that aliases repeat: a few lines of YAML can stand for more than any memory holds.
const maxAliased = 100_000

// jsonWriter writes nodes of YAML as JSON.
type jsonWriter struct {
	out     bytes.Buffer
	aliased int // nodes that aliases may still repeat
	within  int // aliases
}

func (w *jsonWriter) write(node *yaml.Node) error {
	if w.within > 0 {
		if w.aliased--; w.aliased < 0 {
			return at(node, "aliases repeat more than %d values", maxAliased)
		}
	}
	switch node.Kind {
	case yaml.DocumentNode:
		return w.write(node.Content[0])
	case yaml.AliasNode:
		w.within++
		defer func() { w.within-- }()
		return w.write(node.Alias)
	case yaml.SequenceNode:
		w.out.WriteByte('[')
		for i, item := range node.Content {
			if i > 0 {
				w.out.WriteByte(',')
			}
			if err := w.write(item); err != nil {
				return err
			}
		}
		w.out.WriteByte(']')
		return nil
	case yaml.MappingNode:
		return w.mapping(node)
	case yaml.ScalarNode:
		value, err := scalar(node)
		w.out.Write(value)
		return err
	}
	w.out.WriteString("null") // an empty document
	return nil
}

func (w *jsonWriter) mapping(node *yaml.Node) error {
	w.out.WriteByte('{')
	seen := map[string]bool{}
	for pair := range pairs(node) {
		key := pair.key
		switch {
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge":
			return at(key, "a key must be plain text")
		case seen[key.Value]:
			return at(key, "the key %q is there twice", key.Value)
		case len(seen) > 0:
			w.out.WriteByte(',')
		}
		seen[key.Value] = true
		name, err := json.Marshal(key.Value)
		if err != nil {
			return err
		}
		w.out.Write(append(name, ':'))
		if err := w.write(pair.value); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	return nil
}

func scalar(node *yaml.Node) ([]byte, error) {
	value := node.Value
	switch tag := node.ShortTag(); tag {
	case "!!str", "!!timestamp":
		return json.Marshal(value)
	case "!!null":
		return []byte("null"), nil
	case "!!bool":
		return []byte(strings.ToLower(value)), nil
	case "!!int", "!!float":
		if json.Valid([]byte(value)) {
			return []byte(value), nil
		}
		if whole, ok := new(big.Int).SetString(value, 0); ok {
			return []byte(whole.String()), nil
		}
		number, err := strconv.ParseFloat(strings.ReplaceAll(value, "_", ""), 64)
		encoded, noJSON := json.Marshal(number)
		if err != nil || noJSON != nil {
			return nil, at(node, "%q is no number", value)
		}
		return encoded, nil
	default:
		return nil, at(node, "%s is not understood here", tag)
	}
}

func at(node *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("line %d: "+format, append([]any{node.Line}, args...)...)
}

// nodeOf translates JSON, in its order.
func nodeOf(document []byte) (*yaml.Node, error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	return nextNode(decoder)
}

func nextNode(from *json.Decoder) (*yaml.Node, error) {
	token, err := from.Token()
	if err != nil {
		return nil, err
	}
	node := &yaml.Node{Kind: yaml.ScalarNode}
	switch value := token.(type) {
	case string:
		node.SetString(value)
	case json.Number:
		node.Value = value.String()
	case bool:
		node.Value = strconv.FormatBool(value)
	case nil:
		node.Value = "null"
	case json.Delim:
		return collection(from, value)
	default:
		return nil, errors.New("not JSON")
	}
	return node, nil
}

func collection(from *json.Decoder, opened json.Delim) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.SequenceNode}
	if opened == '{' {
		node.Kind = yaml.MappingNode
	}
	for from.More() {
		item, err := nextNode(from)
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, item)
	}
	if len(node.Content) == 0 {
		node.Style = yaml.FlowStyle
	}
	_, err := from.Token() // the end
	return node, err
}

// pair is an entry of a mapping.
type pair struct{ key, value *yaml.Node }

func pairs(mapping *yaml.Node) iter.Seq[pair] {
	return func(yield func(pair) bool) {
		if mapping == nil || mapping.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			if !yield(pair{mapping.Content[i], mapping.Content[i+1]}) {
				return
			}
		}
	}
}

// child is the value of a key, nil when there is none.
func child(mapping *yaml.Node, key string) *yaml.Node {
	for pair := range pairs(mapping) {
		if pair.key.Value == key {
			return pair.value
		}
	}
	return nil
}
