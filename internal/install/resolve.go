package install

import (
	"bufio"
	"path/filepath"
	"slices"
	"strings"

	"github.com/orq-mcp/orq-mcp/internal/lazy"
)

// The forms in which clients refer to variables. The first group that is not empty is what a reference names.
var (
	shellForm    = lazy.Regexp{Text: `\$\{([A-Za-z_]\w*(?::-[^}]*)?)\}`}
	geminiForm   = lazy.Regexp{Text: `\$\{([A-Za-z_]\w*(?::-[^}]*)?)\}|\$([A-Za-z_]\w*)`}
	opencodeForm = lazy.Regexp{Text: `\{(env:[^{}]+)\}`}
	editorForm   = lazy.Regexp{Text: `\$\{(env:[^{}]+|input:[^{}]+|userHome|workspaceFolder)\}`}
	continueForm = lazy.Regexp{Text: `\$\{\{\s*(secrets\.\w+)\s*\}\}`}
)

// Withholds reports whether the client gives a program only the variables that its entry names, not all of its own.
func (c Client) Withholds() bool { return c.withholds }

// Resolve returns an entry with its variables filled in as the client does it, and what could not be filled in. A variable or
// header of the entry that needs that is left out. folder is that of the project whose file has the entry, "" for a file of
// the person.
func (c Client) Resolve(entry Configured, m Machine, folder string) (resolved Configured, missing []string) {
	s := scope{machine: m, folder: folder, form: c.references}
	resolved = entry
	resolved.Command, resolved.Folder, resolved.URL = s.fillIn(entry.Command), s.fillIn(entry.Folder), s.fillIn(entry.URL)
	resolved.Args = nil
	for _, arg := range entry.Args {
		resolved.Args = append(resolved.Args, s.fillIn(arg))
	}
	resolved.Env, resolved.Headers = s.fillAll(entry.Env), s.fillAll(entry.Headers)
	for _, name := range entry.PassedOn {
		s.pass(resolved.Env, name, name, "")
	}
	for header, name := range entry.PassedHeaders {
		prefix := ""
		if header == "Authorization" {
			prefix = "Bearer "
		}
		s.pass(resolved.Headers, header, name, prefix)
	}
	slices.Sort(s.missing)
	return resolved, slices.Compact(s.missing)
}

// NamesKey reports whether what could not be filled in is the API key.
func NamesKey(missing []string) bool {
	return slices.ContainsFunc(missing, func(name string) bool { return strings.HasSuffix(name, KeyVariable) || name == "input:"+keyInput })
}

// scope is what references are resolved in.
type scope struct {
	machine Machine
	folder  string
	form    *lazy.Regexp
	missing []string
}

// fillIn returns a text with its references filled in. Those that cannot be are recorded, and stay.
func (s *scope) fillIn(text string) string {
	if s.form == nil {
		return text
	}
	return s.form.Get().ReplaceAllStringFunc(text, func(reference string) string {
		groups := s.form.Get().FindStringSubmatch(reference)
		named := groups[1]
		if named == "" {
			named = groups[len(groups)-1]
		}
		value, found := s.value(named)
		if !found {
			s.missing = append(s.missing, named)
			return reference
		}
		return value
	})
}

// fillAll fills in the values of an object, and leaves out those that cannot be.
func (s *scope) fillAll(texts map[string]string) map[string]string {
	filled := map[string]string{}
	for name, text := range texts {
		before := len(s.missing)
		if value := s.fillIn(text); len(s.missing) == before {
			filled[name] = value
		}
	}
	return filled
}

// pass sets a member to the value of a variable of the client.
func (s *scope) pass(to map[string]string, name, variable, prefix string) {
	if value := s.machine.Getenv(variable); value != "" {
		to[name] = prefix + value
		return
	}
	s.missing = append(s.missing, variable)
}

// value returns what a reference stands for.
func (s *scope) value(named string) (value string, found bool) {
	name, standard, hasStandard := strings.Cut(named, ":-")
	switch secret, isSecret := strings.CutPrefix(named, "secrets."); {
	case isSecret:
		return s.secret(secret)
	case named == "userHome":
		return s.machine.Home, true
	case named == "workspaceFolder":
		return s.folder, s.folder != ""
	case strings.HasPrefix(named, "input:"):
		return "", false
	}
	value = s.machine.Getenv(strings.TrimPrefix(name, "env:"))
	if value == "" && hasStandard {
		return standard, true
	}
	return value, value != ""
}

// secret returns a secret of Continue.
func (s *scope) secret(name string) (value string, found bool) {
	files := []string{filepath.Join(s.machine.Home, ".continue", ".env")}
	if s.folder != "" {
		files = append([]string{filepath.Join(s.folder, ".continue", ".env"), filepath.Join(s.folder, ".env")}, files...)
	}
	for _, file := range files {
		if value, found := variableIn(file, name); found {
			return value, true
		}
	}
	value = s.machine.Getenv(name)
	return value, value != ""
}

// variableIn returns a variable of an environment file; false if it is not there or the file cannot be read.
func variableIn(path, name string) (value string, found bool) {
	file, err := openFile(path)
	if err != nil {
		return "", false
	}
	defer file.Close() //nolint:errcheck // it was only read
	for lines := bufio.NewScanner(file); lines.Scan(); {
		key, text, isPair := strings.Cut(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export "), "=")
		if isPair && strings.TrimSpace(key) == name {
			return strings.Trim(strings.TrimSpace(text), `"'`), true
		}
	}
	return "", false
}
