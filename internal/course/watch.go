package course

import (
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// sources are the ends of the names of files that a program is made of. Others may be what it writes while it runs: to start it again
// for those would never end.
var sources = []string{
	".go", ".mod", ".sum", ".work", ".py", ".toml", ".js", ".mjs", ".cjs", ".ts", ".java", ".kt", ".kts", ".gradle", ".scala", ".clj", ".rb", ".ru",
	".php", ".rs", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".csproj", ".fs", ".swift", ".ex", ".exs", ".erl", ".hs", ".ml", ".pl", ".lua", ".dart", ".sh",
	".html", ".tmpl",
}

// quietFor is how long no file may change before a save is over. Editors write a file in several steps.
const quietFor = 20 * time.Millisecond

// mostFolders are watched at most.
const mostFolders = 500

// Watch tells of each save of a source file in a folder or below, until the context ends. Saves that nobody has heard of become one.
func Watch(ctx context.Context, folder string) (<-chan struct{}, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	if err := watchBelow(w, folder); err != nil {
		_ = w.Close()
		return nil, err
	}
	saves := make(chan struct{}, 1)
	go func() {
		tell(ctx, w, saves)
		_ = w.Close()
	}()
	return saves, nil
}

// watchBelow watches folders and not files: many editors write a new file, and give it the name of the old one.
func watchBelow(w *fsnotify.Watcher, folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && path == folder:
			return err
		case err != nil || !entry.IsDir():
			return nil
		case path != folder && isMade(entry.Name()), len(w.WatchList()) >= mostFolders:
			return fs.SkipDir
		}
		return w.Add(path)
	})
}

// tell waits until it is quiet after a change of a source.
func tell(ctx context.Context, w *fsnotify.Watcher, saves chan<- struct{}) {
	quiet := time.NewTimer(time.Hour)
	quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case event, open := <-w.Events:
			if !open {
				return
			}
			if event.Has(fsnotify.Create) && !isMade(filepath.Base(event.Name)) {
				_ = watchBelow(w, event.Name) // it may be a folder, and gone again
			}
			if event.Op != fsnotify.Chmod && isSource(event.Name) {
				quiet.Reset(quietFor)
			}
		case err := <-w.Errors:
			if err != nil { // the kernel has lost some: then there were many
				quiet.Reset(quietFor)
			}
		case <-quiet.C:
			select {
			case saves <- struct{}{}:
			default:
			}
		}
	}
}

func isSource(path string) bool {
	return !isMade(filepath.Base(path)) && slices.Contains(sources, filepath.Ext(path))
}
