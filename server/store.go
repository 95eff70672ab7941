package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// The errors that a Store returns for what a client asked. They may be wrapped. Any other error is a fault of the
// store and is answered 500.
var (
	// ErrNoItem says that no item has the key.
	ErrNoItem = errors.New("no such item")
	// ErrNoTask says that no task has the id.
	ErrNoTask = errors.New("no such task")
	// ErrPrecondition says that what is there is not what the Preconditions want. Nothing was changed.
	ErrPrecondition = errors.New("precondition does not hold")
	// ErrKeyReused says that the key of a Once was used for another request. Nothing was changed.
	ErrKeyReused = errors.New("idempotency key was used for another request")
	// ErrFull says that there is no room for what was to be stored. Nothing was stored.
	ErrFull = errors.New("store is full")
)

// A Store keeps items and tasks. It is safe for concurrent use, and every method is one atomic step: it happens
// completely or, if it returns an error, not at all. That is why a write reports what it found (created), and why a
// condition and a change are passed along: a caller that looked first and wrote afterwards could be overtaken in
// between, and the lost update that If-Match is there to prevent would happen anyway.
//
// A write looks whether the resource is there, then calls Preconditions.Allow with its ETag, and only then acts.
type Store interface {
	// Item returns the item with the key, or ErrNoItem.
	Item(ctx context.Context, key string) (Item, error)
	// PutItem stores the item under the key, instead of the one that is there, and reports whether the key was
	// free. It returns ErrPrecondition, or ErrFull if there is no room.
	PutItem(ctx context.Context, key string, item Item, only Preconditions) (created bool, err error)
	// UpdateItem puts what change makes of the item in its place, and returns it. It returns ErrNoItem,
	// ErrPrecondition, the error of change, or ErrFull.
	//
	// While change runs nobody else writes the item, and nobody who wants anything else waits. Change depends on its
	// argument alone and has no effect of its own: a store that finds itself overtaken may call it again.
	UpdateItem(ctx context.Context, key string, change func(Item) (Item, error), only Preconditions) (Item, error)
	// DeleteItem frees the key, or returns ErrNoItem or ErrPrecondition.
	DeleteItem(ctx context.Context, key string, only Preconditions) error

	// Tasks returns tasks in the order in which their ids were first put: those whose place is after the given one, and
	// at most so many of them. Places begin at 1. A task keeps its own as long as it is there, and none is given twice.
	Tasks(ctx context.Context, after uint64, most int) (List, error)
	// Task returns the task with the id, or ErrNoTask.
	Task(ctx context.Context, id string) (Task, error)
	// CreateTask stores a task with an id that nobody else draws, and returns it; or, if there was a CreateTask with the
	// same Once before, it returns that one's task, as it was then, and stores nothing. Of two at the same time, one
	// comes after the other. It returns ErrKeyReused, or ErrFull if there is no room.
	CreateTask(ctx context.Context, task Task, once Once) (Task, error)
	// PutTask stores the task, in the place of the one that has its id, and reports whether the id was free. It
	// returns ErrPrecondition, or ErrFull if there is no room.
	PutTask(ctx context.Context, task Task, only Preconditions) (created bool, err error)
	// UpdateTask makes the change to the task with the id, and returns the task as it is then. It returns ErrNoTask,
	// ErrPrecondition or ErrFull.
	UpdateTask(ctx context.Context, id string, change TaskChange, only Preconditions) (Task, error)
	// DeleteTask frees the id, or returns ErrNoTask or ErrPrecondition.
	DeleteTask(ctx context.Context, id string, only Preconditions) error
}

// An Item is a value under a key. NewItem makes it and nobody changes it afterwards, so that it can be shared.
type Item struct {
	// Value is any JSON value, without white space between its tokens.
	Value json.RawMessage
	representation
}

// NewItem returns the item with a copy of the value. Its JSON form is {"value": V}.
func NewItem(value json.RawMessage) Item {
	const before, after = `{"value":`, "}\n"
	body := make([]byte, 0, len(before)+len(value)+len(after))
	body = append(append(append(body, before...), value...), after...)
	end := len(before) + len(value)
	return Item{body[len(before):end:end], represent(body)}
}

// A Task is one entry of the to-do list. NewTask makes it and nobody changes it afterwards, so that it can be shared.
type Task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
	representation
}

// NewTask returns the task. Its JSON form has the three fields.
func NewTask(id, description string, complete bool) Task {
	task := Task{ID: strings.Clone(id), Description: description, Complete: complete} // id is a piece of a whole URL
	body, err := jsonText(task)
	if err != nil {
		panic(err) // two strings and a boolean always have a JSON form
	}
	task.representation = represent(body)
	return task
}

// A TaskChange says which members of a task get which value. What is nil stays as it is.
type TaskChange struct {
	Description *string
	Complete    *bool
}

// Apply returns the task with the change made.
func (c TaskChange) Apply(task Task) Task {
	description, complete := task.Description, task.Complete
	if c.Description != nil {
		description = *c.Description
	}
	if c.Complete != nil {
		complete = *c.Complete
	}
	return NewTask(task.ID, description, complete)
}

// A List is tasks in their order. NewList makes it and nobody changes it afterwards, so that it can be shared.
type List struct {
	// Next is the place of the last task, if others come after it, or 0.
	Next uint64
	representation
}

// NewList returns the list of the tasks. Its JSON form is an array, put together from theirs. Its entity-tag is weak,
// so that If-Match never matches it: a list changes all the time, and whoever adds to it does not ask how.
func NewList(tasks []Task, next uint64) List {
	length := len("[]\n")
	for _, task := range tasks {
		length += len(task.body)
	}
	body := append(make([]byte, 0, length), '[')
	for i, task := range tasks {
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, bytes.TrimSuffix(task.body, []byte("\n"))...)
	}
	body = append(body, "]\n"...)
	return List{next, labelled(body, "W/"+entityTag(body))}
}

// A Once makes what is asked for several times happen once. The zero Once does not.
type Once struct {
	Key     string
	Request [sha256.Size]byte // the hash of what the key stands for
	Until   time.Time         // when the store may forget the key; sooner only if it lacks room
}
