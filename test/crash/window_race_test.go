//go:build race

package crash_test

import "time"

// window is shorter with the race detector, with which processes start slowly and other tests need the processor.
const window = 4 * time.Second
