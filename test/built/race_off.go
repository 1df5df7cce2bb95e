//go:build !race

package built

// Race reports that the race detector is on.
const Race = false
