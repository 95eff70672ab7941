package process

import (
	"fmt"
	"strconv"
	"strings"

	"restlab/internal/lab"
)

// Limits bound what a program may use. Zero is no limit.
type Limits struct {
	Memory    uint64 // octets of data, for each process
	Processes uint64 // of its user, on the whole machine
	File      uint64 // octets of each file that it writes
}

// ParseLimits reads wishes such as memory=512M, processes=200 and file=10M.
func ParseLimits(wishes []string) (Limits, error) {
	var l Limits
	for _, wish := range wishes {
		kind, text, _ := strings.Cut(wish, "=")
		n, err := amount(text)
		field := map[string]*uint64{"memory": &l.Memory, "processes": &l.Processes, "file": &l.File}[kind]
		if err != nil || field == nil {
			return l, lab.Usage(fmt.Sprintf("--limit %q is no limit", wish), "write --limit memory=512M, --limit processes=200 or --limit file=10M")
		}
		*field = n
	}
	if l != (Limits{}) && !canLimit {
		return l, lab.Usage("--limit works on Linux alone", "leave it out, or run the lab in a container")
	}
	return l, nil
}

// amount reads 200, 64K, 512M and 2G.
func amount(text string) (uint64, error) {
	const units = "KMG"
	unit := uint64(1)
	if i := strings.IndexAny(text, units); i >= 0 && i == len(text)-1 {
		unit <<= 10 * (strings.IndexByte(units, text[i]) + 1)
		text = text[:i]
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err == nil && n == 0 {
		err = strconv.ErrRange
	}
	return n * unit, err
}
