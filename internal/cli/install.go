package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/orq-mcp/orq-mcp/internal/apikey"
	"github.com/orq-mcp/orq-mcp/internal/install"
	"github.com/orq-mcp/orq-mcp/internal/lazy"
	"github.com/orq-mcp/orq-mcp/internal/schema"
)

type installCommand struct {
	arguments []string

	Project, Remove, Print, Yes, Force bool

	HTTP, Data, Name           string
	Sandbox, ReadOnly, WithKey bool
}

// newInstall returns the command that changes the files of clients.
func (p *program) newInstall() *cobra.Command {
	c := p.newCommand("install CLIENT", "Add the server to an MCP client, or take it out", &installCommand{})
	c.Long = c.Short + ".\n\nIt shows how the client's file changes, asks, and keeps what was there before beside the file.\nClients: " +
		strings.Join(install.Names(), ", ")
	return c
}

func (c *installCommand) define(flags flags) {
	flags.toggle(&c.Sandbox, "sandbox", "", "Use an embedded local workspace instead of orq.ai.\nWith --http: the server there needs no key")
	flags.file(&c.Data, "data", "", "File in which the local workspace keeps its agents; without it they end with the program")
	flags.toggle(&c.ReadOnly, "read-only", "", "Offer only tools that change and start nothing")
	flags.text(&c.HTTP, "http", "", "", "Connect to the server at this `URL` in place of starting one")
	flags.text(&c.Name, "name", "orq", "", "`NAME` of the server in the client")
	flags.toggle(&c.WithKey, "with-key", "", "Write the key itself into the file, from ORQ_API_KEY.\nWithout it, the file refers to that variable, as the client does this")
	flags.toggle(&c.Project, "project", "", "Change the file of the project in this folder, not your own")
	flags.toggle(&c.Print, "print", "", "Print the entry and change nothing")
	flags.toggle(&c.Remove, "remove", "", "Take the entry out")
	flags.toggle(&c.Yes, "yes", "", "Do not ask")
	flags.toggle(&c.Force, "force", "", "Replace or take out an entry of that name even if it is not one of orq-mcp")
}

func (c *installCommand) takeArguments(arguments []string) { c.arguments = arguments }

func (c *installCommand) checkValues() (found []error) {
	if len(c.arguments) > 1 {
		found = append(found, fmt.Errorf("one client at a time, not %s", strings.Join(c.arguments, " ")))
	}
	if len(c.arguments) == 1 {
		found = append(found, checkClient(c.arguments[0]))
	}
	if !entryName.Get().MatchString(c.Name) {
		found = append(found, fmt.Errorf("--name may have letters, digits, - and _, unlike %q", c.Name))
	}
	return append(found, checkServerURL(c.HTTP))
}

// checkServerURL returns an error for an --http that is no address of an MCP server. One without a path is that of the host, at
// which orq-mcp http answers 404; for a server of another kind the path may be /.
func checkServerURL(given string) error {
	if given == "" {
		return nil
	}
	address, err := url.Parse(given)
	switch {
	case err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https":
		return errors.New("--http must be an address such as http://127.0.0.1:8585/mcp")
	case address.Path == "":
		return errors.New("--http lacks a path: orq-mcp http serves MCP at /mcp, such as http://127.0.0.1:8585/mcp")
	}
	return nil
}

// entryName is a name that every client takes for an entry.
var entryName = lazy.Regexp{Text: `^[A-Za-z0-9_-]+$`}

func checkClient(name string) error {
	if _, ok := install.Find(name); ok {
		return nil
	}
	if near := schema.Nearest(name, install.Names(), 2); len(near) > 0 {
		return fmt.Errorf("there is no client %q; did you mean %s?", name, strings.Join(near, " or "))
	}
	return fmt.Errorf("there is no client %q; the clients are %s", name, strings.Join(install.Names(), ", "))
}

func (c *installCommand) checkCombination(process *Process) (found []error) {
	if len(c.arguments) == 0 {
		found = append(found, fmt.Errorf("missing CLIENT: one of %s", strings.Join(install.Names(), ", ")))
	}
	if len(c.arguments) == 1 {
		client, _ := install.Find(c.arguments[0])
		if err := client.Check(install.Server{URL: c.HTTP}); err != nil && client.Name != "" && !c.Remove {
			found = append(found, err)
		}
	}
	if c.Remove && c.Print {
		found = append(found, errors.New("--remove and --print exclude each other"))
	}
	switch {
	case c.HTTP != "" && (c.Data != "" || c.ReadOnly):
		found = append(found, errors.New("--data and --read-only belong to the server that --http connects to; start it with them"))
	case c.Data != "" && !c.Sandbox:
		found = append(found, errors.New("--data belongs to --sandbox"))
	}
	key := strings.TrimSpace(process.Getenv(install.KeyVariable))
	switch {
	case c.WithKey && c.Sandbox:
		found = append(found, errors.New("--with-key and --sandbox exclude each other: a sandbox needs no key"))
	case c.WithKey && key == "":
		found = append(found, errors.New("--with-key takes the key from ORQ_API_KEY, which is not set"))
	case c.WithKey:
		found = append(found, inSetting(install.KeyVariable, apikey.Check(key)))
	}
	return found
}

// Run changes the file of the client.
func (c *installCommand) Run(ctx context.Context, process *Process, _ *commandLine) error {
	client, _ := install.Find(c.arguments[0])
	server, err := c.server(process)
	if err != nil {
		return err
	}
	if c.Print {
		entry, err := client.Entry(server)
		_, _ = fmt.Fprint(process.Out, entry)
		return err
	}
	path, err := c.path(process, client)
	if err != nil {
		return err
	}
	file, err := install.Read(path)
	if err != nil {
		return fmt.Errorf("%w; nothing was changed, and --print prints the entry", err)
	}
	change := clientChange{client: client, server: server, file: file, process: process, yes: c.Yes, canAnswer: isTerminal(process.In), project: c.Project}
	if c.Remove {
		return change.remove(ctx, c.Force)
	}
	return change.install(ctx, c.Force)
}

// path returns the file to change.
func (c *installCommand) path(process *Process, client install.Client) (string, error) {
	home, err := os.UserHomeDir()
	machine := install.Machine{OS: runtime.GOOS, Home: home, Getenv: process.Getenv}
	if !c.Project {
		if err != nil {
			return "", errors.New("the environment names no home folder, in which the file would be")
		}
		return machine.UserFile(client)
	}
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return machine.ProjectFile(client, folder, c.Name)
}

// server returns what the flags ask for.
func (c *installCommand) server(process *Process) (install.Server, error) {
	server := install.Server{Name: c.Name, URL: c.HTTP, NeedsKey: !c.Sandbox}
	if c.WithKey {
		server.Key = strings.TrimSpace(process.Getenv(install.KeyVariable))
	}
	if server.URL != "" {
		return server, nil
	}
	if c.Sandbox {
		server.Args = append(server.Args, "--sandbox")
	}
	if c.Data != "" {
		data, err := filepath.Abs(c.Data)
		if err != nil {
			return server, err
		}
		server.Args = append(server.Args, "--data", data)
	}
	if c.ReadOnly {
		server.Args = append(server.Args, "--read-only")
	}
	var err error
	server.Command, err = programPath(c.Remove)
	return server, err
}
