package store

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"github.com/orq-mcp/orq-mcp/internal/orq"
)

// openFile opens the data file at path.
func openFile(path string) (*Store, error) { return Open(Options{Path: path, Now: time.Now}) }

// newDataFile returns the path of a data file with agents and tasks, some of which were changed and deleted, and the part of
// its content that is in use.
func newDataFile(t *testing.T) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "agents.db")
	s, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var agents []*Record
	for i := range 12 {
		agents = append(agents, &Record{Agent: orq.Agent{ID: s.NewID(), Key: fmt.Sprintf("agent%d", i), Type: orq.TypeInternal, Version: "1.0.0", Role: strings.Repeat("role ", 100)}})
	}
	changed := s.Insert(agents...)
	for range 2 {
		changed = errors.Join(changed, s.SaveTask(&Task{ID: s.NewID(), AgentID: agents[0].Agent.ID, State: orq.TaskCompleted}))
	}
	_, err = s.Remove(agents[3].Agent.ID)
	if err := errors.Join(err, changed); err != nil {
		t.Fatal(err)
	}
	used := 0
	file, _ := s.kv.(*bolt)
	err = file.view(func(tx *bbolt.Tx) error { used = int(tx.Size()); return nil })
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if content, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return path, content[:used]
}

// useAll does what a workspace does with its store, and returns the first failure.
func useAll(s *Store) error {
	records, _, err := s.List(Page{Limit: 100})
	for _, rec := range records {
		_, readErr := s.Agent(rec.Agent.ID + "@" + rec.Agent.Version)
		err = errors.Join(err, readErr)
	}
	id := s.NewID()
	added := &Record{Agent: orq.Agent{ID: id, Key: "new" + id, Type: orq.TypeInternal, Version: "1.0.0", Role: strings.Repeat("new ", 3000)}}
	err = errors.Join(err, s.Insert(added))
	_, updateErr := s.Update(id, func(rec *Record) error { rec.Agent.Role = "r"; return nil })
	_, removeErr := s.Remove(id)
	return errors.Join(err, updateErr, removeErr, s.SaveTask(&Task{ID: s.NewID(), State: orq.TaskCompleted}))
}

// TestADamagedFileIsRefusedOrRead overwrites parts of the file. That bbolt trusts its file would show as the end of this
// process, or as a test that never ends.
func TestADamagedFileIsRefusedOrRead(t *testing.T) {
	t.Parallel()
	path, content := newDataFile(t)
	random := rand.New(rand.NewPCG(1, 2))
	pageSize := os.Getpagesize()
	damages := map[string]func(page []byte){
		"zeros":   func(page []byte) { clear(page) },
		"ones":    func(page []byte) { copy(page, bytes.Repeat([]byte{0xff}, len(page))) },
		"garbage": func(page []byte) { fill(page, random) },
		"another": func(page []byte) { copy(page, content[(random.IntN(len(content)/pageSize))*pageSize:][:len(page)]) },
		"tail":    func(page []byte) { fill(page[len(page)/2:], random) },
		"header":  func(page []byte) { fill(page[8:16], random) },
		"element": func(page []byte) { fill(page[16:32], random) },
		"numbers": func(page []byte) { page[16+random.IntN(256)] ^= byte(1 << random.IntN(8)) },
		"a bit":   func(page []byte) { page[random.IntN(len(page))] ^= byte(1 << random.IntN(8)) },
	}
	refused := 0
	for name, damage := range damages {
		for at := 0; at < len(content); at += pageSize {
			changed := bytes.Clone(content)
			damage(changed[at : at+pageSize])
			if err := os.WriteFile(path, changed, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := openFile(path)
			if err != nil {
				refused++
				checkWords(t, name, err, "")
				continue
			}
			if err := useAll(s); err != nil {
				checkWords(t, name, err, path)
			}
			if err := s.Close(); err != nil {
				checkWords(t, name, err, "")
			}
		}
	}
	t.Logf("%d of %d damaged files were refused", refused, len(damages)*len(content)/pageSize)
	if least := len(content) / pageSize; refused < least {
		t.Errorf("%d damaged files were refused, want at least %d", refused, least)
	}
}

func fill(part []byte, random *rand.Rand) {
	for i := range part {
		part[i] = byte(random.UintN(256))
	}
}

// checkWords checks that each of the joined errors is one sentence that names the file.
func checkWords(t *testing.T, damage string, err error, path string) {
	t.Helper()
	for line := range strings.Lines(err.Error()) {
		known := errors.Is(err, ErrNoAgent) || errors.Is(err, ErrTaken) // an index that was changed into another
		if strings.Contains(line, "goroutine") || strings.Contains(line, "runtime error") || strings.Contains(line, "assertion") || !known && !strings.Contains(line, path) {
			t.Errorf("%s: error = %q, want a sentence that names %s", damage, line, path)
		}
	}
}

// FuzzVerify checks that no file makes verify panic or read without end.
func FuzzVerify(f *testing.F) {
	f.Add([]byte("no data"), uint16(0), uint64(0))
	f.Add(make([]byte, 5*4096), uint16(4096), uint64(1))
	f.Fuzz(func(_ *testing.T, content []byte, at uint16, number uint64) {
		meta := make([]byte, 8192)
		native.PutUint64(meta[4096+pageHeader+40:], uint64(len(content)+8192)/4096)
		native.PutUint64(meta[4096+pageHeader+16:], 2)
		native.PutUint64(meta[4096+pageHeader+32:], 3)
		sum := fnv.New64a()
		_, _ = sum.Write(meta[4096+pageHeader:][:metaChecked])
		native.PutUint64(meta[4096+pageHeader+metaChecked:], sum.Sum64())
		file := append(meta, content...)
		if end := 8192 + int(at) + 8; end <= len(file) {
			native.PutUint64(file[end-8:], number)
		}
		_ = verify(bytes.NewReader(file), int64(len(file)), 4096)
	})
}

// TestVerifyTakesWhatBboltWrites verifies a file after each of many changes.
func TestVerifyTakesWhatBboltWrites(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "agents.db")
	s, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file, _ := s.kv.(*bolt)
	random := rand.New(rand.NewPCG(3, 4))
	for i := range 100 {
		key := fmt.Sprintf("key%03d", random.IntN(200))
		changes := []change{{bucketAgents, key, bytes.Repeat([]byte{'v'}, random.IntN(9000))}, {bucketKeys, key, []byte("x")}}
		if i%3 == 0 {
			changes = []change{{bucketAgents, key, nil}, {bucketKeys, key, nil}}
		}
		if err := file.write(changes...); err != nil {
			t.Fatal(err)
		}
		if err := verifyFile(path, file.db.Info().PageSize); err != nil {
			t.Fatalf("verify after change %d: %v, want nil", i, err)
		}
	}
}

