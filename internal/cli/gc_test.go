package cli

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
)

// gcSettings returns the GC percentage and the heap size at which the next collection ends, in bytes.
func gcSettings() (percent, goal uint64) {
	samples := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/heap/goal:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Uint64()
}

//nolint:paralleltest // the settings are those of the process
func TestTuneGCWaitsForTheFirstCollection(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	release := tuneGC(&Process{Getenv: func(string) string { return "" }})
	if percent, _ := gcSettings(); percent != startPercent {
		t.Fatalf("GC percentage is %d before a collection, want %d", percent, startPercent)
	}
	for {
		runtime.GC()
		if percent, goal := gcSettings(); percent == gcPercent && goal > ballastSize {
			break
		}
	}
	release()
}

//nolint:paralleltest // the settings are those of the process
func TestTuneGCLeavesTheUsersSettingAlone(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(77))
	tuneGC(&Process{Getenv: func(string) string { return "77" }})()
	for range 3 {
		runtime.GC()
	}
	if percent, _ := gcSettings(); percent != 77 {
		t.Errorf("GC percentage is %d", percent)
	}
}
