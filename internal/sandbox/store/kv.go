package store

import (
	"fmt"
	"sync"
)

// The buckets of the store.
const (
	bucketMeta     = "meta"     // keyFormat -> number of the file format
	bucketAgents   = "agents"   // id -> record
	bucketKeys     = "keys"     // key -> type and id: the index, all that is read at start
	bucketVersions = "versions" // id@version -> record
	bucketTasks    = "tasks"    // id -> task
	bucketRunning  = "running"  // id of a task that runs -> nothing
	bucketMemory   = "memory"   // hash of an entity id -> documents
	// bucketResponses is a part of format 2 that earlier files lack: id of a response -> response.
	bucketResponses = "responses"
	// bucketContexts is another: agent id/context id -> id of the task that ended last in the context.
	bucketContexts = "contexts"
)

// keyFormat is the key of the format's number in bucketMeta.
const keyFormat = "format"

// kv keeps bytes by bucket and key: in memory, or in a file (file.go).
type kv interface {
	// get returns nil for an absent key.
	get(bucket, key string) ([]byte, error)
	// each visits a bucket's entries in the order of their keys.
	each(bucket string, visit func(key string, value []byte) error) error
	// write makes all changes or none.
	write(changes ...change) error
	// undecodable returns the error for a value that cannot be decoded.
	undecodable(bucket, key string, err error) error
	close() error
}

// change puts a value, or deletes the key when value is nil.
type change struct {
	bucket, key string
	value       []byte
}

// memory is a kv that is gone when the process ends.
type memory struct {
	mu      sync.RWMutex
	entries map[[2]string][]byte
}

func newMemory() *memory { return &memory{entries: map[[2]string][]byte{}} }

func (m *memory) get(bucket, key string) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.entries[[2]string{bucket, key}], nil
}

// each visits nothing: it is called only at start, when the memory is empty.
func (m *memory) each(string, func(string, []byte) error) error { return nil }

func (m *memory) write(changes ...change) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range changes {
		if c.value == nil {
			delete(m.entries, [2]string{c.bucket, c.key})
		} else {
			m.entries[[2]string{c.bucket, c.key}] = c.value
		}
	}
	return nil
}

func (m *memory) undecodable(bucket, key string, err error) error {
	return fmt.Errorf("decode %s %s: %w", bucket, key, err)
}

func (m *memory) close() error { return nil }
