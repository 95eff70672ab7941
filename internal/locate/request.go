// Package locate finds the servers to grade: at URLs, or by starting programs. It also starts a proxy, and finds second
// replicas.
package locate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"restlab/internal/lab"
	"restlab/internal/process"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// Request says where the servers are, or how the lab starts them. The zero Request means the reference.
type Request struct {
	URL          string   // one server for both families
	Items, Tasks []string // base URLs: the server of the family, and further ones on the same store
	Insecure     bool     // believe any certificate
	CACert       string   // the file with the certificate of an authority to believe; "" for those of the system
	Through      string   // the intermediary that all requests pass: "proxy", or "" for none
	Programs
}

// Programs are the commands with which the lab starts servers, or a client.
type Programs struct {
	Words                []string // one program for both families
	ItemsLine, TasksLine string   // a program for each, as a shell reads it
	Port                 int      // of Words; 0 for a free one
	ItemsPort, TasksPort int      // of ItemsLine and TasksLine; 0 for a free one
	Folder               string   // in which they run; "" for this one
	BasePath             string   // before /items and /tasks, "" for none
	Env                  []string // names of variables that are passed to them
	Patience             time.Duration
	Restarts             int
	Limits               []string // memory=512M and so on
	ShowOutput           bool
	TellReplica          bool // Words is told a second port, at which it may serve the same store
}

// Any reports whether there is a program to start.
func (p *Programs) Any() bool { return len(p.Words) > 0 || p.ItemsLine != "" || p.TasksLine != "" }

// NamesURL reports whether a server is named by its URL.
func (r *Request) NamesURL() bool { return r.URL != "" || len(r.Items)+len(r.Tasks) > 0 }

// Check looks for options that contradict each other, before anything is started. The error is a *lab.Error.
func (r *Request) Check() error {
	byURL := r.URL != ""
	switch {
	case byURL && len(r.Items)+len(r.Tasks) > 0:
		return lab.Usage("a URL for both families and --items or --tasks contradict each other", "give one URL, or --items and --tasks")
	case r.Through != "" && r.Through != "proxy":
		return lab.Usage(fmt.Sprintf("there is no intermediary %q", r.Through), "write --through proxy")
	case len(r.Words) > 0 && (r.NamesURL() || r.ItemsLine != "" || r.TasksLine != ""):
		return lab.Usage("a command after -- serves both families, so no other server can be named", "two programs: --items-cmd COMMAND --tasks-cmd COMMAND")
	case r.ItemsLine != "" && (byURL || len(r.Items) > 0), r.TasksLine != "" && (byURL || len(r.Tasks) > 0):
		return lab.Usage("a URL and a command for the same family contradict each other", "give one of them")
	case r.Port != 0 && len(r.Words) == 0:
		return lab.Usage("--port is for a command after --", "with --items-cmd it is --items-port, with --tasks-cmd --tasks-port")
	case r.ItemsPort != 0 && r.ItemsLine == "":
		return lab.Usage("--items-port needs --items-cmd", "with a command after -- it is --port")
	case r.TasksPort != 0 && r.TasksLine == "":
		return lab.Usage("--tasks-port needs --tasks-cmd", "with a command after -- it is --port")
	case r.ItemsPort != 0 && r.ItemsPort == r.TasksPort:
		return lab.Usage("two programs cannot have one port", "one program for both: restlab grade -- COMMAND")
	}
	return r.Programs.Check()
}

// Check checks each value on its own. The error is a *lab.Error.
func (p *Programs) Check() error {
	for _, port := range []int{p.Port, p.ItemsPort, p.TasksPort} {
		if port < 0 || port > 65535 {
			return lab.Usage(fmt.Sprintf("there is no port %d", port), "a port is a number from 1 to 65535")
		}
	}
	for _, name := range p.Env {
		if _, set := os.LookupEnv(name); !set {
			return lab.Usage(fmt.Sprintf("the variable %q is not set", name), "--env takes a name alone; set it before: NAME=value restlab grade --env NAME …")
		}
	}
	if info, err := os.Stat(p.Folder); p.Folder != "" && (err != nil || !info.IsDir()) {
		return lab.Usage(fmt.Sprintf("there is no folder %s", p.Folder), "--dir takes the folder in which the command is to run")
	}
	switch {
	case p.BasePath != "" && (!strings.HasPrefix(p.BasePath, "/") || strings.HasSuffix(p.BasePath, "/")):
		return lab.Usage(fmt.Sprintf("--base-path %q does not begin with a slash, or ends with one", p.BasePath), "write it like /api/v1")
	case p.Restarts < 0 || p.Restarts > 1000:
		return lab.Usage(fmt.Sprintf("--restarts %d is not between 0 and 1000", p.Restarts), "")
	case p.Patience < 100*time.Millisecond || p.Patience > time.Hour:
		return lab.Usage(fmt.Sprintf("--ready-timeout %s is not between 100ms and 1h", p.Patience), "write it like 30s")
	}
	_, err := process.ParseLimits(p.Limits)
	return err
}

