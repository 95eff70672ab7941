package hunt_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"restlab/internal/contract"
	"restlab/internal/grade"
	"restlab/internal/hunt"
	"restlab/internal/labtest"
	"restlab/internal/proof"
	"restlab/internal/proof/fault"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func read(t *testing.T, text string) *contract.Contract {
	t.Helper()
	file, err := hunt.Read("mine.feature", []byte(text))
	require.NoError(t, err, text)
	return file
}

// named is the hunt for a fault.
func named(t *testing.T, name string) hunt.Hunt {
	t.Helper()
	all := hunt.All(labtest.Contract(t))
	i := slices.IndexFunc(all, func(h hunt.Hunt) bool { return h.Reveal().Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

// Hunts go from easy to hard, are numbered in that order, and tell nothing by their ids. Within a level no rule comes again before
// each that has as many hunts has come.
func TestOrder(t *testing.T) {
	all := hunt.All(labtest.Contract(t))
	assert.Greater(t, len(all), 400)
	ids, rounds := map[string]bool{}, map[string]int{}
	level, round := 0, 0
	for i, h := range all {
		assert.Equal(t, i+1, h.Number)
		assert.Regexp(t, "^[0-9a-f]{12}$", h.ID)
		assert.False(t, ids[h.ID], h.Reveal().Name)
		ids[h.ID] = true

		at := slices.Index(contract.Levels, h.Level)
		assert.GreaterOrEqual(t, at, level)
		if at > level {
			level, round = at, 0
			clear(rounds)
		}
		rule := h.Reveal().Breaks[0]
		rounds[rule]++
		assert.GreaterOrEqual(t, rounds[rule], round, h.Reveal().Name)
		round = rounds[rule]
	}
}

// Whoever has made the two servers of the course, and no more, can solve the first hunts.
func TestFirstHunts(t *testing.T) {
	for _, h := range hunt.All(labtest.Contract(t))[:6] {
		assert.Regexp(t, `^(items|tasks)\.`, h.Reveal().Breaks[0], h.Reveal().Name)
	}
}

// A seed draws the same hunt for everybody, and other seeds draw others.
func TestDrawn(t *testing.T) {
	all := hunt.All(labtest.Contract(t))
	assert.Equal(t, hunt.Drawn(all, 42).ID, hunt.Drawn(all, 42).ID)
	drawn := map[string]bool{}
	for seed := range uint64(50) {
		drawn[hunt.Drawn(all, seed).ID] = true
	}
	assert.Greater(t, len(drawn), 30)
}

// Each hunt can be solved with a scenario of the lab's own, written as a learner would: some hunts in each run, all of
// them where HUNTS=all.
func TestSolvable(t *testing.T) {
	labtest.Slow(t, "it grades many servers")
	rules := labtest.Contract(t)
	hunts := hunt.All(rules)
	if os.Getenv("HUNTS") != "all" {
		rand.Shuffle(len(hunts), func(i, j int) { hunts[i], hunts[j] = hunts[j], hunts[i] })
		hunts = hunts[:6]
	}
	for _, h := range hunts {
		was := h.Reveal()
		file := catching(t, h, rules.Rule(was.Breaks[0]))
		if !assert.NotNil(t, file, "no scenario of %s catches %s", was.Breaks[0], was.Name) {
			continue
		}
		j, err := h.Judge(t.Context(), file, nil)
		require.NoError(t, err)
		assert.Equal(t, hunt.Catches, j.Outcome, "%s: %s %v", was.Name, file.Scenarios[0].Name, j.Choices)
		assert.Positive(t, j.Caught)
		_, err = h.Hint(t.Context(), rules, 1)
		require.NoError(t, err, was.Name)
	}
}

// catching is a scenario of the rule that fails on the hunted server, as a file of its own.
func catching(t *testing.T, h hunt.Hunt, rule *contract.Rule) *contract.Contract {
	t.Helper()
	f, _ := fault.Find(h.Reveal().Name)
	for _, s := range rule.Scenarios {
		if slices.Index(contract.Levels, s.Level) > slices.Index(contract.Levels, h.Level) {
			continue
		}
		lines := []string{"Feature: Mine", "  Scenario: " + s.Name}
		for _, step := range s.Steps {
			lines = append(lines, fmt.Sprintf("    %s %s", step.Keyword, step.Text))
		}
		file := read(t, strings.Join(lines, "\n"))
		result, err := proof.Faulty(f).Grade(t.Context(), grade.Options{Contract: file, Brief: true}, false)
		if err == nil && result.Summary.Failed > 0 {
			return file
		}
	}
	return nil
}

func scenario(lines ...string) string {
	return "Feature: Mine\n  Scenario: S\n    " + strings.Join(lines, "\n    ")
}

// What becomes of a file, in the order in which it is held against the servers.
func TestJudge(t *testing.T) {
	h := named(t, "put-answers-202")
	for name, c := range map[string]struct {
		file    string
		outcome hunt.Outcome
		also    func(*testing.T, *hunt.Judgement)
	}{
		"a slip": {
			scenario("When the client repeats the request", "Then the status is 200 OK"), hunt.Unusable,
			func(t *testing.T, j *hunt.Judgement) {
				assert.Equal(t, "mine.feature:2: there is no request to repeat yet", j.Slips().Error())
			},
		},
		"too little is right": {
			scenario("When the client sends GET /items/{key}", "Then the status is 200 OK"), hunt.FailsReference,
			func(t *testing.T, j *hunt.Judgement) {
				assert.Equal(t, "404 Not Found", hunt.FirstFailed(j.Result).Failure.Received)
			},
		},
		"what cannot be set up": {
			scenario("Given the client knows the ETag of /items/{key}", "When the client sends GET /tasks", "Then the status is 200 OK"), hunt.FailsReference,
			func(t *testing.T, j *hunt.Judgement) { assert.Equal(t, 1, j.Result.Summary.NotReached) },
		},
		"only one answer of two": {
			scenario(`Given the item {key} is "blue"`, `When the client sends PUT /items/{key} with {"value": 1}`, "Then the status is 200 OK"), hunt.FailsRight,
			func(t *testing.T, j *hunt.Judgement) {
				assert.Contains(t, j.Choices[0].Name, "204-for-put")
				assert.Equal(t, "204 No Content", hunt.FirstFailed(j.Result).Failure.Received)
			},
		},
		"another mistake": {
			scenario("When the client sends GET /items/{key}", "Then the status is 404 Not Found"), hunt.CatchesNothing,
			func(t *testing.T, j *hunt.Judgement) { assert.Greater(t, j.Caught, 3) },
		},
		"a Given alone": {
			hunt.Example, hunt.CatchesNothing, nil,
		},
		"the mistake": {
			scenario(`Given the item {key} is "blue"`, `When the client sends PUT /items/{key} with {"value": 1}`, "Then the status is 200 OK or 204 No Content"), hunt.Catches,
			func(t *testing.T, j *hunt.Judgement) {
				assert.Equal(t, "202 Accepted", hunt.FirstFailed(j.Result).Failure.Received)
				assert.Less(t, j.Caught, j.Faults)
			},
		},
		"tags of the lab that spare marks": {
			"Feature: Mine\n  @a @advice @net\n  Rule: R\n" + strings.TrimPrefix(scenario(`Given the item {key} is "blue"`, `When the client sends PUT /items/{key} with {"value": 1}`, "Then the status is 200 OK or 204 No Content"), "Feature: Mine\n"), hunt.Catches,
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.outcome == hunt.CatchesNothing || c.outcome == hunt.Catches {
				labtest.Slow(t, "it grades all faulty servers")
			}
			j, err := h.Judge(t.Context(), read(t, c.file), nil)
			require.NoError(t, err)
			require.Equal(t, c.outcome, j.Outcome)
			if c.also != nil {
				c.also(t, j)
			}
		})
	}
}

// A level leaves choices that a higher one does not: there the same file solves a hunt.
func TestLevels(t *testing.T) {
	labtest.Slow(t, "it grades all faulty servers")
	file := read(t, scenario(`When the client sends PUT /items/{key} with {"value": 1}`, "Then the status is 201 Created"))
	for name, outcome := range map[string]hunt.Outcome{"put-answers-202": hunt.FailsRight, "put-creates-with-200": hunt.Catches} {
		j, err := named(t, name).Judge(t.Context(), file, nil)
		require.NoError(t, err)
		assert.Equal(t, outcome, j.Outcome, name)
	}
}

// The handful of sentences that a hunter is shown are sentences of the lab.
func TestHandful(t *testing.T) {
	_, err := hunt.Read("handful.feature", []byte(scenario(strings.Split(hunt.Handful, "\n")...)))
	require.NoError(t, err)
}

// Progress counts every server once, and an interruption ends the judging.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := named(t, "put-answers-202").Judge(ctx, read(t, hunt.Example), func(done, of int) {
		assert.LessOrEqual(t, done, of)
		cancel()
	})
	require.ErrorIs(t, err, context.Canceled)
}

