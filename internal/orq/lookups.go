package orq

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// BlockKind is a kind of building blocks: of the things in a workspace that an agent can use.
type BlockKind string

// The kinds of building blocks.
const (
	BlockModels         BlockKind = "models"
	BlockTools          BlockKind = "tools"
	BlockSkills         BlockKind = "skills"
	BlockKnowledgeBases BlockKind = "knowledge_bases"
	BlockMemoryStores   BlockKind = "memory_stores"
	BlockEvaluators     BlockKind = "evaluators"
	BlockGuardrails     BlockKind = "guardrails"
	BlockProjects       BlockKind = "projects"
	BlockFileSystems    BlockKind = "file_systems"
	BlockMCPServers     BlockKind = "mcp_servers"
)

// lookup describes how the blocks of a kind are listed.
type lookup struct {
	operation
	// id is the member that holds a block's id.
	id string
	// whole reports that the operation takes no page parameters and returns everything at once.
	whole bool
	// sorted is sent as the parameter sort.
	sorted string
	// selects reports whether a block is of this kind; nil selects all.
	selects func(blockJSON) bool
}

// lookupOf returns the lookup of a kind.
func lookupOf(kind BlockKind) (lookup, error) {
	switch kind {
	case BlockModels:
		return lookup{operation: opListModels, id: "id", whole: true}, nil
	case BlockTools:
		return lookup{operation: opListTools, id: "_id"}, nil
	case BlockSkills:
		return lookup{operation: opListSkills, id: "skill_id"}, nil
	case BlockKnowledgeBases:
		return lookup{operation: opListKnowledge, id: "_id"}, nil
	case BlockMemoryStores:
		return lookup{operation: opListMemoryStores, id: "_id"}, nil
	case BlockEvaluators:
		return lookup{operation: opListEvaluators, id: "_id", sorted: "desc"}, nil
	case BlockGuardrails:
		return lookup{operation: opListEvaluators, id: "_id", sorted: "desc", selects: blockJSON.isGuardrail}, nil
	case BlockProjects:
		return lookup{operation: opListProjects, id: "project_id"}, nil
	case BlockFileSystems:
		return lookup{operation: opListFileSystems, id: "id"}, nil
	case BlockMCPServers:
		return lookup{operation: opListMCPServers, id: "id"}, nil
	}
	return lookup{}, fmt.Errorf("unknown kind of building blocks %q", kind)
}

// Block is a building block. Texts that the service does not send are empty; at least one of ID, Key and Name is set.
type Block struct {
	ID string
	// Key is chosen by people, and unique within the kind.
	Key  string
	Name string
	// Type is the service's own word, such as http for a tool or llm_eval for an evaluator.
	Type string
	// Status is the status of a tool, and for projects "default" or "archived".
	Status      string
	Description string
	// Owner is the provider of a model.
	Owner string
	Path  string
	// Tools are the tools of an MCP server.
	Tools []BlockTool
	// Created is a time in UTC, to the millisecond; zero when it is not known.
	Created time.Time
}

// BlockTool is a tool of an MCP server.
type BlockTool struct{ ID, Name string }

// Identity returns the id, or what else identifies the block.
func (b *Block) Identity() string { return cmp.Or(b.ID, b.Key, b.Name) }

// BlockList holds building blocks, newest first. Those of the same time are in the order of their identities.
type BlockList struct {
	Blocks []Block
	// Incomplete reports that there are more than ListBlocks reads.
	Incomplete bool
	// Unsent reports that there are more, which the service announces but does not send.
	Unsent bool
}

const (
	// lookupPageSize is the number of blocks that one request asks for. The contract states no maximum.
	lookupPageSize = 50
	// maxLookupPages bounds the requests of ListBlocks.
	maxLookupPages = 40
)

// MaxBlocks is the number of blocks at which ListBlocks stops. A list that comes whole may be longer.
const MaxBlocks = lookupPageSize * maxLookupPages

// ListBlocks returns the building blocks of a kind, at most MaxBlocks, in as many requests as it takes. Guardrails are the
// evaluators with an enabled guardrail_config. Entries that are no objects or hold no id, key or name are left out. The
// error matches ErrNoRoute when the server has no such list; an answer without a list, or with such entries alone, is an
// error as well.
//
// GET /v3/router/models, /v2/tools, /v2/skills, /v2/knowledge, /v2/memory-stores, /v2/evaluators, /v2/projects,
// /v2/file-systems or /v2/mcp-servers.
func (c *Client) ListBlocks(ctx context.Context, kind BlockKind) (BlockList, error) {
	l, err := lookupOf(kind)
	if err != nil {
		return BlockList{}, err
	}
	list, after, known := BlockList{Incomplete: true}, "", map[string]bool{}
	for range maxLookupPages {
		page, err := l.page(ctx, &c.requester, after)
		if err != nil {
			return BlockList{}, err
		}
		news := false
		for _, item := range page.items {
			block := item.block(l.id)
			if known[block.Identity()] {
				continue
			}
			news, known[block.Identity()] = true, true
			if l.selects == nil || l.selects(item) {
				list.Blocks = append(list.Blocks, block)
			}
		}
		// A server that ignores the cursor repeats its blocks.
		if page.next == "" || !news {
			list.Incomplete, list.Unsent = false, page.more
			break
		}
		after = page.next
	}
	slices.SortFunc(list.Blocks, func(a, b Block) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.Identity(), b.Identity()))
	})
	return list, nil
}

