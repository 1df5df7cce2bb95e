package tools

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/orq"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

// blockName is the name of a building block in the arguments of a call: an id or a key.
type blockName struct {
	kind orq.BlockKind
	name string
}

// blocksOfCreate returns the building blocks that the request names.
func blocksOfCreate(request orq.CreateAgentRequest) []blockName {
	names := append(modelNames(request.Model, request.FallbackModels), toolNames(request.Settings.Tools)...)
	return append(append(names, namesOfKind(orq.BlockSkills, request.Skills)...), namesOfKind(orq.BlockMemoryStores, request.MemoryStores)...)
}

// blocksOfUpdate is blocksOfCreate for an update.
func blocksOfUpdate(request orq.UpdateAgentRequest) []blockName {
	create := orq.CreateAgentRequest{FallbackModels: request.FallbackModels, MemoryStores: request.MemoryStores, Skills: request.Skills.Value}
	if request.Model != nil {
		create.Model = *request.Model
	}
	if request.Settings != nil {
		create.Settings = *request.Settings
	}
	return blocksOfCreate(create)
}

// blocksOfRun is blocksOfCreate for a run, whose tools are defined inline.
func blocksOfRun(request orq.RunRequest) []blockName {
	return blocksOfCreate(orq.CreateAgentRequest{Model: request.Model, FallbackModels: request.FallbackModels, MemoryStores: request.MemoryStores})
}

func modelNames(model orq.ModelConfig, fallbacks []orq.FallbackModel) []blockName {
	ids := []string{model.ID}
	for _, fallback := range fallbacks {
		ids = append(ids, fallback.ID)
	}
	return namesOfKind(orq.BlockModels, ids)
}

// toolNames returns the keys or ids of tools. Built-in tools have none.
func toolNames(tools []orq.ToolReference) []blockName {
	return namesOfKind(orq.BlockTools, mapSlice(tools, func(tool orq.ToolReference) string { return cmp.Or(tool.Key, tool.ID) }))
}

// namesOfKind returns the names that are not empty.
func namesOfKind(kind orq.BlockKind, list []string) []blockName {
	var names []blockName
	for _, name := range list {
		if name != "" {
			names = append(names, blockName{kind, name})
		}
	}
	return names
}

// nearestBlocks returns sentences with the existing names that are most similar to those of the call that do not exist,
// if the message of a 400 or 404 is about such a name. They begin with a space. One kind is looked up, within
// nearestKeysTimeout; if that fails, the result is empty.
func nearestBlocks(ctx context.Context, call *Call, given []blockName, message string) string {
	suspects := unknownNames(given, message)
	if len(suspects) == 0 {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, nearestKeysTimeout)
	defer cancel()
	list, err := call.Orq.ListBlocks(ctx, suspects[0].kind)
	if err != nil {
		return ""
	}
	existing, names := map[string]bool{}, make([]string, len(list.Blocks))
	for i, block := range list.Blocks {
		existing[block.ID], existing[block.Key], existing[block.Name] = true, true, true
		names[i] = cmp.Or(block.Key, block.Name, block.ID)
	}
	var text strings.Builder
	for _, suspect := range suspects {
		if existing[suspect.name] {
			continue
		}
		existing[suspect.name] = true // report it once
		if near := schema.Nearest(suspect.name, names, 3); len(near) > 0 {
			fmt.Fprintf(&text, " Closest to %s: %s.", suspect.name, strings.Join(near, ", "))
		} else {
			fmt.Fprintf(&text, " Nothing is similar to %s: orq.ai's list_building_blocks with kind=%s shows what there is.", suspect.name, suspect.kind)
		}
	}
	return text.String()
}

// unknownNames returns those of the given names that a message may report as unknown. They are of one kind: the names in
// the message or, if it has none of them, all of the kind that it mentions.
func unknownNames(given []blockName, message string) []blockName {
	message = strings.ToLower(message)
	reports := func(words string) bool { return strings.Contains(message, words) }
	if !slices.ContainsFunc(unknownWords(), reports) {
		return nil
	}
	quoted := slices.DeleteFunc(slices.Clone(given), func(each blockName) bool { return !containsName(message, strings.ToLower(each.name)) })
	for _, each := range quoted {
		message = strings.ReplaceAll(message, strings.ToLower(each.name), "")
	}
	candidates := given
	if len(quoted) > 0 {
		candidates = quoted
	}
	kind := mentionedKind(candidates, message)
	if kind == "" && len(quoted) > 0 {
		kind = quoted[0].kind
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(each blockName) bool { return each.kind != kind })
}

// unknownWords are the words, in lower case, with which a message reports that something does not exist.
func unknownWords() []string {
	return []string{
		"unknown", "not found", "no such", "there is no", "not exist", "n't exist", "invalid", "not valid", "not available", "not supported",
		"unsupported", "not find", "not enabled", "not recognized", "unrecognized",
	}
}

// mentionedKind returns the first kind of the candidates that occurs in a lower-case message; "" if none does.
func mentionedKind(candidates []blockName, message string) orq.BlockKind {
	nouns := map[string]orq.BlockKind{"model": orq.BlockModels, "tool": orq.BlockTools, "skill": orq.BlockSkills, "store": orq.BlockMemoryStores}
	for _, word := range strings.FieldsFunc(message, func(r rune) bool { return r < 'a' || r > 'z' }) {
		kind := nouns[strings.TrimSuffix(word, "s")]
		if slices.ContainsFunc(candidates, func(each blockName) bool { return each.kind == kind }) {
			return kind
		}
	}
	return ""
}

// containsName reports whether a name occurs in text, and not only as part of a longer one.
func containsName(text, name string) bool {
	inName := func(c byte) bool { return isAlphanumeric(c) || strings.IndexByte("-_/", c) >= 0 }
	for from := 0; ; {
		at := strings.Index(text[from:], name)
		if at < 0 {
			return false
		}
		start, end := from+at, from+at+len(name)
		if (start == 0 || !inName(text[start-1])) && (end == len(text) || !inName(text[end])) {
			return true
		}
		from = start + 1
	}
}
