package course

import (
	"context"
	"errors"
	"fmt"
	"go/build"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Builder builds a program in Go again and again. go build looks each time whether any of some hundred packages has changed, which takes
// as long as all else; where only the program itself can have changed, compiler and linker are called without it. Whatever is not as
// simple as that, mistakes too, is left to go build.
type Builder struct {
	Folder  string
	Program string // the file to make
	Temp    string // a folder for what lies between

	known *known
}

// known is what go build has found out of a program that imports the standard library alone.
type known struct {
	module   string            // the text of go.mod
	language string            // of the module: 1.26
	tools    string            // the folder of compiler and linker
	archives map[string]string // of packages, by import path
}

// Build builds the packages that the arguments of go build name. The error is an *exec.ExitError where that does not compile: what go
// says of it is returned too.
func (b *Builder) Build(ctx context.Context, packages []string) (said []byte, err error) {
	alone := slices.Equal(packages, []string{"."})
	if alone && b.known != nil && b.quick(ctx) == nil {
		return nil, nil
	}
	said, err = b.run(ctx, "go", append([]string{"build", "-buildvcs=false", "-ldflags=-s -w", "-o", b.Program}, packages...)...).CombinedOutput()
	if err == nil && alone {
		b.known, _ = b.look(ctx) // next time go build does it again
	}
	return said, err
}

func (b *Builder) run(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = b.Folder
	return cmd
}

func (b *Builder) module() string {
	text, _ := os.ReadFile(filepath.Join(b.Folder, "go.mod"))
	return string(text)
}

var errNotSimple = errors.New("this program needs go build")

// look asks for what quick needs.
func (b *Builder) look(ctx context.Context) (*known, error) {
	env, err := b.run(ctx, "go", "env", "GOTOOLDIR", "GOVERSION", "GOFLAGS").Output()
	if err != nil {
		return nil, err
	}
	k := &known{module: b.module(), archives: map[string]string{}}
	var version, flags string
	for i, into := range []*string{&k.tools, &version, &flags} {
		*into = strings.Split(string(env)+"\n\n\n", "\n")[i]
	}
	list, err := b.run(ctx, "go", "list", "-export", "-deps", "-f", "{{.Standard}}|{{.ImportPath}}|{{.Export}}|{{with .Module}}{{.GoVersion}}{{end}}", ".").Output()
	if err != nil {
		return nil, err
	}
	own := 0
	for line := range strings.Lines(string(list)) {
		fields := strings.Split(strings.TrimSpace(line), "|")
		if len(fields) != 4 {
			return nil, errNotSimple
		}
		if fields[0] == "true" {
			k.archives[fields[1]] = fields[2]
			continue
		}
		own++
		k.language = fields[3]
	}
	isPlain := func(flag string) bool {
		return strings.HasPrefix(flag, "-buildvcs") || strings.HasPrefix(flag, "-mod=")
	}
	if own != 1 || k.language == "" || !strings.HasPrefix(version, "go"+k.language) ||
		slices.ContainsFunc(strings.Fields(flags), func(flag string) bool { return !isPlain(flag) }) {
		return nil, errNotSimple
	}
	return k, nil
}

// quick compiles and links the program, if it is made of Go files alone and imports nothing new.
func (b *Builder) quick(ctx context.Context) error {
	p, err := build.ImportDir(b.Folder, 0)
	if err != nil {
		return err
	}
	others := len(p.CgoFiles) + len(p.SFiles) + len(p.SysoFiles) + len(p.EmbedPatterns) + len(p.Directives)
	isNew := func(path string) bool { return path != "unsafe" && b.known.archives[path] == "" }
	if p.Name != "main" || others > 0 || slices.ContainsFunc(p.Imports, isNew) || b.module() != b.known.module {
		return errNotSimple
	}
	var archives strings.Builder
	for path, file := range b.known.archives {
		if file != "" {
			fmt.Fprintf(&archives, "packagefile %s=%s\n", path, file)
		}
	}
	config, object := filepath.Join(b.Temp, "importcfg"), filepath.Join(b.Temp, "main.a")
	if err := os.WriteFile(config, []byte(archives.String()), 0o600); err != nil {
		return err
	}
	compile := append([]string{"-o", object, "-p", "main", "-lang=go" + b.known.language, "-complete", "-importcfg", config, "-pack"}, p.GoFiles...)
	if err := b.run(ctx, filepath.Join(b.known.tools, "compile"), compile...).Run(); err != nil {
		return err
	}
	return b.run(ctx, filepath.Join(b.known.tools, "link"), "-s", "-w", "-o", b.Program, "-importcfg", config, "-buildmode=exe", object).Run()
}
