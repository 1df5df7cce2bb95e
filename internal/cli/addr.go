package cli

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/orq-mcp/orq-mcp/internal/neterror"
)

// checkAddr returns an error for an --addr that is not HOST:PORT. The host may be left out.
func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("--addr must look like 127.0.0.1:8585, not %q", addr)
	}
	return nil
}

// listenError describes why nothing can listen on addr.
func listenError(addr string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("listen on %s: another program listens there already", addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("listen on %s: this machine has no such address", addr)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("listen on %s: this user may not use that port", addr)
	}
	return fmt.Errorf("listen on %s: %w", addr, neterror.Describe(err))
}
