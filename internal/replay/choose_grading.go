package replay

import (
	"fmt"
	"slices"
	"strings"

	"restlab/internal/lab"
)

// Found is the grading that somebody means.
type Found struct {
	*Grading
	Last *Grading   // the last grading that could be meant, which is the same one if no id says otherwise
	Also []*Grading // older ones, of other servers, in which one of the ids cost a mark too
}

// Find returns the grading to replay. all are the newest first, one at least. An id names a scenario or a rule, and means
// the newest grading in which it cost a mark, since only then a card has named it. Without an id, or if none cost a mark,
// the last grading is meant. A server that is not "" leaves only the gradings whose server contains it. The error is
// *lab.Error.
func Find(all []*Grading, ids []string, server string) (*Found, error) {
	could := slices.DeleteFunc(slices.Clone(all), func(g *Grading) bool { return !strings.Contains(g.Server, server) })
	if len(could) == 0 {
		return nil, lab.Usage(fmt.Sprintf("no grading of a server %q is kept", server), "there are: "+strings.Join(Servers(all), "; "))
	}
	found := &Found{could[0], could[0], nil}
	missed := slices.DeleteFunc(slices.Clone(could), func(g *Grading) bool { return !g.missedAny(ids) })
	if len(missed) > 0 {
		found.Grading, found.Also = missed[0], missed[1:]
	}
	return found, nil
}

// Servers returns the names of the servers.
func Servers(all []*Grading) []string {
	var names []string
	for _, g := range all {
		names = append(names, g.Server)
	}
	return names
}
