// Command stub is the upstream of the benchmark: an Agents API that streams the plan in each message. It exits when its
// stdin ends.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/orq-mcp/orq-mcp/bench/rig"
)

func main() {
	base, end, err := rig.NewStub().Serve()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "stub:", err)
		os.Exit(1)
	}
	_, _ = fmt.Fprintln(os.Stderr, "stub listens on", base)
	_, _ = io.Copy(io.Discard, os.Stdin) // returns when stdin ends
	end()
}
