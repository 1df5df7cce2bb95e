package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/orq-mcp/orq-mcp/internal/sandbox"
)

// lookAtWorkspace looks at the data file and the seed of the embedded workspace, and at the cards of their A2A agents.
func (d *doctor) lookAtWorkspace(ctx context.Context) {
	if !d.Sandbox {
		d.skip("only --sandbox has one", checkData, checkSeed)
		return
	}
	stored := d.lookAtData(d.Data, "")
	seeded := d.lookAtSeed()
	d.lookAtCards(ctx, a2aAgents(append(stored, seeded...)))
}

// lookAtData looks at a data file, without a look at who else would open it: it is read while nobody writes, and not at all if
// a program has it open. It returns the agents.
func (d *doctor) lookAtData(path, subject string) []json.RawMessage {
	f := Finding{ID: checkData, Subject: subject, State: OK}
	if path == "" {
		f.Found = "none: the agents end with the program"
		f.State, f.Do = Note, "add --data FILE to keep them"
		d.add(f)
		return nil
	}
	agents, err := sandbox.Export(path)
	switch {
	case err == nil:
		f.Found = fmt.Sprintf("%s can be read: %s", path, count(len(agents), "agent", "agents"))
	case errors.Is(err, fs.ErrNotExist):
		f.Found = path + " does not exist yet: it will be created"
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			f.State, f.Found, f.Do = Failed, "there is no folder "+filepath.Dir(path), "create it, or correct --data"
		}
	case errors.Is(err, sandbox.ErrInUse):
		f.State, f.Found = Warning, path+" is in use by another process, so that its agents were not read"
		f.Do = "one program at a time opens it: let orq-mcp sandbox --data " + path + " be that program, and start the others with " +
			"ORQ_BASE_URL=http://127.0.0.1:8586 and any ORQ_API_KEY, without --sandbox and --data"
	default:
		f.State, f.Found, f.Do = Failed, err.Error(), "name another file in --data, or put back a copy of this one"
	}
	d.add(f)
	return agents
}

// lookAtSeed looks at the seed, and returns its agents.
func (d *doctor) lookAtSeed() []json.RawMessage {
	if d.Seed == "" || d.ReadSeed == nil {
		d.skip("--seed is not set", checkSeed)
		return nil
	}
	f := Finding{ID: checkSeed, State: OK}
	agents, err := d.ReadSeed(d.Seed)
	if err != nil {
		f.State, f.Found, f.Do = Failed, d.Seed+": "+err.Error(), "correct the file, or --seed"
	} else {
		f.Found = fmt.Sprintf("%s can be read: %s", d.Seed, count(len(agents), "agent", "agents"))
	}
	d.add(f)
	return agents
}
