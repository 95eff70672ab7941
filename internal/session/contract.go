package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"restlab/features"
	"restlab/internal/contract"
	"restlab/internal/lab"
)

// ServerContract reads the lab's own rules for servers. The error is a *lab.Error.
func ServerContract() (*contract.Contract, error) { return own(features.Files) }

// ClientContract reads the lab's own rules for clients. The error is a *lab.Error.
func ClientContract() (*contract.Contract, error) { return own(features.Clients) }

func own(files fs.FS) (*contract.Contract, error) {
	c, err := contract.Load(files)
	if err != nil {
		return nil, lab.Fault("the lab's own features are broken\n"+err.Error(), "")
	}
	return c, nil
}

// contractIn reads the feature files of a folder.
func contractIn(folder string) (*contract.Contract, error) {
	c, err := contract.Load(os.DirFS(folder))
	var problems contract.Problems
	const takes = "--features takes a folder with .feature files"
	switch {
	case errors.As(err, &problems):
		return nil, lab.Usage("the feature files cannot be used\n"+problems.Error(), "restlab steps lists the sentences with an example each")
	case err != nil && isFile(folder):
		return nil, lab.Usage(fmt.Sprintf("%s is a file", folder), "--features takes the folder that it is in")
	case errors.Is(err, fs.ErrNotExist):
		return nil, lab.Usage(fmt.Sprintf("there is no folder %s", folder), takes)
	case err != nil:
		return nil, lab.Usage(fmt.Sprintf("the folder %s cannot be read: %s", folder, err), takes)
	}
	return c, nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// absolute returns the absolute path of a folder, "" for "".
func absolute(folder string) string {
	if path, err := filepath.Abs(folder); folder != "" && err == nil {
		return path
	}
	return folder
}