// blockPage is one page of blocks.
type blockPage struct {
	items []blockJSON
	// more reports that there is another page.
	more bool
	// next is the id after which it starts; empty when there is none, or when no block has an id.
	next string
}

// page returns the page of blocks that follow an id.
func (l lookup) page(ctx context.Context, r *requester, after string) (blockPage, error) {
	query := url.Values{}
	if !l.whole {
		query.Set("limit", strconv.Itoa(lookupPageSize))
	}
	if after != "" {
		query.Set("starting_after", after)
	}
	if l.sorted != "" {
		query.Set("sort", l.sorted)
	}
	var answer map[string]json.RawMessage
	if err := r.do(ctx, apiCall{operation: l.operation, query: query}, &answer); err != nil {
		return blockPage{}, noRouteIfBare(err)
	}
	var items []json.RawMessage
	_ = json.Unmarshal(answer["data"], &items) // the operation's answer has been checked: without data the list is empty
	page := blockPage{more: string(answer["has_more"]) == "true"}
	for _, raw := range items {
		var item blockJSON
		if json.Unmarshal(raw, &item) == nil && item.names(l.id) {
			page.items = append(page.items, item)
		}
	}
	if len(items) > 0 && len(page.items) == 0 {
		return blockPage{}, &AnswerError{
			Operation: l.String(), Status: http.StatusOK, Reads: true, Problem: "no entry of data has an id, key or name",
		}
	}
	if page.more {
		for _, item := range page.items { // the last one may have no id
			page.next = cmp.Or(item.text(l.id), page.next)
		}
	}
	return page, nil
}

// noRouteIfBare returns err as one that matches ErrNoRoute if it is a 404 that does not state what is missing: a list
// is not missing because something in it is.
func noRouteIfBare(err error) error {
	e, ok := errors.AsType[*APIError](err)
	if !ok || !isBareNotFound(err) {
		return err
	}
	missing := *e
	missing.noRoute = true
	return &missing
}

// blockJSON is a building block as received, whose members may have any type.
type blockJSON map[string]json.RawMessage

// text returns the first of the members that is a text or number and not empty.
func (j blockJSON) text(names ...string) string {
	for _, name := range names {
		if text := scalar(j[name]); text != "" {
			return text
		}
	}
	return ""
}

// scalar returns the text of a JSON string or number, and "" for anything else.
func scalar(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	return ""
}

// names reports whether the block can be named.
func (j blockJSON) names(id string) bool { return j.text(id, "key", "display_name", "name") != "" }

func (j blockJSON) isTrue(name string) bool { return string(j[name]) == "true" }

// block reads a block whose id is in the member id.
func (j blockJSON) block(id string) Block {
	b := Block{
		ID: j.text(id), Key: j.text("key"), Name: j.text("display_name", "name"), Type: j.text("type"), Status: j.text("status"),
		Description: j.text("description"), Owner: j.text("owned_by"), Path: j.text("path"), Created: parseTime(j.text("created", "created_at")),
	}
	switch {
	case j.isTrue("is_archived"):
		b.Status = "archived"
	case j.isTrue("is_default"):
		b.Status = "default"
	}
	var tools []json.RawMessage
	_ = json.Unmarshal(j["tools"], &tools) // most kinds have none
	for _, raw := range tools {
		var tool blockJSON
		_ = json.Unmarshal(raw, &tool) // what is no object has no name
		if read := (BlockTool{ID: tool.text("id"), Name: tool.text("name", "title")}); read.Name != "" {
			b.Tools = append(b.Tools, read)
		}
	}
	return b
}

// isGuardrail reports whether an evaluator can decide between pass and fail.
func (j blockJSON) isGuardrail() bool {
	var config blockJSON
	return json.Unmarshal(j["guardrail_config"], &config) == nil && config != nil && string(config["enabled"]) != "false"
}

// parseTime reads RFC 3339, to the millisecond, or the seconds since 1970. Anything else is the zero time.
func parseTime(text string) time.Time {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UTC().Truncate(time.Millisecond)
	}
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil && seconds > 0 {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Time{}
}
