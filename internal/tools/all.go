package tools

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// definitions returns the tools in the order of the documentation. Clients get them sorted by name.
func definitions() []Definition {
	return []Definition{
		listAgents,
		getAgent,
		listBuildingBlocks,
		createAgent,
		updateAgent,
		deleteAgent,
		registerA2AAgent,
		refreshAgentCard,
		invokeAgent,
		runAgent,
		getAgentResponse,
	}
}

// Selection selects the tools to offer. The zero value selects all.
type Selection struct {
	// ReadOnly selects only tools whose Spec is ReadOnly.
	ReadOnly bool
	// Names selects only the named tools; empty selects all.
	Names []string
}

// Select returns the selected tools in their fixed order. A name that no tool has is an error.
func Select(selection Selection) ([]Definition, error) {
	var selected []Definition
	for _, tool := range definitions() {
		if selection.ReadOnly && !tool.ReadOnly || len(selection.Names) > 0 && !slices.Contains(selection.Names, tool.Name) {
			continue
		}
		selected = append(selected, tool)
	}
	for _, name := range selection.Names {
		if !slices.ContainsFunc(definitions(), func(tool Definition) bool { return tool.Name == name }) {
			return nil, UnknownTool(name)
		}
	}
	return selected, nil
}

// Derive derives the schemas of several tools in parallel. An error means that a definition is faulty.
func Derive(definitions []Definition) ([]Tool, error) {
	all, errs := make([]Tool, len(definitions)), make([]error, len(definitions))
	var deriving sync.WaitGroup
	for i, definition := range definitions {
		deriving.Go(func() { all[i], errs[i] = definition.derive() })
	}
	deriving.Wait()
	return all, errors.Join(errs...)
}

// All is Select followed by Derive, for programs that need the tools without a server, such as bench; the server derives
// them at the first request that needs them.
func All(selection Selection) ([]Tool, error) {
	selected, err := Select(selection)
	if err != nil {
		return nil, err
	}
	return Derive(selected)
}

// UnknownTool returns the error about a name that no tool has. It names the nearest tools or, where none is near, all.
func UnknownTool(name string) error {
	names := mapSlice(definitions(), func(tool Definition) string { return tool.Name })
	if near := schema.Nearest(name, names, 3); len(near) > 0 {
		return fmt.Errorf("there is no tool %q; did you mean %s?", name, strings.Join(near, ", "))
	}
	return fmt.Errorf("there is no tool %q; the tools are %s", name, strings.Join(names, ", "))
}
