package proof

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/proof/fault"
)

// Version is the version of the proof's document. It grows when a reader of the older one would misread it.
const Version = 1

// Proof is what became of all servers.
type Proof struct {
	Version      int       `json:"version"`
	Started      time.Time `json:"started"`
	Seconds      float64   `json:"seconds"`
	Seeds        []uint64  `json:"seeds"`
	Parts        int       `json:"parts"` // with each seed, one in so many of the rules that a server should keep; 1 for all
	Summary      Summary   `json:"summary"`
	Rules        []Rule    `json:"rules"` // the columns of the matrix, in the order of the contract
	Faults       []*Row    `json:"faults"`
	Choices      []*Row    `json:"choices"`
	Combinations []*Row    `json:"combinations"`
}

// Rule is a column of the matrix.
type Rule struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Level string `json:"level"`
}

// Summary counts servers, and rules that failed on them.
type Summary struct {
	Faults       int  `json:"faults"`
	Found        int  `json:"found"`      // by the rule that is about them, with every seed
	Also         int  `json:"also"`       // other rules that failed as declared
	Unconfirmed  int  `json:"missed"`     // rules declared that did not fail
	Undeclared   int  `json:"undeclared"` // rules that failed without reason: faults of the grader
	Choices      int  `json:"choices"`
	Combinations int  `json:"combinations"`
	Green        int  `json:"green"` // choices and combinations that cost no mark
	Proved       bool `json:"proved"`

	Beside Beside `json:"beside"`
}

// Row is one server and what each rule said of it.
type Row struct {
	Name     string   `json:"name"`
	Does     string   `json:"does"`
	Subject  string   `json:"subject"`
	Level    string   `json:"level"`
	Breaks   []string `json:"breaks"`  // first the rule that is about it; none for a choice
	Perhaps  []string `json:"perhaps"` // rules that fail too when requests happen to meet; * stands for any
	Gradings int      `json:"gradings"`
	Seconds  float64  `json:"seconds"` // for one grading
	Cells    []*Cell  `json:"cells"`   // rules that did not pass
	Beside   []string `json:"beside"`  // rules that were not kept, except the one that is about the fault
	Reason   string   `json:"reason"`  // why these are more than three; "" for most

	only []string // the rules that were looked at; none for all
}

// Cell is what one rule said of one server: how many gradings ended in which way.
type Cell struct {
	Rule       string `json:"rule"`
	Failed     int    `json:"failed"`
	NotReached int    `json:"not_reached"`
	Broken     int    `json:"broken"`
	Card       *Card  `json:"card"` // of the first that failed, or was not reached

	worst grade.Verdict // that the card shows
}

func newProof(o Options) *Proof {
	p := &Proof{Version: Version, Parts: max(o.Parts, 1), Started: time.Now().UTC().Truncate(time.Second), Faults: []*Row{}, Choices: []*Row{}, Combinations: []*Row{}}
	for i := range o.Seeds {
		p.Seeds = append(p.Seeds, o.Seed+uint64(i))
	}
	for _, rule := range slices.Concat(o.Contract.Rules, o.Clients.rules()) {
		if len(o.Rules) == 0 || slices.Contains(o.Rules, rule.ID) {
			p.Rules = append(p.Rules, Rule{rule.ID, rule.Name, rule.Level})
		}
	}
	for _, subject := range o.Faults {
		for _, f := range subject.Faults {
			p.Faults = append(p.Faults, faultRow(f, subject.Name, o.Rules))
		}
	}
	for _, c := range o.Choices {
		p.Choices = append(p.Choices, &Row{Name: c.Name, Does: c.Does, Subject: c.About, Level: c.Level, Breaks: []string{}, Perhaps: []string{}, Cells: []*Cell{}})
	}
	o.Clients.rows(p, o.Rules)
	return p
}

func faultRow(f fault.Fault, subject string, only []string) *Row {
	return &Row{
		Name: f.Name, Does: f.Does, Subject: subject, Level: f.Level, Cells: []*Cell{},
		Breaks: f.Breaks, Perhaps: append([]string{}, f.Perhaps...), Reason: f.Reason, only: only,
	}
}

func combinationRow(choices []fault.Choice) *Row {
	var names, does []string
	for _, c := range choices {
		names = append(names, c.Name)
		does = append(does, c.Does)
	}
	return &Row{
		Name: strings.Join(names, " + "), Does: strings.Join(does, " "), Subject: "combinations", Level: highest,
		Breaks: []string{}, Perhaps: []string{}, Cells: []*Cell{},
	}
}

// addResult counts a grading.
func (row *Row) addResult(result *grade.Result) {
	row.Gradings++
	row.Seconds += (result.Seconds - row.Seconds) / float64(row.Gradings)
	counted := map[string]grade.Verdict{} // a rule may have scenarios at several levels
	for _, rule := range grade.Rules(result.Scenarios) {
		verdict := rule.Verdict
		if verdict == grade.Passed {
			continue
		}
		if worse := grade.Worse(counted[rule.ID], verdict); counted[rule.ID] != "" && worse == counted[rule.ID] {
			continue
		}
		cell := row.cell(rule.ID)
		cell.count(counted[rule.ID], -1)
		cell.count(verdict, 1)
		counted[rule.ID] = verdict
		cell.show(verdict, rule.With(verdict)[0])
	}
}

