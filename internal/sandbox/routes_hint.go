package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// routeHint describes the operations that a caller may have meant who has asked for one that there is not: that of another
// generation, or those whose paths have most in common with the path, one on each line.
func routeHint(routes []route, g Generation, r *http.Request) string {
	path := segments(r.URL.Path)
	var nearest []string
	best := 0
	for _, route := range routes {
		method, pattern, _ := strings.Cut(route.pattern, " ")
		common, same := compare(segments(pattern), path)
		switch {
		case !g.has(route.in) && same && method == r.Method:
			return fmt.Sprintf("%s is an operation of the generation %s; this sandbox has those of %s (--generation).\n", route.pattern, route.in, g)
		case !g.has(route.in) || common < best:
			continue
		case common > best:
			best, nearest = common, nil
		}
		nearest = append(nearest, route.pattern)
	}
	return "This is the sandbox of orq-mcp. It has:\n  " + strings.Join(nearest, "\n  ") + "\n"
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// compare returns how much of a path is as in a pattern, and whether all is: 2 for each segment, up to the first that
// differs, and 1 for one that begins with the same three letters.
func compare(pattern, path []string) (common int, same bool) {
	for i, segment := range pattern {
		switch {
		case i >= len(path):
			return common, false
		case segment == path[i] || strings.HasPrefix(segment, "{") && path[i] != "":
			common += 2
		case len(path[i]) >= 3 && strings.HasPrefix(segment, path[i][:3]):
			return common + 1, false
		default:
			return common, false
		}
	}
	return common, len(pattern) == len(path)
}
