package zoo_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/installed"
	"restlab/internal/intermediary"
	"restlab/internal/lab"
	"restlab/internal/labtest"
)

//go:embed launch.py
var launcher string

// program is one of the course's four, letter for letter but for its no-break spaces.
func program(t *testing.T, begins, ends string) string {
	t.Helper()
	text, err := os.ReadFile("../../../shared/seed/course.txt")
	if err != nil {
		t.Skip("SKIPPED: the course text is not beside this repository, so its programs are not tried")
	}
	course := strings.ReplaceAll(string(text), "\u00a0", " ")
	_, rest, found := strings.Cut(course, begins)
	require.True(t, found, begins)
	body, _, found := strings.Cut(rest, ends)
	require.True(t, found, ends)
	path := filepath.Join(t.TempDir(), "program.py")
	require.NoError(t, os.WriteFile(path, []byte(begins+body+ends+"\n"), 0o600))
	return path
}

// moved runs a program of the course, its ports moved: the programs name 5000 and 5001.
func moved(t *testing.T, interpreter, path string, ports map[string]string) *exec.Cmd {
	t.Helper()
	script := filepath.Join(t.TempDir(), "launch.py")
	require.NoError(t, os.WriteFile(script, []byte(launcher), 0o600))
	text, err := json.Marshal(ports)
	require.NoError(t, err)
	return exec.Command(interpreter, script, path, string(text))
}

// flaskAt is the command for a Flask program of the course, its port moved.
func flaskAt(t *testing.T, begins, port, to string) *exec.Cmd {
	t.Helper()
	return moved(t, installed.Python(t, "flask"), program(t, begins, "    app.run(port="+port+")"), map[string]string{port: to})
}

// flask starts a Flask program of the course and returns its base URL.
func flask(t *testing.T, begins, port string) string {
	t.Helper()
	free := labtest.FreePort(t)
	cmd := flaskAt(t, begins, port, free)
	var output bytes.Buffer
	cmd.Stderr = &output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 200 {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+free); err == nil {
			require.NoError(t, conn.Close())
			return "http://127.0.0.1:" + free
		}
		time.Sleep(50 * time.Millisecond)
	}
	require.Fail(t, "the course's program did not start", output.String())
	return ""
}

const (
	itemsProgram = "from flask import Flask, request, jsonify\n\napp = Flask(__name__)\n\n# in"
	tasksProgram = "from flask import Flask, request, jsonify\n\napp = Flask(__name__)\ntasks"
)

func gradeBoth(t *testing.T, items, tasks, level string) *grade.Result {
	t.Helper()
	o := grade.Options{Contract: labtest.Contract(t), Seed: rand.Uint64N(1 << 32), Selection: grade.Selection{Level: level}, Pace: grade.Pace{Within: time.Hour, Timeout: time.Minute}}
	o.Items, o.Tasks = labtest.Endpoint(t, items), labtest.Endpoint(t, tasks)
	result, err := grade.Run(context.Background(), o)
	require.NoError(t, err)
	t.Logf("level %s, seed %d: %+v", level, result.Seed, result.Summary.Counts)
	return result
}

