package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/orq-mcp/orq-mcp/internal/tools"
)

// argument is one argument of a tool, as its schema lists it.
type argument struct {
	name     string
	required bool
	schema   gjson.Result
}

// argumentsOf returns the arguments of a tool, the required ones first.
func argumentsOf(tool tools.Definition) (arguments []argument) {
	derived, err := tools.Derive([]tools.Definition{tool})
	if err != nil {
		return nil
	}
	input := gjson.ParseBytes(derived[0].InputSchema)
	var required []string
	for _, name := range input.Get("required").Array() {
		required = append(required, name.Str)
	}
	input.Get("properties").ForEach(func(name, schema gjson.Result) bool {
		arguments = append(arguments, argument{name.Str, slices.Contains(required, name.Str), schema})
		return true
	})
	slices.SortStableFunc(arguments, func(a, b argument) int {
		switch {
		case a.required == b.required:
			return 0
		case a.required:
			return -1
		}
		return 1
	})
	return arguments
}

// argumentRows returns the arguments of a tool with their types and what they mean.
func argumentRows(tool tools.Definition) (rows [][2]string) {
	for _, each := range argumentsOf(tool) {
		rows = append(rows, [2]string{"  " + each.name + "=" + typeWord(each.schema), strings.Join(each.notes(), " ")})
	}
	return rows
}

// notes returns sentences about the argument.
func (a argument) notes() (notes []string) {
	if a.required {
		notes = append(notes, "Required.")
	}
	if values := a.values(); len(values) > 0 {
		notes = append(notes, "One of "+strings.Join(values, ", ")+".")
	}
	if shape := shapeOf(a.schema); shape != "" {
		notes = append(notes, shape)
	}
	if about := a.schema.Get("description").Str; about != "" {
		notes = append(notes, about)
	}
	return append(notes, a.bounds()...)
}

// values returns the texts that the argument may have; none when it may have others.
func (a argument) values() (values []string) {
	if a.schema.Get("type").Str == "boolean" {
		return []string{"true", "false"}
	}
	for _, value := range a.schema.Get("enum").Array() {
		values = append(values, value.String())
	}
	return values
}

// bounds returns sentences about the least and the largest number.
func (a argument) bounds() (notes []string) {
	least, most := a.schema.Get("minimum"), a.schema.Get("maximum")
	switch {
	case least.Exists() && most.Exists():
		return []string{fmt.Sprintf("%s to %s.", least.Raw, most.Raw)}
	case least.Exists():
		return []string{"At least " + least.Raw + "."}
	case most.Exists():
		return []string{"At most " + most.Raw + "."}
	}
	return nil
}

// typeWord names the type of a value.
func typeWord(schema gjson.Result) string {
	switch schema.Get("type").Str {
	case "integer", "number":
		return "NUMBER"
	case "boolean":
		return "BOOL"
	case "array":
		return "LIST"
	case "object":
		return "OBJECT"
	}
	return "TEXT"
}

// shapeOf describes the elements of a list and the fields of an object, those that are required with an asterisk; "" for others.
func shapeOf(schema gjson.Result) string {
	fields := func(of gjson.Result) string {
		var names []string
		of.Get("properties").ForEach(func(name, _ gjson.Result) bool {
			text := name.Str
			if of.Get(`required.#(=="` + text + `")`).Exists() {
				text += "*"
			}
			names = append(names, text)
			return true
		})
		if len(names) == 0 {
			return ""
		}
		return " {" + strings.Join(names, ", ") + "}"
	}
	items := schema.Get("items")
	switch {
	case schema.Get("type").Str == "array" && items.Get("type").Str == "object":
		return "JSON list of objects" + fields(items) + "."
	case schema.Get("type").Str == "array":
		return "JSON list of texts, or given more than once."
	case schema.Get("type").Str == "object":
		return "JSON object" + fields(schema) + "."
	}
	return ""
}

// toolExample returns example arguments of a tool, as a shell reads them.
func toolExample(name string) string {
	switch name {
	case "list_agents":
		return "search=billing limit=10"
	case "get_agent":
		return "key=billing-agent field=settings.tools"
	case "list_building_blocks":
		return "kind=tools search=invoice"
	case "create_agent":
		return `key=billing-agent role="Billing specialist" \
    description="Answers questions" instructions=@instructions.md \
    model=openai/gpt-4o tools='[{"type": "current_date"}]'`
	case "update_agent":
		return "key=billing-agent instructions=@instructions.md"
	case "delete_agent":
		return "key=billing-agent confirm=billing-agent"
	case "register_a2a_agent":
		return `key=travel-agent display_name=Travel \
    description="Plans trips" agent_url=https://agents.example.com/travel`
	case "refresh_agent_card":
		return "key=travel-agent"
	case "invoke_agent":
		return `key=billing-agent message="What is open on this invoice?" \
    files='[{"uri": "https://files.example.com/invoice.pdf"}]'`
	case "run_agent":
		return `key=weather-agent role=Forecaster model=openai/gpt-4o \
    instructions="Tell the weather." message="What is it like in Ghent?"`
	case "get_agent_response":
		return "key=billing-agent task_id=01KAEXAMPLE --wait"
	}
	return ""
}
