package fault

import (
	"bytes"
	"context"

	"restlab/server"
)

// store is the reference's store with some of its methods replaced. Those that are nil are the reference's own.
type store struct {
	server.Store
	putItem    func(ctx context.Context, s server.Store, key string, item server.Item, only server.Preconditions) (bool, error)
	createTask func(ctx context.Context, s server.Store, task server.Task, once server.Once) (server.Task, error)
	putTask    func(ctx context.Context, s server.Store, task server.Task, only server.Preconditions) (bool, error)
	updateTask func(ctx context.Context, s server.Store, id string, change server.TaskChange, only server.Preconditions) (server.Task, error)
}

// storing is a server on such a store.
func storing(s store) change {
	return change{meets: allOf(s.family()), store: func(real server.Store) server.Store {
		mine := s
		mine.Store = real
		return mine
	}}
}

// family is the one that the replaced methods are of, "" where they are of both.
func (s store) family() string {
	switch tasks := s.createTask != nil || s.putTask != nil || s.updateTask != nil; {
	case !tasks:
		return "items"
	case s.putItem == nil:
		return "tasks"
	}
	return ""
}

// storingValues is a server that makes something else of the values it is given.
func storingValues(f func(any) any) change {
	return storing(store{putItem: func(ctx context.Context, s server.Store, key string, item server.Item, only server.Preconditions) (bool, error) {
		return s.PutItem(ctx, key, server.NewItem(bytes.TrimSpace(encode(f(decode(item.Value))))), only)
	}})
}

// storingTasks is a server that makes something else of the tasks it is given.
func storingTasks(f func(server.Task) server.Task) change {
	return storing(store{putTask: func(ctx context.Context, s server.Store, task server.Task, only server.Preconditions) (bool, error) {
		task = f(task)
		return s.PutTask(ctx, server.NewTask(task.ID, task.Description, task.Complete), only)
	}})
}

// updating is a server that changes tasks in its own way: f gets the value of "complete", nil if there is none, and
// returns the one to set.
func updating(f func(now bool, wanted *bool) *bool) change {
	return storing(store{updateTask: func(ctx context.Context, s server.Store, id string, change server.TaskChange, only server.Preconditions) (server.Task, error) {
		task, err := s.Task(ctx, id)
		if err != nil {
			return server.Task{}, err
		}
		change.Complete = f(task.Complete, change.Complete)
		return s.UpdateTask(ctx, id, change, only)
	}})
}

func (s store) PutItem(ctx context.Context, key string, item server.Item, only server.Preconditions) (bool, error) {
	if s.putItem == nil {
		return s.Store.PutItem(ctx, key, item, only)
	}
	return s.putItem(ctx, s.Store, key, item, only)
}

func (s store) CreateTask(ctx context.Context, task server.Task, once server.Once) (server.Task, error) {
	if s.createTask == nil {
		return s.Store.CreateTask(ctx, task, once)
	}
	return s.createTask(ctx, s.Store, task, once)
}

func (s store) PutTask(ctx context.Context, task server.Task, only server.Preconditions) (bool, error) {
	if s.putTask == nil {
		return s.Store.PutTask(ctx, task, only)
	}
	return s.putTask(ctx, s.Store, task, only)
}

func (s store) UpdateTask(ctx context.Context, id string, change server.TaskChange, only server.Preconditions) (server.Task, error) {
	if s.updateTask == nil {
		return s.Store.UpdateTask(ctx, id, change, only)
	}
	return s.updateTask(ctx, s.Store, id, change, only)
}
