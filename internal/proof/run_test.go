package proof_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"restlab/internal/grade"
	"restlab/internal/labtest"
	"restlab/internal/proof"
	"restlab/internal/proof/fault"
	"restlab/internal/wire"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func run(t *testing.T, o proof.Options) *proof.Proof {
	t.Helper()
	o.Contract, o.Seed = labtest.Contract(t), uint64(rand.Uint32())
	p, err := proof.Run(t.Context(), o)
	require.NoError(t, err)
	return p
}

// A few faults, choices and combinations, others in each run. All of them are the business of restlab prove.
func TestSample(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	o := proof.Options{Choices: sampleOf(fault.Choices()), Combinations: 1}
	for _, s := range fault.Subjects() {
		o.Faults = append(o.Faults, fault.Subject{Name: s.Name, Faults: sampleOf(s.Faults)})
	}
	p := run(t, o)
	t.Logf("seeds %d: %+v", p.Seeds, p.Summary)
	assert.Empty(t, p.Wrong())
	assert.True(t, p.Summary.Proved)
}

func sampleOf[T any](all []T) []T {
	one := 32
	if raceEnabled { // each grading takes ten times as long
		one = 80
	}
	return slices.DeleteFunc(slices.Clone(all), func(T) bool { return rand.IntN(one) > 0 })
}

// named is a fault with other declarations.
func named(t *testing.T, name string, breaks, perhaps []string) []fault.Subject {
	t.Helper()
	f, known := fault.Find(name)
	require.True(t, known, name)
	f.Breaks, f.Perhaps = breaks, perhaps
	return []fault.Subject{{Name: "items", Faults: []fault.Fault{f}}}
}

// What a fault declares has to fail, and what it does not declare must not.
func TestWrong(t *testing.T) {
	for name, c := range map[string]struct {
		breaks, perhaps []string
		found           int
		wrong           []string
	}{
		"as declared":      {[]string{"put.created"}, nil, 1, nil},
		"perhaps":          {[]string{"put.created"}, []string{"head"}, 1, nil},
		"another one":      {[]string{"head"}, nil, 0, []string{"head should fail", "put.created failed 1 of 1 times without reason"}},
		"more than it has": {[]string{"put.created", "head"}, nil, 1, []string{"head should fail"}},
		"by chance alone":  {[]string{"head"}, []string{"*"}, 0, []string{"head should fail"}},
	} {
		t.Run(name, func(t *testing.T) {
			if name != "more than it has" {
				labtest.Slow(t, "one will do")
			}
			p := run(t, proof.Options{Faults: named(t, "put-creates-with-200", c.breaks, c.perhaps)})
			assert.Equal(t, c.found, p.Summary.Found)
			assert.Equal(t, len(c.wrong) == 0, p.Summary.Proved)
			require.Len(t, p.Wrong(), len(c.wrong), p.Wrong())
			for i, text := range c.wrong {
				assert.Contains(t, p.Wrong()[i], text)
			}
		})
	}
}

// A rule is looked at alone, on the servers that it is about.
func TestRules(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	p := run(t, proof.Options{Faults: fault.Subjects(), Choices: fault.Choices()[:2], Combinations: 1, Rules: []string{"put.created"}, Seeds: 2})
	assert.True(t, p.Summary.Proved, p.Wrong())
	assert.Len(t, p.Seeds, 2)
	assert.Len(t, p.Combinations, 2)
	for _, row := range p.Faults {
		assert.Contains(t, row.Breaks, "put.created", row.Name)
		assert.Equal(t, 2, row.Gradings)
	}
}

// In parts each rule is looked at once, where it meets what is changed in the server: what a single kind of request meets
// leaves a part or two with nothing to ask.
func TestParts(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	patch, _ := fault.Find("json-patch-is-missing")
	o := proof.Options{Faults: []fault.Subject{{Name: "PATCH", Faults: []fault.Fault{patch}}}, Parts: 3, Seeds: 3}
	for _, c := range fault.Choices() {
		if c.Name == "400-for-brew" || c.Name == "405-for-brew" || c.Name == "422-for-a-failed-patch" || c.Name == "patch-without-copy-and-move" {
			o.Choices = append(o.Choices, c)
		}
	}
	p := run(t, o)
	assert.Len(t, o.Choices, 4)
	assert.True(t, p.Summary.Proved, p.Wrong())
	assert.Equal(t, 3, p.Faults[0].Gradings)
}

