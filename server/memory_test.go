package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

// Past the bound nothing more is stored and nothing is lost; DELETE and a shorter value give room again. Items and
// tasks share it.
func TestStoreIsBounded(t *testing.T) {
	c := startWith(t, server.NewMemory(1000), server.DefaultLimits())
	long := strings.Repeat("x", 700)
	require.Equal(t, 201, c.send("PUT", "/items/a", `{"value": "`+long+`"}`).status)

	c.send("PUT", "/items/b", `{"value": 1}`).expectError(t, 507)
	c.send("POST", "/items/b", `{"value": 1}`).expectError(t, 507)
	c.send("POST", "/tasks", `{"description": "d"}`).expectError(t, 507)
	c.send("POST", "/tasks/b", `{"description": "d"}`).expectError(t, 507)
	c.send("PUT", "/items/a", `{"value": "`+long+long+`"}`).expectError(t, 507)
	require.Equal(t, 404, c.send("GET", "/items/b", "").status)
	require.Equal(t, "[]\n", c.send("GET", "/tasks", "").body)
	require.Equal(t, `{"value":"`+long+`"}`+"\n", c.send("GET", "/items/a", "").body)

	for range 3 { // the same bytes again and again need no more room
		require.Equal(t, 200, c.send("PUT", "/items/a", `{"value": "`+long+`"}`).status)
	}
	require.Equal(t, 200, c.send("PUT", "/items/a", `{"value": 1}`).status)
	require.Equal(t, 201, c.send("POST", "/tasks/b", `{"description": "d"}`).status)
	require.Equal(t, 200, c.send("DELETE", "/items/a", "").status)
	require.Equal(t, 200, c.send("DELETE", "/tasks/b", "").status)
	require.Equal(t, 201, c.send("POST", "/tasks/b", `{"description": "`+long[:300]+`"}`).status)
}

// An item is the caller's no more once it is made: changing what it was made of does not change it.
func TestItemSharesNothing(t *testing.T) {
	value := json.RawMessage(`"a"`)
	item := server.NewItem(value)
	value[1] = 'b'
	require.Equal(t, `"a"`, string(item.Value))
	_ = append(item.Value, 'c')
	store := server.NewMemory(1000)
	_, err := store.PutItem(t.Context(), "k", item, server.Preconditions{})
	require.NoError(t, err)
	require.Equal(t, `{"value":"a"}`+"\n", startWith(t, store, server.DefaultLimits()).send("GET", "/items/k", "").body)
}

// Of many clients that create one item at once exactly one is told so, and no task of many added at once is lost.
func TestWritesAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes until requests meet")
	}
	const clients = 50
	c := start(t)
	var created atomic.Int32
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			if got, err := c.try("PUT", "/items/a", fmt.Sprintf(`{"value": %d}`, i)); err == nil && got.status == 201 {
				created.Add(1)
			}
		})
		all.Go(func() { _, _ = c.try("POST", "/tasks", `{"description": "d"}`) })
		all.Go(func() { _, _ = c.try("POST", fmt.Sprintf("/tasks/%d", i), `{"description": "d"}`) })
		all.Go(func() { _, _ = c.try("PUT", "/tasks/0", `{"complete": true}`) })
		all.Go(func() { _, _ = c.try("GET", "/tasks", "") })
		all.Go(func() { _, _ = c.try("DELETE", fmt.Sprintf("/items/%d", i), "") })
	}
	all.Wait()

	require.EqualValues(t, 1, created.Load())
	list := c.send("GET", "/tasks", "")
	require.Equal(t, http.StatusOK, list.status)
	var tasks []server.Task
	require.NoError(t, json.Unmarshal([]byte(list.body), &tasks))
	ids := map[string]bool{}
	for _, task := range tasks {
		ids[task.ID] = true
	}
	require.Len(t, tasks, 2*clients)
	require.Len(t, ids, 2*clients)
}

// A change that takes long stops nobody: meanwhile everything is read, and everything else is written.
func TestUpdateStopsNobody(t *testing.T) {
	ctx, always := t.Context(), server.Preconditions{}
	store := server.NewMemory(1 << 20)
	old, updated := server.NewItem(json.RawMessage(`1`)), server.NewItem(json.RawMessage(`2`))
	_, err := store.PutItem(ctx, "a", old, always)
	require.NoError(t, err)
	_, err = store.UpdateItem(ctx, "a", func(server.Item) (server.Item, error) {
		found, err := store.Item(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, old, found)
		_, err = store.Tasks(ctx, 0, 10)
		require.NoError(t, err)
		written := make(chan struct{}, 100)
		for i := range 100 { // a few may share the lock of a
			go func() {
				_, _ = store.PutItem(ctx, fmt.Sprintf("other %d", i), old, always)
				written <- struct{}{}
			}()
		}
		for range 50 {
			<-written
		}
		return updated, nil
	}, always)
	require.NoError(t, err)
	found, err := store.Item(ctx, "a")
	require.NoError(t, err)
	require.Equal(t, updated, found)
}

// A write to the item that is being changed comes after the change: neither is lost.
func TestUpdateIsOneStep(t *testing.T) {
	ctx, always := t.Context(), server.Preconditions{}
	store := server.NewMemory(1 << 20)
	_, err := store.PutItem(ctx, "a", server.NewItem(json.RawMessage(`1`)), always)
	require.NoError(t, err)
	deleted := make(chan error, 1)
	item, err := store.UpdateItem(ctx, "a", func(old server.Item) (server.Item, error) {
		go func() { deleted <- store.DeleteItem(ctx, "a", always) }()
		return server.NewItem(json.RawMessage(`[` + string(old.Value) + `]`)), nil
	}, always)
	require.NoError(t, err)
	require.Equal(t, `[1]`, string(item.Value))
	require.NoError(t, <-deleted)
	_, err = store.Item(ctx, "a")
	require.ErrorIs(t, err, server.ErrNoItem)
}
