package cli

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// filePathType is the type tag of flags that name a file. The shell fills in a home folder only where it reads the value
// itself: it does not in --data=~/x, in a client's configuration or in an environment file.
const filePathType = "file-path"

// decodeFilePath is the mapper of filePathType.
func decodeFilePath(ctx *kong.DecodeContext, target reflect.Value) error {
	var path string
	err := ctx.Scan.PopValueInto("file", &path)
	if err == nil {
		path, err = withHome(path)
	}
	target.SetString(path)
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