// TestAFileThatIsDamagedInUseIsAnError changes the file while it is open, as another program or a failing disk may.
func TestAFileThatIsDamagedInUseIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		damage func(path string, content []byte) error
		want   string
	}{
		"overwritten": {func(path string, content []byte) error {
			file, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			_, err = file.Write(make([]byte, len(content)))
			return errors.Join(err, file.Close())
		}, errDamaged.Error()},
		"cut off": {func(path string, _ []byte) error { return os.Truncate(path, 100) }, errDamaged.Error()},
		"deleted": {func(path string, _ []byte) error { return os.Remove(path) }, errGone.Error()},
		"moved":   {func(path string, _ []byte) error { return os.Rename(path, path+".old") }, errGone.Error()},
		"replaced": {func(path string, content []byte) error {
			return errors.Join(os.Rename(path, path+".old"), os.WriteFile(path, content, 0o600))
		}, errGone.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, content := newDataFile(t)
			s, err := openFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := c.damage(path, content); err != nil {
				t.Fatal(err)
			}
			_ = useAll(s) // finds it
			err = s.SaveTask(&Task{ID: s.NewID(), State: orq.TaskCompleted})
			ofFile, ok := errors.AsType[*FileError](err)
			if !ok || ofFile.Path != path || !strings.Contains(ofFile.Error(), "data file "+path+": "+c.want) {
				t.Errorf("SaveTask = %v, want a *FileError with %q", err, "data file "+path+": "+c.want)
			}
			if err := s.Close(); err != nil {
				t.Errorf("Close = %v, want nil", err)
			}
		})
	}
}

func TestADamagedEntryIsNamed(t *testing.T) {
	t.Parallel()
	path, _ := newDataFile(t)
	s, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	id := s.ID("agent1")
	if err := s.kv.write(change{bucketAgents, id, []byte("{")}); err != nil {
		t.Fatal(err)
	}
	want := "data file " + path + ": " + errDamaged.Error() + ` (the entry "` + id + `" of agents cannot be read)`
	if _, err := s.Agent("agent1"); err == nil || err.Error() != want {
		t.Errorf("Agent = %v, want %q", err, want)
	}
	if _, err := s.Agent("agent2"); err != nil {
		t.Errorf("Agent of another = %v, want nil", err)
	}
}

func TestADamagedKeyFileIsNamed(t *testing.T) {
	t.Parallel()
	path, _ := newDataFile(t)
	if err := os.WriteFile(path+".key", []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := "its key file " + path + ".key is damaged: it has 5 bytes, not 32; restore a copy of it"
	if _, err := openFile(path); err == nil || err.Error() != want {
		t.Errorf("Open = %v, want %q", err, want)
	}
}

func BenchmarkVerify(b *testing.B) {
	path := filepath.Join(b.TempDir(), "agents.db")
	s, err := openFile(path)
	if err != nil {
		b.Fatal(err)
	}
	var agents []*Record
	for i := range 10_000 {
		agents = append(agents, &Record{Agent: orq.Agent{ID: s.NewID(), Key: fmt.Sprintf("agent%d", i), Type: orq.TypeInternal, Version: "1.0.0", Role: strings.Repeat("role ", 500)}})
	}
	if err := s.Insert(agents...); err != nil {
		b.Fatal(err)
	}
	file, _ := s.kv.(*bolt)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	for b.Loop() {
		if err := verifyFile(path, file.db.Info().PageSize); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}
