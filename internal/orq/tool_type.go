package orq

import "regexp"

const (
	// AgentKeyPattern is what the key of an agent looks like; it has at most MaxAgentKey characters.
	AgentKeyPattern = `^[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$`
	// MaxAgentKey bounds the key of an agent, in characters.
	MaxAgentKey = 255
	// DefaultToolType is the type of a tool that a create or update request writes without one.
	DefaultToolType = "http"
)

var providerTool = regexp.MustCompile(`^[a-z][a-z0-9_-]*:.+$`)

// IsProviderTool reports whether a tool type is that of a tool which a model's provider runs, such as openai:web_search.
func IsProviderTool(toolType string) bool { return providerTool.MatchString(toolType) }

// BuiltInTools are the types of the tools that need nothing but their type.
func BuiltInTools() []string {
	return []string{
		"google_search", "web_scraper", "call_sub_agent", "retrieve_agents", "query_memory_store",
		"write_memory_store", "retrieve_memory_stores", "delete_memory_document", "retrieve_knowledge_bases",
		"query_knowledge_base", "current_date",
	}
}
