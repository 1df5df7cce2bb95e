package cli

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/orq-mcp/orq-mcp/internal/doctor"
	"github.com/orq-mcp/orq-mcp/internal/install"
	"github.com/orq-mcp/orq-mcp/internal/orq"
)

type doctorCommand struct {
	Addr, Output string
	Project      bool
	workspaceFlags
}

// newDoctor returns the command that looks for what keeps the program from working.
func (p *program) newDoctor() *cobra.Command {
	c := p.newCommand("doctor", "Look for what keeps orq-mcp from working, and say what to do", &doctorCommand{})
	c.Long = c.Short + ".\n\nGive it the flags and variables of your server. It reads only, and takes three seconds at most:\n" +
		"key, way to the service and what that offers, port, data file, model server, A2A agents, and the\n" +
		"clients whose files start orq-mcp: their commands are started, and have to list their tools.\n" +
		"The exit code is 1 if a check failed."
	return c
}

func (c *doctorCommand) define(flags flags) {
	flags.choice(&c.Output, "output", []string{"text", outputJSON}, "", "What to print")
	flags.toggle(&c.Project, "project", "", "Look at the client files of the project in this folder, too, and start their commands:\nonly in a folder that you trust")
	flags.text(&c.Addr, "addr", "127.0.0.1:8585", "ORQ_MCP_HTTP_ADDR", "Address at which orq-mcp http is to listen")
	c.workspaceFlags.define(flags)
}

func (c *doctorCommand) checkValues() []error { return inCommand("doctor", checkAddr(c.Addr)) }

// checkCombination leaves the key, the address and the model server to the findings.
func (c *doctorCommand) checkCombination(*Process) []error {
	if c.Sandbox {
		return nil
	}
	return c.checkLocal()
}

// Run prints the findings. Those that failed are an error that has been printed.
func (c *doctorCommand) Run(ctx context.Context, process *Process, _ *commandLine) error {
	options, err := c.options(process)
	if err != nil {
		return err
	}
	report := doctor.Run(ctx, options)
	if c.Output == outputJSON {
		encoder := json.NewEncoder(process.Out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		err = encoder.Encode(report)
	} else {
		err = printReport(process.Out, report, options.Machine.Home, isColoured(process, process.Out))
	}
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return quietError{errInterrupted, exitInterrupted}
	case report.State == doctor.Failed:
		return quietError{errors.New("a check has failed"), exitFailed}
	}
	return nil
}

func (c *doctorCommand) options(process *Process) (doctor.Options, error) {
	home, _ := os.UserHomeDir() // without one, no client has a file
	project := ""
	if c.Project {
		var err error
		if project, err = os.Getwd(); err != nil {
			return doctor.Options{}, err
		}
	}
	return doctor.Options{
		Version: process.Version, Key: process.Getenv(install.KeyVariable), BaseURL: c.BaseURL, BaseURLError: checkBaseURL(c.BaseURL),
		API: orq.API(c.API), Sandbox: c.Sandbox, Data: c.Data, Seed: c.Seed, ReadSeed: readAgents, Model: c.modelFlags.options(process),
		Addr: c.Addr, Listen: tryToListen, Project: project, Environ: os.Environ(),
		Machine: install.Machine{OS: runtime.GOOS, Home: home, Getenv: process.Getenv},
	}, nil
}

// tryToListen listens for a moment, and returns why it cannot.
func tryToListen(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return listenError(addr, err)
	}
	return listener.Close()
}