// What a file must not be.
func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"Feature: F\n  Scenario: \xff\xfe": "no text in UTF-8",
		"Scenario: S":                      "begins with a line such as Feature:",
		"Feature: F":                       "no scenario in this file",
		scenario("When the client sends GET /items/{key}"):                                              "has no Then",
		scenario("When I send GET /items/a", "Then the status is 200 OK"):                               `mine.feature:3: "I send GET /items/a" is no sentence of the lab`,
		scenario("When the client sends random requests", "Then the responses agree with the contract"): "hunts in your place",
		scenario("When every scenario of the level basics has run", "Then every response was valid"):    "hunts in your place",
	} {
		_, err := hunt.Read("mine.feature", []byte(text))
		require.ErrorContains(t, err, want)
	}
	_, err := hunt.Read("mine.feature", []byte("\ufeff"+strings.ReplaceAll(hunt.Example, "\n", "\r\n")))
	require.NoError(t, err, "as an editor on Windows writes it")
}

// Hints grow stronger, name the rule in the end, and never the fault.
func TestHints(t *testing.T) {
	rules := labtest.Contract(t)
	h := named(t, "put-creates-with-200")
	var hints []string
	for n := 1; n <= hunt.Hints+1; n++ {
		hint, err := h.Hint(t.Context(), rules, n)
		require.NoError(t, err)
		hints = append(hints, hint)
		assert.NotContains(t, hint, h.Reveal().Name)
		assert.NotContains(t, hint, h.Reveal().Does)
	}
	assert.Equal(t, []string{
		"It shows with items.",
		"It shows in the answer to PUT.",
		"It is about this rule: The first PUT creates, the next one replaces. restlab rules put.created tells more.",
		"Of the rule put.created this scenario catches it: An unused key responds 201.",
		"Of the rule put.created this scenario catches it: An unused key responds 201.",
	}, hints)
}

// Progress goes on with what was begun, then with the first hunt that is not solved.
func TestProgress(t *testing.T) {
	all := hunt.All(labtest.Contract(t))[:3]
	var p hunt.Progress
	_, begun := p.Last(all)
	assert.False(t, begun)
	next := func() int {
		h, _ := p.Next(all)
		return h.Number
	}
	assert.Equal(t, 1, next())
	p.Current = all[2].ID
	assert.Equal(t, 3, next())
	assert.Equal(t, []int{1, 2}, []int{p.Miss(all[2]), p.Miss(all[2])})
	p.Solve(all[2])
	p.Solve(all[2])
	assert.Equal(t, 1, next())
	assert.Equal(t, 1, p.Count(all))
	assert.Empty(t, p.Missed)
	p.Solve(all[0])
	p.Solve(all[1])
	_, more := p.Next(all)
	assert.False(t, more)
}
