package server

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Memory is a Store that forgets everything when the program ends.
type Memory struct {
	writers writers // held by a write to an item or a task for as long as the write computes

	mu     sync.RWMutex // held for moments only; it guards all that follows
	items  map[string]Item
	tasks  map[string]*entry
	list   []*entry             // the tasks by their places
	all    atomic.Pointer[List] // the list of all tasks, as it was last asked for; nil if a task has changed since
	newest uint64               // the place of the newest task
	writes uint64               // how often a task has changed
	done   map[string]*done     // by the keys of their Once
	oldest []*done              // the same, the oldest first
	free   int64                // bytes for which there is room
}

// entry is a task at its place in the list. It keeps the place when the task is replaced.
type entry struct {
	task  Task
	place uint64
}

// NewMemory returns an empty Memory with room for so many bytes: those of keys, ids, descriptions and prepared
// representations, and 200 more for each entry, about what Go's map takes for it. Without those, millions of empty
// entries would be free. The list of all tasks comes on top, once. When there is no room, the keys of Once are forgotten,
// the oldest first.
func NewMemory(room int64) *Memory {
	return &Memory{
		writers: newWriters(),
		items:   map[string]Item{}, tasks: map[string]*entry{}, done: map[string]*done{}, free: room,
	}
}

const entrySize = 200

func itemSize(key string, item Item) int64 { return int64(entrySize + len(key) + len(item.body)) }

func taskSize(task Task) int64 {
	return int64(entrySize + len(task.ID) + len(task.Description) + len(task.body))
}

// Item implements Store.
func (m *Memory) Item(_ context.Context, key string) (Item, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	item, taken := m.items[key]
	if !taken {
		return Item{}, ErrNoItem
	}
	return item, nil
}

// PutItem implements Store.
func (m *Memory) PutItem(_ context.Context, key string, item Item, only Preconditions) (created bool, err error) {
	defer m.writers.lock(key).Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	old, taken := m.items[key]
	if err := only.Allow(old.ETag()); err != nil {
		return false, err
	}
	if taken {
		return false, m.replaceItem(key, old, item)
	}
	if err := m.take(itemSize(key, item)); err != nil {
		return false, err
	}
	m.items[strings.Clone(key)] = item // the key is a piece of a whole URL, which would be kept with it
	return true, nil
}

// UpdateItem implements Store.
func (m *Memory) UpdateItem(
	ctx context.Context, key string, change func(Item) (Item, error), only Preconditions,
) (Item, error) {
	defer m.writers.lock(key).Unlock()
	old, err := m.Item(ctx, key)
	if err != nil {
		return Item{}, err
	}
	if err := only.Allow(old.ETag()); err != nil {
		return Item{}, err
	}
	item, err := change(old)
	if err != nil {
		return Item{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return item, m.replaceItem(key, old, item)
}

func (m *Memory) replaceItem(key string, old, item Item) error {
	if err := m.take(itemSize(key, item) - itemSize(key, old)); err != nil {
		return err
	}
	m.items[key] = item
	return nil
}

// DeleteItem implements Store.
func (m *Memory) DeleteItem(_ context.Context, key string, only Preconditions) error {
	defer m.writers.lock(key).Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	old, taken := m.items[key]
	if !taken {
		return ErrNoItem
	}
	if err := only.Allow(old.ETag()); err != nil {
		return err
	}
	delete(m.items, key)
	m.free += itemSize(key, old)
	return nil
}

// Tasks implements Store.
func (m *Memory) Tasks(_ context.Context, after uint64, most int) (List, error) {
	m.mu.RLock()
	wantsAll := after == 0 && most >= len(m.list)
	if all := m.all.Load(); wantsAll && all != nil {
		m.mu.RUnlock()
		return *all, nil
	}
	writes := m.writes
	tasks, next := m.page(after, most)
	m.mu.RUnlock()

	list := NewList(tasks, next)
	if wantsAll {
		m.remember(&list, writes)
	}
	return list, nil
}

// remember keeps the list of all tasks, if no task has changed since there were so many writes.
func (m *Memory) remember(list *List, writes uint64) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.writes == writes {
		m.all.Store(list)
	}
}

func (m *Memory) forgetList() {
	m.writes++
	m.all.Store(nil)
}

// page returns tasks, and the place of the last one if others come after it, or 0.
func (m *Memory) page(after uint64, most int) (tasks []Task, next uint64) {
	first, _ := slices.BinarySearchFunc(m.list, after+1, byPlace)
	rest := m.list[first:]
	shown := rest[:min(most, len(rest))]
	tasks = make([]Task, len(shown))
	for i, entry := range shown {
		tasks[i] = entry.task
	}
	if 0 < len(shown) && len(shown) < len(rest) {
		return tasks, shown[len(shown)-1].place
	}
	return tasks, 0
}

// Task implements Store.
func (m *Memory) Task(_ context.Context, id string) (Task, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	entry, taken := m.tasks[id]
	if !taken {
		return Task{}, ErrNoTask
	}
	return entry.task, nil
}

// PutTask implements Store.
func (m *Memory) PutTask(_ context.Context, task Task, only Preconditions) (created bool, err error) {
	defer m.writers.lock(task.ID).Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	old, taken := m.tasks[task.ID]
	if !taken {
		if err := only.Allow(""); err != nil {
			return false, err
		}
		return true, m.addTask(task)
	}
	if err := only.Allow(old.task.ETag()); err != nil {
		return false, err
	}
	return false, m.replaceTask(old, task)
}

// UpdateTask implements Store.
func (m *Memory) UpdateTask(ctx context.Context, id string, change TaskChange, only Preconditions) (Task, error) {
	defer m.writers.lock(id).Unlock()
	old, err := m.Task(ctx, id)
	if err != nil {
		return Task{}, err
	}
	if err := only.Allow(old.ETag()); err != nil {
		return Task{}, err
	}
	task := change.Apply(old)
	m.mu.Lock()
	defer m.mu.Unlock()
	return task, m.replaceTask(m.tasks[id], task)
}

// DeleteTask implements Store.
func (m *Memory) DeleteTask(_ context.Context, id string, only Preconditions) error {
	defer m.writers.lock(id).Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	old, taken := m.tasks[id]
	if !taken {
		return ErrNoTask
	}
	if err := only.Allow(old.task.ETag()); err != nil {
		return err
	}
	delete(m.tasks, id)
	at, _ := slices.BinarySearchFunc(m.list, old.place, byPlace)
	m.list = slices.Delete(m.list, at, at+1)
	m.forgetList()
	m.free += taskSize(old.task)
	return nil
}

// addTask puts a task with an unused id at the end of the list.
func (m *Memory) addTask(task Task) error {
	if err := m.take(taskSize(task)); err != nil {
		return err
	}
	m.newest++
	added := &entry{task, m.newest}
	m.tasks[task.ID] = added
	m.list = append(m.list, added)
	m.forgetList()
	return nil
}

func (m *Memory) replaceTask(old *entry, task Task) error {
	if err := m.take(taskSize(task) - taskSize(old.task)); err != nil {
		return err
	}
	old.task = task
	m.forgetList()
	return nil
}

// take uses so many bytes of what is free, or returns ErrFull. The caller holds the lock.
func (m *Memory) take(bytes int64) error {
	for bytes > m.free && len(m.oldest) > 0 {
		m.forgetOldest()
	}
	if bytes > m.free {
		return ErrFull
	}
	m.free -= bytes
	return nil
}

func byPlace(e *entry, place uint64) int { return cmp.Compare(e.place, place) }
