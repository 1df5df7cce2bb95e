package orq

import (
	"regexp"
	"sync"
)

const (
	// AgentKeyPattern is the regular expression that the key of an agent matches. MaxAgentKey bounds its length.
	AgentKeyPattern = `^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$`
	// MaxAgentKey is the maximum length of an agent's key, in characters.
	MaxAgentKey = 255
	// ToolKeyPattern is the regular expression that the key of a tool of a run matches. MaxToolKey bounds its length.
	ToolKeyPattern = `^[A-Za-z]([A-Za-z0-9]*([_-][A-Za-z0-9]+)*)?$`
	// MaxToolKey is the maximum length of the key of a tool of a run, and of the name of its schema, in characters.
	MaxToolKey = 64
	// MaxHeaders is the maximum number of headers of an A2A agent.
	MaxHeaders = 20
	// MaxHeaderValue is the maximum length of the value of a header of an A2A agent, in characters.
	MaxHeaderValue = 2048
	// DefaultToolType is the type of a tool in a create or update request that names none.
	DefaultToolType = "http"
)

var providerTool = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_-]*:.+$`) })

// IsProviderTool reports whether toolType is the type of a tool that a model provider runs, such as openai:web_search.
func IsProviderTool(toolType string) bool { return providerTool().MatchString(toolType) }

// BuiltInTools returns the types of the tools that are configured by their type alone. The caller owns the slice.
func BuiltInTools() []string {
	return []string{
		"google_search", "web_scraper", "call_sub_agent", "retrieve_agents", "query_memory_store",
		"write_memory_store", "retrieve_memory_stores", "delete_memory_document", "retrieve_knowledge_bases",
		"query_knowledge_base", "current_date",
	}
}

// AddedBuiltInTools returns the types that came after those of BuiltInTools. An API of March refuses them. The caller owns
// the slice.
func AddedBuiltInTools() []string { return []string{"advisor", "sidekick", "code_interpreter"} }

// AllBuiltInTools returns the types of BuiltInTools and AddedBuiltInTools, and FileSystemTool. The caller owns the slice.
func AllBuiltInTools() []string {
	return append(append(BuiltInTools(), AddedBuiltInTools()...), FileSystemTool)
}

// FileSystemTool is the type of a built-in tool that came with them and needs a configuration.
const FileSystemTool = "file_system"
