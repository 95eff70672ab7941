package course_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"restlab/exercises"
	"restlab/internal/course"
	"restlab/internal/labtest"
	"restlab/solutions"
)

func find(t *testing.T, number string) exercises.Exercise {
	t.Helper()
	e, known := exercises.Find(number)
	require.True(t, known)
	return e
}

// A learner goes on with what has begun, the current exercise first, then with what was left out, and what is passed stays passed.
func TestProgress(t *testing.T) {
	var p course.Progress
	_, begun := p.Last()
	assert.False(t, begun)
	assert.False(t, p.Of(find(t, "01")).HasBegun())

	p.Change(find(t, "03"), func(s *course.State) { s.Folder = "three"; s.Pass() })
	passed := p.Of(find(t, "03")).Passed
	next, more := p.Next()
	assert.True(t, more)
	assert.Equal(t, "01", next.Number(), "it was left out")
	after, more := p.After(find(t, "02"))
	assert.True(t, more)
	assert.Equal(t, "04", after.Number(), "03 is passed")

	p.Change(find(t, "05"), func(*course.State) {})
	p.Change(find(t, "13"), func(*course.State) {})
	next, _ = p.Next()
	assert.Equal(t, "13", next.Number(), "it is the current one")
	_, more = p.After(next)
	assert.False(t, more)
	p.Change(next, (*course.State).Pass)
	next, _ = p.Next()
	assert.Equal(t, "05", next.Number(), "it has begun")
	before, found := p.Before(find(t, "06"))
	assert.True(t, found)
	assert.Equal(t, "03", before.Number())
	_, found = p.Before(find(t, "03"))
	assert.False(t, found)

	for _, e := range exercises.All {
		p.Change(e, func(s *course.State) { s.Pass() })
	}
	_, more = p.Next()
	assert.False(t, more)
	assert.Equal(t, len(exercises.All), p.Passed())
	assert.Equal(t, passed, p.Of(find(t, "03")).Passed)
}

// The hints for the rule that failed last are those that its card has not shown. While the same rule fails those stay that are left.
func TestAhead(t *testing.T) {
	var s course.State
	fails := course.Outcome{Missed: "safe", Hints: []string{"a", "b", "c"}}
	s.Check(fails, 1)
	assert.Equal(t, []string{"b", "c"}, s.Ahead)
	s.Ahead = s.Ahead[1:]
	s.Check(fails, 1)
	assert.Equal(t, []string{"c"}, s.Ahead)
	for shown, left := range map[int]int{0: 1, 1: 0, 2: 0, -1: 0} {
		s.Check(fails, 1)
		s.Check(course.Outcome{Missed: "idempotent", Hints: []string{"d"}}, shown)
		assert.Len(t, s.Ahead, left, shown)
	}
	s.Check(course.Outcome{Passed: true}, 1)
	assert.Empty(t, s.Ahead)
	assert.True(t, s.HasPassed())
}

// Whatever exercise and language somebody begins with, there is its text, and what is Go can be built without a network.
func TestStarters(t *testing.T) {
	for _, e := range exercises.All {
		for _, language := range append(e.Languages(solutions.Files), course.Other) {
			files, known, err := course.Starter(e, language)
			require.NoError(t, err)
			require.True(t, known, "%s in %s", e.Name, language)
			folder := t.TempDir()
			require.NoError(t, course.Copy(folder, files))
			readme, err := os.ReadFile(filepath.Join(folder, "README.md"))
			require.NoError(t, err)
			assert.Equal(t, e.Readme(), string(readme))
			module, err := os.ReadFile(filepath.Join(folder, "go.mod"))
			assert.Equal(t, language == "go", err == nil, "%s in %s", e.Name, language)
			assert.NotContains(t, string(module), "require")
		}
	}
	_, known, err := course.Starter(find(t, "01"), "cobol")
	require.NoError(t, err)
	assert.False(t, known)
}

// Nothing of a learner is written over, by a file or by a link that leads elsewhere; hidden files are in nobody's way.
func TestCopyNeverOverWork(t *testing.T) {
	files := []course.File{{Path: "README.md", Content: []byte("new")}, {Path: "sub/main.go", Content: []byte("new")}}
	folder := filepath.Join(t.TempDir(), "not", "there")
	require.NoError(t, course.Copy(folder, files))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "README.md"), []byte("mine"), 0o600))
	var taken *course.Taken
	require.ErrorAs(t, course.Copy(folder, files), &taken)
	text, err := os.ReadFile(filepath.Join(folder, "README.md"))
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))

	hidden := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(hidden, ".git"), 0o700))
	require.NoError(t, course.Copy(hidden, files))

	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	require.Error(t, course.Copy(file, files))
}

