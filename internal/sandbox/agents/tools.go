package agents

import (
	"cmp"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/sandbox/store"
)

var ulidPattern = lazy.Regexp{Text: `^[0-9A-HJKMNP-TV-Z]{26}$`}

// readTools translates tools from the shape in which they are written to the one in which they are read.
func readTools(written []orq.ToolReference) []orq.AgentTool {
	read := make([]orq.AgentTool, 0, len(written))
	for _, tool := range written {
		name, typ := cmp.Or(tool.Key, tool.ID), cmp.Or(tool.Type, orq.DefaultToolType)
		read = append(read, orq.AgentTool{
			ID:               toolID(tool.ID, typ, name, tool.ToolID),
			Key:              name,
			ActionType:       typ,
			DisplayName:      displayName(cmp.Or(name, typ)),
			RequiresApproval: tool.RequiresApproval != nil && *tool.RequiresApproval,
			ToolID:           tool.ToolID,
			Conditions:       []orq.ToolCondition{},
			Timeout:          timeoutOf(tool.Timeout),
			Configuration:    configurationOf(typ, tool.Configuration),
		})
	}
	return read
}

// readRunTools does the same for the tools of a run, which are defined on the spot.
func readRunTools(defined []orq.RunTool) []orq.AgentTool {
	read := make([]orq.AgentTool, 0, len(defined))
	for _, tool := range defined {
		description := tool.Description
		if description == "" && tool.Function != nil {
			description = tool.Function.Description
		}
		read = append(read, orq.AgentTool{
			ID:               toolID(tool.ID, tool.Type, tool.Key, ""),
			Key:              tool.Key,
			ActionType:       tool.Type,
			DisplayName:      cmp.Or(tool.DisplayName, displayName(cmp.Or(tool.Key, tool.Type))),
			Description:      description,
			RequiresApproval: tool.RequiresApproval != nil && *tool.RequiresApproval,
			Conditions:       []orq.ToolCondition{},
			Timeout:          timeoutOf(tool.Timeout),
			Configuration:    configurationOf(tool.Type, tool.Configuration),
		})
	}
	return read
}

// toolID keeps an id that has the right form; any other tool gets the id that always belongs to it.
func toolID(id, typ, name, nested string) string {
	if ulidPattern.Get().MatchString(id) {
		return id
	}
	return store.DerivedID("tool/" + typ + "/" + name + "/" + nested)
}

func displayName(name string) string {
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '_' || r == '-' }), " ")
	if words == "" {
		return name
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
