package tools

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/schema"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// inlineTool is a tool that run_agent defines for its run, with the same flat fields for every type. wire nests them as the API
// expects.
type inlineTool struct {
	Type             string                      `json:"type" jsonschema:"required,minLength=1" jsonschema_extras:"quiet=true"`
	Key              string                      `json:"key" jsonschema:"maxLength=64" jsonschema_extras:"quiet=true"`
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
	Timeout          *float64                    `json:"timeout" jsonschema_extras:"hidden=true"`
	Configuration    map[string]any              `json:"configuration" jsonschema_description:"Of a built-in." jsonschema_extras:"hidden=true"`
	// RequestTimeout is that of the HTTP request, in the blueprint; Timeout is the tool's. Both are in seconds.
	RequestTimeout *float64 `json:"request_timeout" jsonschema_extras:"hidden=true"`
	// InnerDescription is the description of the function or the schema if it differs from the tool's.
	InnerDescription string `json:"inner_description" jsonschema_extras:"hidden=true"`
}

// variant lists the fields that one kind of a union requires, and those that it may have besides.
type variant struct{ required, optional []string }

// check reports required fields that are not present, and present ones that the kind does not use.
func (v variant) check(kind string, present map[string]bool, report func(path, message string)) {
	for _, name := range v.required {
		if !present[name] {
			report(name, "required for "+kind)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(present)) {
		if present[name] && !slices.Contains(v.required, name) && !slices.Contains(v.optional, name) {
			report(name, "not used for "+kind)
		}
	}
}

// inlineTypes are the types of the tools that a run defines, sorted.
var inlineTypes = []string{"code", "function", "http", "json_schema", "mcp"}

// runTypes are the known types of tools of a run.
func runTypes() schema.OpenEnum { return append(orq.AllBuiltInTools(), inlineTypes...) }

// inlineVariants returns the fields by tool type. Every type also has type, requires_approval, display_name and id.
func inlineVariants() map[string]variant {
	return map[string]variant{
		"http":        {required: []string{"key", "description", "url", "method"}, optional: []string{"headers", "body", "arguments", "timeout", "request_timeout"}},
		"code":        {required: []string{"key", "description", "code"}, optional: []string{"parameters", "timeout"}},
		"function":    {required: []string{"key"}, optional: []string{"description", "parameters", "name", "strict", "inner_description"}},
		"json_schema": {required: []string{"key", "description", "parameters"}, optional: []string{"name", "strict", "inner_description"}},
		"mcp":         {required: []string{"key", "description", "url", "connection_type", "tools"}, optional: []string{"headers"}},
	}
}

// present reports which of the fields that depend on the type are set.
func (t inlineTool) present() map[string]bool {
	return map[string]bool{
		"key": t.Key != "", "description": t.Description != "", "url": t.URL != "", "method": t.Method != "",
		"headers": t.Headers != nil, "body": t.Body != nil, "arguments": t.Arguments != nil, "code": t.Code != "",
		"parameters": t.Parameters != nil, "connection_type": t.ConnectionType != "", "tools": t.Tools != nil,
		"name": t.Name != "", "strict": t.Strict != nil, "inner_description": t.InnerDescription != "",
		"timeout": t.Timeout != nil, "request_timeout": t.RequestTimeout != nil, "configuration": t.Configuration != nil,
	}
}

// RewriteArguments accepts a tool in the API's own nesting and flattens it.
func (inlineTool) RewriteArguments(entry map[string]any) {
	rewriteType(entry)
	rename(entry, "_id", "id")
	for _, kind := range []string{"http", "code_tool", "function", "json_schema", "mcp"} {
		nested, ok := entry[kind].(map[string]any)
		if !ok {
			continue
		}
		if blueprint, ok := nested["blueprint"].(map[string]any); ok {
			rename(blueprint, "timeout", "request_timeout")
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
	if entry["key"] == nil && entry["name"] != nil { // the form in which model APIs define functions
		entry["key"] = entry["name"]
	}
}

// rename renames a field, unless the new name is taken.
func rename(object map[string]any, from, to string) {
	value, given := object[from]
	if _, taken := object[to]; given && !taken {
		object[to] = value
		delete(object, from)
	}
}

// CheckArguments reports violations of the rules for the tool's type.
func (t inlineTool) CheckArguments(report func(path, message string)) {
	if t.Type == "" {
		return
	}
	t.checkSecrets(report)
	known := runTypes()
	if !slices.Contains(known, t.Type) && !known.PassesOn(t.Type) {
		report("type", "must be one of "+strings.Join(known, ", ")+"; got "+gotType(t.Type, known))
		return
	}
	t.rules().check("type="+t.Type, t.present(), report)
	t.checkTimeouts(report)
	if t.Type == orq.FileSystemTool {
		checkFileSystem(t.Configuration, report)
	}
	if t.Key != "" && !inlineKeyPattern.Get().MatchString(t.Key) {
		report("key", fmt.Sprintf("must be letters, digits and single _ or - between them, with a letter first, got %q", truncate.Words(t.Key, 60)))
	}
	switch t.Type {
	case "json_schema":
		checkProperties("parameters", t.Parameters, report)
		if length := utf8.RuneCountInString(t.Name); length > orq.MaxToolKey {
			report("name", fmt.Sprintf("must have at most %d characters, got %d", orq.MaxToolKey, length))
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

// checkSecrets reports values that were copied from a result in which secrets are masked.
func (t inlineTool) checkSecrets(report func(path, message string)) {
	checkMaskedTexts(map[string]string{"url": t.URL, "code": t.Code, "description": t.Description}, report)
	checkMasked("configuration", t.Configuration, report)
	checkMasked("body", t.Body, report)
	checkMaskedFields("parameters", t.Parameters, report)
	checkMaskedFields("tools", t.Tools, report)
	for _, name := range slices.Sorted(maps.Keys(t.Headers)) {
		checkMasked("headers."+name, t.Headers[name].Value, report)
	}
}

// rules returns the fields of the tool's type. A type that came later may have those that the API gives to all tools.
func (t inlineTool) rules() variant {
	switch rules, inline := inlineVariants()[t.Type]; {
	case inline:
		return rules
	case slices.Contains(orq.AllBuiltInTools(), t.Type):
		return variant{optional: []string{"configuration"}}
	}
	return variant{optional: []string{"key", "description", "timeout", "configuration"}}
}

// checkTimeouts reports timeouts out of bounds. Those of other types are reported as not used.
func (t inlineTool) checkTimeouts(report func(path, message string)) {
	if maxTimeout(t.Type) > 0 {
		checkTimeout("timeout", t.Type, t.Timeout, report)
		checkTimeout("request_timeout", t.Type, t.RequestTimeout, report)
	}
}

// RemarkArguments describes a type that is passed on although it is not known.
func (t inlineTool) RemarkArguments(remark func(path, message string)) {
	if known := runTypes(); known.PassesOn(t.Type) {
		remark("type", known.Remark(t.Type))
	}
	if t.Type == orq.FileSystemTool {
		remarkFileSystem(t.Configuration, remark)
	}
}

// checkParameters checks the JSON Schema of a tool's parameters, which must describe an object. A missing type is filled in
// later.
func checkParameters(path string, parameters map[string]any, report func(path, message string)) {
	if kind, given := parameters["type"]; given && kind != "object" {
		report(path+".type", "must be object")
	}
	checkProperties(path, parameters, report)
}

// checkProperties checks that a JSON Schema has its properties and required members in the right place.
func checkProperties(path string, object map[string]any, report func(path, message string)) {
	properties, given := object["properties"]
	if _, ok := properties.(map[string]any); given && !ok {
		report(path+".properties", "must be an object with schemas by name")
	}
	if !given && object["type"] == nil && holdsSchemas(object) {
		report(path+".properties", "required, with "+strings.Join(slices.Sorted(maps.Keys(object)), ", ")+" in it")
	}
	required, given := object["required"]
	if names, ok := required.([]any); given && (!ok || slices.ContainsFunc(names, func(name any) bool { return !isString(name) })) {
		report(path+".required", "must be a list of names")
	}
}

// holdsSchemas reports whether object maps names to schemas, as the value of properties does.
func holdsSchemas(object map[string]any) bool {
	for _, value := range object {
		if inside, _ := value.(map[string]any); !isString(inside["type"]) {
			return false
		}
	}
	return len(object) > 0
}

func isString(value any) bool {
	_, ok := value.(string)
	return ok
}

// inlineKeyPattern matches what the API accepts as the key of an inline tool.
var inlineKeyPattern = lazy.Regexp{Text: orq.ToolKeyPattern}

// wire returns the tool in the API's nesting.
func (t inlineTool) wire() orq.RunTool {
	tool := orq.RunTool{
		Type: t.Type, RequiresApproval: t.RequiresApproval, Key: t.Key, ID: t.ID, DisplayName: t.DisplayName, Description: t.Description,
		Timeout: t.Timeout, Configuration: t.Configuration,
	}
	name, inner := cmp.Or(t.Name, t.Key), cmp.Or(t.InnerDescription, t.Description)
	switch t.Type {
	case "http":
		tool.HTTP = &orq.HTTPTool{
			Blueprint: orq.HTTPBlueprint{URL: t.URL, Method: t.Method, Headers: t.Headers, Body: t.Body, Timeout: t.RequestTimeout},
			Arguments: t.Arguments,
		}
	case "code":
		tool.Code = &orq.CodeTool{Language: "python", Code: t.Code, Parameters: completeOptionalSchema(t.Parameters)}
	case "function":
		tool.Function = &orq.FunctionTool{Name: name, Description: inner, Strict: t.Strict, Parameters: completeOptionalSchema(t.Parameters)}
	case "json_schema":
		tool.JSONSchema = &orq.JSONSchemaTool{Name: name, Description: inner, Schema: completeSchema(t.Parameters), Strict: t.Strict}
	case "mcp":
		tool.MCP = &orq.MCPTool{ServerURL: t.URL, ConnectionType: t.ConnectionType, Tools: mcpTools(t.Tools), Headers: mcpHeaders(t.Headers)}
	}
	return tool
}

// completeSchema adds the members that the API requires of every schema. Nil becomes the schema of no parameters.
func completeSchema(parameters orq.ToolParameters) orq.ToolParameters {
	full := orq.ToolParameters{"type": "object", "properties": map[string]any{}, "required": []any{}}
	maps.Copy(full, parameters)
	return full
}

// completeOptionalSchema is completeSchema, but for nil, which it returns as it is.
func completeOptionalSchema(parameters orq.ToolParameters) orq.ToolParameters {
	if parameters == nil {
		return nil
	}
	return completeSchema(parameters)
}

func mcpTools(tools []orq.MCPServerTool) []orq.MCPServerTool {
	for i := range tools {
		tools[i].Schema = completeSchema(tools[i].Schema)
	}
	return tools
}

// mcpHeaders converts headers to the API's object form. A plain string is stored encrypted.
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
