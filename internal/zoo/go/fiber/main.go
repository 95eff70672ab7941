// Fiber serves items and tasks with github.com/gofiber/fiber on fasthttp, with the middlewares of its guide.
//
// What it chooses where the contract leaves a choice: POST on an existing key replaces and answers 200, POST on an existing
// id is refused with 409; a write answers with the new state, a DELETE with 200 and the old one; the etag middleware tags
// reads alone; a response is compressed when a client takes br, gzip or deflate; the newest task is listed first; Location
// is absolute.
package main

import (
	"encoding/json"
	"errors"
	"log"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/compress"
	"github.com/gofiber/fiber/v2/middleware/cors"
	"github.com/gofiber/fiber/v2/middleware/etag"
	"github.com/gofiber/fiber/v2/middleware/helmet"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/gofiber/fiber/v2/utils"
)

type item struct {
	Value json.RawMessage `json:"value" validate:"required"`
}

type newTask struct {
	Description *string `json:"description" validate:"required"`
}

type change struct {
	Complete *bool `json:"complete" validate:"required"`
}

type task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
}

// store keeps the states of one kind under their names. All handlers share one lock, which the middleware locked takes.
type store[T any] struct {
	states map[string]T
	names  []string // the newest first
}

func (s *store[T]) put(name string, state T) (isNew bool) {
	if _, there := s.states[name]; !there {
		s.names = slices.Insert(s.names, 0, name)
		isNew = true
	}
	s.states[name] = state
	return isNew
}

func (s *store[T]) find(name string) (T, error) {
	state, there := s.states[name]
	if !there {
		return state, fiber.NewError(fiber.StatusNotFound, "nothing is here")
	}
	return state, nil
}

func (s *store[T]) remove(c *fiber.Ctx) error {
	state, err := s.find(name(c))
	if err != nil {
		return err
	}
	delete(s.states, name(c))
	s.names = slices.DeleteFunc(s.names, func(n string) bool { return n == name(c) })
	return c.JSON(state)
}

func (s *store[T]) read(c *fiber.Ctx) error {
	state, err := s.find(name(c))
	if err != nil {
		return err
	}
	return c.JSON(state)
}

// name is the last segment of the path. Fiber's own texts are used again for the next request, so this is a copy.
func name(c *fiber.Ctx) string {
	decoded, err := url.PathUnescape(c.Params("name"))
	if err != nil {
		return utils.CopyString(c.Params("name"))
	}
	return utils.CopyString(decoded)
}

var validate = validator.New(validator.WithRequiredStructEnabled())

// parse reads a body in JSON and validates it.
func parse[T any](c *fiber.Ctx) (body T, err error) {
	label, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	if !strings.EqualFold(strings.TrimSpace(label), fiber.MIMEApplicationJSON) {
		return body, fiber.ErrUnsupportedMediaType
	}
	if err := json.Unmarshal(c.Body(), &body); err != nil {
		return body, fiber.NewError(fiber.StatusBadRequest, "the body is not the JSON that is needed")
	}
	if err := validate.Struct(body); err != nil {
		return body, fiber.NewError(fiber.StatusUnprocessableEntity, "a member is missing or null")
	}
	return body, nil
}

func storeItem(items *store[item]) fiber.Handler {
	return func(c *fiber.Ctx) error {
		body, err := parse[item](c)
		if err != nil {
			return err
		}
		body.Value = slices.Clone(body.Value)
		if items.put(name(c), body) {
			c.Status(fiber.StatusCreated)
		}
		return c.JSON(body)
	}
}

func listTasks(tasks *store[task]) fiber.Handler {
	return func(c *fiber.Ctx) error {
		all := []task{}
		for _, id := range tasks.names {
			all = append(all, tasks.states[id])
		}
		return c.JSON(all)
	}
}

// addTask adds a task under the id of the path, or under one of its own.
func addTask(tasks *store[task]) fiber.Handler {
	return func(c *fiber.Ctx) error {
		body, err := parse[newTask](c)
		if err != nil {
			return err
		}
		id := name(c)
		if id == "" {
			id = utils.UUIDv4()
			c.Location(c.BaseURL() + "/tasks/" + id)
		}
		if _, err := tasks.find(id); err == nil {
			return fiber.NewError(fiber.StatusConflict, "the id exists already")
		}
		added := task{ID: id, Description: *body.Description}
		tasks.put(id, added)
		return c.Status(fiber.StatusCreated).JSON(added)
	}
}

func completeTask(tasks *store[task]) fiber.Handler {
	return func(c *fiber.Ctx) error {
		body, err := parse[change](c)
		if err != nil {
			return err
		}
		found, err := tasks.find(name(c))
		if err != nil {
			return err
		}
		found.Complete = *body.Complete
		tasks.put(found.ID, found)
		return c.JSON(found)
	}
}

// refuse writes every error as JSON, those of Fiber's router among them, which sets Allow with its 405.
func refuse(c *fiber.Ctx, err error) error {
	known := fiber.ErrInternalServerError
	if !errors.As(err, &known) {
		log.Print(err)
	}
	return c.Status(known.Code).JSON(fiber.Map{"error": known.Message})
}

func locked() fiber.Handler {
	var mu sync.Mutex
	return func(c *fiber.Ctx) error {
		mu.Lock()
		defer mu.Unlock()
		return c.Next()
	}
}

func options(allow string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderAllow, allow)
		return c.SendStatus(fiber.StatusNoContent)
	}
}

func main() {
	app := fiber.New(fiber.Config{CaseSensitive: true, DisableStartupMessage: true, ErrorHandler: refuse, BodyLimit: 1 << 20})
	app.Use(recover.New(), helmet.New(), cors.New(), compress.New(), locked())
	app.Use(etag.New(etag.Config{Next: func(c *fiber.Ctx) bool { return c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead }}))

	items := &store[item]{states: map[string]item{}}
	app.Get("/items/:name", items.read)
	app.Put("/items/:name", storeItem(items))
	app.Post("/items/:name", storeItem(items))
	app.Delete("/items/:name", items.remove)
	app.Options("/items/:name", options("GET, HEAD, POST, PUT, DELETE, OPTIONS"))

	tasks := &store[task]{states: map[string]task{}}
	app.Get("/tasks", listTasks(tasks))
	app.Post("/tasks", addTask(tasks))
	app.Get("/tasks/:name", tasks.read)
	app.Post("/tasks/:name", addTask(tasks))
	app.Put("/tasks/:name", completeTask(tasks))
	app.Delete("/tasks/:name", tasks.remove)
	app.Options("/tasks", options("GET, HEAD, POST, OPTIONS"))
	app.Options("/tasks/:name", options("GET, HEAD, POST, PUT, DELETE, OPTIONS"))
	log.Fatal(app.Listen("127.0.0.1:" + os.Getenv("PORT")))
}
