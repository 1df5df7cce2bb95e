package tools

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// definitions are the tools in the order in which people read of them; clients are told them by name.
func definitions() []Definition {
	return []Definition{
		listAgents,
		getAgent,
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

// Selection says which tools to offer. The zero value offers all.
type Selection struct {
	// ReadOnly leaves out every tool that changes or starts something.
	ReadOnly bool
	// Names keeps only the named tools; empty keeps all.
	Names []string
}

// Select returns the selected tools in their fixed order, or an error naming what was selected but does not exist.
func Select(selection Selection) ([]Definition, error) {
	var selected []Definition
	var known []string
	for _, tool := range definitions() {
		known = append(known, tool.Name)
		if selection.ReadOnly && !tool.ReadOnly || len(selection.Names) > 0 && !slices.Contains(selection.Names, tool.Name) {
			continue
		}
		selected = append(selected, tool)
	}
	for _, name := range selection.Names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("there is no tool %q; the tools are %s", name, strings.Join(known, ", "))
		}
	}
	return selected, nil
}

// Derive makes tools of their definitions, side by side. An error is a fault of a definition.
func Derive(definitions []Definition) ([]Tool, error) {
	all, errs := make([]Tool, len(definitions)), make([]error, len(definitions))
	var deriving sync.WaitGroup
	for i, definition := range definitions {
		deriving.Go(func() { all[i], errs[i] = definition.derive() })
	}
	deriving.Wait()
	return all, errors.Join(errs...)
}

// All selects tools and derives them.
func All(selection Selection) ([]Tool, error) {
	selected, err := Select(selection)
	if err != nil {
		return nil, err
	}
	return Derive(selected)
}
