package fault_test

import (
	"context"
	"flag"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"restlab/features"
	"restlab/internal/catalogue"
	"restlab/internal/fault"
	"restlab/internal/grade"
	"restlab/steps"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Hundreds of gradings make much garbage, and there is memory enough to sweep it less often. A grading also waits now
// and then, so more of them run than there are processors.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800)
	flag.Parse()
	_ = flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0)))
	os.Exit(m.Run())
}

// Each fault breaks the rule that is about it and the others that it lists, and no rule besides.
func TestFaults(t *testing.T) {
	var tally tally
	t.Run("all", func(t *testing.T) {
		for _, f := range sampleOf(fault.All()) {
			t.Run(f.Name, func(t *testing.T) {
				t.Parallel()
				result := gradeAt(t, serve(t, f.Listener, f.Handler()), f.Level, patienceWith(f), rulesFor(t, f)...)
				tally.add(f, result)
				expectBroken(t, f, result)
			})
		}
	})
	tally.log(t)
}

func expectBroken(t *testing.T, f fault.Fault, result *grade.Result) {
	assert.Zero(t, result.Summary.Broken, "the lab itself broke: %v", lines(result, grade.Broken))
	failed := failedRules(result)
	for _, rule := range f.Breaks {
		if !slices.Contains(failed, rule) && !excused(f.Name, rule, "") {
			assert.Fail(t, "not found", "%s should fail, but: %v", rule, linesOf(result, rule))
		}
	}
	for _, rule := range failed {
		if !declared(f, rule) && !excused(f.Name, rule, requestOf(result, rule)) {
			assert.Fail(t, "blamed without reason", "%s: %v", rule, linesOf(result, rule))
		}
	}
}

// rulesFor are those by which a fault is graded: none stands for all. All take long above the lowest level, so there it
// is the rules of the fault's own level, unless it breaks others too; and now and then it is all, by chance.
func rulesFor(t *testing.T, f fault.Fault) []string {
	var ids []string
	for _, rule := range load(t).Rules {
		if rule.Level == f.Level && !rule.Afterwards {
			ids = append(ids, rule.ID)
		}
	}
	isOther := func(id string) bool { return !slices.Contains(ids, id) }
	breaksOthers := slices.ContainsFunc(f.Breaks, isOther) || slices.Contains(f.Perhaps, "*")
	if f.Level == "basics" || breaksOthers || rand.IntN(12) == 0 {
		return nil
	}
	return ids
}

func declared(f fault.Fault, rule string) bool {
	return slices.Contains(f.Breaks, rule) || slices.Contains(f.Perhaps, rule) || slices.Contains(f.Perhaps, "*")
}

// No choice costs a mark.
func TestChoices(t *testing.T) {
	for _, c := range sampleOf(fault.Choices()) {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			expectRight(t, gradeAt(t, serve(t, asItIs, fault.Server(c)), c.Level, time.Minute), c)
		})
	}
}

const highest = "production"

// Choices that do not exclude each other cost no mark together either.
func TestCombinedChoices(t *testing.T) {
	for _, combination := range sampleOf(combinations(8)) {
		t.Run(namesOf(combination), func(t *testing.T) {
			t.Parallel()
			expectRight(t, gradeAt(t, serve(t, asItIs, fault.Server(combination...)), highest, time.Minute), combination...)
		})
	}
}

func expectRight(t *testing.T, result *grade.Result, choices ...fault.Choice) {
	for _, s := range result.Scenarios {
		fine := s.Verdict == grade.Passed || s.Verdict == grade.Advice
		if !fine && !slices.ContainsFunc(choices, func(c fault.Choice) bool { return excused(c.Name, s.Rule, request(s)) }) {
			assert.Fail(t, "a choice costs a mark", "%v", line(s))
		}
	}
}

func combinations(n int) [][]fault.Choice {
	var drawn [][]fault.Choice
	for range n {
		drawn = append(drawn, someChoices())
	}
	return drawn
}

// someChoices draws choices of the highest level that go together. Those with an open question are no use here.
func someChoices() []fault.Choice {
	var drawn []fault.Choice
	all := fault.Choices()
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, c := range all {
		unfit := c.Level != highest || isAsked(c.Name) || c.Name == "slow"
		if len(drawn) < 6 && !unfit && !slices.ContainsFunc(drawn, c.Excludes) {
			drawn = append(drawn, c)
		}
	}
	return drawn
}

func namesOf(choices []fault.Choice) string {
	var names []string
	for _, c := range choices {
		names = append(names, c.Name)
	}
	return strings.Join(names, "+")
}

// Every rule has a fault that is about it, and what the tables name is there.
func TestTables(t *testing.T) {
	c := load(t)
	about := map[string]bool{}
	for _, f := range fault.All() {
		about[f.Breaks[0]] = true
		for _, rule := range slices.Concat(f.Breaks, f.Perhaps) {
			assert.True(t, rule == "*" || c.Rule(rule) != nil, "%s: there is no rule %s", f.Name, rule)
		}
		assert.Contains(t, catalogue.Levels, f.Level, f.Name)
	}
	for _, rule := range c.Rules {
		assert.True(t, about[rule.ID], "no fault is about %s", rule.ID)
	}
}

