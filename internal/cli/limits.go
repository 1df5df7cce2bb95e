package cli

import (
	"fmt"
	"time"
)

// limitFlags limit what an MCP client may send and how slowly it may read.
type limitFlags struct {
	MaxBody      int64
	WriteTimeout time.Duration
}

func (f *limitFlags) define(flags flags) {
	flags.bytes(&f.MaxBody, "max-body", 4<<20, "ORQ_MCP_MAX_BODY", "Largest message, in bytes")
	flags.duration(&f.WriteTimeout, "write-timeout", 30*time.Second, "ORQ_MCP_WRITE_TIMEOUT", "Give up on a client that takes nothing for this long")
}

func (f limitFlags) checkLimits() []error {
	return []error{positive("max-body", f.MaxBody), positive("write-timeout", f.WriteTimeout)}
}

// positive returns an error for a value that would let nothing through, else nil.
func positive[N int | int64 | time.Duration](flag string, value N) error {
	if value > 0 {
		return nil
	}
	return fmt.Errorf("--%s must be more than 0, not %v", flag, value)
}
