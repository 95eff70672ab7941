package history_test

import (
	"context"
	"maps"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"restlab/internal/history"
	"restlab/internal/labtest"
	"restlab/internal/wire"
	"restlab/server"

	"github.com/stretchr/testify/require"
)

// start serves the store over a socket, and returns how a client sends to it.
func start(t testing.TB, store server.Store) func(int, wire.Request) *wire.Exchange {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := &http.Server{Handler: labtest.HandlerOn(store)}
	go served.Serve(listener)
	t.Cleanup(func() { served.Close() })
	return sender(listener.Addr().String())
}

func sender(address string) func(int, wire.Request) *wire.Exchange {
	return func(_ int, r wire.Request) *wire.Exchange {
		client := wire.Client{Name: "client", Base: "http://" + address, Address: address}
		return client.Do(context.Background(), r)
	}
}

func memory() server.Store { return server.NewMemory(64 << 20) }

// record makes a recording of the default size, on two items.
func record(seed uint64, send func(int, wire.Request) *wire.Exchange) history.History {
	return history.Record(context.Background(), history.Options{
		Targets: []string{"/items/a", "/items/b"}, Send: send, Seed: seed,
	})
}

// wrong are stores that are right for one client at a time, or for a client that waits a little.
var wrong = map[string]func() server.Store{
	"reads from a copy that gets each write 30 ms later": func() server.Store {
		return &lagging{Store: memory(), copy: memory(), by: 30 * time.Millisecond}
	},
	"reads from a copy that gets each write 3 ms later": func() server.Store {
		return &lagging{Store: memory(), copy: memory(), by: 3 * time.Millisecond}
	},
	"fills its cache with what it read before a write": func() server.Store {
		return &cached{Store: memory(), items: map[string]server.Item{}, takes: time.Millisecond}
	},
	"writes the whole map back": func() server.Store {
		s := &copying{Store: memory(), takes: 2 * time.Millisecond}
		s.items.Store(&map[string]server.Item{})
		return s
	},
	"acknowledges DELETE before it is done": func() server.Store {
		return &hasty{Store: memory(), by: 5 * time.Millisecond}
	},
	"writes to two copies one after the other": func() server.Store {
		return &twofold{Store: memory(), second: memory(), takes: time.Millisecond}
	},
}

// lagging reads from a copy.
type lagging struct {
	server.Store
	copy server.Store
	by   time.Duration
}

func (s *lagging) Item(ctx context.Context, key string) (server.Item, error) {
	return s.copy.Item(ctx, key)
}

func (s *lagging) PutItem(ctx context.Context, key string, item server.Item, only server.Preconditions) (bool, error) {
	time.AfterFunc(s.by, func() { s.copy.PutItem(context.Background(), key, item, server.Preconditions{}) })
	return s.Store.PutItem(ctx, key, item, only)
}

func (s *lagging) DeleteItem(ctx context.Context, key string, only server.Preconditions) error {
	time.AfterFunc(s.by, func() { s.copy.DeleteItem(context.Background(), key, server.Preconditions{}) })
	return s.Store.DeleteItem(ctx, key, only)
}

// cached keeps what it has read until the next write.
type cached struct {
	server.Store
	takes time.Duration
	mu    sync.Mutex
	items map[string]server.Item
}

func (s *cached) Item(ctx context.Context, key string) (server.Item, error) {
	s.mu.Lock()
	item, hit := s.items[key]
	s.mu.Unlock()
	if hit {
		return item, nil
	}
	item, err := s.Store.Item(ctx, key)
	time.Sleep(s.takes)
	if err == nil {
		s.mu.Lock()
		s.items[key] = item
		s.mu.Unlock()
	}
	return item, err
}

func (s *cached) forget(key string) {
	s.mu.Lock()
	delete(s.items, key)
	s.mu.Unlock()
}

func (s *cached) PutItem(ctx context.Context, key string, item server.Item, only server.Preconditions) (bool, error) {
	defer s.forget(key)
	return s.Store.PutItem(ctx, key, item, only)
}

func (s *cached) DeleteItem(ctx context.Context, key string, only server.Preconditions) error {
	defer s.forget(key)
	return s.Store.DeleteItem(ctx, key, only)
}

// copying reads the whole map, waits, and writes the whole map, as a program does that keeps it in a file.
type copying struct {
	server.Store
	takes time.Duration
	items atomic.Pointer[map[string]server.Item]
}

func (s *copying) Item(_ context.Context, key string) (server.Item, error) {
	item, there := (*s.items.Load())[key]
	if !there {
		return item, server.ErrNoItem
	}
	return item, nil
}

func (s *copying) PutItem(_ context.Context, key string, item server.Item, _ server.Preconditions) (bool, error) {
	items := maps.Clone(*s.items.Load())
	_, taken := items[key]
	time.Sleep(s.takes)
	items[key] = item
	s.items.Store(&items)
	return !taken, nil
}

func (s *copying) DeleteItem(_ context.Context, key string, _ server.Preconditions) error {
	items := maps.Clone(*s.items.Load())
	if _, taken := items[key]; !taken {
		return server.ErrNoItem
	}
	time.Sleep(s.takes)
	delete(items, key)
	s.items.Store(&items)
	return nil
}

// hasty deletes later.
type hasty struct {
	server.Store
	by time.Duration
}

func (s *hasty) DeleteItem(ctx context.Context, key string, _ server.Preconditions) error {
	_, err := s.Item(ctx, key)
	time.AfterFunc(s.by, func() { s.Store.DeleteItem(context.Background(), key, server.Preconditions{}) })
	return err
}

// twofold writes to both before it answers, and reads from either.
type twofold struct {
	server.Store
	second server.Store
	takes  time.Duration
	reads  atomic.Uint64
}

func (s *twofold) Item(ctx context.Context, key string) (server.Item, error) {
	if s.reads.Add(1)%2 == 0 {
		return s.second.Item(ctx, key)
	}
	return s.Store.Item(ctx, key)
}

func (s *twofold) PutItem(ctx context.Context, key string, item server.Item, only server.Preconditions) (bool, error) {
	created, err := s.Store.PutItem(ctx, key, item, only)
	time.Sleep(s.takes)
	s.second.PutItem(ctx, key, item, server.Preconditions{})
	return created, err
}

func (s *twofold) DeleteItem(ctx context.Context, key string, only server.Preconditions) error {
	err := s.Store.DeleteItem(ctx, key, only)
	time.Sleep(s.takes)
	s.second.DeleteItem(ctx, key, server.Preconditions{})
	return err
}