// Names are short, in kebab case and one of their kind; what a server does is said in one sentence.
func TestNames(t *testing.T) {
	said := map[string]string{}
	for _, f := range fault.All() {
		assert.Empty(t, said[f.Name], "%s is there twice", f.Name)
		said[f.Name] = f.Does
	}
	for _, c := range fault.Choices() {
		assert.Empty(t, said[c.Name], "%s is there twice", c.Name)
		said[c.Name] = c.Does
		assert.NotEmpty(t, c.About, c.Name)
	}
	for name, does := range said {
		assert.Regexp(t, regexp.MustCompile(`^[a-z0-9]+([-.][a-z0-9]+)*$`), name)
		assert.LessOrEqual(t, len(name), 44, name)
		assert.Regexp(t, regexp.MustCompile(`^[^a-z].+\.$`), does, name)
	}
}

// sampleOf is all of them, but one in twelve where the race detector makes each grading ten times as long.
func sampleOf[T any](all []T) []T {
	if !raceEnabled && !testing.Short() {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(T) bool { return rand.IntN(12) > 0 })
}

// serve serves on a socket of its own, as a learner's program does, and returns where.
func serve(t *testing.T, listening func(net.Listener) net.Listener, handler http.Handler) steps.Endpoint {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(listening(l)) // returns when it is closed
	}()
	t.Cleanup(func() {
		_ = s.Close()
		<-done
	})
	return steps.Endpoint{Base: "http://" + l.Addr().String(), Address: l.Addr().String()}
}

func asItIs(l net.Listener) net.Listener { return l }

var loaded = sync.OnceValues(func() (*catalogue.Catalogue, error) { return catalogue.Load(features.Files) })

func load(t *testing.T) *catalogue.Catalogue {
	c, err := loaded()
	require.NoError(t, err)
	return c
}

func gradeAt(t *testing.T, at steps.Endpoint, level string, timeout time.Duration, rules ...string) *grade.Result {
	seed := rand.Uint64()
	result, err := grade.Run(context.Background(), grade.Options{
		Catalogue: load(t), Items: at, Tasks: at, Level: level, Rules: rules, Seed: seed, Timeout: timeout,
	})
	require.NoError(t, err)
	t.Log("seed", seed)
	return result
}

// patienceWith is how long the lab waits for one answer: long, so that a busy machine decides nothing.
func patienceWith(f fault.Fault) time.Duration {
	if strings.HasSuffix(f.Name, "-hangs") {
		return 400 * time.Millisecond
	}
	return time.Minute
}

// failedRules are those with a scenario that failed, in advice as well.
func failedRules(result *grade.Result) []string {
	var failed []string
	for _, s := range result.Scenarios {
		if (s.Verdict == grade.Failed || s.Verdict == grade.Advice) && !slices.Contains(failed, s.Rule) {
			failed = append(failed, s.Rule)
		}
	}
	return failed
}

// request is the one at which a scenario failed.
func request(s *grade.Scenario) string {
	if s.Failure == nil {
		return ""
	}
	return s.Failure.Asked
}

// requestOf is the request at which the first scenario of a rule failed.
func requestOf(result *grade.Result, rule string) string {
	i := slices.IndexFunc(result.Scenarios, func(s *grade.Scenario) bool { return s.Rule == rule && s.Verdict == grade.Failed })
	if i < 0 {
		return ""
	}
	return request(result.Scenarios[i])
}

func lines(result *grade.Result, verdict grade.Verdict) []string {
	var out []string
	for _, s := range result.Scenarios {
		if s.Verdict == verdict {
			out = append(out, line(s))
		}
	}
	return out
}

func linesOf(result *grade.Result, rule string) []string {
	var out []string
	for _, s := range result.Scenarios {
		if s.Rule == rule {
			out = append(out, line(s))
		}
	}
	return out
}

// line is a scenario and what became of it.
func line(s *grade.Scenario) string {
	text := "\n" + string(s.Verdict) + " " + s.ID + " " + s.Why
	if f := s.Failure; f != nil {
		text += ": " + f.Asked + ": " + f.At + ": expected " + f.Expected + ", received " + f.Received
	}
	return text
}

// tally counts over all faults.
type tally struct {
	mu                                 sync.Mutex
	faults, found, also, missed, blame int
}

func (y *tally) add(f fault.Fault, result *grade.Result) {
	failed := failedRules(result)
	y.mu.Lock()
	defer y.mu.Unlock()
	y.faults++
	if slices.Contains(failed, f.Breaks[0]) {
		y.found++
	} else {
		y.missed++
	}
	for _, rule := range failed {
		if !declared(f, rule) {
			y.blame++
		} else if rule != f.Breaks[0] {
			y.also++
		}
	}
}

func (y *tally) log(t *testing.T) {
	t.Logf("%d faults: %d found by the rule that is about them, %d not; %d more rules failed with reason, %d without",
		y.faults, y.found, y.missed, y.also, y.blame)
}
