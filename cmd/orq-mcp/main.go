// Command orq-mcp is an MCP server for orq.ai agents.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/orq-mcp/orq-mcp/internal/cli"
)

// version is set by the linker for a release.
var version = ""

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	info, _ := debug.ReadBuildInfo()
	code := cli.Run(ctx, os.Args[1:], cli.Process{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Version: programVersion(version, info),
		SetDefaultLogger: slog.SetDefault,
	})
	stop()
	os.Exit(code)
}

// programVersion returns the linker's version, else that of the module as it was installed, else the commit it was built
// from, with "-dirty" if files were changed.
func programVersion(linked string, info *debug.BuildInfo) string {
	if linked != "" {
		return linked
	}
	if info == nil {
		return "dev"
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	revision := settings["vcs.revision"]
	switch {
	case revision == "":
		return "dev"
	case settings["vcs.modified"] == "true":
		return "dev-" + revision[:min(12, len(revision))] + "-dirty"
	}
	return "dev-" + revision[:min(12, len(revision))]
}
