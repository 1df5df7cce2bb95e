package store

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
)

// FileError is a failure of the data file, in words for whoever uses the workspace.
type FileError struct {
	// Path is the path of the file.
	Path string
	// Err is what is wrong with it, without the path.
	Err error
}

func (e *FileError) Error() string { return "data file " + e.Path + ": " + e.Err.Error() }

// Unwrap returns what is wrong with the file.
func (e *FileError) Unwrap() error { return e.Err }

var (
	errDamaged = errors.New("the file is damaged; restore a copy of it, or move it away to begin anew")
	errGone    = errors.New("the file was deleted, moved or replaced while it was in use; nothing is saved any more: start again")
	errShorter = errors.New("the file was cut off while it was in use; nothing is saved any more: restore a copy of it")
)

// errPanic is errDamaged after a panic of bbolt.
var errPanic = fmt.Errorf("%w", errDamaged)

// guarded calls operation, in which bbolt may panic or reach beyond the file when that has been damaged since it was
// verified. Both become errPanic.
func guarded(operation func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return operation()
}

// guard calls an operation of bbolt, unless that could block for ever. It looks at the meta pages first, because bbolt panics
// over them with a lock held for which other calls may be waiting.
func (b *bolt) guard(operation func() error) (err error) {
	if b.stuck.Load() {
		return errDamaged
	}
	if _, err := latestMeta(b.file, b.pageSize); err != nil {
		b.damaged.Store(true)
		b.stuck.Store(true)
		return errDamaged
	}
	returned := false
	err = guarded(func() error {
		err := operation()
		returned = true
		return err
	})
	if errors.Is(err, errPanic) {
		b.damaged.Store(true)
		b.stuck.Store(b.stuck.Load() || !returned)
	}
	return err
}

// fail returns the error of an operation on the file as a *FileError.
func (b *bolt) fail(err error) error {
	if err == nil {
		return nil
	}
	if ofFile, ok := errors.AsType[*FileError](err); ok {
		return ofFile
	}
	return &FileError{b.path, explain(err)}
}

// withoutPath returns what is wrong with the file, for a caller that adds its path. Other errors stay as they are.
func withoutPath(err error) error {
	if ofFile, ok := errors.AsType[*FileError](err); ok {
		return ofFile.Err
	}
	return err
}

// writable returns why nothing can be written: the file is no longer there, or was found damaged.
func (b *bolt) writable() error {
	if b.damaged.Load() {
		return errDamaged
	}
	info, err := os.Stat(b.path)
	switch {
	case err != nil || !os.SameFile(info, b.opened):
		return errGone
	case info.Size() < b.size.Load():
		return errShorter
	}
	return nil
}

// writeError adds to the error of a write what it means.
func writeError(err error) error {
	if err == nil || errors.Is(err, errDamaged) {
		return err
	}
	return fmt.Errorf("cannot be written, nothing was saved: %s", strings.TrimPrefix(explain(err).Error(), "file resize error: "))
}
