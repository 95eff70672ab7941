package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// DefaultWait is how long a writer waits for others. Each holds the lock for some milliseconds.
const DefaultWait = 10 * time.Second

// Busy says that other writers did not release the lock in time.
type Busy struct {
	Lock   string // the file that is locked
	Waited time.Duration
}

func (b *Busy) Error() string {
	return fmt.Sprintf("another restlab has kept %s locked for %s: end that one, or wait for it", b.Lock, b.Waited)
}

// lock makes the folder, and waits until no other process writes. The lock is on a file beside the other, which is never
// removed. The system releases it when its holder dies, whatever it died of.
func (s *Store) lock() (unlock func(), err error) {
	if s.Path == "" {
		return nil, ErrNoFolder
	}
	if err := os.MkdirAll(filepath.Dir(s.Path), 0o700); err != nil {
		return nil, err
	}
	path, wait := s.Path+".lock", s.Wait
	if wait == 0 {
		wait = DefaultWait
	}
	type result struct {
		unlock func()
		err    error
	}
	got := make(chan result, 1)
	go func() {
		unlock, err := lockedfile.MutexAt(path).Lock() // has no bound of its own
		got <- result{unlock, err}
	}()
	select {
	case r := <-got:
		if errors.Is(r.err, errors.ErrUnsupported) { // some network file systems: progress without a lock is better than none
			return func() {}, nil
		}
		return r.unlock, r.err
	case <-time.After(wait):
		go func() { // it may still get the lock
			if r := <-got; r.err == nil {
				r.unlock()
			}
		}()
		return nil, &Busy{path, wait}
	}
}
