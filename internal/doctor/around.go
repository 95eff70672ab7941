package doctor

import (
	"cmp"
	"context"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Screen is what cards are printed on.
type Screen struct {
	Terminal bool
	Colour   bool
	Width    int
}

// narrow is a width from which on a card has room.
const narrow = 80

func screen(_ context.Context, m Machine) Finding {
	f := Finding{About: "terminal", Mark: Good, What: fmt.Sprintf("%d columns, with colours", m.Screen.Width)}
	switch {
	case !m.Screen.Terminal:
		f.What = "the output goes to a file or a program: plain text"
	case m.Screen.Width < narrow:
		f.Mark, f.What, f.Do = Look, fmt.Sprintf("%d columns", m.Screen.Width), fmt.Sprintf("cards are easier to read from %d columns on: widen the window", narrow)
	case !m.Screen.Colour:
		f.What = fmt.Sprintf("%d columns, without colours", m.Screen.Width)
		f.Do = "NO_COLOR is set"
	}
	return f
}

// letters reports whether the terminal is told to expect UTF-8. On Windows Go sees to that itself.
func letters(_ context.Context, m Machine) Finding {
	locale := cmp.Or(m.Getenv("LC_ALL"), m.Getenv("LC_CTYPE"), m.Getenv("LANG"))
	f := Finding{About: "letters", Mark: Good, What: "UTF-8"}
	plain := strings.ReplaceAll(strings.ToLower(locale), "-", "")
	if m.System == "windows" || !m.Screen.Terminal || strings.Contains(plain, "utf8") {
		return f
	}
	f.Mark, f.What = Look, "the locale is not one of UTF-8"
	f.Do = "if ✓, ✗ and ◀ do not look like a tick, a cross and an arrow, type: export LANG=C.UTF-8"
	return f
}

func here(_ context.Context, m Machine) Finding {
	return writable("this folder", m.Folder, "reports can be written", "go to another folder, or write reports elsewhere: --report json=FOLDER/result.json")
}

func temporary(context.Context, Machine) Finding {
	return writable("temporary files", os.TempDir(), os.TempDir(), "name a folder that you may write to in the variable TMPDIR (on Windows TMP)")
}

func home(_ context.Context, m Machine) Finding {
	const about, do = "kept gradings", "restlab replay cannot work: name a folder that you may write to in the variable RESTLAB_HOME"
	if m.Home == "" {
		return Finding{about, Look, "no folder for them is known", do}
	}
	if err := os.MkdirAll(m.Home, 0o700); err != nil {
		return Finding{about, Look, reason(err), do}
	}
	return writable(about, m.Home, m.Home, do)
}

func writable(about, folder, good, do string) Finding {
	file, err := os.CreateTemp(folder, ".restlab-*")
	if err != nil {
		return Finding{about, Look, reason(err), do}
	}
	_ = file.Close()
	_ = os.Remove(file.Name())
	return Finding{About: about, Mark: Good, What: good}
}

func reason(err error) string { return "cannot be written to: " + err.Error() }

func curl(context.Context, Machine) Finding {
	if _, err := exec.LookPath("curl"); err != nil {
		return Finding{"curl", Missing, "not found", "the cards show what to type with it: https://curl.se/download.html"}
	}
	return Finding{About: "curl", Mark: Good, What: "found"}
}

// oldestGo is what the lab can be built with.
const oldestGo = "go1.26"

// golang asks for the version of the Go that is installed. It must not fetch another one to answer.
func golang(ctx context.Context, _ Machine) Finding {
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION")
	cmd.WaitDelay = time.Second
	cmd.Dir, cmd.Env = os.TempDir(), append(os.Environ(), "GOTOOLCHAIN=local")
	out, err := cmd.Output()
	return judgeGo(strings.TrimSpace(string(out)), err)
}

func judgeGo(found string, err error) Finding {
	f := Finding{About: "Go", Mark: Good, What: strings.TrimPrefix(found, "go")}
	switch {
	case err != nil:
		f.Mark, f.What = Missing, "not found"
		f.Do = "needed only to build the lab, and for a server in Go: https://go.dev/dl/"
	case version.IsValid(found) && version.Compare(found, oldestGo) < 0:
		f.Mark, f.What = Look, f.What+" is too old to build the lab"
		f.Do = "needed only to build it, " + strings.TrimPrefix(oldestGo, "go") + " or later: https://go.dev/dl/"
	}
	return f
}

func flask(ctx context.Context, m Machine) Finding {
	python := "python3"
	if m.System == "windows" {
		python = "python"
	}
	f := Finding{About: "Flask", Mark: Good, What: "found"}
	look := exec.CommandContext(ctx, python, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('flask') is None)")
	if err := look.Run(); err != nil {
		f.Mark, f.What, f.Do = Missing, "not found", "needed only for a server in Flask: "+python+" -m pip install flask"
		if _, err := exec.LookPath(python); err != nil {
			f.Do = "needed only for a server in Flask: https://www.python.org/downloads/, then " + python + " -m pip install flask"
		}
	}
	return f
}
