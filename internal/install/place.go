package install

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// Machine is where the files of the clients are.
type Machine struct {
	// OS is a GOOS.
	OS string
	// Home is the person's home folder.
	Home   string
	Getenv func(string) string
}

// folders are the folders that variables name, and what they are without.
func folders() map[string]string {
	return map[string]string{
		"$XDG_CONFIG_HOME":   "~/.config",
		"$APPDATA":           "~/AppData/Roaming",
		"$CLAUDE_CONFIG_DIR": "~",
		"$CODEX_HOME":        "~/.codex",
		"$GEMINI_CLI_HOME":   "~",
	}
}

// UserFile returns the file of a client for this person. It is an error if the client does not exist on this system.
func (m Machine) UserFile(c Client) (string, error) {
	paths := c.user[m.OS]
	if len(paths) == 0 {
		return "", fmt.Errorf("where %s keeps its servers on %s is not known", c.Title, m.OS)
	}
	if m.Home == "" {
		return "", errors.New("the environment names no home folder")
	}
	for _, each := range paths {
		if file := m.fill(each); exists(file) {
			return file, nil
		}
	}
	return m.fill(paths[len(paths)-1]), nil
}

// ProjectFile returns the file of a client for a project. It is an error if the client has none.
func (m Machine) ProjectFile(c Client, folder, name string) (string, error) {
	if c.project == "" {
		return "", fmt.Errorf("%s reads no file of a project; leave out --project", c.Title)
	}
	return m.join(folder, strings.ReplaceAll(c.project, "*", name)), nil
}

// fill fills in the folder that a path begins with.
func (m Machine) fill(path string) string {
	first, rest, _ := strings.Cut(path, "/")
	if standard, ok := folders()[first]; ok {
		if folder := m.Getenv(first[1:]); folder != "" {
			return m.join(folder, rest)
		}
		path = strings.TrimSuffix(standard+"/"+rest, "/")
	}
	return m.join(m.Home, strings.TrimPrefix(path, "~/"))
}

// join joins a folder and a path below it, with the separators of the system.
func (m Machine) join(folder, path string) string {
	if m.OS == "windows" {
		return strings.TrimRight(folder, `\/`) + `\` + strings.ReplaceAll(path, "/", `\`)
	}
	return strings.TrimRight(folder, "/") + "/" + path
}

func exists(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// ProjectFiles returns the files of a client that a project has.
func (m Machine) ProjectFiles(c Client, folder string) []string {
	if c.project == "" {
		return nil
	}
	before, after, many := strings.Cut(c.project, "*")
	if !many {
		if file := m.join(folder, c.project); exists(file) {
			return []string{file}
		}
		return nil
	}
	var files []string
	within := m.join(folder, strings.TrimSuffix(before, "/"))
	entries, _ := os.ReadDir(within) // no folder has no files
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), after) {
			files = append(files, m.join(within, entry.Name()))
		}
	}
	return files
}
