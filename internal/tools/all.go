package tools

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// definitions are the tools in the order in which people read of them; clients are told them by name.
func definitions() []definition {
	return []definition{
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

// All returns the selected tools in their fixed order, or an error naming what was selected but does not exist.
func All(selection Selection) ([]Tool, error) {
	all, err := defineAll()
	if err != nil {
		return nil, err
	}
	var selected []Tool
	var known []string
	for _, tool := range all {
		known = append(known, tool.Name)
		if selection.ReadOnly && !tool.Hints.ReadOnly || len(selection.Names) > 0 && !slices.Contains(selection.Names, tool.Name) {
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

// defineAll derives the schemas side by side: they are most of what the program does before its first answer.
func defineAll() ([]Tool, error) {
	definitions := definitions()
	all, errs := make([]Tool, len(definitions)), make([]error, len(definitions))
	var deriving sync.WaitGroup
	for i, define := range definitions {
		deriving.Go(func() { all[i], errs[i] = define() })
	}
	deriving.Wait()
	return all, errors.Join(errs...)
}
