package sandbox

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// format is the number of the file format this package writes.
const format = 1

// grace is how long a file that is in use is waited for: the process before this one may be about to end.
const grace = time.Second

var (
	errInUse   = errors.New("the file is in use by another process")
	errForeign = errors.New("the file is no data of a sandbox")
)

// openReadOnly opens a file that exists, and changes nothing in it. It fails for what is no whole file of this program.
func openReadOnly(path string) (*bolt, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, explain(err)
	case info.IsDir():
		return nil, errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file")
	case info.Size() == 0:
		return nil, errors.New("the file is empty")
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true, Timeout: grace})
	if err != nil {
		return nil, explain(err)
	}
	if err := db.View(func(tx *bbolt.Tx) error { return inspect(tx, path) }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &bolt{db}, nil
}

// inspect looks at the size first: reading a page that was cut off would end the process.
func inspect(tx *bbolt.Tx, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return explain(err)
	}
	if tx.Size() > info.Size() {
		return fmt.Errorf("the file is cut off: of %d bytes there are %d", tx.Size(), info.Size())
	}
	meta := tx.Bucket([]byte(bucketMeta))
	if meta == nil {
		if first, _ := tx.Cursor().First(); first != nil {
			return errForeign
		}
		return nil // a crash came before the first change
	}
	number, err := strconv.Atoi(string(meta.Get([]byte("format"))))
	if err != nil {
		return errForeign
	}
	if number > format {
		return fmt.Errorf("the file has format %d, this program reads up to %d", number, format)
	}
	return nil
}

// explain says what is wrong with a file, without the path, which the caller names.
func explain(err error) error {
	reason, ofSystem := errors.AsType[syscall.Errno](err)
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return errInUse
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return errForeign
	case ofSystem:
		return reason
	}
	return err
}
