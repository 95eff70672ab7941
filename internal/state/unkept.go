package state

import (
	"errors"
	"fmt"

	"restlab/internal/lab"
)

// Unkept returns the *lab.Error for progress that cannot be read from the store or written to it.
func Unkept(store *Store, err error) error {
	var damaged *Damaged
	if errors.As(err, &damaged) {
		return lab.Usage(err.Error(), "type the same again to begin anew, or mend that file and move it back")
	}
	return lab.Usage(fmt.Sprintf("progress cannot be kept in %s: %s", store.Path(), err), Home+" names another folder")
}
