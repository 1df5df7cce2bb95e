//go:build !race

package crash_test

import "time"

// window is how long each test kills processes.
const window = 15 * time.Second
