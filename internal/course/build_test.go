package course_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/course"
	"restlab/internal/labtest"
)

// What is built is what was saved, whether go build is asked or not: the same imports, other ones, a mistake, a file that is new.
func TestBuild(t *testing.T) {
	labtest.Slow(t, "it builds programs")
	t.Setenv("GOFLAGS", "") // with flags of its own go build is always asked
	folder, temp := t.TempDir(), t.TempDir()
	b := course.Builder{Folder: folder, Program: filepath.Join(temp, "program.exe"), Temp: temp}
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	says := func(want string) {
		t.Helper()
		said, err := b.Build(context.Background(), []string{"."})
		require.NoError(t, err, string(said))
		out, err := exec.Command(b.Program).CombinedOutput()
		require.NoError(t, err)
		assert.Equal(t, want, string(out))
	}
	write("go.mod", "module x\n\ngo 1.26\n")
	write("main.go", "package main\n\nimport \"os\"\n\nfunc main() { os.Stdout.WriteString(\"one\") }\n")
	says("one")

	path := os.Getenv("PATH")
	t.Setenv("PATH", "") // nobody finds go
	write("main.go", "package main\n\nimport \"os\"\n\nfunc main() { os.Stdout.WriteString(two()) }\n")
	write("two.go", "package main\n\nfunc two() string { return \"two\" }\n")
	says("two")
	t.Setenv("PATH", path)

	write("two.go", "package main\n\nimport \"fmt\"\n\nfunc two() string { return fmt.Sprint(3) }\n")
	says("3")
	write("two.go", "package main\n\nfunc two() string { return 4 }\n")
	said, err := b.Build(context.Background(), []string{"."})
	require.Error(t, err)
	assert.Contains(t, string(said), "two.go:3")
	write("two.go", "package main\n\nimport _ \"embed\"\n\n//go:embed five.txt\nvar five string\n\nfunc two() string { return five }\n")
	write("five.txt", "five")
	says("five")
}