// failing are the ids of the rules that failed, in the contract's order.
func failing(r *grade.Result) []string {
	var ids []string
	for _, rule := range grade.Rules(r.Scenarios) {
		if rule.Verdict != grade.Passed && rule.Verdict != grade.Advice {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

// The course's two Flask programs, unchanged, keep every basics rule, and keep them again.
func TestCourseServersAtBasics(t *testing.T) {
	t.Parallel()
	items, tasks := flask(t, itemsProgram, "5000"), flask(t, tasksProgram, "5001")
	times, _ := thoroughness(t)
	for range 1 + times {
		assert.Empty(t, failing(gradeBoth(t, items, tasks, "basics")))
	}
}

// They keep them behind a proxy too.
func TestCourseServersThroughProxy(t *testing.T) {
	t.Parallel()
	items, tasks := proxied(t, flask(t, itemsProgram, "5000")), proxied(t, flask(t, tasksProgram, "5001"))
	assert.Empty(t, failing(gradeBoth(t, items, tasks, "basics")))
}

// proxied is the base URL of a proxy before the server.
func proxied(t *testing.T, base string) string {
	t.Helper()
	i, err := intermediary.Start(intermediary.Proxy(lab.Endpoint{Base: base, Address: strings.TrimPrefix(base, "http://")}))
	require.NoError(t, err)
	t.Cleanup(i.Close)
	return "http://" + i.Address
}

// At level http they fail exactly what the contract says of Flask 2.2. Whether media.unsupported is among it varies
// from version to version: 2.2 answers 400, 2.3 and later 415.
func TestCourseServersAtHTTP(t *testing.T) {
	t.Parallel()
	items, tasks := flask(t, itemsProgram, "5000"), flask(t, tasksProgram, "5001")
	version, err := exec.Command(installed.Python(t, "flask"), "-W", "ignore", "-c", "import flask; print(flask.__version__)").Output()
	require.NoError(t, err)
	t.Logf("Flask %s", version)
	want := []string{
		"put.created", "json.malformed", "json.incomplete", "json.wrongtype", "path.unknown", "tasks.read",
		"tasks.create", "post.not.idempotent", "options", "always",
	}
	if strings.HasPrefix(string(version), "2.2.") {
		want = append(want, "media.unsupported")
	}
	assert.ElementsMatch(t, want, failing(gradeBoth(t, items, tasks, "http")))
}

// The course's two clients, unchanged, work with the reference as with the course's servers.
func TestCourseClients(t *testing.T) {
	for name, c := range map[string]struct{ begins, ends, prints string }{
		"items": {
			"import requests\n\nbase_url", "print('DELETE:', resp.status_code, resp.json())",
			"POST: 201 {'message': 'Item created'}\nGET: 200 {'value': 'Alice'}\n" +
				"PUT: 200 {'message': 'Item updated'}\nDELETE: 200 {'message': 'Item deleted'}\n",
		},
		"tasks": {
			"import requests\n\nbase =", "print('Remaining tasks:', resp.json())",
			"All tasks: [{'complete': True, 'description': 'Learn REST APIs', 'id': 'task1'}, " +
				"{'complete': False, 'description': 'Build a Flask server', 'id': 'task2'}]\n" +
				"Remaining tasks: [{'complete': True, 'description': 'Learn REST APIs', 'id': 'task1'}]\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			interpreter := installed.Python(t, "requests")
			path := program(t, c.begins, c.ends)
			_, port, err := net.SplitHostPort(strings.TrimPrefix(labtest.Reference(t), "http://"))
			require.NoError(t, err)
			out, err := moved(t, interpreter, path, map[string]string{"5000": port, "5001": port}).CombinedOutput()
			require.NoError(t, err, string(out))
			assert.Equal(t, c.prints, inOrder(string(out)))
		})
	}
}

var member = regexp.MustCompile(`'(\w+)': ('[^']*'|True|False)`)

// inOrder sorts the members of printed objects, since their order means nothing.
func inOrder(text string) string {
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllStringFunc(text, func(object string) string {
		members := member.FindAllString(object, -1)
		for i := range members {
			for j := range i {
				if members[i] < members[j] {
					members[i], members[j] = members[j], members[i]
				}
			}
		}
		return "{" + strings.Join(members, ", ") + "}"
	})
}

// Random requests of the course's kinds get the same status and the same JSON from the course's programs and from the
// reference, lists in the same order; a PUT that creates is the one difference. Two thousand, and that SEEDS times.
func TestReferenceIsTheCourse(t *testing.T) {
	t.Parallel()
	items, tasks := flask(t, itemsProgram, "5000"), flask(t, tasksProgram, "5001")
	ours := labtest.Reference(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	times, _ := thoroughness(t)
	for i := range 2_000 * times {
		method, path, body := courseRequest(random)
		theirs := items
		if strings.HasPrefix(path, "/tasks") {
			theirs = tasks
		}
		want, got := send(t, method, theirs+path, body), send(t, method, ours+path, body)
		if method == http.MethodPut && got == `201 {"message":"Item created"}` {
			got = `200 {"message":"Item updated"}`
		}
		require.Equal(t, want, got, "request %d: %s %s %s", i, method, path, body)
	}
}

// courseRequest draws a request that the course's text speaks of, with a valid body, on few names so that they meet.
func courseRequest(random *rand.Rand) (method, path, body string) {
	name := fmt.Sprintf("name%d", random.IntN(12))
	values := []string{`"Alice"`, `"Bob"`, `0`, `1.5`, `true`, `false`, `null`, `""`, `[1,"two"]`, `{"a":{"b":[]}}`, `"日本"`}
	value := values[random.IntN(len(values))]
	switch random.IntN(8) {
	case 0:
		return http.MethodGet, "/items/" + name, ""
	case 1:
		return http.MethodPost, "/items/" + name, `{"value": ` + value + `}`
	case 2:
		return http.MethodPut, "/items/" + name, `{"value": ` + value + `}`
	case 3:
		return http.MethodDelete, "/items/" + name, ""
	case 4:
		return http.MethodGet, "/tasks", ""
	case 5:
		return http.MethodPost, "/tasks/" + name, `{"description": "` + fmt.Sprint(random.IntN(100)) + `"}`
	case 6:
		bodies := []string{`{"complete": true}`, `{"complete": false}`, `{}`}
		return http.MethodPut, "/tasks/" + name, bodies[random.IntN(len(bodies))]
	}
	return http.MethodDelete, "/tasks/" + name, ""
}

// send returns the status and the JSON in one canonical form.
func send(t *testing.T, method, url, body string) string {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	var value any
	require.NoError(t, json.NewDecoder(response.Body).Decode(&value))
	canonical, err := json.Marshal(value)
	require.NoError(t, err)
	return fmt.Sprintf("%d %s", response.StatusCode, canonical)
}
