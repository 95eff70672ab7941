package server

import (
	"hash/maphash"
	"sync"
)

// writers are the locks of items and tasks. A write that takes long holds the lock of one name, so that only writes to
// this name wait for it. Several names share a lock, so that there is a fixed number of locks.
type writers struct {
	seed  maphash.Seed
	locks *[256]sync.Mutex
}

func newWriters() writers { return writers{maphash.MakeSeed(), new([256]sync.Mutex)} }

// lock locks the name and returns the lock to unlock.
func (w writers) lock(name string) *sync.Mutex {
	lock := &w.locks[maphash.String(w.seed, name)%uint64(len(w.locks))]
	lock.Lock()
	return lock
}
