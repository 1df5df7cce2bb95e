package tools

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

type listBuildingBlocksInput struct {
	Kind   string `json:"kind" jsonschema:"required,enum=models,enum=tools,enum=skills,enum=knowledge_bases,enum=memory_stores,enum=evaluators,enum=guardrails,enum=projects,enum=file_systems,enum=mcp_servers"`
	Search string `json:"search"`
	Limit  int    `json:"limit" jsonschema:"minimum=1,maximum=200" jsonschema_description:"Default 50."`
	Cursor string `json:"cursor" jsonschema_description:"From the last page."`
}

// CheckArguments reports a cursor that no result contained.
func (in listBuildingBlocksInput) CheckArguments(report func(path, message string)) {
	if _, _, ok := parseBlockCursor(in.Cursor); in.Cursor != "" && !ok {
		report("cursor", "must be the cursor of the last page, unchanged")
	}
}

type listBuildingBlocksOutput struct {
	Kind    string     `json:"kind" jsonschema:"required"`
	Blocks  []blockRow `json:"blocks" jsonschema:"required"`
	HasMore bool       `json:"has_more" jsonschema:"required"`
	Cursor  string     `json:"cursor,omitzero"`
	// Use describes how an agent names a block of the kind.
	Use string `json:"use" jsonschema:"required"`
	truncation

	// searched reports that the blocks are those of a search, or what follows a cursor.
	searched bool
	// dated reports that the time of at least one of the blocks is known.
	dated bool
}

func (o listBuildingBlocksOutput) truncated(cuts []cut) output {
	o.truncation = newTruncation(cuts, "Call again with search or a smaller limit.")
	return o
}

// blockRow describes a building block in one line.
type blockRow struct {
	ID    string `json:"id,omitzero"`
	Key   string `json:"key,omitzero"`
	Name  string `json:"name,omitzero"`
	About string `json:"about,omitzero"`
}

// Bounds of a row's about, in bytes. The tools of an MCP server come with their ids, so that they take more room.
const (
	maxBlockAbout  = 140
	maxServerTools = 400
)

func newBlockRow(block *orq.Block) blockRow {
	row := blockRow{ID: block.ID, Key: block.Key, Name: rowText(block.Name, maxRowName)}
	var facts []string
	for _, fact := range []string{block.Type, strings.TrimPrefix(block.Status, "live"), block.Owner, block.Path, block.Description} {
		if fact = strings.Join(strings.Fields(fact), " "); fact != "" {
			facts = append(facts, fact)
		}
	}
	row.About = rowText(strings.Join(facts, "; "), maxBlockAbout)
	if len(block.Tools) > 0 {
		tools := mapSlice(block.Tools, func(tool orq.BlockTool) string { return strings.TrimSpace(tool.Name + " " + tool.ID) })
		listed := truncate.Words(pluralize(len(tools), "tool")+": "+strings.Join(tools, ", "), maxServerTools)
		row.About = strings.TrimPrefix(row.About+"; "+listed, "; ")
	}
	return row
}

// Text returns the row as one line.
func (r blockRow) Text() string {
	var names []string
	for _, name := range []string{r.ID, r.Key, r.Name} {
		if name != "" {
			names = append(names, name)
		}
	}
	text := "- " + names[0]
	if len(names) > 1 {
		text += " (" + strings.Join(names[1:], "; ") + ")"
	}
	if r.About != "" {
		text += ": " + r.About
	}
	return text
}

// heading introduces the rows.
func (o listBuildingBlocksOutput) heading() string {
	kind := kindName(orq.BlockKind(o.Kind))
	switch {
	case len(o.Blocks) == 0 && o.searched:
		return "There are no such " + kind + "."
	case len(o.Blocks) == 0 && o.Truncated:
		return "No " + kind + " were received."
	case len(o.Blocks) == 0:
		return "There are no " + kind + " here."
	case o.dated:
		return fmt.Sprintf("%s (%d), newest first:", kind, len(o.Blocks))
	}
	return fmt.Sprintf("%s (%d):", kind, len(o.Blocks))
}

// kindName returns a kind in words.
func kindName(kind orq.BlockKind) string { return strings.ReplaceAll(string(kind), "_", " ") }

// Text lists the blocks, one per line.
func (o listBuildingBlocksOutput) Text() string {
	var text strings.Builder
	text.WriteString(o.heading() + "\n")
	for _, row := range o.Blocks {
		text.WriteString(row.Text() + "\n")
	}
	text.WriteString(o.Use + "\n")
	switch {
	case o.HasMore:
		fmt.Fprintf(&text, "There are more: call again with cursor=%s", o.Cursor)
	case o.Truncated:
		text.WriteString("There are no further pages.")
	case len(o.Blocks) > 0:
		text.WriteString("These are all.")
	}
	if o.Truncated {
		text.WriteString("\n" + outline(o.truncation))
	}
	return strings.TrimSpace(text.String())
}

// maxBlockTokens bounds the cost of a page, in tokens.
const maxBlockTokens = 5000

