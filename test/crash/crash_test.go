// Package crash_test kills processes while others write to their workspace. It stands apart so that such a process is
// small and starts soon.
package crash_test

import (
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

// TestNoAcknowledgedChangeIsLostWhenTheProcessIsKilled kills processes that others write to, again and again. It shows
// that changes are whole and are answered after they were written; what a power cut leaves is up to the disk.
func TestNoAcknowledgedChangeIsLostWhenTheProcessIsKilled(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one file", "another"} { // two keep the machine busy while a process starts
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killAgainAndAgain(t, dataFile(t))
		})
	}
}

func dataFile(t *testing.T) string { return filepath.Join(t.TempDir(), "workspace.db") }

func killAgainAndAgain(t *testing.T, file string) {
	most, least := 200, 10
	if testing.Short() {
		most = least
	}
	writers := make([]*crashWriter, 4)
	for i := range writers {
		writers[i] = &crashWriter{t: t, prefix: fmt.Sprintf("w%d-", i), agents: fates{}, tasks: map[string]string{}}
	}
	kills, changes, began := 0, 0, time.Now()
	for ; kills < most && (kills < least || time.Since(began) < window) && !t.Failed(); kills++ {
		v := startVictim(t, file)
		v.verify(writers)
		v.killAmidst(writers)
		checkFile(t, file)
	}
	startVictim(t, file).verify(writers)
	for _, w := range writers {
		changes += w.acknowledged
	}
	t.Logf("%d kills, %d acknowledged changes", kills, changes)
	if changes < kills {
		t.Error("too little was written between the kills")
	}
}

// TestAFirstStartThatIsKilledLeavesAWholeFileOrNone kills processes while they make their file.
func TestAFirstStartThatIsKilledLeavesAWholeFileOrNone(t *testing.T) {
	t.Parallel()
	const most = 15
	made := 0
	for range most {
		file := dataFile(t)
		cmd, _ := victimOf(t, file)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for limit := time.Now().Add(30 * time.Second); empty(t, filepath.Dir(file)); {
			if time.Now().After(limit) {
				t.Fatal("the process makes nothing")
			}
			time.Sleep(20 * time.Microsecond) // the process needs the time more
		}
		time.Sleep(rand.N(50 * time.Microsecond << rand.N(9))) // any moment will do, and the first ones most
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if _, err := os.Stat(file); err == nil {
			made++
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
	t.Logf("%d of %d files were there", made, most)
}

func empty(t *testing.T, folder string) bool {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries) == 0
}

// killAmidst kills the process at any moment after some changes, while more are under way.
func (v *victim) killAmidst(writers []*crashWriter) {
	var wg sync.WaitGroup
	changed, over := make(chan struct{}), make(chan struct{})
	for _, w := range writers {
		wg.Go(func() {
			for w.change(v) {
				w.acknowledged++
				select {
				case changed <- struct{}{}:
				case <-over:
				}
			}
		})
	}
	limit := time.After(30 * time.Second)
	for wanted := rand.N(10); wanted > 0; wanted-- {
		select {
		case <-changed:
		case <-limit:
			v.t.Error("nothing is written any more")
			wanted = 0
		}
	}
	close(over)
	time.Sleep(rand.N(2 * time.Millisecond)) // any moment will do
	v.kill()
	wg.Wait()
}
