package tools

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// inlineTool is a tool defined within a run, in one flat form for all kinds; Go puts the fields where the API wants them.
type inlineTool struct {
	Type             string                      `json:"type" jsonschema:"required,minLength=1"`
	Key              string                      `json:"key" jsonschema:"maxLength=64"`
	Description      string                      `json:"description"`
	RequiresApproval *bool                       `json:"requires_approval"`
	URL              string                      `json:"url" jsonschema_description:"{{arg}} is filled in."`
	Method           string                      `json:"method" jsonschema:"enum=GET,enum=POST,enum=PUT,enum=DELETE"`
	Headers          map[string]orq.HeaderValue  `json:"headers" jsonschema_description:"Values by name."`
	Body             map[string]any              `json:"body" jsonschema_description:"Any."`
	Arguments        map[string]orq.HTTPArgument `json:"arguments" jsonschema_description:"Name to {type, description}."`
	Code             string                      `json:"code" jsonschema_description:"Python."`
	Parameters       orq.ToolParameters          `json:"parameters" jsonschema_description:"JSON Schema."`
	ConnectionType   string                      `json:"connection_type" jsonschema:"enum=http,enum=sse"`
	Tools            []orq.MCPServerTool         `json:"tools" jsonschema_extras:"hidden=true,word=name"`
	DisplayName      string                      `json:"display_name" jsonschema_extras:"hidden=true"`
	ID               string                      `json:"id" jsonschema_extras:"hidden=true"`
	Name             string                      `json:"name" jsonschema_extras:"hidden=true"`
	Strict           *bool                       `json:"strict" jsonschema_extras:"hidden=true"`
	// InnerDescription is that of the function or the schema where it differs from the tool's.
	InnerDescription string `json:"inner_description" jsonschema_extras:"hidden=true"`
}

// variant says which fields of several a kind needs and which more it may have.
type variant struct{ needs, takes []string }

// check reports what is missing of the fields that are present, and what is too much.
func (v variant) check(kind string, present map[string]bool, report func(path, message string)) {
	for _, name := range v.needs {
		if !present[name] {
			report(name, "required for "+kind)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(present)) {
		if present[name] && !slices.Contains(v.needs, name) && !slices.Contains(v.takes, name) {
			report(name, "not used for "+kind)
		}
	}
}

// inlineVariants are the kinds defined inline; every kind takes type, requires_approval, display_name and id.
func inlineVariants() map[string]variant {
	return map[string]variant{
		"http":        {needs: []string{"key", "description", "url", "method"}, takes: []string{"headers", "body", "arguments"}},
		"code":        {needs: []string{"key", "description", "code"}, takes: []string{"parameters"}},
		"function":    {needs: []string{"key"}, takes: []string{"description", "parameters", "name", "strict", "inner_description"}},
		"json_schema": {needs: []string{"key", "description", "parameters"}, takes: []string{"name", "strict", "inner_description"}},
		"mcp":         {needs: []string{"key", "description", "url", "connection_type", "tools"}, takes: []string{"headers"}},
	}
}

// present tells which of the fields that depend on the kind are set.
func (t inlineTool) present() map[string]bool {
	return map[string]bool{
		"key": t.Key != "", "description": t.Description != "", "url": t.URL != "", "method": t.Method != "",
		"headers": t.Headers != nil, "body": t.Body != nil, "arguments": t.Arguments != nil, "code": t.Code != "",
		"parameters": t.Parameters != nil, "connection_type": t.ConnectionType != "", "tools": t.Tools != nil,
		"name": t.Name != "", "strict": t.Strict != nil, "inner_description": t.InnerDescription != "",
	}
}

// RewriteArguments turns a tool in the API's own nesting into the flat form.
func (inlineTool) RewriteArguments(entry map[string]any) {
	rewriteType(entry)
	rename(entry, "_id", "id")
	for _, kind := range []string{"http", "code_tool", "function", "json_schema", "mcp"} {
		nested, ok := entry[kind].(map[string]any)
		if !ok {
			continue
		}
		if blueprint, ok := nested["blueprint"].(map[string]any); ok {
			liftAll(nested, blueprint, "blueprint")
		}
		rename(nested, "server_url", "url")
		rename(nested, "schema", "parameters")
		if nested["language"] == "python" {
			delete(nested, "language")
		}
		if nested["description"] == entry["description"] {
			delete(nested, "description")
		}
		if entry["description"] != nil {
			rename(nested, "description", "inner_description")
		}
		liftAll(entry, nested, kind)
	}
	if entry["key"] == nil && entry["name"] != nil { // as functions are defined elsewhere
		entry["key"] = entry["name"]
	}
}

// rename gives a field another name, unless that is taken.
func rename(object map[string]any, from, to string) {
	value, given := object[from]
	if _, taken := object[to]; given && !taken {
		object[to] = value
		delete(object, from)
	}
}

// CheckArguments holds the rules of each kind of tool.
func (t inlineTool) CheckArguments(report func(path, message string)) {
	if t.Type == "" {
		return
	}
	variants := inlineVariants()
	rules, inline := variants[t.Type]
	if !inline && !slices.Contains(builtInTools, t.Type) {
		inline := slices.Sorted(maps.Keys(variants))
		report("type", "must be one of "+strings.Join(builtInTools, ", ")+", "+strings.Join(inline, ", ")+"; got "+gotType(t.Type, inline))
		return
	}
	rules.check("type="+t.Type, t.present(), report)
	for _, name := range slices.Sorted(maps.Keys(t.Headers)) {
		checkMasked("headers."+name, t.Headers[name].Value, report)
	}
	if t.Key != "" && !inlineKey().MatchString(t.Key) {
		report("key", fmt.Sprintf("must be letters, digits and single _ or - between them, with a letter first, got %q", truncate.Words(t.Key, 60)))
	}
	switch t.Type {
	case "json_schema":
		checkProperties("parameters", t.Parameters, report)
		if length := utf8.RuneCountInString(t.Name); length > maxSchemaName {
			report("name", fmt.Sprintf("must have at most %d characters, got %d", maxSchemaName, length))
		}
	case "code", "function":
		checkParameters("parameters", t.Parameters, report)
	case "mcp":
		checkURL("url", t.URL, report)
		for i, tool := range t.Tools {
			checkParameters(fmt.Sprintf("tools[%d].schema", i), tool.Schema, report)
		}
	}
}

// checkParameters wants the schema of an object, which parameters are. Left out, the type is completed.
func checkParameters(path string, parameters map[string]any, report func(path, message string)) {
	if kind, given := parameters["type"]; given && kind != "object" {
		report(path+".type", "must be object")
	}
	checkProperties(path, parameters, report)
}

// checkProperties wants what a schema says of an object's properties to be in its place.
func checkProperties(path string, object map[string]any, report func(path, message string)) {
	properties, given := object["properties"]
	if _, ok := properties.(map[string]any); given && !ok {
		report(path+".properties", "must be an object with schemas by name")
	}
	if !given && object["type"] == nil && holdsSchemas(object) {
		report(path+".properties", "required, with "+strings.Join(slices.Sorted(maps.Keys(object)), ", ")+" in it")
	}
	required, given := object["required"]
	if names, ok := required.([]any); given && (!ok || slices.ContainsFunc(names, func(name any) bool { return !isText(name) })) {
		report(path+".required", "must be a list of names")
	}
}

// holdsSchemas reports an object of schemas by name, as properties is.
func holdsSchemas(object map[string]any) bool {
	for _, value := range object {
		if inside, _ := value.(map[string]any); !isText(inside["type"]) {
			return false
		}
	}
	return len(object) > 0
}

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}

