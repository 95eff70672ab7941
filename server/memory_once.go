package server

import (
	"context"
	"time"
)

// done is a task that was created once, as it was then.
type done struct {
	once Once
	task Task
}

func doneSize(once Once, task Task) int64 { return int64(entrySize+len(once.Key)) + taskSize(task) }

// CreateTask implements Store.
func (m *Memory) CreateTask(_ context.Context, task Task, once Once) (Task, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if once.Key == "" {
		return task, m.addTask(task)
	}
	m.forgetOutdated(time.Now())
	if before, known := m.done[once.Key]; known {
		if before.once.Request != once.Request {
			return Task{}, ErrKeyReused
		}
		return before.task, nil
	}

	size := doneSize(once, task)
	if err := m.take(size); err != nil {
		return Task{}, err
	}
	if err := m.addTask(task); err != nil {
		m.free += size
		return Task{}, err
	}
	now := &done{once, task}
	m.done[once.Key] = now
	m.oldest = append(m.oldest, now)
	return task, nil
}

func (m *Memory) forgetOutdated(now time.Time) {
	for len(m.oldest) > 0 && m.oldest[0].once.Until.Before(now) {
		m.forgetOldest()
	}
}

func (m *Memory) forgetOldest() {
	old := m.oldest[0]
	m.oldest[0] = nil // so that its memory is free as soon as the others'
	m.oldest = m.oldest[1:]
	delete(m.done, old.once.Key)
	m.free += doneSize(old.once, old.task)
}
