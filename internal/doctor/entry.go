package doctor

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/install"
	"github.com/orq-mcp/orq-mcp/internal/redact"
)

const dataVariable = "ORQ_MCP_DATA"

// startsProgram reports whether a command is orq-mcp itself, not a program that fetches or wraps it.
func startsProgram(command string) bool {
	name := command[strings.LastIndexAny(command, `/\`)+1:]
	return strings.TrimSuffix(name, ".exe") == "orq-mcp"
}

// otherCommand returns the argument that makes orq-mcp do something else than serve on stdio, "" for none. A value of a flag
// that is the name of a command counts, too: nothing is started that might change something.
func otherCommand(args []string) string {
	others := []string{"http", "sandbox", "serve", "export", "call", "install", "tools", "demo", "doctor", "version", "help", "completion"}
	for _, arg := range args {
		if slices.Contains(others, arg) || strings.HasPrefix(arg, "__complete") {
			return arg
		}
	}
	return ""
}

// withoutData returns the arguments without the data file: a start would create it, or take it from a program that has it.
func withoutData(args []string) (kept []string) {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--data":
			i++
		case strings.HasPrefix(args[i], "--data="):
		default:
			kept = append(kept, args[i])
		}
	}
	return kept
}

// dataOf returns the data file of an entry whose command is started in a folder, "" for none.
func (d *doctor) dataOf(entry install.Configured, folder string) string {
	path := entry.Env[dataVariable]
	for i, arg := range entry.Args {
		if value, found := strings.CutPrefix(arg, "--data="); found {
			path = value
		}
		if arg == "--data" && i+1 < len(entry.Args) {
			path = entry.Args[i+1]
		}
	}
	for _, home := range []string{"~/", "$HOME/", "${HOME}/"} {
		if rest, found := strings.CutPrefix(path, home); found {
			path = filepath.Join(d.Machine.Home, rest)
		}
	}
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(folder, path)
}

// lookUp returns the path of a program that is started in a folder.
func lookUp(command, folder string) (string, error) {
	if strings.ContainsAny(command, `/\`) && !filepath.IsAbs(command) {
		command = filepath.Join(folder, command)
	}
	path, err := exec.LookPath(command)
	switch {
	case err == nil:
		return path, nil
	case strings.ContainsAny(command, `/\`):
		return "", fmt.Errorf("there is no program %s that can be started", command)
	}
	return "", fmt.Errorf("there is no %s on the PATH", command)
}

// standardVariables are what a client passes on that withholds its other variables.
func standardVariables() []string {
	return []string{
		"HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LANG", "TMPDIR", "TMP", "TEMP", "APPDATA", "LOCALAPPDATA", "HOMEDRIVE",
		"HOMEPATH", "PROCESSOR_ARCHITECTURE", "PROGRAMFILES", "SYSTEMDRIVE", "SYSTEMROOT", "USERNAME", "USERPROFILE",
	}
}

// environmentOf returns the variables that a client gives the program of an entry, but for the data file.
func (d *doctor) environmentOf(client install.Client, entry install.Configured) (env []string) {
	for _, pair := range d.Environ {
		name, _, _ := strings.Cut(pair, "=")
		_, replaced := entry.Env[name]
		if !replaced && name != dataVariable && (!client.Withholds() || slices.Contains(standardVariables(), name)) {
			env = append(env, pair)
		}
	}
	for name, value := range entry.Env {
		if name != dataVariable {
			env = append(env, name+"="+value)
		}
	}
	slices.Sort(env)
	return env
}

// has reports whether a variable is set and not empty.
func has(env []string, name string) bool {
	return slices.ContainsFunc(env, func(pair string) bool { return strings.HasPrefix(pair, name+"=") && len(pair) > len(name)+1 })
}

// needsKey reports whether an entry uses the service, not the embedded workspace.
func needsKey(entry install.Configured, env []string) bool {
	off := slices.Contains(entry.Args, "--sandbox=false")
	return off || !slices.Contains(entry.Args, "--sandbox") && !slices.Contains(entry.Args, "--sandbox=true") && !has(env, "ORQ_MCP_SANDBOX")
}

// maskValues masks what an entry gives a server under the name of a secret: the server may repeat it.
func maskValues(entry install.Configured, text string) string {
	var secrets []string
	for _, given := range []map[string]string{entry.Env, entry.Headers} {
		for name, value := range given {
			if redact.LikelySecret(name) || name == install.KeyVariable {
				secrets = append(secrets, value)
			}
		}
	}
	return redact.NewValues(secrets...).Mask(text)
}

// shown returns an address without what may be secret.
func shown(address string) string { return redact.URL(address) }
