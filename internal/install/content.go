package install

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// maxContent bounds the file of a client, in bytes. Those that also keep what was said have some megabytes.
const maxContent = 32 << 20

// errNoFile is the reason not to read something that may have no end, such as a pipe or a device.
var errNoFile = errors.New("is not a file")

// ReadContent reads a file of a client, to look at it only. One of more than 32 MiB, and what is not a file, is an error; so is
// one that does not exist (fs.ErrNotExist).
func ReadContent(path string) (Text, error) {
	file, err := openFile(path)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(io.LimitReader(file, maxContent+1))
	if err == nil && len(content) > maxContent {
		err = fmt.Errorf("it is larger than %d MiB", maxContent>>20)
	}
	return Text(content), err
}

// openFile opens a file, and nothing else: the open of a pipe waits for its writer.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it %w", errNoFile)
	}
	return os.Open(path)
}
