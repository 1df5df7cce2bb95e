package template_test

import (
	"context"
	"fmt"

	"github.com/orq-mcp/orq-mcp/internal/template"
)

func ExampleFill() {
	budget := template.NewBudget(template.Limits{})
	text, err := template.Fill(context.Background(), budget, "jinja",
		"{% for order in orders %}{{ loop.index }}. {{ order.id }}\n{% endfor %}",
		map[string]any{"orders": []any{map[string]any{"id": "A-17"}, map[string]any{"id": "A-42"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(text)
	// Output:
	// 1. A-17
	// 2. A-42
}
