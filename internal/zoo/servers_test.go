package zoo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/installed"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/model"
)

// servers are those written for this folder, each with the level that it keeps in full. A command gets its port from the
// environment or instead of {port}, as the lab gives it, and listens on 127.0.0.1 alone.
var servers = []struct {
	name, level string
	command     func(t *testing.T) *exec.Cmd
}{
	{"flask", "production", func(t *testing.T) *exec.Cmd {
		return exec.Command(installed.Python(t, "flask"), "python/flask_server.py")
	}},
	{"node", "production", func(t *testing.T) *exec.Cmd {
		return exec.Command(installed.Program(t, "node", "nodejs"), "node/plain.js")
	}},
	{"http.server", "production", func(t *testing.T) *exec.Cmd {
		return exec.Command(installed.Python(t, "http.server"), "python/standard.py")
	}},
	{"fastapi", "production", func(t *testing.T) *exec.Cmd {
		return exec.Command(installed.Python(t, "fastapi, uvicorn"), "python/fastapi_server.py")
	}},
	{"php", "production", func(t *testing.T) *exec.Cmd {
		php := installed.Program(t, "php", "php-cli php-sqlite3")
		database := filepath.Join(t.TempDir(), "database")
		return exec.Command(php, "-d", "expose_php=0", "-d", "display_errors=0", "-d", "zoo.database="+database, "-S", "127.0.0.1:{port}", "php/router.php")
	}},
	{"express", "http", func(t *testing.T) *exec.Cmd { return npm(t, "express", "node", "node/express.js") }},
	{"fastify", "http", func(t *testing.T) *exec.Cmd { return npm(t, "fastify", "node", "node/fastify.js") }},
	{"koa", "http", func(t *testing.T) *exec.Cmd { return npm(t, "koa", "node", "node/koa.js") }},
	{"hono", "http", func(t *testing.T) *exec.Cmd { return npm(t, "hono", "tsx", "node/hono.ts") }},
	{"nest", "http", func(t *testing.T) *exec.Cmd { return npm(t, "@nestjs/core", "ts-node", "node/nest/main.ts") }},
	{"chi", "http", func(t *testing.T) *exec.Cmd { return built(t, "chi") }},
	{"gin", "http", func(t *testing.T) *exec.Cmd { return built(t, "gin") }},
	{"fiber", "http", func(t *testing.T) *exec.Cmd { return built(t, "fiber") }},
	{"sinatra", "http", func(t *testing.T) *exec.Cmd {
		ruby := installed.Program(t, "ruby", "ruby-sinatra puma")
		if exec.Command(ruby, "-e", "require 'sinatra/base'; require 'puma'").Run() != nil {
			installed.Missing(t, "Sinatra with Puma", "Debian: ruby-sinatra puma")
		}
		return exec.Command(ruby, "ruby/sinatra_server.rb")
	}},
	{"spring", "http", func(t *testing.T) *exec.Cmd {
		java := installed.Program(t, "java", "default-jdk-headless")
		for jar, debian := range map[string]string{
			"spring3-web.servlet": "libspring-web-servlet-java", "jetty9-servlet": "libjetty9-java",
			"jackson-databind": "libjackson2-databind-java", "hibernate-validator": "libhibernate-validator-java",
		} {
			if _, err := os.Stat("/usr/share/java/" + jar + ".jar"); err != nil {
				installed.Missing(t, jar, "Debian: "+debian)
			}
		}
		return exec.Command(java, "@java/spring.args", "java/Spring.java")
	}},
	{"jdk", "http", func(t *testing.T) *exec.Cmd {
		installed.Program(t, "javac", "default-jdk-headless")
		return exec.Command(installed.Program(t, "java", "default-jdk-headless"), "java/Server.java")
	}},
}

// A server that is right by the contract loses nothing, whatever it is written in and however it chooses.
func TestServers(t *testing.T) {
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			command := s.command(t)
			times, sequences := thoroughness(t)
			for range times {
				keepsAll(t, start(t, command), s.level, sequences)
			}
		})
	}
}

