package server

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Memory is a Store that forgets everything when the program ends.
type Memory struct {
	mu     sync.RWMutex
	items  entries[Item]
	tasks  entries[Task]
	free   int64  // bytes for which there is room
	newest uint64 // the place of the newest entry
}

// NewMemory returns an empty Memory with room for so many bytes: those of keys, ids, values and descriptions, and
// 200 more for each entry, about what Go's map takes for it. Without those, millions of empty entries would be free.
func NewMemory(room int64) *Memory {
	return &Memory{items: entries[Item]{}, tasks: entries[Task]{}, free: room}
}

const entrySize = 200

type entries[T any] map[string]entry[T]

type entry[T any] struct {
	content T
	size    int64  // in bytes
	place   uint64 // in the list: kept when the content is replaced
}

// Item implements Store.
func (m *Memory) Item(_ context.Context, key string) (Item, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	entry, taken := m.items[key]
	if !taken {
		return Item{}, ErrNoItem
	}
	return Item{Value: bytes.Clone(entry.content.Value)}, nil
}

// PutItem implements Store.
func (m *Memory) PutItem(_ context.Context, key string, item Item) (created bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	item.Value = bytes.Clone(item.Value)
	return put(m, m.items, strings.Clone(key), item, len(item.Value))
}

// DeleteItem implements Store.
func (m *Memory) DeleteItem(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return remove(m, m.items, key, ErrNoItem)
}

// Tasks implements Store.
func (m *Memory) Tasks(context.Context) ([]Task, error) {
	m.mu.RLock()
	listed := slices.Collect(maps.Values(m.tasks))
	m.mu.RUnlock()

	slices.SortFunc(listed, func(a, b entry[Task]) int { return cmp.Compare(a.place, b.place) })
	tasks := make([]Task, len(listed))
	for i, entry := range listed {
		tasks[i] = entry.content
	}
	return tasks, nil
}

// Task implements Store.
func (m *Memory) Task(_ context.Context, id string) (Task, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	entry, taken := m.tasks[id]
	if !taken {
		return Task{}, ErrNoTask
	}
	return entry.content, nil
}

// PutTask implements Store.
func (m *Memory) PutTask(_ context.Context, task Task) (created bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	task.ID = strings.Clone(task.ID)
	task.Description = strings.Clone(task.Description)
	return put(m, m.tasks, task.ID, task, len(task.Description))
}

// UpdateTask implements Store.
func (m *Memory) UpdateTask(_ context.Context, id string, change TaskChange) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	entry, taken := m.tasks[id]
	if !taken {
		return ErrNoTask
	}
	if change.Complete != nil {
		entry.content.Complete = *change.Complete
	}
	m.tasks[id] = entry
	return nil
}

// DeleteTask implements Store.
func (m *Memory) DeleteTask(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return remove(m, m.tasks, id, ErrNoTask)
}

// put stores the content, which takes so many bytes beside its key, and keeps the place of what was there. The caller
// holds the lock, and passes copies: a key may be a piece of a far longer string, which would be kept with it.
func put[T any](m *Memory, in entries[T], key string, content T, length int) (created bool, err error) {
	old, taken := in[key] // the entry of a free key has size 0
	size := int64(entrySize + len(key) + length)
	if size-old.size > m.free {
		return false, ErrFull
	}
	m.free -= size - old.size

	place := old.place
	if !taken {
		m.newest++
		place = m.newest
	}
	in[key] = entry[T]{content, size, place}
	return !taken, nil
}

// remove frees the key and its bytes, or returns the error missing. The caller holds the lock.
func remove[T any](m *Memory, from entries[T], key string, missing error) error {
	old, taken := from[key]
	if !taken {
		return missing
	}
	delete(from, key)
	m.free += old.size
	return nil
}
