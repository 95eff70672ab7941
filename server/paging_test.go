package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"sync"
	"testing"

	"restlab/server"

	"github.com/stretchr/testify/require"
)

var nextLink = regexp.MustCompile(`^<(/tasks\?[^>]*)>; rel="next"$`)

// page gets a page of the list: the ids of its tasks, and where the next one is, or "".
func (c client) page(path string) (ids []string, next string) {
	c.t.Helper()
	got := c.send("GET", path, "")
	require.Equal(c.t, 200, got.status, got.body)
	var tasks []server.Task
	require.NoError(c.t, json.Unmarshal([]byte(got.body), &tasks))
	for _, task := range tasks {
		ids = append(ids, task.ID)
	}
	if link := got.header.Get("Link"); link != "" {
		require.Regexp(c.t, nextLink, link)
		next = nextLink.FindStringSubmatch(link)[1]
	}
	return ids, next
}

// startListed serves tasks with these ids.
func startListed(t testing.TB, ids ...string) client {
	c := start(t)
	for _, id := range ids {
		require.Equal(t, 201, c.send("POST", "/tasks/"+id, `{"description": "d"}`).status)
	}
	return c
}

// The pages are the list in its order, cut into pieces. There is a Link as long as something follows, and only then.
func TestPages(t *testing.T) {
	c := startListed(t, "c", "a", "b", "e", "d")
	for limit, want := range map[int][][]string{
		1:    {{"c"}, {"a"}, {"b"}, {"e"}, {"d"}},
		2:    {{"c", "a"}, {"b", "e"}, {"d"}},
		4:    {{"c", "a", "b", "e"}, {"d"}},
		5:    {{"c", "a", "b", "e", "d"}},
		6:    {{"c", "a", "b", "e", "d"}},
		1000: {{"c", "a", "b", "e", "d"}},
	} {
		var pages [][]string
		for next := fmt.Sprint("/tasks?limit=", limit); next != ""; {
			var ids []string
			ids, next = c.page(next)
			pages = append(pages, ids)
		}
		require.Equal(t, want, pages)
	}
	_, next := startListed(t).page("/tasks?limit=1")
	require.Empty(t, next)
}

// Without a limit all tasks come, and parameters that nobody knows are ignored.
func TestNoPages(t *testing.T) {
	c := startListed(t, "a", "b", "c")
	for _, query := range []string{"", "?", "?other=1", "?Limit=1", "?limit[]=1", "?page=2", "?;limit=1"} {
		ids, next := c.page("/tasks" + query)
		require.Equal(t, []string{"a", "b", "c"}, ids)
		require.Empty(t, next)
	}
	ids, next := c.page("/tasks?after=1")
	require.Equal(t, []string{"b", "c"}, ids)
	require.Empty(t, next)
	ids, _ = c.page("/tasks?after=2")
	require.Equal(t, []string{"c"}, ids)
}

// A store that is asked for no tasks at all gives none, and there is no place to go on from.
func TestPageOfNone(t *testing.T) {
	store := server.NewMemory(1000)
	_, err := store.PutTask(t.Context(), server.NewTask("a", "d", false), server.Preconditions{})
	require.NoError(t, err)
	list, err := store.Tasks(t.Context(), 0, 0)
	require.NoError(t, err)
	require.Zero(t, list.Next)
}

// A page has Limits.Page tasks and no more, however many are asked for.
func TestPageIsBounded(t *testing.T) {
	limits := server.DefaultLimits()
	limits.Page = 2
	c := startWith(t, server.NewMemory(limits.Stored), limits)
	for i := range 3 {
		c.send("POST", fmt.Sprint("/tasks/", i), `{"description": "d"}`)
	}
	for _, limit := range []string{"2", "3", "1000000", "9999999999999999999999"} {
		ids, next := c.page("/tasks?limit=" + limit)
		require.Len(t, ids, 2)
		require.Equal(t, "/tasks?limit=2&after=2", next)
	}
}

