//go:build unix && !linux

package process

import (
	"os/exec"
	"syscall"
	"time"

	"restlab/internal/endpoint"
)

// Where there is no /proc a program is its process group. A child that leaves the group gets away, and nobody can tell who
// listens on a port.

func start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd.Start()
}

const canTerminate = true

func terminate(leader int) { _ = syscall.Kill(-leader, syscall.SIGTERM) }

func kill(leader int) bool {
	for range 150 {
		if syscall.Kill(-leader, syscall.SIGKILL) != nil {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

func isAlive(leader int) bool { return syscall.Kill(-leader, 0) == nil }

func release(int) {}

func listening(int) (_ []endpoint.Socket, known bool) { return nil, false }
