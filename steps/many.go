package steps

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// maxAdded bounds how many items a scenario may add.
const maxAdded = 200

// impliedByAdding returns what it implies to add so many items or tasks. Only tasks make a list longer.
func impliedByAdding(kind, count string) Properties {
	if kind == "tasks" {
		return Properties{Families: justTasks, Turn: turnOfAdding(count)}
	}
	return Properties{Families: justItems}
}

// manyAreAdded adds items or tasks name-1 to name-n. Each has its name as its value or description. The last item must be
// there: a server that stores none cannot forget any.
func (s *Scenario) manyAreAdded(kind, name, count string) error {
	if kind == "tasks" {
		return s.tasksAreAdded(name, count)
	}
	n, err := strconv.Atoi(count)
	if err != nil || n > maxAdded {
		return broken("%s items are more than a scenario may add (%d)", count, maxAdded)
	}
	method, key := http.MethodPost, ""
	for i := 1; i <= n; i++ {
		key = fmt.Sprintf("%s-%d", s.Fill(name), i)
		if method, err = s.addItem(method, key); err != nil {
			return notReached(err, "item "+key)
		}
	}
	return notReached(s.itemIs(key, strconv.Quote(key)), "item "+key)
}

// addItem adds an item with its key as its value, with PUT if POST does not work. It returns the method that worked.
func (s *Scenario) addItem(method, key string) (string, error) {
	body, _ := json.Marshal(map[string]string{"value": key})
	err := s.done(jsonRequest(method, path("item", key), body))
	var f *Failure
	if method == http.MethodPost && errors.As(err, &f) && !f.isWithoutAnswer() {
		method = http.MethodPut
		err = s.done(jsonRequest(method, path("item", key), body))
	}
	return method, err
}
