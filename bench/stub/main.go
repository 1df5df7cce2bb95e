// Command stub is the upstream of the benchmark: an Agents API that streams what the messages ask for. It ends with
// its stdin.
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
	_, _ = io.Copy(io.Discard, os.Stdin) // until it ends
	end()
}