// Command returns one of the programs. Its limits have been checked.
func (p *Programs) Command(name string, words []string, port int, portFlag string) process.Command {
	limits, _ := process.ParseLimits(p.Limits)
	return process.Command{
		Name: name, Words: words, Dir: terminal.Near(p.Folder), Env: p.Env, Port: port, PortFlag: portFlag, Patience: p.Patience, Restarts: p.Restarts, Limits: limits,
	}
}

// Guarded runs the same command again in a guarded process if it starts programs, so that none of them is left, however the
// lab ends. done says that this process has nothing left to do; then the error may be only an exit status.
func Guarded(ctx context.Context, t *terminal.Terminal, p *Programs) (done bool, err error) {
	if !p.Any() || process.IsGuarded() {
		return false, nil
	}
	status, err := process.Guard(ctx, t.Args, t.In, t.Out, t.Err)
	if err == nil && status != lab.ExitPassed {
		err = &lab.Error{Status: status}
	}
	return true, err
}

// Described returns the words of restlab grade that name the same servers, quoted for a shell: first flags, then the words
// after --.
func (r *Request) Described() (flags, command []string) {
	add := func(flag, value string) {
		if value != "" {
			flags = append(flags, flag, value)
		}
	}
	if r.URL != "" {
		flags = append(flags, r.URL)
	}
	add("--items", strings.Join(r.Items, ","))
	add("--tasks", strings.Join(r.Tasks, ","))
	add("--through", r.Through)
	if r.CACert != "" {
		add("--cacert", wire.Quote(r.CACert))
	}
	if r.Insecure {
		flags = append(flags, "--insecure")
	}
	return flags, r.behindDash()
}

// Name returns a name of the servers for people, from the words of the command. For programs it has the folder in which they
// run.
func (r *Request) Name() string {
	named := Request{URL: r.URL, Items: r.Items, Tasks: r.Tasks}
	words, _ := named.Described()
	started := Programs{ItemsLine: r.ItemsLine, TasksLine: r.TasksLine}
	words = append(words, started.Started()...)
	if len(r.Words) > 0 {
		words = append(words, (&process.Command{Words: r.Words}).String())
	}
	if len(words) == 0 {
		return "the reference server"
	}
	if folder, err := filepath.Abs(r.Folder); r.Any() && err == nil {
		words = append(words, "in", folder)
	}
	return strings.Join(words, " ")
}

// Started returns the flags about starting programs, quoted for a shell.
func (p *Programs) Started() []string {
	var words []string
	quoted := func(flag, value string) {
		if value != "" {
			words = append(words, flag, wire.Quote(value))
		}
	}
	quoted("--items-cmd", p.ItemsLine)
	quoted("--tasks-cmd", p.TasksLine)
	for _, pair := range []struct {
		flag string
		port int
	}{{"--port", p.Port}, {"--items-port", p.ItemsPort}, {"--tasks-port", p.TasksPort}} {
		if pair.port != 0 {
			words = append(words, pair.flag, fmt.Sprint(pair.port))
		}
	}
	quoted("--dir", p.Folder)
	quoted("--base-path", p.BasePath)
	for _, name := range p.Env {
		words = append(words, "--env", name)
	}
	return words
}

func (p *Programs) behindDash() []string {
	if len(p.Words) == 0 {
		return nil
	}
	return []string{"--", (&process.Command{Words: p.Words}).String()}
}

// Arguments returns the words of restlab grade that find the same servers from any folder: first flags, then the words after
// --. Default values are left out.
func (r *Request) Arguments() (flags, rest []string) {
	add := func(name string, values ...string) {
		for _, value := range values {
			if value != "" {
				flags = append(flags, "--"+name+"="+value)
			}
		}
	}
	number := func(name string, n int) {
		if n != 0 {
			add(name, fmt.Sprint(n))
		}
	}
	add("items", r.Items...)
	add("tasks", r.Tasks...)
	add("through", r.Through)
	add("base-path", r.BasePath)
	if r.Insecure {
		add("insecure", "true")
	}
	if file, err := filepath.Abs(r.CACert); r.CACert != "" && err == nil {
		add("cacert", file)
	}
	add("items-cmd", r.ItemsLine)
	add("tasks-cmd", r.TasksLine)
	number("port", r.Port)
	number("items-port", r.ItemsPort)
	number("tasks-port", r.TasksPort)
	add("env", r.Env...)
	add("limit", r.Limits...)
	if r.Patience != process.DefaultPatience {
		add("ready-timeout", r.Patience.String())
	}
	if r.Restarts != process.DefaultRestarts {
		add("restarts", fmt.Sprint(r.Restarts))
	}
	if folder, err := filepath.Abs(r.Folder); r.Any() && err == nil {
		add("dir", folder)
	}
	if r.URL != "" {
		rest = append(rest, r.URL)
	}
	if len(r.Words) > 0 {
		rest = append(append(rest, "--"), r.Words...)
	}
	return flags, rest
}
