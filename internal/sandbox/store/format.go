package store

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// format is the number of the file format that this package writes. Older ones are migrated when a file is opened for
// writing (migrate.go).
const format = 2

// lockTimeout is how long to wait for a file that is in use: the process that uses it may be about to end.
const lockTimeout = time.Second

// ErrInUse is a data file that another process has open.
var ErrInUse = errors.New("the file is in use by another process")

var errNotOurs = errors.New("the file is no data of a sandbox")

// openReadOnly opens an existing file and changes nothing in it. It fails for anything but a complete file of this program.
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
	db, err := openBbolt(path, &bbolt.Options{ReadOnly: true, Timeout: lockTimeout})
	if err != nil {
		return nil, err
	}
	err = guarded(func() error { return verifyFile(path, db.Info().PageSize) })
	if err == nil {
		err = guarded(func() error { return db.View(inspect) })
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return newBolt(db, path)
}

// verifyFile verifies the file at path, which bbolt has locked.
func verifyFile(path string, pageSize int) error {
	file, err := os.Open(path)
	if err != nil {
		return explain(err)
	}
	defer file.Close() //nolint:errcheck // it was only read
	info, err := file.Stat()
	if err != nil {
		return explain(err)
	}
	return verify(file, info.Size(), pageSize)
}

// inspect checks that the file is of this program, in a format that it reads.
func inspect(tx *bbolt.Tx) error {
	meta := tx.Bucket([]byte(bucketMeta))
	if meta == nil {
		if first, _ := tx.Cursor().First(); first != nil {
			return errNotOurs
		}
		return nil // a crash came before the first change
	}
	number, err := formatOf(meta)
	if err != nil {
		return err
	}
	if number > format {
		return fmt.Errorf("the file has format %d, this program reads up to %d", number, format)
	}
	return nil
}

func formatOf(meta *bbolt.Bucket) (int, error) {
	number, err := strconv.Atoi(string(meta.Get([]byte(keyFormat))))
	if err != nil {
		return 0, errNotOurs
	}
	return number, nil
}

// explain describes why a file cannot be used, without the path, which the caller adds.
func explain(err error) error {
	reason, ofSystem := errors.AsType[syscall.Errno](err)
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrInUse
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return errNotOurs
	case strings.HasPrefix(err.Error(), "file size too small"): // bbolt has no error of its own for a file of one page
		return errDamaged
	case ofSystem:
		return reason
	}
	return err
}
