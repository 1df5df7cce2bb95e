package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"go.etcd.io/bbolt"
)

// bolt is a kv in a bbolt file.
type bolt struct{ db *bbolt.DB }

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
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTimeout})
	if err != nil {
		return nil, explain(err)
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &bolt{db}, nil
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
	err = b.db.View(func(tx *bbolt.Tx) error {
		value = bytes.Clone(tx.Bucket([]byte(bucket)).Get([]byte(key)))
		return nil
	})
	return value, err
}

func (b *bolt) each(bucket string, visit func(key string, value []byte) error) error {
	return b.db.View(func(tx *bbolt.Tx) error {
		entries := tx.Bucket([]byte(bucket))
		if entries == nil {
			return nil // read only, and never written
		}
		return entries.ForEach(func(key, value []byte) error {
			return visit(string(key), value)
		})
	})
}

func (b *bolt) write(changes ...change) error {
	return b.db.Update(func(tx *bbolt.Tx) error {
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
	})
}

func (b *bolt) close() error { return b.db.Close() }