func (c *Cell) count(verdict grade.Verdict, n int) {
	switch verdict {
	case grade.Failed, grade.Advice:
		c.Failed += n
	case grade.NotReached:
		c.NotReached += n
	case grade.LabFault:
		c.Broken += n
	case grade.Passed, grade.NotChecked: // has no cell
	}
}

// cell is the row's cell for a rule, new if there is none.
func (row *Row) cell(rule string) *Cell {
	if c := row.cellOf(rule); c != nil {
		return c
	}
	c := &Cell{Rule: rule}
	row.Cells = append(row.Cells, c)
	return c
}

func (row *Row) cellOf(rule string) *Cell {
	i := slices.IndexFunc(row.Cells, func(c *Cell) bool { return c.Rule == rule })
	if i < 0 {
		return nil
	}
	return row.Cells[i]
}

// failed says with how many seeds the rule failed.
func (row *Row) failed(rule string) int {
	if c := row.cellOf(rule); c != nil {
		return c.Failed
	}
	return 0
}

// Found reports whether the rule that is about the fault failed with every seed.
func (row *Row) Found() bool { return len(row.Missed()) == 0 || row.Missed()[0] != row.Breaks[0] }

// Missed are rules that the fault breaks and that did not fail with every seed.
func (row *Row) Missed() []string {
	return slices.DeleteFunc(slices.Clone(row.Breaks), func(rule string) bool {
		looked := len(row.only) == 0 || slices.Contains(row.only, rule)
		return !looked || row.failed(rule) == row.Gradings
	})
}

// declares reports whether the rule may fail: it is broken, or meets what is broken.
func (row *Row) declares(rule string) bool {
	return slices.Contains(row.Breaks, rule) || slices.Contains(row.Perhaps, rule) || slices.Contains(row.Perhaps, "*")
}

// Also are the rules that failed as declared, the one that is about the fault apart.
func (row *Row) Also() []string {
	return row.cells(func(c *Cell) bool { return c.Failed > 0 && c.Rule != row.Breaks[0] && row.declares(c.Rule) })
}

// Undeclared are the rules that failed without reason. On a choice every rule has to pass.
func (row *Row) Undeclared() []string {
	if len(row.Breaks) == 0 {
		return row.cells(func(c *Cell) bool { return c.Failed+c.NotReached+c.Broken > 0 && !c.isAdvice() })
	}
	return row.cells(func(c *Cell) bool { return c.Failed > 0 && !row.declares(c.Rule) || c.Broken > 0 })
}

// isAdvice reports whether nothing more than advice was given. It never costs a mark, so a choice may earn it.
func (c *Cell) isAdvice() bool { return c.worst == grade.Advice }

// NotReached are the rules that could not be asked, and did not fail either.
func (row *Row) NotReached() []string {
	return row.cells(func(c *Cell) bool { return c.Failed == 0 && c.NotReached > 0 })
}

func (row *Row) cells(wanted func(*Cell) bool) []string {
	ids := []string{}
	for _, c := range row.Cells {
		if wanted(c) {
			ids = append(ids, c.Rule)
		}
	}
	return ids
}

// Right reports whether the grader was right about the server.
func (row *Row) Right() bool { return len(row.Missed())+len(row.Undeclared()) == 0 }

func (p *Proof) finish() {
	p.Seconds = time.Since(p.Started).Seconds()
	s := &p.Summary
	s.Faults, s.Choices, s.Combinations = len(p.Faults), len(p.Choices), len(p.Combinations)
	for _, row := range p.Faults {
		if row.Found() {
			s.Found++
		}
		s.Also += len(row.Also())
		s.Unconfirmed += len(row.Missed())
		s.Undeclared += len(row.Undeclared())
	}
	for _, row := range slices.Concat(p.Choices, p.Combinations) {
		if row.Right() {
			s.Green++
		}
	}
	s.Proved = s.Unconfirmed+s.Undeclared == 0 && s.Green == s.Choices+s.Combinations
	order := func(a, b *Cell) int { return cmp.Compare(p.column(a.Rule), p.column(b.Rule)) }
	for _, row := range slices.Concat(p.Faults, p.Choices, p.Combinations) {
		slices.SortStableFunc(row.Cells, order)
		row.Beside = []string{}
	}
	p.countBeside()
}

// column is the place of a rule in the matrix.
func (p *Proof) column(rule string) int {
	return slices.IndexFunc(p.Rules, func(r Rule) bool { return r.ID == rule })
}

// Wrong says, in a line each, what the grader got wrong.
func (p *Proof) Wrong() []string {
	var lines []string
	for _, row := range slices.Concat(p.Faults, p.Choices, p.Combinations) {
		for _, rule := range row.Missed() {
			lines = append(lines, fmt.Sprintf("%s: %s should fail, but failed %d of %d times%s", row.Name, rule, row.failed(rule), row.Gradings, row.cellOf(rule).brief()))
		}
		for _, rule := range row.Undeclared() {
			c := row.cellOf(rule)
			lines = append(lines, fmt.Sprintf("%s: %s failed %d of %d times without reason%s", row.Name, rule, c.Failed+c.NotReached+c.Broken, row.Gradings, c.brief()))
		}
	}
	return lines
}

// JSON writes the document that docs/proof.schema.json describes.
func (p *Proof) JSON(out io.Writer) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(p)
}

// levels are those that have a column.
func (p *Proof) levels() []string {
	return slices.DeleteFunc(slices.Clone(contract.Levels), func(level string) bool {
		return !slices.ContainsFunc(p.Rules, func(r Rule) bool { return r.Level == level })
	})
}
