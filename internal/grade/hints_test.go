package grade_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/proof/fault"
)

// A server whose routes take numbers alone gets a hint that ids are texts, whatever it answers to a text.
func TestHintsNumbersAlone(t *testing.T) {
	numbered := regexp.MustCompile(`^/tasks(/\d+)?$`)
	for _, c := range []struct {
		status int
		text   string
		hinted bool
	}{
		{404, "404 page not found", true},
		{400, `{"error": "Invalid ID"}`, true},
		{400, `{"error": "strconv.Atoi: parsing \"a\": invalid syntax"}`, true},
		{422, `{"detail": [{"loc": ["path", "id"], "msg": "Input should be a valid integer"}]}`, true},
		{400, `{"error": "a description is needed"}`, false},
		{404, `{"error": "Task not found"}`, false},
	} {
		t.Run(fmt.Sprint(c.status, " ", c.text), func(t *testing.T) {
			t.Parallel()
			at := reference(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if numbered.MatchString(r.URL.Path) {
						next.ServeHTTP(w, r)
						return
					}
					w.WriteHeader(c.status)
					_, _ = w.Write([]byte(c.text))
				})
			})
			result := run(t, grade.Options{Servers: lab.Servers{Tasks: at}, Selection: grade.Selection{Level: "basics", Rules: []string{"tasks.add"}}})
			for _, s := range result.Scenarios {
				if s.Verdict == grade.Failed {
					require.NotEmpty(t, s.Hints)
					assert.Equal(t, c.hinted, regexp.MustCompile(`Keys and ids are texts, such as t\w{10}`).MatchString(s.Hints[0]), s.Hints[0])
				}
			}
			assert.False(t, result.Passed())
		})
	}
}

// A task that is listed under another id is found by its description, and the card names both ids.
func TestNoteOtherID(t *testing.T) {
	for name, noted := range map[string]bool{"task-gets-another-id": true, "list-of-the-first-ten": false, "list-without-id": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, known := fault.Find(name)
			require.True(t, known)
			at := reference(t, func(http.Handler) http.Handler { return f.Handler() })
			result := run(t, grade.Options{Servers: lab.Servers{Tasks: at}, Selection: grade.Selection{Level: "basics", Rules: []string{"tasks.list", "tasks.add"}}})
			notes := strings.Join(verdicts(result), "\n")
			assert.False(t, result.Passed())
			assert.Equal(t, noted, strings.Contains(notes, "is listed, but under the id"), notes)
		})
	}
}
