package tools

import (
	"slices"
	"strconv"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/schema"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// toolReference is a tool of a stored agent, with the same flat fields for every type.
type toolReference struct {
	Type             string         `json:"type" jsonschema:"required,minLength=1" jsonschema_extras:"quiet=true"`
	Key              string         `json:"key"`
	ID               string         `json:"id"`
	ToolID           string         `json:"tool_id"`
	RequiresApproval *bool          `json:"requires_approval"`
	Timeout          *float64       `json:"timeout" jsonschema_description:"Seconds."`
	Configuration    map[string]any `json:"configuration" jsonschema_description:"Of built-ins; file_system: file_system_key or file_system_id."`
}

func (t toolReference) wire() orq.ToolReference { return orq.ToolReference(t) }

// storedTools are the types of tools that are stored in the workspace and referenced by key or id.
var storedTools = []string{"http", "code", "function", "json_schema", "mcp"}

// referencedTypes are the known types of tools of a stored agent, but for those of model providers.
func referencedTypes() schema.OpenEnum { return append(orq.AllBuiltInTools(), storedTools...) }

// readOnlyToolFields are the fields of a tool that get_agent returns and no request has.
var readOnlyToolFields = []string{"action_type", "display_name", "description", "conditions"}

// RewriteArguments accepts a tool as get_agent returns it.
func (toolReference) RewriteArguments(entry map[string]any) {
	rewriteType(entry)
	action, ok := entry["action_type"].(string)
	if !ok {
		return
	}
	entry["type"] = action
	for _, name := range readOnlyToolFields {
		delete(entry, name)
	}
	if maxTimeout(action) == 0 && knownType(action) {
		delete(entry, "timeout")
	}
	switch {
	case slices.Contains(orq.AllBuiltInTools(), action):
		delete(entry, "key")
		delete(entry, "id")
	case orq.IsProviderTool(action):
		delete(entry, "id")
	case slices.Contains(storedTools, action):
		delete(entry, "configuration")
	}
	if entry["key"] != nil {
		delete(entry, "id")
	}
	if action != "mcp" {
		delete(entry, "tool_id")
	}
}

// knownType reports whether the rules for tools of that type are known.
func knownType(toolType string) bool {
	return slices.Contains(referencedTypes(), toolType) || orq.IsProviderTool(toolType)
}

// rewriteType normalizes case and surrounding spaces of a known tool type.
func rewriteType(entry map[string]any) {
	name, _ := entry["type"].(string)
	if folded := strings.ToLower(strings.TrimSpace(name)); slices.Contains(referencedTypes(), folded) {
		entry["type"] = folded
	}
}

// gotType quotes the tool type that a caller gave and suggests the nearest of the known types.
func gotType(given string, known []string) string {
	text := strconv.Quote(truncate.Words(given, 40))
	if near := schema.Nearest(given, known, 2); len(near) > 0 {
		text += " (did you mean " + strings.Join(near, " or ") + "?)"
	}
	return text
}

// maxTimeout returns the maximum timeout of tools of that type, in seconds; 0 if they have none.
func maxTimeout(toolType string) float64 {
	switch {
	case toolType == "code":
		return 120
	case toolType == "http", orq.IsProviderTool(toolType):
		return 600
	}
	return 0
}

// checkTimeout reports a timeout that a tool of a known type cannot have. The minimum is one second.
func checkTimeout(path, toolType string, timeout *float64, report func(path, message string)) {
	highest := maxTimeout(toolType)
	switch {
	case timeout == nil:
	case highest == 0:
		report(path, "not used for type="+toolType)
	case *timeout < 1, *timeout > highest:
		report(path, "must be between 1 and "+formatNumber(highest)+", got "+formatNumber(*timeout))
	}
}

func formatNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// checkConfiguration reports the configuration of a tool that has none, and that of a file system without a file system.
func checkConfiguration(toolType string, configuration map[string]any, report func(path, message string)) {
	if slices.Contains(storedTools, toolType) && configuration != nil {
		report("configuration", "not used for type="+toolType)
	}
	if toolType == orq.FileSystemTool {
		checkFileSystem(configuration, report)
	}
}

// accessModes are the known values of access_mode of a file system.
var accessModes = schema.OpenEnum{"read_only", "read_write"}

func checkFileSystem(configuration map[string]any, report func(path, message string)) {
	named := false
	for _, name := range []string{"file_system_id", "file_system_key"} {
		value, given := configuration[name]
		if given && !isString(value) {
			report("configuration."+name, "must be a string")
		}
		named = named || given && value != ""
	}
	if !named {
		report("configuration", "needs file_system_id or file_system_key for type="+orq.FileSystemTool)
	}
	mode, given := configuration["access_mode"]
	text, _ := mode.(string)
	if given && !slices.Contains(accessModes, text) && !accessModes.PassesOn(text) {
		report("configuration.access_mode", "must be one of "+strings.Join(accessModes, ", "))
	}
}

// remarkFileSystem describes an access mode that is passed on although it is not known.
func remarkFileSystem(configuration map[string]any, remark func(path, message string)) {
	if mode, _ := configuration["access_mode"].(string); accessModes.PassesOn(mode) {
		remark("configuration.access_mode", accessModes.Remark(mode))
	}
}

// CheckArguments reports fields that the tool's type requires or does not use. A type that came later has no rules.
func (t toolReference) CheckArguments(report func(path, message string)) {
	checkMasked("configuration", t.Configuration, report)
	switch known := referencedTypes(); {
	case t.Type == "", known.PassesOn(t.Type) && !orq.IsProviderTool(t.Type):
		return
	case slices.Contains(orq.AllBuiltInTools(), t.Type):
		reportUnused(t.Type, report, [2]string{"key", t.Key}, [2]string{"id", t.ID}, [2]string{"tool_id", t.ToolID})
	case orq.IsProviderTool(t.Type):
		reportUnused(t.Type, report, [2]string{"tool_id", t.ToolID})
	case !slices.Contains(storedTools, t.Type):
		report("type", "must be one of "+strings.Join(known, ", ")+", or provider:name; got "+gotType(t.Type, known))
		return
	default:
		t.checkStored(report)
	}
	checkTimeout("timeout", t.Type, t.Timeout, report)
	checkConfiguration(t.Type, t.Configuration, report)
}

// reportUnused reports the fields that are set, given by name and value, as not used for the tool's type.
func reportUnused(toolType string, report func(path, message string), fields ...[2]string) {
	for _, field := range fields {
		if field[1] != "" {
			report(field[0], "not used for type="+toolType)
		}
	}
}

// checkStored is CheckArguments for a tool that is stored in the workspace.
func (t toolReference) checkStored(report func(path, message string)) {
	if t.Key == "" && t.ID == "" {
		report("key", "key or id is required for type="+t.Type)
	}
	if t.Type == "mcp" && t.ToolID == "" {
		report("tool_id", "required for type=mcp")
	}
	if t.Type != "mcp" && t.ToolID != "" {
		report("tool_id", "not used for type="+t.Type)
	}
}

// RemarkArguments describes a type that is passed on although it is not known.
func (t toolReference) RemarkArguments(remark func(path, message string)) {
	if known := referencedTypes(); !orq.IsProviderTool(t.Type) && known.PassesOn(t.Type) {
		remark("type", known.Remark(t.Type))
	}
	if t.Type == orq.FileSystemTool {
		remarkFileSystem(t.Configuration, remark)
	}
}
