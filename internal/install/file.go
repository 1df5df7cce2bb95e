package install

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is the file of a client on the disk.
type File struct {
	Path string
	// Exists is unset if there is no such file. Content is what it had when it was read.
	Exists  bool
	Content Text
	// target is what Path leads to through links.
	target string
	mode   fs.FileMode
}

// Read reads a file. That it does not exist is no error; that it cannot be written is one.
func Read(path string) (File, error) {
	file := File{Path: path, target: path, mode: 0o644}
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return file, nil
	}
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return file, fmt.Errorf("%s is a link to a file that does not exist", path)
	}
	if err != nil {
		return file, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	info, err := os.Stat(target)
	if err != nil {
		return file, err
	}
	switch file.mode = info.Mode().Perm(); {
	case !info.Mode().IsRegular():
		return file, fmt.Errorf("%s %w", path, errNoFile)
	case file.mode&0o200 == 0:
		return file, fmt.Errorf("%s is read-only (mode %04o): another program may manage it", path, file.mode)
	}
	content, err := os.ReadFile(target)
	if err != nil {
		return file, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	file.Exists, file.Content, file.target = true, Text(content), target
	return file, nil
}

// Backup is the name of the file that keeps what was there before the last change.
func (f File) Backup() string { return f.Path + ".orq-backup" }

// IsShared reports whether other persons on this machine may read the file. On Windows, modes do not tell.
func (f File) IsShared(goos string) bool { return f.Exists && goos != "windows" && f.mode&0o044 != 0 }

// WriteOptions say how a file is written.
type WriteOptions struct {
	// Secret is set if a new file is for its owner alone.
	Secret bool
	// KeepBackup is set if Backup is not to be replaced.
	KeepBackup bool
}

// Write replaces the content of the file at once, after it has copied the present one to Backup. The mode stays, and links
// still lead to the file. If the file is not as it was read, that is an error.
func (f File) Write(content Text, options WriteOptions) error {
	now, err := Read(f.Path)
	if err != nil {
		return err
	}
	if now.Exists != f.Exists || now.Content != f.Content {
		return fmt.Errorf("%s has changed meanwhile; try again", f.Path)
	}
	if !f.Exists {
		if options.Secret {
			f.mode = 0o600
		}
		if err := os.MkdirAll(filepath.Dir(f.Path), 0o750); err != nil {
			return err
		}
		return replaceFile(f.target, content, f.mode)
	}
	if !options.KeepBackup {
		if err := replaceFile(f.Backup(), f.Content, f.mode); err != nil {
			return fmt.Errorf("write the backup: %w", err)
		}
	}
	return replaceFile(f.target, content, f.mode)
}

// Delete deletes the file, which is as it was read.
func (f File) Delete() error { return os.Remove(f.target) }

// DeleteBackup deletes the backup.
func (f File) DeleteBackup() error { return os.Remove(f.Backup()) }

// replaceFile writes a file beside path and moves it there, so that path never has a part of the content.
func replaceFile(path string, content Text, mode fs.FileMode) (err error) {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".orq-mcp-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	_, err = temporary.WriteString(string(content))
	err = errors.Join(err, temporary.Chmod(mode), temporary.Sync(), temporary.Close())
	if err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
