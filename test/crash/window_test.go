//go:build !race

package crash_test

import "time"

// window is how long processes are killed.
const window = 15 * time.Second