// An exercise that goes on with a learner's files takes all of them but what tools have made, and brings its own text.
func TestContinued(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"README.md": "old", "go.mod": "module mine\n", "main.go": "package main", "sub/more.go": "package sub",
		".git/config": "x", "__pycache__/a.pyc": "x", "main.go~": "x", "server": "\x7fELF…", "notes.txt": "mine",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	files, err := course.Continued(find(t, "08"), folder)
	require.NoError(t, err)
	copied := map[string]string{}
	for _, f := range files {
		copied[f.Path] = string(f.Content)
	}
	assert.Equal(t, map[string]string{
		"README.md": find(t, "08").Readme(), "go.mod": "module mine\n", "main.go": "package main", "sub/more.go": "package sub", "notes.txt": "mine",
	}, copied)
	_, err = course.Continued(find(t, "08"), filepath.Join(folder, "gone"))
	require.Error(t, err)
}

// The program in a folder is started as its files say; where they do not, nothing is guessed.
func TestCommand(t *testing.T) {
	for _, one := range []struct{ files, language, want string }{
		{"main.go", "", "go run ."},
		{"main.go items.go", "go", "go run ."},
		{"server.py", "flask", "python3 server.py"},
		{"server.py", "go", "python3 server.py"},
		{"main.go server.py", "flask", "python3 server.py"},
		{"main.go server.py", "other", ""},
		{"README.md", "go", ""},
	} {
		folder := t.TempDir()
		for _, name := range strings.Fields(one.files) {
			require.NoError(t, os.WriteFile(filepath.Join(folder, name), nil, 0o600))
		}
		words, err := course.Command(folder, one.language)
		assert.Equal(t, one.want, strings.Join(words, " "), one.files)
		var unclear *course.Unclear
		if one.want == "" {
			assert.ErrorAs(t, err, &unclear, one.files)
		} else {
			assert.NoError(t, err, one.files)
		}
	}
}

// go run is taken apart so that arguments stay where they were; what is anything else stays as it is.
func TestRun(t *testing.T) {
	for typed, want := range map[string]string{
		"go run .":                       ". | ",
		"go run . --port 1":              ". | --port 1",
		"go run main.go items.go x.json": "main.go items.go | x.json",
		"go run ./cmd/a b.go":            "./cmd/a | b.go",
		"go run -race .":                 "", "go run": "", "go test .": "", "python3 server.py": "",
	} {
		packages, args, ok := course.Run(strings.Fields(typed))
		got := ""
		if ok {
			got = strings.Join(packages, " ") + " | " + strings.Join(args, " ")
		}
		assert.Equal(t, want, got, typed)
	}
}

// Two texts beside each other are still the two texts, and what is the same is said to be.
func TestCompare(t *testing.T) {
	line := rapid.SampledFrom([]string{"a", "b", "c", ""})
	rapid.Check(t, func(t *rapid.T) {
		mine, model := rapid.SliceOf(line).Draw(t, "mine"), rapid.SliceOf(line).Draw(t, "model")
		var left, right []string
		for _, r := range course.Compare(join(mine), join(model)) {
			if r.IsMine {
				left = append(left, r.Mine)
			}
			if r.IsModel {
				right = append(right, r.Model)
			}
			if r.Same() != (r.IsMine && r.IsModel && r.Mine == r.Model) {
				t.Fatal(r)
			}
		}
		if join(left) != join(mine) || join(right) != join(model) {
			t.Fatalf("%q %q", left, right)
		}
	})
	rows := course.Compare("a\nold\nb\n", "a\nnew\nb\nc\n")
	assert.Equal(t, []course.Row{
		{Mine: "a", Model: "a", IsMine: true, IsModel: true}, {Mine: "old", Model: "new", IsMine: true, IsModel: true},
		{Mine: "b", Model: "b", IsMine: true, IsModel: true}, {Model: "c", IsModel: true},
	}, rows)
}

func join(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// A save is noticed however an editor makes it, in folders that are new, too. What a program or a tool writes is none.
func TestWatch(t *testing.T) {
	labtest.Slow(t, "it waits for saves that are none")
	folder := t.TempDir()
	write := func(name string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600))
	}
	write("main.go")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	saves, err := course.Watch(ctx, folder)
	require.NoError(t, err)
	heard := func(what string) {
		t.Helper()
		select {
		case <-saves:
		case <-time.After(time.Minute):
			t.Fatal(what)
		}
	}
	write("main.go")
	heard("written")
	write(".main.go.swp")
	require.NoError(t, os.Rename(filepath.Join(folder, ".main.go.swp"), filepath.Join(folder, "main.go")))
	heard("renamed over")
	require.NoError(t, os.Mkdir(filepath.Join(folder, "sub"), 0o700))
	for n := 0; n < 600; n++ { // until the folder is watched
		write("sub/more.py")
		select {
		case <-saves:
			n = 600
		case <-time.After(100 * time.Millisecond):
		}
	}
	time.Sleep(300 * time.Millisecond) // the saves of before are over
	select {
	case <-saves:
	default:
	}
	for _, name := range []string{"items.json", "data.db", ".git/index.go", "__pycache__/a.pyc", "main.go~", "4913", "server", "log.txt"} {
		write(name)
	}
	select {
	case <-saves:
		t.Fatal("that was no save")
	case <-time.After(500 * time.Millisecond):
	}
	_, err = course.Watch(ctx, filepath.Join(folder, "gone"))
	require.Error(t, err)
}
