//go:build !unix

package doctor

import "os/exec"

// ownGroup does nothing: there are no process groups.
func ownGroup(*exec.Cmd) {}

// killGroup kills a program that was started.
func killGroup(command *exec.Cmd) { _ = command.Process.Kill() }
