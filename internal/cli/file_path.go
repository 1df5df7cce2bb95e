package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// filePath is the value of a flag that names a file. The shell fills in a home folder only where it reads the value itself:
// it does not in --data=~/x, in a client's configuration or in an environment file.
type filePath string

func (p *filePath) String() string { return string(*p) }

// Type returns what the help shows for the value.
func (p *filePath) Type() string { return "FILE" }

// Set implements pflag.Value.
func (p *filePath) Set(text string) error {
	path, err := withHome(text)
	if err == nil {
		*p = filePath(path)
	}
	return err
}

// withHome replaces ~, $HOME or ${HOME} as the first element of a path by the home folder.
func withHome(path string) (string, error) {
	for _, name := range []string{"~", "$HOME", "${HOME}"} {
		rest, found := strings.CutPrefix(path, name)
		if !found || rest != "" && !os.IsPathSeparator(rest[0]) {
			continue
		}
		home, err := os.UserHomeDir()
		if err != nil {
			return path, errors.New(name + " cannot be filled in, because the environment names no home folder")
		}
		return filepath.Join(home, rest), nil
	}
	return path, nil
}

// fileError returns an error of the file system without the name of the file, which the caller names.
func fileError(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
