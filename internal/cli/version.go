package cli

import "fmt"

type versionCommand struct{}

// Run prints the program's name and version.
func (versionCommand) Run(process *Process) error {
	_, err := fmt.Fprintln(process.Out, "orq-mcp", process.Version)
	return err
}
