package cli

import (
	"io"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// testRoot returns the program with an empty environment, and what it read.
func testRoot() (*cobra.Command, *reading) {
	p := &program{process: &Process{Out: io.Discard, Err: io.Discard, Getenv: func(string) string { return "" }}}
	return p.newRoot(), &p.reading
}

func TestDefaultsCanBeRead(t *testing.T) {
	t.Parallel()
	root, read := testRoot()
	seen := 0
	for _, c := range append(root.Commands(), root) {
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			seen++
			if err := flag.Value.Set(flag.DefValue); err != nil {
				t.Errorf("%s --%s: default: %v", c.Name(), flag.Name, err)
			}
		})
	}
	if len(read.unread) > 0 {
		t.Errorf("defaults: %v", read.unread)
	}
	if seen < 40 {
		t.Errorf("found only %d flags", seen)
	}
}

// A value that cannot be read leaves the default, also where pflag stores 0.
func TestUnreadValueLeavesDefault(t *testing.T) {
	t.Parallel()
	var read reading
	var limits limitFlags
	var selection selectionFlags
	set := flags{pflag.NewFlagSet("", pflag.ContinueOnError), &read}
	limits.define(set)
	selection.define(set)
	if err := set.Parse([]string{"--max-body", "many", "--write-timeout", "soon", "--read-only=on", "--tools", ","}); err != nil {
		t.Fatal(err)
	}
	if len(read.unread) != 4 || !read.switchUnread {
		t.Errorf("errors %v, a switch among them %v, want 4 and true", read.unread, read.switchUnread)
	}
	if limits.MaxBody != 4<<20 || limits.WriteTimeout.String() != "30s" || selection.ReadOnly || len(selection.Tools) > 0 {
		t.Errorf("limits %v, selection %v, want the defaults", limits, selection)
	}
}

func TestToggle(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"true": true, "1": true, "yes": true, "YES": true, "false": false, "0": false, "No": false} {
		on := toggle(!want)
		if err := on.Set(text); err != nil || bool(on) != want {
			t.Errorf("%q is %v, error %v, want %v", text, on, err, want)
		}
	}
	on := toggle(true)
	if err := on.Set("maybe"); err == nil || !bool(on) {
		t.Errorf(`"maybe" is %v, error %v, want an error and no change`, on, err)
	}
}
