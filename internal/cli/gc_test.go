package cli

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"

	"go.uber.org/goleak"
)

// gcSettings reads the GC percentage and the heap size at which the next collection ends, in bytes. It allocates nothing, for
// that would count as being busy.
type gcSettings []metrics.Sample

func newGCSettings() gcSettings {
	return gcSettings{{Name: "/gc/gogc:percent"}, {Name: "/gc/heap/goal:bytes"}}
}

func (s gcSettings) read() (percent, goal uint64) {
	metrics.Read(s)
	return s[0].Value.Uint64(), s[1].Value.Uint64()
}

// until calls do until the GC percentage is the one that is wanted.
func (s gcSettings) until(wanted uint64, do func()) {
	for percent, _ := s.read(); percent != wanted; percent, _ = s.read() {
		do()
	}
}

//nolint:paralleltest // the settings are those of the process
func TestTuneGCFollowsHowBusyTheProcessIs(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	settings := newGCSettings()
	release := tuneGC(t.Context(), &Process{Getenv: func(string) string { return "" }})
	if percent, _ := settings.read(); percent != startPercent {
		t.Errorf("GC percentage is %d at the start, want %d", percent, startPercent)
	}
	settings.until(calmPercent, runtime.Gosched)
	if _, goal := settings.read(); goal < ballastSize || goal > ballastSize*3/2 {
		t.Errorf("next collection at %d bytes when calm, want it soon after the %d of the ballast", goal, ballastSize)
	}
	settings.until(busyPercent, runtime.GC)
	settings.until(calmPercent, runtime.Gosched)
	release()
}

//nolint:paralleltest // the settings are those of the process
func TestTuneGCLeavesTheUsersSettingAlone(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(77))
	tuneGC(t.Context(), &Process{Getenv: func(string) string { return "77" }})()
	for range 3 {
		runtime.GC()
	}
	if percent, _ := newGCSettings().read(); percent != 77 {
		t.Errorf("GC percentage is %d", percent)
	}
}