// npm is a command of Node that needs a package, which `npm ci` in the folder node installs, as it installs the programs that
// run what is not JavaScript.
func npm(t *testing.T, name, program string, args ...string) *exec.Cmd {
	t.Helper()
	node := installed.Program(t, "node", "nodejs")
	if _, err := os.Stat("node/node_modules/" + name); err != nil {
		installed.Missing(t, name, "npm ci in internal/zoo/node")
	}
	if program == "node" {
		return exec.Command(node, args...)
	}
	return exec.Command(filepath.Join("node/node_modules/.bin", program), args...)
}

// built is a program of the module in the folder go, which is one of its own so that nobody else fetches what it needs.
func built(t *testing.T, name string) *exec.Cmd {
	t.Helper()
	labtest.Slow(t, "it builds programs")
	program := filepath.Join(t.TempDir(), name+".exe") // Windows wants the ending, others do not mind
	build := exec.Command("go", "build", "-tags", "nomsgpack", "-o", program, "./"+name)
	build.Dir = "go"
	if out, err := build.CombinedOutput(); err != nil {
		t.Logf("%s", out)
		installed.Missing(t, name+" that builds", "go build in internal/zoo/go")
	}
	return exec.Command(program)
}

// thoroughness is how often each server is graded, and with how many random sequences. SEEDS says how often, and is for
// who has the time; without it a short run will do.
func thoroughness(t *testing.T) (times, sequences int) {
	t.Helper()
	if !thorough() {
		return 1, 20
	}
	times, err := strconv.Atoi(os.Getenv("SEEDS"))
	require.NoError(t, err, "SEEDS")
	return times, model.DefaultSequences
}

// thorough reports whether SEEDS is set.
func thorough() bool { return os.Getenv("SEEDS") != "" }

// keepsAll grades a server. Nobody here is in a hurry, so that a slow machine decides nothing.
func keepsAll(t *testing.T, base, level string, sequences int) {
	t.Helper()
	at := labtest.Endpoint(t, base)
	result, err := grade.Run(context.Background(), grade.Options{Contract: labtest.Contract(t), Seed: rand.Uint64N(1 << 32), Servers: lab.Both(at), Selection: grade.Selection{Level: level}, Pace: grade.Pace{Within: time.Hour, Timeout: time.Minute, Sequences: sequences}})
	require.NoError(t, err)
	t.Logf("level %s, seed %d: %d of %d points in %.1f s", level, result.Seed, result.Summary.Points, result.Summary.PointsOf, result.Seconds)
	for _, s := range result.Scenarios {
		if s.Verdict == grade.Passed || s.Verdict == grade.Advice {
			continue
		}
		why := s.Why
		if s.Failure != nil {
			why = fmt.Sprintf("%s: expected %s, received %s", s.Failure.Asked, s.Failure.Expected, s.Failure.Received)
		}
		t.Errorf("%s: %s (seed %d)\n%s", s.ID, s.Verdict, result.Seed, why)
	}
}

// start runs a command like this one until the test ends, and returns the base URL when it listens.
func start(t *testing.T, like *exec.Cmd) (base string) {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	port := labtest.FreePort(t)
	args := strings.Split(strings.ReplaceAll(strings.Join(like.Args[1:], "\x00"), "{port}", port), "\x00")
	cmd := exec.Command(like.Path, args...)
	cmd.Env = append(os.Environ(), "PORT="+port)
	cmd.Stdout, cmd.Stderr = log, log
	alone(cmd)
	require.NoError(t, cmd.Start())
	exited := make(chan struct{})
	go func() { _ = cmd.Wait(); close(exited) }()
	t.Cleanup(func() {
		kill(cmd)
		<-exited
		if t.Failed() {
			t.Logf("what %s said last:\n%s", filepath.Base(cmd.Path), tail(log.Name()))
		}
		log.Close()
	})
	address := net.JoinHostPort("127.0.0.1", port)
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		select {
		case <-exited:
			require.Fail(t, "the server ended before it listened", cmd.ProcessState.String())
		default:
		}
		if conn, err := net.Dial("tcp", address); err == nil {
			require.NoError(t, conn.Close())
			return "http://" + address
		}
	}
	require.Fail(t, "the server does not listen")
	return ""
}

// tail is the end of a log.
func tail(path string) string {
	text, _ := os.ReadFile(path)
	return string(text[max(0, len(text)-4<<10):])
}
