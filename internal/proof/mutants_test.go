package proof_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"restlab/internal/proof"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every mutant that is explained is one of a line that the reference still has, and has a reason that is there.
func TestMutantsAreOfTheCode(t *testing.T) {
	found, err := proof.ReadMutants()
	require.NoError(t, err)
	for _, m := range found.Living {
		assert.Contains(t, lines(t, m.File), m.Code, "%s has changed: make mutants", m.File)
		assert.True(t, slices.ContainsFunc(found.Reasons, func(r proof.Reason) bool { return r.ID == m.Reason }), "%s: %s: no reason", m.File, m.Mutant)
	}
}

// What gremlins wrote into the folder that MUTANTS names is what the proof says: `make mutants` asks. With UPDATE the
// proof takes it over, and who runs it adds the reasons.
func TestMutants(t *testing.T) {
	folder := os.Getenv("MUTANTS")
	if folder == "" {
		t.Skip("MUTANTS names no folder: make mutants")
	}
	kept, err := proof.ReadMutants()
	require.NoError(t, err)
	now := measured(t, folder)
	for i, m := range now.Living {
		at := slices.IndexFunc(kept.Living, func(old proof.Mutant) bool { return same(old, m) })
		if at >= 0 {
			now.Living[i].Reason = kept.Living[at].Reason
		}
	}
	now.Reasons = kept.Reasons
	if os.Getenv("UPDATE") != "" {
		text, err := json.MarshalIndent(now, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile("mutants.json", append(text, '\n'), 0o666))
		return
	}
	for _, m := range now.Living {
		assert.NotEmpty(t, m.Reason, "%s: %s lives, and nothing says why", m.File, m.Mutant)
	}
	assert.Equal(t, kept.Living, now.Living)
}

// same reports whether two entries are one mutant.
func same(a, b proof.Mutant) bool {
	return a.File == b.File && a.Code == b.Code && a.Mutant == b.Mutant
}

// output is what gremlins writes.
type output struct {
	Files []file `json:"files"`
}

type file struct {
	Name      string     `json:"file_name"`
	Mutations []mutation `json:"mutations"`
}

type mutation struct {
	Type   string `json:"type"`
	Status string `json:"status"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func (m mutation) lives() bool { return m.Status == "LIVED" || m.Status == "NOT COVERED" }

// measured reads what gremlins wrote, with the features as the test and with the tests of server/.
func measured(t *testing.T, folder string) *proof.Mutants {
	t.Helper()
	features, featureFates := read(t, filepath.Join(folder, "features.json"))
	tests, testFates := read(t, filepath.Join(folder, "tests.json"))
	now := &proof.Mutants{Features: featureFates, Tests: testFates}
	for _, m := range features {
		survives := slices.ContainsFunc(tests, func(other proof.Mutant) bool { return same(m, other) })
		m.Killed = !survives
		now.Living = append(now.Living, m)
	}
	return now
}

// read returns the mutants that live, in the order of the code, and the figures.
func read(t *testing.T, path string) ([]proof.Mutant, proof.Fates) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var out output
	require.NoError(t, json.Unmarshal(text, &out))
	var living []proof.Mutant
	var fates proof.Fates
	slices.SortFunc(out.Files, func(a, b file) int { return strings.Compare(a.Name, b.Name) })
	for _, file := range out.Files {
		slices.SortFunc(file.Mutations, inOrder)
		for _, m := range file.Mutations {
			count(t, &fates, m.Status)
			if m.lives() {
				living = append(living, described(t, file.Name, m))
			}
		}
	}
	return living, fates
}

func inOrder(a, b mutation) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Type, b.Type))
}

func count(t *testing.T, fates *proof.Fates, status string) {
	t.Helper()
	counts := map[string]*int{
		"KILLED": &fates.Killed, "LIVED": &fates.Lived, "NOT COVERED": &fates.NotCovered, "TIMED OUT": &fates.TimedOut, "NOT VIABLE": &fates.NotViable,
	}
	require.Contains(t, counts, status)
	*counts[status]++
}

// becomes is what gremlins makes of an operator, for each type of mutant.
var becomes = map[string]map[string]string{
	"ARITHMETIC_BASE":         {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*"},
	"CONDITIONALS_BOUNDARY":   {">=": ">", ">": ">=", "<=": "<", "<": "<="},
	"CONDITIONALS_NEGATION":   {"==": "!=", "!=": "==", ">=": "<", "<": ">=", "<=": ">", ">": "<="},
	"INCREMENT_DECREMENT":     {"++": "--", "--": "++"},
	"INVERT_ASSIGNMENTS":      {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*="},
	"INVERT_BITWISE":          {"&": "|", "|": "&", "<<": ">>", ">>": "<<"},
	"INVERT_LOGICAL":          {"&&": "||", "||": "&&"},
	"INVERT_LOOPCTRL":         {"break": "continue", "continue": "break"},
	"REMOVE_SELF_ASSIGNMENTS": {"+=": "=", "-=": "=", "*=": "=", "/=": "="},
}

// described shows a mutant as the line of code before and after.
func described(t *testing.T, file string, m mutation) proof.Mutant {
	t.Helper()
	line := source(t, file)[m.Line-1]
	before, rest := line[:m.Column-1], line[m.Column-1:]
	operator := ""
	for candidate := range becomes[m.Type] {
		if strings.HasPrefix(rest, candidate) && len(candidate) > len(operator) {
			operator = candidate
		}
	}
	require.NotEmpty(t, operator, "%s:%d:%d %s", file, m.Line, m.Column, m.Type)
	changed := before + becomes[m.Type][operator] + rest[len(operator):]
	return proof.Mutant{File: file, Code: strings.TrimSpace(line), Mutant: strings.TrimSpace(changed)}
}

// lines are those of a file of the reference, without what is before and behind them.
func lines(t *testing.T, file string) []string {
	t.Helper()
	all := source(t, file)
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

func source(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile("../../server/" + file)
	require.NoError(t, err)
	return strings.Split(string(text), "\n")
}
