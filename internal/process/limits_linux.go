package process

import "golang.org/x/sys/unix"

const canLimit = true

// limit bounds a process that has just been started, and so all that it starts. Memory is what a process can write to:
// the address space as a whole is no measure, since Java, Go and Node reserve far more than they use.
func (l Limits) limit(pid int) error {
	for what, most := range map[int]uint64{unix.RLIMIT_DATA: l.Memory, unix.RLIMIT_NPROC: l.Processes, unix.RLIMIT_FSIZE: l.File} {
		if most == 0 {
			continue
		}
		if err := unix.Prlimit(pid, what, &unix.Rlimit{Cur: most, Max: most}, nil); err != nil {
			return err
		}
	}
	return nil
}
