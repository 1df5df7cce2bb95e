package cli

import (
	"context"
	"fmt"
)

type versionCommand struct{}

func (versionCommand) define(flags) {}

// Run prints the program's name and version.
func (versionCommand) Run(_ context.Context, process *Process, _ *commandLine) error {
	_, err := fmt.Fprintln(process.Out, "orq-mcp", process.Version)
	return err
}
