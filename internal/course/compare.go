package course

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Row is a line of two files that are compared, in one of them or both.
type Row struct {
	Mine, Model     string
	IsMine, IsModel bool // which of them has it; both, with different text, where it was changed
}

// Same reports whether the line is the same in both.
func (r Row) Same() bool { return r.IsMine && r.IsModel && r.Mine == r.Model }

// Compare sets the lines of two texts beside each other.
func Compare(mine, model string) []Row {
	if mine == model {
		var rows []Row
		for line := range strings.Lines(mine) {
			line = strings.TrimRight(line, "\r\n")
			rows = append(rows, Row{line, line, true, true})
		}
		return rows
	}
	diff, err := udiff.ToUnifiedDiff("", "", mine, udiff.Lines(mine, model), strings.Count(mine, "\n")+1)
	if err != nil {
		panic(err) // edits that it has made itself
	}
	var c comparison
	for _, hunk := range diff.Hunks {
		for _, line := range hunk.Lines {
			c.addLine(line.Kind, strings.TrimRight(line.Content, "\r\n"))
		}
	}
	return c.rows
}

// comparison is rows in the making. A line that is only mine waits at open for one that is only the model's.
type comparison struct {
	rows []Row
	open int
}

func (c *comparison) addLine(kind udiff.OpKind, line string) {
	switch kind {
	case udiff.Delete:
		c.rows = append(c.rows, Row{Mine: line, IsMine: true})
	case udiff.Insert:
		if c.open < len(c.rows) {
			c.rows[c.open].Model, c.rows[c.open].IsModel = line, true
			c.open++
			return
		}
		c.rows = append(c.rows, Row{Model: line, IsModel: true})
		c.open = len(c.rows)
	case udiff.Equal:
		c.rows = append(c.rows, Row{line, line, true, true})
		c.open = len(c.rows)
	}
}
