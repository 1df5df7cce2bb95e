package tools

import "github.com/mark3labs/mcp-go/mcp"

// searchHintKey is the key in a tool's _meta of words that Claude Code's search for tools finds it by, beside those of its name and
// description. No model sees them, so they cost no tokens.
const searchHintKey = "anthropic/searchHint"

// smallWords are in the hints of all tools but run_agent, so that they decide nothing: each word of a request counts. run_agent is
// ahead of the others with the "run" in its name.
const smallWords = " a an the to of for with in on my is it by and me this that as at its"

// searchMeta returns the _meta of a tool. test/clients/search.test.mjs checks what its words find.
func searchMeta(name string) *mcp.Meta {
	hint := searchHint(name)
	if name != "run_agent" {
		hint += smallWords
	}
	return mcp.NewMetaFromMap(map[string]any{searchHintKey: hint})
}

// searchHint returns the words of people who mean the tool with that name. "agent" is in nearly all names, and so in the hints of
// those alone that have it not.
func searchHint(name string) string {
	switch name {
	case "list_agents":
		return "agent agents list find search look up show browse all which what are there do I have exist available by name " +
			"key workspace project called named"
	case "get_agent":
		return "show view see read open inspect look at describe get fetch configuration config setup definition instructions " +
			"prompt system settings details information what does do"
	case "list_building_blocks":
		return "which what models model tools tool skills knowledge bases base memory stores evaluators guardrails projects " +
			"MCP servers are there exist available can could use choose pick list find search show agent agents"
	case "create_agent":
		return "create make add build set up define configure save new another bot assistant chatbot duplicate copy clone from " +
			"scratch project workspace"
	case "update_agent":
		return "update edit change modify adjust rename move switch fix improve replace give add tool model instructions " +
			"prompt system name key description tools temperature settings another"
	case "delete_agent":
		return "delete remove erase drop destroy get rid clean up old test unused permanently forever"
	case "register_a2a_agent":
		return "connect register add import link integrate plug hook up external remote third-party other url card protocol " +
			"A2A existing elsewhere"
	case "refresh_agent_card":
		return "refresh reload refetch fetch again renew sync update card remote external A2A skills capabilities changed"
	case "invoke_agent":
		return "ask chat talk speak tell message call query prompt trigger start launch execute run invoke existing send " +
			"question reply respond have let do answer solve delegate hand work task continue resume follow up on " +
			"conversation thread earlier paused go keep going approve approval allow reject deny confirm submit give return " +
			"pending waiting for tool call results result customer"
	case "run_agent":
		return "one-off temporary ad hoc throwaway inline one step spin up try out define create build execute immediately " +
			"right away own instructions without saving first once task a for in with"
	case "get_agent_response":
		return "check get fetch see look up poll wait await for status state progress result results output outcome answer " +
			"answered response run runs task job background previous earlier last running still timed out done finished " +
			"finish complete completedy yet did say said how far what happened came"
	}
	return ""
}