// One on the whole run has all of it run, though parts were wished; one that needs two servers is about those that have them.
func TestRulesOfOtherKinds(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	empties, _ := fault.Find("delete-takes-all-items")
	o := proof.Options{Faults: []fault.Subject{{Name: "items", Faults: []fault.Fault{empties}}}, Choices: fault.Choices()[:1], Combinations: 1, Parts: 3}
	o.Rules = []string{"steady"}
	p := run(t, o)
	assert.True(t, p.Summary.Proved, p.Wrong())
	assert.Equal(t, 1, p.Parts)

	p = run(t, proof.Options{Faults: fault.Subjects(), Choices: fault.Choices(), Combinations: 1, Rules: []string{"replicas"}, Parts: 3})
	assert.True(t, p.Summary.Proved, p.Wrong())
	assert.NotEmpty(t, p.Faults)
	assert.Empty(t, p.Choices)
	assert.Empty(t, p.Combinations)
}

// Combinations are the same for the same seed, and nothing in them contradicts.
func TestCombinations(t *testing.T) {
	names := func(all [][]fault.Choice) (names [][]string) {
		for _, one := range all {
			var row []string
			for _, c := range one {
				row = append(row, c.Name)
			}
			names = append(names, row)
		}
		return names
	}
	assert.Equal(t, names(proof.Combinations(7, 5)), names(proof.Combinations(7, 5)))
	for _, combination := range proof.Combinations(1, 50) {
		for i, c := range combination {
			assert.False(t, slices.ContainsFunc(combination[:i], c.Excludes), c.Name)
		}
	}
}

// Interrupted, a proof ends with the context's error.
func TestInterrupted(t *testing.T) {
	labtest.Slow(t, "it grades at level production")
	ctx, cancel := context.WithCancel(t.Context())
	o := proof.Options{Contract: labtest.Contract(t), Faults: fault.Subjects(), Progress: func(int, int) { cancel() }, Jobs: 1}
	_, err := proof.Run(ctx, o)
	require.ErrorIs(t, err, context.Canceled)
}

// The document keeps to its schema.
func TestSchema(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	schema, err := jsonschema.NewCompiler().Compile("../../docs/proof.schema.json")
	require.NoError(t, err)
	p := run(t, proof.Options{Faults: named(t, "post-redirects", []string{"items.create"}, nil), Choices: fault.Choices()[:1]})
	var document bytes.Buffer
	require.NoError(t, p.JSON(&document))
	value, err := jsonschema.UnmarshalJSON(&document)
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value))
}

// docs/proof.md is current.
func TestMarkdown(t *testing.T) {
	var now strings.Builder
	require.NoError(t, proof.Markdown(&now))
	kept, err := os.ReadFile("../../docs/proof.md")
	require.NoError(t, err)
	assert.Equal(t, now.String(), string(kept), "make docs writes it again")
}

// What a hostile server sends does nothing on the page, and is not hidden either.
func TestHostile(t *testing.T) {
	evil := "<script>alert(1)</script>\"'\u202e\x1b[2J</pre>"
	p := &proof.Proof{
		Rules: []proof.Rule{{ID: "items.read", Name: "R", Level: "basics"}},
		Faults: []*proof.Row{{
			Name: "evil", Does: "It is hostile.", Subject: "items", Level: "basics", Breaks: []string{"items.read"}, Gradings: 1,
			Cells: []*proof.Cell{{Rule: "items.read", Failed: 1, Card: &proof.Card{
				Verdict: grade.Failed, Received: wire.Untrusted(evil), Sent: wire.Untrusted(evil), Answer: wire.Untrusted(evil), Asked: wire.Untrusted(evil), Note: wire.Untrusted(evil),
			}}},
		}},
	}
	var page strings.Builder
	require.NoError(t, p.HTML(&page))
	assert.NotContains(t, page.String(), "<script")
	assert.NotContains(t, page.String(), "\x1b")
	assert.NotContains(t, page.String(), "</pre>\"")
	assert.Contains(t, page.String(), "&lt;script&gt;alert(1)&lt;/script&gt;")
	assert.Contains(t, page.String(), `\x1b[2J`)
	assert.Contains(t, page.String(), `\u202e`)
}

// The page needs nothing from elsewhere, and each sign leads to a card that is there.
func TestPage(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	p := run(t, proof.Options{Faults: named(t, "post-redirects", []string{"items.create", "items.post.taken"}, nil)})
	var page strings.Builder
	require.NoError(t, p.HTML(&page))
	text := page.String()
	for _, elsewhere := range []string{"<link", "src=", "@import", "url("} {
		assert.NotContains(t, text, elsewhere)
	}
	for _, part := range strings.Split(text, `href="#`)[1:] {
		anchor, _, _ := strings.Cut(part, `"`)
		assert.Contains(t, text, `id="`+anchor+`"`)
	}
	assert.Contains(t, text, "●")
	assert.Contains(t, text, http.StatusText(http.StatusFound))
}
