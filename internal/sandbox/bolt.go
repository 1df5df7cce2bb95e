package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// format is the number of the file format this package writes.
const format = 1

// bolt is a kv in a bbolt file.
type bolt struct{ db *bbolt.DB }

// openBolt opens or makes the file. It fails when another process has it open or a newer program wrote it.
func openBolt(path string) (*bolt, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, errors.New("the file is in use by another process")
	}
	if err != nil {
		return nil, err
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
	meta := tx.Bucket([]byte(bucketMeta))
	written := meta.Get([]byte("format"))
	if written == nil {
		return meta.Put([]byte("format"), []byte(strconv.Itoa(format)))
	}
	number, err := strconv.Atoi(string(written))
	if err != nil {
		return fmt.Errorf("read format %q: %w", written, err)
	}
	if number > format {
		return fmt.Errorf("the file has format %d, this program reads up to %d", number, format)
	}
	return nil
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
		return tx.Bucket([]byte(bucket)).ForEach(func(key, value []byte) error {
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
