package schema

import (
	"slices"
	"strings"
)

// Nearest returns the candidates most similar to name, the best first and at most
// limit of them. Case, "-" and "_" are ignored. Candidates within a few edits come
// before those that contain the name or are contained in it.
func Nearest(name string, candidates []string, limit int) []string {
	type match struct {
		name  string
		score int
	}
	folded := []rune(foldName(name))
	var matches []match
	for _, candidate := range candidates {
		if score, near := distance(folded, []rune(foldName(candidate))); near {
			matches = append(matches, match{candidate, score})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return a.score - b.score })
	var names []string
	for _, m := range matches[:min(len(matches), max(limit, 0))] {
		names = append(names, m.name)
	}
	return names
}

const (
	maxEdits        = 4 // between two similar names
	minContained    = 3 // letters of a name inside another
	maxContainRatio = 5 // length of a name to that of one inside it
)

// distance returns the number of edits between two names, more for one that contains
// the other, and whether the names are similar.
func distance(a, b []rune) (int, bool) {
	shorter, longer := min(len(a), len(b)), max(len(a), len(b))
	allowed := min(longer/3, maxEdits)
	if longer-shorter <= allowed {
		if d := edits(a, b); d <= allowed {
			return d, true
		}
	}
	if shorter < minContained || longer > maxContainRatio*shorter {
		return 0, false
	}
	inside := strings.Contains(string(a), string(b)) || strings.Contains(string(b), string(a))
	return maxEdits + 1 + longer - shorter, inside
}

// edits returns the number of insertions, deletions, replacements and swaps of
// neighbours that turn a into b.
func edits(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
