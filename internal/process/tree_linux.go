package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"restlab/internal/endpoint"
)

// On Linux a program is all processes that descend from the one that was started. The lab adopts those whose parent has
// ended (PR_SET_CHILD_SUBREAPER), so that none gets away by forking twice or by a session of its own.

// ours are the processes that this lab has started, and what else had been its child before.
var ours struct {
	sync.Mutex
	adopts  bool
	leaders map[int]bool
	before  map[int]bool
}

// threads runs functions on one thread that never ends: when the thread that started a process ends, the process is sent its
// Pdeathsig.
var threads = sync.OnceValue(func() chan<- func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
})

// start starts the command in a process group of its own. It is killed when the lab dies, however that is.
func start(cmd *exec.Cmd) error {
	return lead(cmd, &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL})
}

// lead starts the command as the leader of a tree.
func lead(cmd *exec.Cmd, how *syscall.SysProcAttr) error {
	ours.Lock()
	defer ours.Unlock()
	if !ours.adopts {
		ours.adopts, ours.leaders, ours.before = true, map[int]bool{}, map[int]bool{}
		_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) // without it only a child that hides gets away
		for pid, p := range processes() {
			if p.parent == os.Getpid() {
				ours.before[pid] = true
			}
		}
	}
	cmd.SysProcAttr = how
	done := make(chan error)
	threads() <- func() { done <- cmd.Start() }
	err := <-done
	if err == nil {
		ours.leaders[cmd.Process.Pid] = true
	}
	return err
}

// entry is a process in the kernel's table.
type entry struct {
	parent, group int
	ended         bool // a zombie
}

// processes is the kernel's table. It misses what is begun while it is read.
func processes() map[int]entry {
	table := map[int]entry{}
	folders, _ := os.ReadDir("/proc")
	for _, folder := range folders {
		pid, err := strconv.Atoi(folder.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:])) // the name before may hold anything
		if len(fields) < 3 {
			continue
		}
		parent, _ := strconv.Atoi(fields[1])
		group, _ := strconv.Atoi(fields[2])
		table[pid] = entry{parent, group, fields[0] == "Z" || fields[0] == "X"}
	}
	return table
}

// members are the living processes of the tree of that leader. Those that the lab has adopted are among them unless they
// are in the group of another leader.
func members(leader int) []int {
	ours.Lock()
	defer ours.Unlock()
	table := processes()
	var found []int
	for pid, p := range table {
		if !p.ended && belongs(table, pid, leader) {
			found = append(found, pid)
		}
	}
	return found
}

// belongs goes up from a process to the leader, or to the lab as the one that has adopted it.
func belongs(table map[int]entry, pid, leader int) bool {
	for range len(table) {
		p, known := table[pid]
		switch {
		case !known || pid == os.Getpid():
			return false
		case pid == leader:
			return p.parent == os.Getpid() // else its number is somebody else's by now
		case p.parent == os.Getpid():
			return !ours.leaders[pid] && !ours.before[pid] && (p.group == leader || !ours.leaders[p.group])
		}
		pid = p.parent
	}
	return false
}

// send sends to the whole tree of the leader, and reports whether there was anybody.
func send(leader int, s syscall.Signal) bool {
	all := members(leader)
	for _, pid := range all {
		_ = syscall.Kill(pid, s)
	}
	return len(all) > 0
}

const canTerminate = true

func terminate(leader int) { send(leader, syscall.SIGTERM) }

// kill ends the whole tree, children that are born meanwhile too, and reports whether that is done.
func kill(leader int) bool {
	for range 150 {
		if !send(leader, syscall.SIGKILL) {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
}

// isAlive reports whether any process of the tree lives.
func isAlive(leader int) bool { return len(members(leader)) > 0 }

// release forgets a leader that has been waited for, and buries those of its children that the lab had adopted.
func release(leader int) {
	ours.Lock()
	defer ours.Unlock()
	delete(ours.leaders, leader)
	for pid, p := range processes() {
		if p.ended && p.parent == os.Getpid() && !ours.leaders[pid] && !ours.before[pid] {
			_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
		}
	}
}

// listening are the sockets on which the tree listens. They are not known where the system does not tell, or where a process of
// the tree hides what it has open.
func listening(leader int) (sockets []endpoint.Socket, known bool) {
	all, known := endpoint.Listening()
	if !known {
		return nil, false
	}
	open := map[string]bool{}
	for _, pid := range members(leader) {
		folder := fmt.Sprintf("/proc/%d/fd", pid)
		names, err := os.ReadDir(folder)
		if errors.Is(err, fs.ErrPermission) {
			return nil, false
		}
		for _, name := range names {
			if to, err := os.Readlink(folder + "/" + name.Name()); err == nil {
				open[to] = true
			}
		}
	}
	for _, s := range all {
		if open[fmt.Sprintf("socket:[%d]", s.Inode)] {
			sockets = append(sockets, s)
		}
	}
	return sockets, true
}
