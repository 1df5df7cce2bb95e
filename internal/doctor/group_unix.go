//go:build unix

package doctor

import (
	"os/exec"
	"syscall"
)

// ownGroup makes a program the leader of a process group.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a program that was started, and all that it has started.
func killGroup(command *exec.Cmd) { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
