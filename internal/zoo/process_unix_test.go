//go:build unix

package zoo_test

import (
	"os/exec"
	"syscall"
)

// alone gives a command a process group of its own, so that its children end with it.
func alone(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

func kill(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