// A limit that is not a number from 1, a cursor that no Link had, and either of them twice are 400.
func TestPagesRefused(t *testing.T) {
	c := startListed(t, "a", "b", "c")
	for _, query := range []string{
		"limit=0", "limit=-1", "limit=", "limit", "limit=x", "limit=1.0", "limit=1e2", "limit=+1", "limit=%2B1", "limit=0x1",
		"limit=1_0", "limit=99999999999999999999A", "limit=1&limit=1", "limit=1&limit=2", "limit=%EF%BC%91",
		"after=", "after=x", "after=0", "after=-1", "after=01", "after=1.0", "after=9223372036854775808",
		"after=99999999999999999999", "after=1&after=1",
		"limit=1&after=a", "limit=0&after=1",
	} {
		c.send("GET", "/tasks?"+query, "").expectError(t, 400)
		require.Equal(t, 400, c.send("HEAD", "/tasks?"+query, "").status)
	}
	ids, _ := c.page("/tasks?after=9223372036854775807")
	require.Empty(t, ids)
}

// A page has an ETag of its own. A 304 has the Link that the page has now: another may follow since.
func TestPageNotModified(t *testing.T) {
	c := startListed(t, "a")
	tag := c.etag("/tasks?limit=1")
	c.send("POST", "/tasks/b", `{"description": "d"}`)
	got := c.send("GET", "/tasks?limit=1", "", "If-None-Match", tag)
	require.Equal(t, 304, got.status)
	require.Regexp(t, nextLink, got.header.Get("Link"))
	require.NotEqual(t, tag, c.etag("/tasks"))
}

// Whoever follows the links meets every task that was there all the time exactly once, in order, while others come, go
// and change; the one whose place the link holds may go, too.
func TestPagesWhileTheListChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("not in short mode: it sends thousands of requests")
	}
	c := start(t)
	stays := make([]string, 40)
	for i := range stays {
		stays[i] = fmt.Sprint("stays", i)
		c.send("POST", "/tasks/"+stays[i], `{"description": "d"}`)
		c.send("POST", fmt.Sprint("/tasks/goes", i), `{"description": "d"}`)
	}
	stop := make(chan bool)
	var others sync.WaitGroup
	for worker := range 3 {
		others.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				goes := fmt.Sprint("/tasks/goes", (i*7+worker)%len(stays))
				_, _ = c.try("DELETE", goes, "")
				_, _ = c.try("POST", goes, `{"description": "again"}`)
				_, _ = c.try("PUT", "/tasks/"+stays[i%len(stays)], `{"complete": true}`)
				_, _ = c.try("POST", "/tasks/"+stays[i%len(stays)], `{"description": "replaced"}`)
			}
		})
	}
	for limit := 1; limit < 10; limit++ {
		var seen []string
		next := fmt.Sprint("/tasks?limit=", limit)
		for range 2 * len(stays) { // tasks that come back at the end could keep us here for ever
			var ids []string
			ids, next = c.page(next)
			for _, id := range ids {
				if id[0] == 's' {
					seen = append(seen, id)
				}
			}
			if next == "" || len(seen) == len(stays) {
				break
			}
		}
		require.Equal(t, stays, seen)
	}
	close(stop)
	others.Wait()
}

// Whatever the query says, the answer is a page or 400.
func FuzzPage(f *testing.F) {
	for _, seed := range [][2]string{
		{"1", "1"}, {"0", "2"}, {"18446744073709551616", "9223372036854775807"}, {"%zz", "+"}, {"", "x"}, {"2170000000A", "1"},
	} {
		f.Add(seed[0], seed[1])
	}
	shared := startListed(f, "a", "b", "c")
	f.Fuzz(func(t *testing.T, limit, after string) {
		c := shared.in(t)
		got := c.send("GET", "/tasks?limit="+url.QueryEscape(limit)+"&after="+url.QueryEscape(after), "")
		if got.status != 200 {
			got.expectError(t, 400)
			return
		}
		require.Regexp(t, `^0*[1-9]\d*$`, limit)
		require.Regexp(t, `^[1-9]\d*$`, after)
	})
}
