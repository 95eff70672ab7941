package zoo_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"restlab/internal/installed"
	"restlab/internal/labtest"
	"restlab/internal/process"
)

// Started by the program that learners run, a server that is right loses nothing either, and nothing of it is left. Where SEEDS is not
// set, all but the basics is left to TestServers.
func TestByCommand(t *testing.T) {
	labtest.Slow(t, "it builds programs")
	restlab := buildLab(t)
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			command := s.command(t)
			level := s.level
			if !thorough() {
				level = "basics"
			}
			gradeByCommand(t, restlab, append([]string{"--level", level, "--", command.Path}, command.Args[1:]...)...)
		})
	}
	t.Run("course", func(t *testing.T) {
		gradeByCommand(t, restlab, "--level", "basics", "--items-cmd", courseCommand(t, itemsProgram, "5000"), "--tasks-cmd", courseCommand(t, tasksProgram, "5001"))
	})
}

// courseCommand starts a Flask program of the course at the port that the lab chooses.
func courseCommand(t *testing.T, begins, port string) string {
	t.Helper()
	return (&process.Command{Words: flaskAt(t, begins, port, "{port}").Args}).String()
}

func gradeByCommand(t *testing.T, restlab string, args ...string) {
	t.Helper()
	times, _ := thoroughness(t)
	for number := range times {
		mark := fmt.Sprintf("RESTLAB_ZOO=%d-%s-%d", os.Getpid(), t.Name(), number)
		cmd := exec.Command(restlab, append([]string{"grade", "--within", "1h", "--timeout", "1m", "--ready-timeout", "5m", "--sequences", "20", "--env", "RESTLAB_ZOO"}, args...)...)
		cmd.Env = append(os.Environ(), mark, "RESTLAB_HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		t.Log(scored.FindString(string(out)))
		require.Empty(t, marked(mark))
		for _, port := range addresses.FindAllString(string(out), -1) {
			l, err := net.Listen("tcp", port)
			require.NoError(t, err)
			require.NoError(t, l.Close())
		}
	}
}

var (
	scored    = regexp.MustCompile(`Everything passed.*|Nothing failed.*`)
	addresses = regexp.MustCompile(`127\.0\.0\.1:\d+`)
)

// marked are the processes that have inherited a variable, on Linux.
func marked(variable string) (found []string) {
	all, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, path := range all {
		if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte(variable+"\x00")) {
			words, _ := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
			found = append(found, path+" "+strings.ReplaceAll(string(words), "\x00", " "))
		}
	}
	return found
}

// supervised are commands that start a server of this folder again when its files change, as people start them while they
// develop.
var supervised = []struct {
	name    string
	command func(t *testing.T) []string
}{
	{"npm run dev", func(t *testing.T) []string {
		return []string{installed.Program(t, "npm", "npm"), "--prefix", "node", "run", "dev"}
	}},
	{"nodemon", func(t *testing.T) []string { return npm(t, "koa", "nodemon", "--quiet", "node/koa.js").Args }},
	{"node --watch", func(t *testing.T) []string { return npm(t, "express", "node", "--watch", "node/express.js").Args }},
	{"flask --debug", func(t *testing.T) []string {
		return []string{installed.Python(t, "flask"), "-m", "flask", "--app", "python/flask_server.py", "--debug", "run", "--port", "{port}"}
	}},
	{"uvicorn --reload", func(t *testing.T) []string {
		python := installed.Python(t, "fastapi, uvicorn")
		return []string{python, "-m", "uvicorn", "--app-dir", "python", "fastapi_server:app", "--reload", "--reload-dir", "python", "--port", "{port}"}
	}},
}

// Started by a program that watches its files, a server that is right loses nothing at basics, and nothing of the tree of
// processes is left.
func TestSupervised(t *testing.T) {
	labtest.Slow(t, "it builds programs")
	restlab := buildLab(t)
	for _, s := range supervised {
		t.Run(s.name, func(t *testing.T) {
			gradeByCommand(t, restlab, append([]string{"--level", "basics", "--"}, s.command(t)...)...)
		})
	}
}

// buildLab builds the program that learners run.
func buildLab(t *testing.T) string {
	t.Helper()
	restlab := filepath.Join(t.TempDir(), "restlab.exe")
	out, err := exec.Command("go", "build", "-o", restlab, "restlab/cmd/restlab").CombinedOutput()
	require.NoError(t, err, string(out))
	return restlab
}
