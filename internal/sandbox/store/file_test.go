package store

import (
	"bytes"
	"path/filepath"
	"sync"
	"testing"
)

// TestReadersAndWritersGoOnWhileTheFileGrows lets bbolt replace its mapping of the file, which it does as the file grows,
// while others read.
func TestReadersAndWritersGoOnWhileTheFileGrows(t *testing.T) {
	t.Parallel()
	file, err := openBolt(filepath.Join(t.TempDir(), "workspace.db"))
	if err != nil {
		t.Fatal(err)
	}
	written := bytes.Repeat([]byte("x"), 512<<10)
	if err := file.write(change{bucketAgents, "first", written}); err != nil {
		t.Fatal(err)
	}
	var writing, reading sync.WaitGroup
	over := make(chan struct{})
	for range 2 {
		reading.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				if got, err := file.get(bucketAgents, "first"); err != nil || !bytes.Equal(got, written) {
					t.Errorf("get = %d bytes, error %v, want the %d bytes that were written", len(got), err, len(written))
					return
				}
			}
		})
	}
	for _, key := range []string{"a", "b"} {
		writing.Go(func() {
			for i := range 8 {
				if err := file.write(change{bucketAgents, key + string(rune('0'+i)), written}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writing.Wait()
	close(over)
	reading.Wait()
	if err := file.close(); err != nil {
		t.Error(err)
	}
}
