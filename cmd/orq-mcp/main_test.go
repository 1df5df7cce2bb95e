package main

import (
	"runtime/debug"
	"testing"
)

func TestProgramVersion(t *testing.T) {
	t.Parallel()
	build := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}
	for name, test := range map[string]struct {
		linked string
		info   *debug.BuildInfo
		want   string
	}{
		"the linker's first":   {"v1.2.3", build("v0.0.1", revision), "v1.2.3"},
		"an installed module":  {"", build("v0.0.1", revision), "v0.0.1"},
		"a commit":             {"", build("(devel)", revision), "dev-0123456789ab"},
		"a commit and changes": {"", build("(devel)", revision, debug.BuildSetting{Key: "vcs.modified", Value: "true"}), "dev-0123456789ab-dirty"},
		"a commit alone":       {"", build("", revision, debug.BuildSetting{Key: "vcs.modified", Value: "false"}), "dev-0123456789ab"},
		"no repository":        {"", build("(devel)"), "dev"},
		"no build info":        {"", nil, "dev"},
		"a short revision":     {"", build("", debug.BuildSetting{Key: "vcs.revision", Value: "12"}), "dev-12"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := programVersion(test.linked, test.info); got != test.want {
				t.Errorf("programVersion(%q, %+v) = %q, want %q", test.linked, test.info, got, test.want)
			}
		})
	}
}
