package exercises_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/solutions"
)

// changes says what a program of the course changes in the one that it begins with: names are the declarations that it writes
// otherwise or leaves out.
type changes struct{ why, names string }

// changed has the changes of each program. Whatever else both programs declare is the same to the byte, comments included.
var changed = map[string]changes{
	"solutions/01-items/go": {"what the starter leaves to do is done", "server.deleteItem server.postItem server.putItem todo"},
	"solutions/03-tasks/go": {"the server has tasks too", "main server"},
	"solutions/05-idempotency/go": {
		"PUT tells what it creates, POST says where the new task is, and a task can be read",
		"main server.postItem server.postTask server.putItem server.store",
	},
	"solutions/06-errors/go": {
		"a handler returns what is wrong, and one function answers all errors",
		`failure main notFound readDescription server.createTask server.deleteItem server.deleteTask server.getItem server.getTask
		server.listTasks server.postItem server.postTask server.putItem server.putTask server.store`,
	},
	"exercises/07-statelessness/go": {
		"the server to repair keeps a session for each client",
		"main server server.deleteItem server.getItem server.postItem server.putItem server.store",
	},
	"solutions/08-caching/go": {"what is read has an ETag, and no cache keeps an error", "refuse server.getItem server.getTask server.listTasks"},
	"solutions/09-lost-updates/go": {
		"writes have preconditions, and a POST with the same Idempotency-Key makes one task",
		`main names quoted server server.createTask server.deleteItem server.deleteTask server.postTask server.putTask server.store
		show`,
	},
	"solutions/10-paging-and-patch/go": {
		"the list has pages, so tasks have places; a body is read by its media type, since PATCH has types of its own",
		`readDescription readObject server server.create server.listTasks server.postTask server.putTask server.routes server.store
		task`,
	},
	"solutions/11-replicas/go": {"two servers share a store; bodies have a limit, and errors a second form", "answer main readBody refuse"},

	"solutions/01-items/flask":       {"what the starter leaves to do is done", "delete_item post_item put_item"},
	"solutions/05-idempotency/flask": {"PUT tells what it creates, and POST says where it is", "add_task post_item put_item"},

	"solutions/02-items-client/go":     {"what the starter leaves to do is done", "main"},
	"solutions/04-tasks-client/go":     {"the client is one for tasks", "main run update"},
	"solutions/02-items-client/python": {"what the starter leaves to do is done, and errors are printed", "if main"},
	"solutions/04-tasks-client/python": {"the client is one for tasks", "main"},
}

// A program of the course is the one before it, but for what its exercise changes: a correction made in one program cannot be
// forgotten in the next ones.
func TestDrift(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range pairs() {
		seen[p.name] = true
		t.Run(p.name, func(t *testing.T) {
			before, after := declarations(t, p.before), declarations(t, p.after)
			var differ []string
			for _, name := range slices.Sorted(maps.Keys(before)) {
				if before[name] != after[name] {
					differ = append(differ, name)
				}
			}
			assert.ElementsMatch(t, strings.Fields(changed[p.name].names), differ)
			assert.NotEqual(t, len(differ) == 0, changed[p.name].why != "", "each program that changes something has a reason")
		})
	}
	for name := range changed {
		assert.True(t, seen[name], "%s is no program of the course", name)
	}
}

// pair is a program of the course and the one that it is compared with.
type pair struct {
	name          string
	before, after fs.FS
}

// pairs returns each solution with the solution before it, or the first one with its starter; and each starter that is a server
// to repair with the solution before it. Starters of clients have nothing in common but their imports.
func pairs() []pair {
	var all []pair
	for _, kind := range []exercises.Kind{exercises.Server, exercises.Client} {
		for _, language := range languages {
			var last fs.FS
			for _, e := range ofKind(kind) {
				if starter, ok := e.Starter(language, solutions.Files); ok && e.Repairs(language) && last != nil {
					all = append(all, pair{"exercises/" + e.Name + "/" + language, last, starter})
				}
				solution, ok := e.Solution(language, solutions.Files)
				if !ok {
					continue
				}
				if last == nil {
					last, _ = e.Starter(language, solutions.Files)
				}
				all = append(all, pair{"solutions/" + e.Name + "/" + language, last, solution})
				last = solution
			}
		}
	}
	return all
}

// declarations returns the text of each declaration in a program by its name, whatever file it is in. What stands before the
// first one of a file, its imports included, says what this program is.
func declarations(t *testing.T, program fs.FS) map[string]string {
	t.Helper()
	found := map[string]string{}
	names, err := fs.ReadDir(program, ".")
	require.NoError(t, err)
	for _, entry := range names {
		text, err := fs.ReadFile(program, entry.Name())
		require.NoError(t, err)
		read := ofGo
		if strings.HasSuffix(entry.Name(), ".py") {
			read = ofPython
		}
		for name, declaration := range read(t, text) {
			require.NotContains(t, found, name, "two declarations of one name")
			found[name] = strings.TrimSpace(declaration)
		}
	}
	require.NotEmpty(t, found)
	return found
}

// ofGo returns the declarations of a Go file, each with all that stands between it and the one before it.
func ofGo(t *testing.T, text []byte) map[string]string {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", text, parser.SkipObjectResolution)
	require.NoError(t, err)
	lineEnd := func(pos token.Pos) int {
		offset := files.Position(pos).Offset
		return offset + bytes.IndexByte(text[offset:], '\n') // gofmt ends each line
	}
	found, begin := map[string]string{}, lineEnd(file.Name.End())
	for _, d := range file.Decls {
		end := lineEnd(d.End())
		if name := nameOf(d); name != "" {
			found[name] = string(text[begin:end])
		}
		begin = end
	}
	return found
}

// nameOf returns the name of a declaration, with its type before that of a method; that of the first in a group; "" for imports.
func nameOf(d ast.Decl) string {
	if f, ok := d.(*ast.FuncDecl); ok {
		if f.Recv == nil {
			return f.Name.Name
		}
		of := f.Recv.List[0].Type
		if pointer, ok := of.(*ast.StarExpr); ok {
			of = pointer.X
		}
		return of.(*ast.Ident).Name + "." + f.Name.Name
	}
	switch first := d.(*ast.GenDecl).Specs[0].(type) {
	case *ast.TypeSpec:
		return first.Name.Name
	case *ast.ValueSpec:
		return first.Names[0].Name
	}
	return ""
}

var function = regexp.MustCompile(`(?m)^def (\w+)`)

// ofPython returns the blocks of a Python file, between which two lines are empty (PEP 8). One without a function is named by
// its first word.
func ofPython(_ *testing.T, text []byte) map[string]string {
	found := map[string]string{}
	for _, block := range strings.Split(string(text), "\n\n\n")[1:] {
		name := strings.Fields(block)[0]
		if def := function.FindStringSubmatch(block); def != nil {
			name = def[1]
		}
		found[name] = block
	}
	return found
}
