//go:build !unix

package process

import (
	"os/exec"
	"strconv"

	"restlab/internal/endpoint"
)

// On Windows a program is the tree below the process that was started, as taskkill sees it. It is not asked to end but
// ended, a child whose parent has gone gets away, and nobody can tell who listens on a port.

func start(cmd *exec.Cmd) error { return cmd.Start() }

const canTerminate = false

func terminate(int) {}

func kill(leader int) bool {
	return exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(leader)).Run() == nil
}

func isAlive(int) bool { return true }

func release(int) {}

func listening(int) (_ []endpoint.Socket, known bool) { return nil, false }
