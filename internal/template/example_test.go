package template_test

import (
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/template"
)

func ExampleParse() {
	render, err := template.Parse("jinja", "{% for order in orders %}{{ loop.index }}. {{ order.id }}\n{% endfor %}")
	if err != nil {
		fmt.Println(err)
		return
	}
	text, err := render(map[string]any{"orders": []any{map[string]any{"id": "A-17"}, map[string]any{"id": "A-42"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(text)
	// Output:
	// 1. A-17
	// 2. A-42
}
