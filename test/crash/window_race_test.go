//go:build race

package crash_test

import "time"

// window is short here: with the race detector a process starts slowly, and the tests beside it need the machine.
const window = 4 * time.Second
