package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"

	"go.etcd.io/bbolt"
)

// bolt is a kv in a bbolt file.
type bolt struct{ db *bbolt.DB }

// openBolt opens or makes the file. A file that is refused is not changed.
func openBolt(path string) (*bolt, error) {
	if info, err := os.Stat(path); err == nil && (info.Size() > 0 || !info.Mode().IsRegular()) {
		file, err := openReadOnly(path)
		if err != nil {
			return nil, err
		}
		if err := file.close(); err != nil {
			return nil, err
		}
	}
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: grace})
	if err != nil {
		return nil, explain(err)
	}
	if err := db.Update(prepare); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &bolt{db}, nil
}

func prepare(tx *bbolt.Tx) error {
	for _, name := range []string{bucketMeta, bucketAgents, bucketKeys, bucketVersions, bucketTasks, bucketRunning, bucketMemory} {
		if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	return tx.Bucket([]byte(bucketMeta)).Put([]byte("format"), []byte(strconv.Itoa(format)))
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
