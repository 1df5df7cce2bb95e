package tools

import "fmt"

// pluralize returns a number with its noun: "1 agent", "2 agents".
func pluralize(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
