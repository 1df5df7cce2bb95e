package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"github.com/orq-mcp/orq-mcp/internal/truncate"
)

// bolt is a kv in a bbolt file. Its errors are a *FileError each.
type bolt struct {
	db   *bbolt.DB
	path string
	// file is the same file, to look at it without bbolt; opened is what it was, and size how long it is at least.
	file   *os.File
	opened os.FileInfo
	size   atomic.Int64
	// pageSize is that of the file. bbolt tells it from its mapping, which a write may replace at any time.
	pageSize int
	// damaged is set once damage was found: nothing is written any more. It may still be possible to read.
	damaged atomic.Bool
	// stuck is set when bbolt has panicked with its locks held: it must not be called any more.
	stuck atomic.Bool
}

func newBolt(db *bbolt.DB, path string) (*bolt, error) {
	b := &bolt{db: db, path: path, pageSize: db.Info().PageSize}
	var err error
	if b.file, err = os.Open(path); err == nil {
		b.opened, err = b.file.Stat()
	}
	if err != nil {
		return nil, errors.Join(explain(err), db.Close())
	}
	b.size.Store(b.opened.Size())
	return b, nil
}

// openBolt opens the file, or creates it. A file that is refused is not changed.
func openBolt(path string) (*bolt, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = createBolt(path)
	case err == nil && (info.Size() > 0 || !info.Mode().IsRegular()):
		err = check(path)
	}
	if err != nil {
		return nil, explain(err)
	}
	return openForWriting(path)
}

// check opens the file read-only, which refuses a file that is not ours or damaged.
func check(path string) error {
	file, err := openReadOnly(path)
	if err != nil {
		return err
	}
	return file.close()
}

// createBolt creates a file that is there as a whole or not at all, whenever the process ends, also when several processes
// create it at once.
func createBolt(path string) error {
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".part")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name()) //nolint:errcheck // it does no harm where it is
	if err := part.Close(); err != nil {
		return err
	}
	file, err := openForWriting(part.Name())
	if err != nil {
		return err
	}
	if err := file.close(); err != nil {
		return err
	}
	if err := os.Link(part.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return os.Rename(part.Name(), path) // a file system without links
	}
	return nil
}

// openForWriting opens the file and adds the buckets that it lacks.
func openForWriting(path string) (*bolt, error) {
	db, err := openBbolt(path, &bbolt.Options{Timeout: lockTimeout})
	if err != nil {
		return nil, err
	}
	if err := guarded(func() error { return db.Update(prepare) }); err != nil {
		return nil, errors.Join(writeError(err), db.Close())
	}
	return newBolt(db, path)
}

func openBbolt(path string, options *bbolt.Options) (db *bbolt.DB, err error) {
	err = guarded(func() error {
		db, err = bbolt.Open(path, 0o600, options)
		return err
	})
	if err != nil {
		return nil, explain(err)
	}
	return db, nil
}

// prepare adds the buckets that the file lacks and brings it to the present format.
func prepare(tx *bbolt.Tx) error {
	for _, name := range []string{bucketMeta, bucketAgents, bucketKeys, bucketVersions, bucketTasks, bucketRunning, bucketMemory, bucketResponses, bucketContexts} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	meta := tx.Bucket([]byte(bucketMeta))
	if meta.Get([]byte(keyFormat)) != nil {
		from, err := formatOf(meta)
		if err != nil {
			return err
		}
		if err := migrate(tx, from); err != nil {
			return err
		}
	}
	return meta.Put([]byte(keyFormat), []byte(strconv.Itoa(format)))
}

func (b *bolt) get(bucket, key string) (value []byte, err error) {
	err = b.view(func(tx *bbolt.Tx) error {
		value = bytes.Clone(tx.Bucket([]byte(bucket)).Get([]byte(key)))
		return nil
	})
	return value, err
}

func (b *bolt) each(bucket string, visit func(key string, value []byte) error) error {
	return b.view(func(tx *bbolt.Tx) error {
		entries := tx.Bucket([]byte(bucket))
		if entries == nil {
			return nil // read only, and never written
		}
		return entries.ForEach(func(key, value []byte) error {
			return visit(string(key), value)
		})
	})
}

// view reads from the file.
func (b *bolt) view(read func(*bbolt.Tx) error) error {
	return b.fail(b.guard(func() error {
		return b.db.View(func(tx *bbolt.Tx) error { return guarded(func() error { return read(tx) }) })
	}))
}

func (b *bolt) write(changes ...change) error {
	err := b.writable()
	if err != nil {
		return b.fail(err)
	}
	err = b.guard(func() error { return b.db.Update(func(tx *bbolt.Tx) error { return apply(tx, changes) }) })
	if info, statErr := b.file.Stat(); statErr == nil {
		b.size.Store(info.Size())
	}
	return b.fail(writeError(err))
}

func apply(tx *bbolt.Tx, changes []change) error {
	for _, c := range changes {
		bucket := tx.Bucket([]byte(c.bucket))
		if c.value == nil {
			if err := bucket.Delete([]byte(c.key)); err != nil {
				return err
			}
		} else if err := bucket.Put([]byte(c.key), c.value); err != nil {
			return err
		}
	}
	return nil
}

// undecodable leaves out err, which describes the program rather than the file.
func (b *bolt) undecodable(bucket, key string, _ error) error {
	return b.fail(fmt.Errorf("%w (the entry %s of %s cannot be read)", errDamaged, strconv.Quote(truncate.Runes(key, 60)), bucket))
}

// close closes the file.
func (b *bolt) close() error {
	err := b.file.Close()
	if b.stuck.Load() {
		return err
	}
	return errors.Join(err, b.db.Close())
}