// listBuildingBlocks calls the list operation of a kind, such as GET /v2/tools, for all of its pages: not all operations
// can search, nor does the API state the order of each.
var listBuildingBlocks = define(Spec{
	Name:        "list_building_blocks",
	Title:       "List building blocks",
	Description: "List or search what orq.ai agents are made of, a short row each, newest first where orq.ai states times. Look names up here before create_agent or update_agent uses them.",
	ReadOnly:    true,
	Idempotent:  true,
}, func(ctx context.Context, c *Call, in *listBuildingBlocksInput) (listBuildingBlocksOutput, error) {
	kind := orq.BlockKind(in.Kind)
	list, err := c.Orq.ListBlocks(ctx, kind)
	if err != nil {
		return listBuildingBlocksOutput{}, explainNoList(kind, err)
	}
	blocks := blocksAfter(list.Blocks, in.Cursor)
	words := strings.Fields(strings.ToLower(in.Search))
	blocks = slices.DeleteFunc(blocks, func(block orq.Block) bool { return !blockMatches(&block, words) })
	out := newBlockPage(kind, blocks, cmp.Or(in.Limit, 50), min(maxBlockTokens, c.budget())*9/10)
	out.searched = in.Search != "" || in.Cursor != ""
	if list.Incomplete {
		out.Truncated = true
		out.Next = fmt.Sprintf("orq.ai lists more %s than this server reads, which is %d.", kindName(kind), orq.MaxBlocks)
	}
	if list.Unsent {
		out.Truncated = true
		out.Next = fmt.Sprintf("orq.ai states that there are more %s, but does not send them: the orq.ai studio shows all.", kindName(kind))
	}
	return out, nil
})

// newBlockPage returns the first blocks as a page of at most limit rows, which cost at most room tokens.
func newBlockPage(kind orq.BlockKind, blocks []orq.Block, limit, room int) listBuildingBlocksOutput {
	out := listBuildingBlocksOutput{Kind: string(kind), Blocks: []blockRow{}, Use: blockUse(kind)}
	for i := range blocks[:min(limit, len(blocks))] {
		out.Blocks = append(out.Blocks, newBlockRow(&blocks[i]))
	}
	shown := countFitting(out.Blocks, false, room)
	out.Blocks = out.Blocks[:shown]
	out.dated = slices.ContainsFunc(blocks[:shown], func(block orq.Block) bool { return !block.Created.IsZero() })
	if out.HasMore = shown < len(blocks); out.HasMore {
		out.Cursor = blockCursor(&blocks[shown-1])
	}
	return out
}

// blockCursor is the cursor of a page that ends with the block: its time, in milliseconds since 1970, and its identity.
// Both order the list, so that the cursor is valid even when the block is deleted.
func blockCursor(block *orq.Block) string {
	return strconv.FormatInt(block.Created.UnixMilli(), 10) + cursorSeparator + block.Identity()
}

func parseBlockCursor(cursor string) (created time.Time, identity string, ok bool) {
	at, identity, found := strings.Cut(cursor, cursorSeparator)
	milliseconds, err := strconv.ParseInt(at, 10, 64)
	return time.UnixMilli(milliseconds), identity, found && err == nil
}

// blocksAfter returns the blocks that follow the cursor; all of them without one.
func blocksAfter(blocks []orq.Block, cursor string) []orq.Block {
	created, identity, ok := parseBlockCursor(cursor)
	if !ok {
		return blocks
	}
	follows := func(block orq.Block) bool {
		at := block.Created.UnixMilli()
		return at < created.UnixMilli() || at == created.UnixMilli() && block.Identity() > identity
	}
	if first := slices.IndexFunc(blocks, follows); first >= 0 {
		return blocks[first:]
	}
	return nil
}

// blockMatches reports whether each of the lower-case words occurs in the block's id, key, name, type, owner or
// description.
func blockMatches(block *orq.Block, words []string) bool {
	text := strings.ToLower(strings.Join([]string{block.ID, block.Key, block.Name, block.Type, block.Owner, block.Description}, "\n"))
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

// blockUse describes how an agent names a block of the kind.
func blockUse(kind orq.BlockKind) string {
	switch kind {
	case orq.BlockModels:
		return "model and fallback_models take the id."
	case orq.BlockTools:
		return "An entry of tools has the type, and the key or id. Built-in tools are not listed here: their type is enough."
	case orq.BlockSkills:
		return "orq.ai does not state whether the skills of an agent are ids or names."
	case orq.BlockKnowledgeBases:
		return "knowledge_bases takes the id."
	case orq.BlockMemoryStores:
		return "memory_stores takes the key."
	case orq.BlockEvaluators:
		return "An entry of evaluators has the id."
	case orq.BlockGuardrails:
		return "An entry of guardrails has the id. orq.ai's own are not listed here: orq_pii_detection, orq_secret_detection, orq_sexual_moderation, orq_harmful_moderation."
	case orq.BlockProjects:
		return "path begins with the name of a project, which may be followed by folders."
	case orq.BlockFileSystems:
		return "A tool of type file_system takes the id or the key in its configuration."
	case orq.BlockMCPServers:
		return "A tool of type mcp has a key or id, and as tool_id the id of one of the server's tools."
	}
	return ""
}

// explainNoList explains the failure of a lookup if the server does not offer its operation, and returns any other error
// unchanged.
func explainNoList(kind orq.BlockKind, err error) error {
	api, ok := errors.AsType[*orq.APIError](err)
	if !ok || !errors.Is(err, orq.ErrNoRoute) {
		return err
	}
	return &callerError{fmt.Sprintf("%s answered %d: the server at ORQ_BASE_URL does not offer %s. Check ORQ_BASE_URL; if it is right, its %s cannot be listed: "+
		"agents that use some show their names in orq.ai's get_agent, and the orq.ai studio shows all.", api.Service(), api.Status, api.Operation, kindName(kind))}
}
