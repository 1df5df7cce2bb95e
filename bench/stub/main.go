// Command stub is the upstream of the benchmark: an Agents API that streams the plan in each message. It speaks HTTP/1.1, or
// with a certificate HTTP/2 over TLS. It exits when its stdin ends.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/orq-mcp/orq-mcp/bench/rig"
)

func main() {
	certificate := flag.String("certificate", "", "speak HTTP/2 over TLS, and write the certificate to this file")
	flag.Parse()
	base, end, err := serve(rig.NewStub(), *certificate)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "stub:", err)
		os.Exit(1)
	}
	_, _ = fmt.Fprintln(os.Stderr, "stub listens on", base)
	_, _ = io.Copy(io.Discard, os.Stdin) // returns when stdin ends
	end()
}

func serve(s *rig.Stub, certificate string) (base string, end func(), err error) {
	if certificate == "" {
		return s.Serve()
	}
	return s.ServeTLS(certificate)
}
