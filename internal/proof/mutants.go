package proof

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// mutantsJSON is what `make mutants` found. The figures and the list are measured; the reasons are a person's.
//
//go:embed mutants.json
var mutantsJSON []byte

// Mutants are changes of single operators in the reference, and what became of them.
type Mutants struct {
	Features Fates    `json:"features"` // with the features as the only test
	Tests    Fates    `json:"tests"`    // with the tests of server/ alone
	Reasons  []Reason `json:"reasons"`
	Living   []Mutant `json:"living"` // that the features let pass
}

// Fates counts mutants.
type Fates struct {
	Killed     int `json:"killed"`
	Lived      int `json:"lived"`
	NotCovered int `json:"not_covered"` // in lines that no test ran, by the profile of go test
	TimedOut   int `json:"timed_out"`
	NotViable  int `json:"not_viable"` // do not compile
}

// Efficacy is how many percent of those that ran were killed.
func (f Fates) Efficacy() float64 {
	killed := f.Killed + f.TimedOut
	return 100 * float64(killed) / float64(killed+f.Lived)
}

// Reason says why some mutants are let live.
type Reason struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// Mutant is one change of one operator.
type Mutant struct {
	File   string `json:"file"`
	Code   string `json:"code"`   // the line as it is
	Mutant string `json:"mutant"` // as it was changed
	Killed bool   `json:"killed"` // by the tests of server/
	Reason string `json:"reason"`
}

// ReadMutants returns what was found when the mutants were last made.
func ReadMutants() (*Mutants, error) {
	var found Mutants
	err := json.Unmarshal(mutantsJSON, &found)
	return &found, err
}

// markdown is a section of the proof: the figures, and every mutant that the features let live, under its reason.
func (m *Mutants) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, `
## %[2]d mutants

gremlins v0.6.0 changes one operator of the reference at a time, in %[1]sserver/%[1]s. The change is found if a scenario of the features
fails when the changed server is graded over a socket. %[1]smake mutants%[1]s does it again, and fails if one lives that is not in the lists below.
The tests of %[1]sserver/%[1]s are put to the same question, alone.

| the test | killed | timed out | lived | not covered | efficacy |
|---|---|---|---|---|---|
`, "`", m.Features.compiled())
	for _, row := range []struct {
		name string
		Fates
	}{{"the features", m.Features}, {"the tests of `server/`", m.Tests}} {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %.1f %% |\n", row.name, row.Killed, row.TimedOut, row.Lived, row.NotCovered, row.Efficacy())
	}
	fmt.Fprintf(&b, "\n%d more do not compile and are counted nowhere. Efficacy is how many of those that ran were found. %d live through\nboth: those with a \"no\" below.\n", m.Features.NotViable, m.immortal())
	for _, reason := range m.Reasons {
		fmt.Fprintf(&b, "\n%s\n\n| file | the line | the mutant | killed by the tests |\n|---|---|---|---|\n", reason.Text)
		for _, mutant := range m.Living {
			if mutant.Reason == reason.ID {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", mutant.File, code(mutant.Code), code(mutant.Mutant), map[bool]string{true: "yes", false: "no"}[mutant.Killed])
			}
		}
	}
	return b.String()
}

// immortal counts the mutants that neither the features nor the tests kill.
func (m *Mutants) immortal() int {
	n := 0
	for _, mutant := range m.Living {
		if !mutant.Killed {
			n++
		}
	}
	return n
}

// compiled counts the mutants that a test could be asked about.
func (f Fates) compiled() int { return f.Killed + f.TimedOut + f.Lived + f.NotCovered }

// code makes a line of code harmless in a table. A bar ends a cell even between backticks.
func code(line string) string { return "`" + strings.ReplaceAll(line, "|", `\|`) + "`" }
