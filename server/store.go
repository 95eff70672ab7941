package server

import (
	"context"
	"encoding/json"
	"errors"
)

// The errors that a Store returns for what a client asked. They may be wrapped. Any other error is a fault of the
// store and is answered 500.
var (
	// ErrNoItem says that no item has the key.
	ErrNoItem = errors.New("no such item")
	// ErrNoTask says that no task has the id.
	ErrNoTask = errors.New("no such task")
	// ErrFull says that there is no room for what was to be stored. Nothing was stored.
	ErrFull = errors.New("store is full")
)

// A Store keeps items and tasks. It is safe for concurrent use, and every method is one atomic step: it happens
// completely or, if it returns an error, not at all. That is why a write reports what it found (created), and why a
// change is passed as data: a caller that looked first and wrote afterwards could be overtaken in between.
//
// What is passed in and what is returned is the caller's, to keep and to change.
type Store interface {
	// Item returns the item with the key, or ErrNoItem.
	Item(ctx context.Context, key string) (Item, error)
	// PutItem stores the item under the key, in place of the one that is there, and reports whether the key was
	// free. It returns ErrFull if there is no room.
	PutItem(ctx context.Context, key string, item Item) (created bool, err error)
	// DeleteItem frees the key, or returns ErrNoItem.
	DeleteItem(ctx context.Context, key string) error

	// Tasks returns all tasks in the order in which their ids were first put; never nil.
	Tasks(ctx context.Context) ([]Task, error)
	// Task returns the task with the id, or ErrNoTask.
	Task(ctx context.Context, id string) (Task, error)
	// PutTask stores the task, in the place of the one that has its id, and reports whether the id was free. It
	// returns ErrFull if there is no room.
	PutTask(ctx context.Context, task Task) (created bool, err error)
	// UpdateTask makes the change to the task with the id, or returns ErrNoTask.
	UpdateTask(ctx context.Context, id string, change TaskChange) error
	// DeleteTask frees the id, or returns ErrNoTask.
	DeleteTask(ctx context.Context, id string) error
}

// An Item is a value under a key; its JSON form is what GET sends.
type Item struct {
	// Value is any JSON value, without white space between its tokens.
	Value json.RawMessage `json:"value"`
}

// A Task is one entry of the to-do list; its JSON form is what GET sends.
type Task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
}

// A TaskChange says which members of a task get which value. What is nil stays as it is.
type TaskChange struct {
	Complete *bool
}