// inlineKey is what the API takes as the key of an inline tool.
var inlineKey = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z]([A-Za-z0-9]*([_-][A-Za-z0-9]+)*)?$`) })

// maxSchemaName is the longest name of a schema, in characters.
const maxSchemaName = 64

// wire is the tool in the API's nesting.
func (t inlineTool) wire() orq.RunTool {
	tool := orq.RunTool{Type: t.Type, RequiresApproval: t.RequiresApproval, Key: t.Key, ID: t.ID, DisplayName: t.DisplayName, Description: t.Description}
	name, inner := cmp.Or(t.Name, t.Key), cmp.Or(t.InnerDescription, t.Description)
	switch t.Type {
	case "http":
		tool.HTTP = &orq.HTTPTool{
			Blueprint: orq.HTTPBlueprint{URL: t.URL, Method: t.Method, Headers: t.Headers, Body: t.Body},
			Arguments: t.Arguments,
		}
	case "code":
		tool.Code = &orq.CodeTool{Language: "python", Code: t.Code, Parameters: optional(t.Parameters)}
	case "function":
		tool.Function = &orq.FunctionTool{Name: name, Description: inner, Strict: t.Strict, Parameters: optional(t.Parameters)}
	case "json_schema":
		tool.JSONSchema = &orq.JSONSchemaTool{Name: name, Description: inner, Schema: completed(t.Parameters), Strict: t.Strict}
	case "mcp":
		tool.MCP = &orq.MCPTool{ServerURL: t.URL, ConnectionType: t.ConnectionType, Tools: mcpTools(t.Tools), Headers: mcpHeaders(t.Headers)}
	}
	return tool
}

// completed gives a JSON Schema the members the API wants of every schema; nil becomes the schema of no parameters.
func completed(parameters orq.ToolParameters) orq.ToolParameters {
	full := orq.ToolParameters{"type": "object", "properties": map[string]any{}, "required": []any{}}
	maps.Copy(full, parameters)
	return full
}

// optional completes a schema that may be left out.
func optional(parameters orq.ToolParameters) orq.ToolParameters {
	if parameters == nil {
		return nil
	}
	return completed(parameters)
}

func mcpTools(tools []orq.MCPServerTool) []orq.MCPServerTool {
	for i := range tools {
		tools[i].Schema = completed(tools[i].Schema)
	}
	return tools
}

// mcpHeaders gives each header the API's object form; a bare value is stored encrypted.
func mcpHeaders(values map[string]orq.HeaderValue) map[string]orq.Header {
	if values == nil {
		return nil
	}
	headers := make(map[string]orq.Header, len(values))
	for name, value := range values {
		header := value.Header()
		if value.Plain {
			encrypted := true
			header.Encrypted = &encrypted
		}
		headers[name] = header
	}
	return headers
}
