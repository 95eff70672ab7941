package proof

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed proof.html
var page string

var matrix = template.Must(template.New("proof").Parse(page))

// HTML writes the matrix as one page that needs no network: faults as rows, rules as columns, and behind each sign its
// card. All that a server sent is escaped twice: wire.Untrusted shows what would hide, html/template what would act.
func (p *Proof) HTML(out io.Writer) error { return matrix.Execute(out, p.view()) }

// view is the matrix as the page draws it.
type view struct {
	*Proof
	Levels   []columns
	Subjects []group
	Cards    []cardView
	Width    int
}

// columns are the rules of one level.
type columns struct {
	Level string
	Rules []Rule
}

// group is a table's body: the rows about one subject.
type group struct {
	Name string
	Rows []rowView
}

type rowView struct {
	*Row
	Anchor string
	Cells  []cellView // one for each column
}

// cellView is one field of the matrix. The sign says what the colour says.
type cellView struct{ Sign, Kind, Title, Anchor string }

type cardView struct {
	Anchor, RowAnchor string
	Kind, Said        string
	Row               *Row
	Rule              Rule
	*Card
}

func (p *Proof) view() view {
	v := view{Proof: p, Width: len(p.Rules) + 1}
	for _, level := range p.levels() {
		c := columns{Level: level}
		for _, rule := range p.Rules {
			if rule.Level == level {
				c.Rules = append(c.Rules, rule)
			}
		}
		v.Levels = append(v.Levels, c)
	}
	for _, row := range p.Faults {
		v.addRow(row, row.Subject)
	}
	for _, row := range p.Choices {
		v.addRow(row, "choices")
	}
	for _, row := range p.Combinations {
		v.addRow(row, "combinations of choices")
	}
	return v
}

func (v *view) addRow(row *Row, subject string) {
	anchor := fmt.Sprintf("r%d", v.rows())
	r := rowView{Row: row, Anchor: anchor}
	for i, rule := range v.columns() {
		cell := row.cellOf(rule.ID)
		c := row.sign(rule.ID, cell)
		if cell != nil {
			c.Anchor = fmt.Sprintf("%sc%d", anchor, i)
			said := fmt.Sprintf("%s in %d of %d", c.Title, max(cell.Failed, cell.NotReached, cell.Broken), row.Gradings)
			v.Cards = append(v.Cards, cardView{c.Anchor, anchor, c.Kind, said, row, rule, cell.Card})
		}
		r.Cells = append(r.Cells, c)
	}
	i := slices.IndexFunc(v.Subjects, func(g group) bool { return g.Name == subject })
	if i < 0 {
		v.Subjects = append(v.Subjects, group{Name: subject})
		i = len(v.Subjects) - 1
	}
	v.Subjects[i].Rows = append(v.Subjects[i].Rows, r)
}

func (v *view) rows() int {
	n := 0
	for _, g := range v.Subjects {
		n += len(g.Rows)
	}
	return n
}

// columns are the rules in the order in which the page shows them.
func (v *view) columns() []Rule {
	var all []Rule
	for _, level := range v.Levels {
		all = append(all, level.Rules...)
	}
	return all
}

// sign is how the page shows what a rule said of the row.
func (row *Row) sign(rule string, c *Cell) cellView {
	isFault := len(row.Breaks) > 0
	switch {
	case isFault && rule == row.Breaks[0] && c != nil && c.Failed == row.Gradings:
		return cellView{Sign: "●", Kind: "found", Title: "found: the rule that is about it failed"}
	case slices.Contains(row.Missed(), rule):
		return cellView{Sign: "?", Kind: "wrong", Title: "should have failed every time"}
	case slices.Contains(row.Undeclared(), rule):
		return cellView{Sign: "✗", Kind: "wrong", Title: "failed without reason"}
	case c == nil:
		return cellView{}
	case c.isAdvice() && !isFault:
		return cellView{Sign: "!", Kind: "other", Title: "advice, which costs no mark"}
	case c.Failed > 0:
		return cellView{Sign: "○", Kind: "also", Title: "failed too, as declared"}
	}
	return cellView{Sign: "–", Kind: "other", Title: "not reached"}
}

// Capital is text that begins a line.
func (g group) Capital() string { return strings.ToUpper(g.Name[:1]) + g.Name[1:] }
