package learn

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"restlab/internal/course"
	"restlab/internal/lab"
	"restlab/internal/session"
	"restlab/internal/wire"
)

// maxCompilerLines is how many lines are shown of what a compiler says.
const maxCompilerLines = 12

// newBuilder returns a builder for the program of a request. It builds in the folder temp.
func newBuilder(r *session.Request, temp, name string) *course.Builder {
	return &course.Builder{Folder: cmp.Or(r.Folder, "."), Program: filepath.Join(temp, name), Temp: temp}
}

// build builds the program of a go run command, and returns the words that start it. It returns any other command as it is. The error is a
// *lab.Error; what the compiler says has been printed then.
func (l *Learner) build(ctx context.Context, b *course.Builder, words []string) ([]string, error) {
	packages, args, isGo := course.Run(words)
	if _, err := exec.LookPath("go"); !isGo || err != nil {
		return words, nil
	}
	done := l.Style().Sign(l.Out, "building…")
	output, err := b.Build(ctx, packages)
	done()
	if err == nil {
		return append([]string{b.Program}, args...), nil
	}
	for i, line := range strings.Split(strings.TrimSpace(string(output)), "\n") {
		if i < maxCompilerLines {
			fmt.Fprintf(l.Out, "go │ %s\n", wire.Untrusted(strings.ReplaceAll(line, "\t", "    ")).Line(200))
		}
	}
	return nil, lab.Unreachable("your program does not compile", "fix the first place that is named above, and save")
}
