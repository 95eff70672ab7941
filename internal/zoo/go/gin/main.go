// Gin serves items and tasks with github.com/gin-gonic/gin, bodies bound to structs.
//
// What it chooses where the contract leaves a choice: POST on what is there replaces it and answers 200; so does a PUT, with
// the whole new state, and a DELETE, with what was deleted; tasks are listed in the order of their last change; an error has
// a code beside its text; Location has no host.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
	"github.com/gin-gonic/gin/binding"
)

type item struct {
	Value json.RawMessage `json:"value" binding:"required"`
}

type newTask struct {
	Description *string `json:"description" binding:"required"`
}

type task struct {
	ID          string `json:"id"`
	Description string `json:"description"`
	Complete    bool   `json:"complete"`
}

// flag is a boolean that may be left out, but is not null.
type flag struct {
	set, on bool
}

func (f *flag) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "true", "false":
		f.set, f.on = true, text[0] == 't'
		return nil
	}
	return fmt.Errorf("%s is neither true nor false", text)
}

type change struct {
	Complete flag `json:"complete"`
}

type api struct {
	mu    sync.Mutex
	items map[string]item
	tasks []task // the one changed last at the end
	made  int
}

func refuse(c *gin.Context, status int, why string) {
	c.AbortWithStatusJSON(status, gin.H{"error": why, "code": strings.ReplaceAll(strings.ToUpper(http.StatusText(status)), " ", "_")})
}

// bind reads the body. It has answered already where it returns false.
func bind(c *gin.Context, into any) bool {
	if !strings.EqualFold(strings.TrimSpace(c.ContentType()), gin.MIMEJSON) {
		refuse(c, http.StatusUnsupportedMediaType, "send application/json")
		return false
	}
	var whole map[string]json.RawMessage
	text, err := c.GetRawData()
	if err == nil {
		err = json.Unmarshal(text, &whole)
	}
	if err == nil && whole == nil {
		err = fmt.Errorf("null is not an object")
	}
	if err == nil {
		err = binding.JSON.BindBody(text, into)
	}
	if err != nil {
		refuse(c, http.StatusUnprocessableEntity, "the body is not what is needed")
	}
	return err == nil
}

func (a *api) readItem(c *gin.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.items[c.Param("key")]
	if !ok {
		refuse(c, http.StatusNotFound, "no such item")
		return
	}
	c.JSON(http.StatusOK, found)
}

func (a *api) storeItem(c *gin.Context) {
	var body item
	if !bind(c, &body) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	status := http.StatusCreated
	if _, taken := a.items[c.Param("key")]; taken {
		status = http.StatusOK
	}
	a.items[c.Param("key")] = body
	c.JSON(status, body)
}

func (a *api) deleteItem(c *gin.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	was, ok := a.items[c.Param("key")]
	if !ok {
		refuse(c, http.StatusNotFound, "no such item")
		return
	}
	delete(a.items, c.Param("key"))
	c.JSON(http.StatusOK, was)
}

func (a *api) listTasks(c *gin.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c.JSON(http.StatusOK, append([]task{}, a.tasks...))
}

// find returns where the task is, or answers 404. The caller has the lock.
func (a *api) find(c *gin.Context) (int, bool) {
	i := a.index(c.Param("id"))
	if i < 0 {
		refuse(c, http.StatusNotFound, "no such task")
	}
	return i, i >= 0
}

func (a *api) index(id string) int {
	return slices.IndexFunc(a.tasks, func(t task) bool { return t.ID == id })
}

// store puts the task at the end of the list, and returns true if it is a new one. The caller has the lock.
func (a *api) store(t task) bool {
	before := len(a.tasks)
	a.tasks = append(slices.DeleteFunc(a.tasks, func(old task) bool { return old.ID == t.ID }), t)
	return len(a.tasks) > before
}

func (a *api) createTask(c *gin.Context) {
	var body newTask
	if !bind(c, &body) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	id := ""
	for id == "" || a.index(id) >= 0 {
		a.made++
		id = "task-" + strconv.Itoa(a.made)
	}
	a.store(task{ID: id, Description: *body.Description})
	c.Header("Location", "/tasks/"+id)
	c.Status(http.StatusCreated)
}

func (a *api) readTask(c *gin.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if i, ok := a.find(c); ok {
		c.JSON(http.StatusOK, a.tasks[i])
	}
}

func (a *api) addTask(c *gin.Context) {
	var body newTask
	if !bind(c, &body) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	t := task{ID: c.Param("id"), Description: *body.Description}
	status := http.StatusOK
	if a.store(t) {
		status = http.StatusCreated
	}
	c.JSON(status, t)
}

func (a *api) completeTask(c *gin.Context) {
	var body change
	if !bind(c, &body) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	i, ok := a.find(c)
	if !ok {
		return
	}
	t := a.tasks[i]
	if body.Complete.set {
		t.Complete = body.Complete.on
	}
	a.store(t)
	c.JSON(http.StatusOK, t)
}

func (a *api) deleteTask(c *gin.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i, ok := a.find(c)
	if !ok {
		return
	}
	was := a.tasks[i]
	a.tasks = slices.Delete(a.tasks, i, i+1)
	c.JSON(http.StatusOK, was)
}

func options(methods string) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Header("Allow", methods)
		c.Status(http.StatusOK)
	}
}

func main() {
	gin.SetMode(gin.ReleaseMode)
	a := &api{items: map[string]item{}}
	r := gin.New()
	r.Use(gin.Recovery())
	r.HandleMethodNotAllowed = true
	r.NoRoute(func(c *gin.Context) { refuse(c, http.StatusNotFound, "there is no such path") })
	r.NoMethod(func(c *gin.Context) { refuse(c, http.StatusMethodNotAllowed, "this is not done here") })

	reading := []string{http.MethodGet, http.MethodHead}
	writing := []string{http.MethodPut, http.MethodPost}
	r.Match(reading, "/items/:key", a.readItem)
	r.Match(writing, "/items/:key", a.storeItem)
	r.DELETE("/items/:key", a.deleteItem)
	r.OPTIONS("/items/:key", options("GET, HEAD, PUT, POST, DELETE, OPTIONS"))
	r.Match(reading, "/tasks", a.listTasks)
	r.POST("/tasks", a.createTask)
	r.OPTIONS("/tasks", options("GET, HEAD, POST, OPTIONS"))
	r.Match(reading, "/tasks/:id", a.readTask)
	r.POST("/tasks/:id", a.addTask)
	r.PUT("/tasks/:id", a.completeTask)
	r.DELETE("/tasks/:id", a.deleteTask)
	r.OPTIONS("/tasks/:id", options("GET, HEAD, PUT, POST, DELETE, OPTIONS"))
	if err := r.Run("127.0.0.1:" + os.Getenv("PORT")); err != nil {
		panic(err)
	}
}
