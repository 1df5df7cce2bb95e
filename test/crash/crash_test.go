// Package crash_test kills workspace processes while clients write to them. It is a package of its own so that the test
// binary, which is also the process, is small and starts quickly.
package crash_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(victimData); file != "" {
		serveVictim(file)
	}
	goleak.VerifyTestMain(m)
}

// TestNoAcknowledgedChangeIsLostWhenTheProcessIsKilled repeatedly kills processes while clients write. It checks that
// changes are atomic and written before they are acknowledged. It cannot check what survives a power failure.
func TestNoAcknowledgedChangeIsLostWhenTheProcessIsKilled(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one file", "another"} { // two, because one leaves the machine idle while its process starts
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killRepeatedly(t, dataFile(t))
		})
	}
}

func dataFile(t *testing.T) string { return filepath.Join(t.TempDir(), "workspace.db") }

func killRepeatedly(t *testing.T, file string) {
	most, least := 200, 10
	if testing.Short() {
		most = least
	}
	writers := make([]*crashWriter, 4)
	for i := range writers {
		writers[i] = &crashWriter{t: t, prefix: fmt.Sprintf("w%d-", i), agents: agentStates{}, tasks: map[string]string{}}
	}
	kills, changes, began := 0, 0, time.Now()
	for ; kills < most && (kills < least || time.Since(began) < window) && !t.Failed(); kills++ {
		v := startVictim(t, file)
		v.verify(writers)
		v.killDuringChanges(writers)
		checkFile(t, file)
	}
	startVictim(t, file).verify(writers)
	for _, w := range writers {
		changes += w.acknowledged
	}
	t.Logf("%d kills, %d acknowledged changes", kills, changes)
	if changes < kills {
		t.Errorf("%d acknowledged changes, want at least one for each of %d kills", changes, kills)
	}
}

// TestAFirstStartThatIsKilledLeavesAWholeFileOrNone kills processes while they create their file.
func TestAFirstStartThatIsKilledLeavesAWholeFileOrNone(t *testing.T) {
	t.Parallel()
	const most = 15
	created := 0
	for range most {
		file := dataFile(t)
		cmd, _ := victimCommand(t, file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for limit := time.Now().Add(30 * time.Second); empty(t, filepath.Dir(file)); {
			if time.Now().After(limit) {
				t.Fatal("the process created no file within 30 s")
			}
			time.Sleep(20 * time.Microsecond) // leaves the processor to the process
		}
		time.Sleep(rand.N(50 * time.Microsecond << rand.N(9))) // a random moment, more often an early one
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if _, err := os.Stat(file); err == nil {
			created++
			if _, err := sandbox.Export(file); err != nil {
				t.Error(err)
			}
		}
		box, err := sandbox.Open(sandbox.Options{Data: file})
		if err != nil {
			t.Fatal(err)
		}
		if err := box.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d of %d files had been created", created, most)
}

func empty(t *testing.T, folder string) bool {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries) == 0
}

// killDuringChanges kills the process at a random moment after some changes, while more are in flight.
func (v *victim) killDuringChanges(writers []*crashWriter) {
	var wg sync.WaitGroup
	changed, failed, over := make(chan struct{}), make(chan struct{}, len(writers)), make(chan struct{})
	for _, w := range writers {
		wg.Go(func() {
			for w.change(v) {
				w.acknowledged++
				select {
				case changed <- struct{}{}:
				case <-over:
				}
			}
			failed <- struct{}{}
		})
	}
	problem := await(changed, failed, rand.N(10))
	close(over)
	time.Sleep(rand.N(2 * time.Millisecond)) // a random moment
	v.kill()
	wg.Wait()
	if problem != "" || v.stderr.Len() > 0 {
		v.t.Errorf("%s; stderr of the process:\n%s", cmp.Or(problem, "the process failed"), v.stderr)
	}
}

// await waits for a number of changes. It returns what happened instead.
func await(changed, failed <-chan struct{}, wanted int) (problem string) {
	limit := time.After(30 * time.Second)
	for ; wanted > 0; wanted-- {
		select {
		case <-changed:
		case <-failed:
			return "a change failed before the process was killed"
		case <-limit:
			return "the changes were not acknowledged within 30 s"
		}
	}
	return ""
}
