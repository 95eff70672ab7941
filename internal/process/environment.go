package process

import (
	"os"
	"runtime"
	"strings"
)

// passed are the variables that a program gets. What else the lab's user has set, such as passwords and tokens, it does not.
var passed = []string{
	"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
	"VIRTUAL_ENV", "PYENV_ROOT", "PYENV_VERSION", "NVM_DIR", "JAVA_HOME", "GOPATH", "GOROOT", "GOFLAGS", "GOCACHE", "GOMODCACHE", "GOTOOLCHAIN",
}

// passedOnWindows are those without which hardly any program starts there.
var passedOnWindows = []string{
	"SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "TEMP", "TMP", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA",
	"ProgramData", "ProgramFiles", "ProgramFiles(x86)", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE",
}

// environment is what the program gets: the variables above, those that were asked for by name, and PORT; with a second
// port REPLICA_PORT too.
func environment(asked []string, port, replica string) []string {
	names := append(append([]string{}, passed...), asked...)
	if runtime.GOOS == "windows" {
		names = append(names, passedOnWindows...)
	}
	var env []string
	for _, name := range names {
		if value, set := os.LookupEnv(name); set && name != "PORT" {
			env = append(env, name+"="+value)
		}
	}
	for _, pair := range os.Environ() {
		if strings.HasPrefix(pair, "LC_") {
			env = append(env, pair)
		}
	}
	if replica != "" {
		env = append(env, "REPLICA_PORT="+replica)
	}
	return append(env, "PORT="+port, "PYTHONUNBUFFERED=1") // Python's print is lost otherwise when its program dies
}
