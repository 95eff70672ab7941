package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/installed"
)

// What people type from README.md, CONTRIBUTING.md and the pages of docs/ that are written by hand works, and prints what the page shows.
// First come the console blocks of a page, in order, as one person would type them; then the commands in running text, of which only
// the end is looked at. A command that nobody types here stands in untried, or fails.
func TestDocs(t *testing.T) {
	installed.Program(t, "curl", "curl")
	installed.Program(t, "tmux", "tmux")
	for _, page := range pages(t) {
		t.Run(page.name, func(t *testing.T) {
			t.Parallel()
			assert.Empty(t, page.misplaced, "commands belong into blocks of the kind console")
			d := newDesk(t)
			for _, name := range slices.Sorted(maps.Keys(page.files)) {
				d.put(name, page.files[name], 0o600)
			}
			for _, e := range page.shown {
				d.try(e)
			}
			for _, command := range page.mentioned {
				d.try(exercises.Exchange{Command: command})
			}
			assert.Subset(t, d.flags(), page.flags)
		})
	}
}

// untried are beginnings of commands that nobody types here, and why.
var untried = map[string]string{
	"apt ":                        "it changes the machine",
	"python3 -m pip install":      "it changes the machine",
	"docker run":                  "it fetches an image of a system",
	"npm ci":                      "it fetches packages; .ci/run does it",
	"go build":                    "go test has built the program that is tried here",
	"GOOS=":                       "make test builds the program for other systems",
	"go test":                     "that is where we are",
	"source <(":                   "sh does not know it; the script completion looks at what it reads",
	"./restlab prove":             "it takes minutes; internal/proof does it",
	"./restlab grade --items-cmd": "it wants ports 5000 and 5001 for itself; the script command starts two programs",
}

// brought are programs that a reader has: the servers are this lab's, and the client is at its beginning.
var brought = map[string]string{
	"app.py": `import os
os.execlp("restlab", "restlab", "serve", "--fault", "put-creates-with-200", "--listen", "127.0.0.1:" + os.environ["PORT"])
`,
	"client.py": "print(\"TODO\")\n",
	"server":    "#!/bin/sh\nexec restlab serve \"$@\"\n",
}

// placeholders are what a reader puts instead of a word in capitals.
var placeholders = strings.NewReplacer("COMMAND", "restlab serve --listen 127.0.0.1:{port}", "NAME", "put-concatenates", "go run ./cmd/restlab", "./restlab", "server.go", "./server.go")

// page is what stands in a document to be typed.
type page struct {
	name      string
	files     map[string]string    // that it has the reader write
	shown     []exercises.Exchange // in console blocks
	mentioned []string             // commands in running text
	flags     []string
	misplaced []string // commands in other blocks
}

// pages are those that are written by hand.
func pages(t *testing.T) []*page {
	t.Helper()
	names, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	var all []*page
	for _, name := range append(names, "../../README.md", "../../CONTRIBUTING.md") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		if !strings.Contains(string(text), "\nGenerated from ") {
			all = append(all, readPage(filepath.Base(name), string(text)))
		}
	}
	return all
}

var (
	isCommand = regexp.MustCompile(`^(\w+=\S+ )*(\./restlab|restlab|apt|bash|cd|curl|docker|export|git|go (build|run|test)|make|node|npm|pip3?|python3?|sh|source) [^…]+$`)
	isFlag    = regexp.MustCompile(`--[a-z][a-z-]+`)
	inCode    = regexp.MustCompile("`([^`\n]+)`")
	forFile   = regexp.MustCompile("`([a-z]+\\.[a-z]+)`:$")
	fenced    = regexp.MustCompile("(?m)^ *```(.*)\n((?s:.*?))^ *```$")
)

// readPage finds what is to be typed. A block below a line that ends with the name of a file, as `server.py`:, is that file.
func readPage(name, text string) *page {
	p := &page{name: name, files: map[string]string{}, shown: exercises.Exchanges(text)}
	for _, at := range fenced.FindAllStringSubmatchIndex(text, -1) {
		kind, body := text[at[2]:at[3]], text[at[4]:at[5]]
		if file := forFile.FindStringSubmatch(strings.TrimSpace(text[:at[0]])); file != nil {
			p.files[file[1]] = body
			continue
		}
		for line := range strings.Lines(body) {
			if line = strings.TrimSpace(line); kind != "console" && isCommand.MatchString(line) {
				p.misplaced = append(p.misplaced, line)
			}
		}
	}
	for _, found := range inCode.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		switch code := found[1]; {
		case isCommand.MatchString(code) && !p.has(code):
			p.mentioned = append(p.mentioned, code)
		case strings.HasPrefix(code, "--"):
			p.flags = append(p.flags, isFlag.FindAllString(code, -1)...)
		}
	}
	return p
}

// has says whether the page has had the command already.
func (p *page) has(command string) bool {
	isIt := func(e exercises.Exchange) bool { return withoutComment(e.Command) == command }
	return slices.Contains(p.mentioned, command) || slices.ContainsFunc(p.shown, isIt)
}

// withoutComment is a command without what is said about it.
func withoutComment(command string) string {
	command, _, _ = strings.Cut(command, "  #")
	return strings.TrimSpace(command)
}

// A page's commands are found wherever they stand, each once, and its files and flags.
func TestPage(t *testing.T) {
	p := readPage("page", "Type `./restlab serve`, or `restlab` and `--level http`, `--items A --tasks B`; `make check`, then `make check`.\n\n"+
		"```console\n$ ./restlab serve  # stays\nServing\n```\n\nSave this as `a.feature`:\n\n```gherkin\nFeature: A\n```\n\n- a list\n\n  ```\n  curl b\n  ```\n")
	assert.Equal(t, &page{
		name:      "page",
		files:     map[string]string{"a.feature": "Feature: A\n"},
		shown:     []exercises.Exchange{{Command: "./restlab serve  # stays", Answer: []string{"Serving"}}},
		mentioned: []string{"make check"},
		flags:     []string{"--level", "--items", "--tasks"},
		misplaced: []string{"curl b"},
	}, p)
}
