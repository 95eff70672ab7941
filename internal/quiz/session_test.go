package quiz_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/exercises"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/quiz"
	"restlab/internal/state"
	"restlab/internal/terminal"
)

// learner takes the quiz again and again, with progress in a folder of the test.
type learner struct {
	*testing.T
	home  string
	shown []string // scenarios that the learner watched
}

func newLearner(t *testing.T) *learner { return &learner{T: t, home: t.TempDir()} }

// run runs the quiz for a learner who types this input, and returns what was printed. A scenario that is shown prints a line, and
// with scrolled the question is gone then.
func (l *learner) run(ctx context.Context, r quiz.Request, in io.Reader, scrolled bool) (string, error) {
	l.Helper()
	var out strings.Builder
	getenv := func(name string) string { return map[string]string{state.Home: l.home}[name] }
	s, err := quiz.Open(&terminal.Terminal{Name: "restlab", In: in, Out: &out, Err: &out, Getenv: getenv}, labtest.Contract(l), state.Open(getenv))
	require.NoError(l, err)
	err = s.Run(ctx, r, func(_ context.Context, q quiz.Question, seed uint64) (bool, error) {
		l.shown = append(l.shown, q.Scenario)
		_, err := io.WriteString(&out, "SHOWN\n")
		return scrolled, err
	})
	return out.String(), err
}

// types runs the quiz without an error.
func (l *learner) types(r quiz.Request, lines ...string) string {
	l.Helper()
	out, err := l.run(l.Context(), r, strings.NewReader(strings.Join(lines, "\n")), true)
	require.NoError(l, err)
	return out
}

// left returns how many questions the learner never answered right.
func (l *learner) left() int {
	l.Helper()
	p, err := state.Load[quiz.Progress](state.Open(func(string) string { return l.home }), quiz.Part)
	require.NoError(l, err)
	return len(p.Left(all(l.T)))
}

func ptr[T any](value T) *T { return &value }

// asked returns the questions of a seed, and the letters of the right answer and of another answer to each.
func asked(t *testing.T, seed uint64) (questions []quiz.Question, right, wrong []string) {
	t.Helper()
	questions = quiz.Shuffled(all(t), seed)
	for _, q := range questions {
		right = append(right, quiz.Letter(q.Right()))
		wrong = append(wrong, quiz.Letter((q.Right()+1)%len(q.Options)))
	}
	return questions, right, wrong
}

// Each answer is judged at once and kept. The results name the subject to work on, its rule and its exercise.
func TestAsk(t *testing.T) {
	l := newLearner(t)
	questions, right, wrong := asked(t, 3)
	out := l.types(quiz.Request{Seed: ptr(uint64(3)), Count: ptr(2)}, strings.ToUpper(right[0]), "", " "+wrong[1]+" ", "")
	total := len(questions)
	first, second := questions[0], questions[1]
	assert.True(t, strings.HasPrefix(out, "The knowledge check: 2 questions, seed 3\nType the letter of your answer and press Enter.\n"), out)
	assert.Contains(t, out, "\n1 of 2 · "+exercises.SubjectTitle(first.Subject)+"\n\n")
	assert.Contains(t, out, "Your answer: ✓ Right. ")
	assert.Contains(t, out, "\n2 of 2 · "+exercises.SubjectTitle(second.Subject)+"\n\n")
	assert.Contains(t, out, "Your answer: ✗ Not "+wrong[1]+". ")
	assert.Contains(t, out, "Right is "+right[1]+": ")
	_, results, _ := strings.Cut(out, "\n1 of 2 answers right:\n")
	assert.Contains(t, results, "Most is to be gained in: "+exercises.SubjectTitle(second.Subject)+"\n\n  restlab rules "+second.Rule+"\n  restlab learn ")
	assert.Contains(t, results, "32 questions left: restlab quiz. Once each was answered right, you have passed 13 · The knowledge check.\n")
	assert.Equal(t, total-1, l.left())
}

// Anything but a letter of an option is no answer: an empty line asks again, other text is quoted, short and without control characters.
// After the answer a letter does not change it.
func TestWhatIsNoAnswer(t *testing.T) {
	l := newLearner(t)
	_, right, wrong := asked(t, 3)
	out := l.types(quiz.Request{Seed: ptr(uint64(3)), Count: ptr(1)}, "", "e", "\x1b[31mred"+strings.Repeat("d", 100), "?", right[0], wrong[0], "")
	assert.Equal(t, 5, strings.Count(out, "Your answer: "))
	assert.Contains(t, out, "There is no answer \"e\" here.\n")
	assert.Regexp(t, `There is no answer ".*31mred.*" here\.`, out)
	assert.NotContains(t, out, "\x1b")
	assert.NotContains(t, out, strings.Repeat("d", 50))
	assert.Equal(t, 4, strings.Count(out, "? says this again, q ends."))
	assert.Contains(t, out, "This question is answered: press Enter alone, and the next one comes.\n")
	assert.Contains(t, out, "\n1 of 1 answer right:\n")
}

// The learner can watch the scenario of the question before the answer and after it. If the question has scrolled away, it is
// printed again, but only while it has no answer.
func TestShow(t *testing.T) {
	questions, right, _ := asked(t, 3)
	scenario := questions[0].Scenario
	for scrolled, times := range map[bool]int{true: 2, false: 1} {
		l := newLearner(t)
		in := strings.NewReader("s\n" + right[0] + "\nS\n\n")
		out, err := l.run(t.Context(), quiz.Request{Seed: ptr(uint64(3)), Count: ptr(1)}, in, scrolled)
		require.NoError(t, err)
		assert.Equal(t, []string{scenario, scenario}, l.shown)
		assert.Equal(t, 2, strings.Count(out, "SHOWN\n"))
		assert.Equal(t, times, strings.Count(out, "\n  a  "), out)
	}
}

// The quiz ends at q and at the end of the input, before an answer and after it. What was answered is kept.
func TestEnd(t *testing.T) {
	_, right, _ := asked(t, 3)
	for input, want := range map[string]string{
		"":               "\nNothing was answered. 33 questions left",
		"q\n":            "\nNothing was answered. 33 questions left",
		right[0] + "\nQ": "\n1 of 1 answer right:\n",
		right[0]:         "\n1 of 1 answer right:\n",
	} {
		l := newLearner(t)
		out := l.types(quiz.Request{Seed: ptr(uint64(3))}, input)
		assert.Contains(t, out, want, "%q", input)
		assert.NotContains(t, out, "2 of 33 ·", "%q", input)
		assert.Equal(t, 33-strings.Count(out, "✓ Right."), l.left())
	}
}

// If the context ends or a scenario cannot be shown the quiz ends with that error.
func TestErrors(t *testing.T) {
	l := newLearner(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, _ := io.Pipe() // nobody types anything
	out, err := l.run(ctx, quiz.Request{}, in, false)
	require.ErrorIs(t, err, context.Canceled)
	assert.NotContains(t, out, "Nothing was answered")

	store := state.Open(func(string) string { return l.home })
	s, err := quiz.Open(&terminal.Terminal{In: strings.NewReader("s\n"), Out: io.Discard, Err: io.Discard}, labtest.Contract(t), store)
	require.NoError(t, err)
	no := errors.New("no server")
	assert.Equal(t, no, s.Run(t.Context(), quiz.Request{}, func(context.Context, quiz.Question, uint64) (bool, error) { return false, no }))
}

// Without a seed only questions are asked that were never answered right; all of them if there are none. With a seed all are asked.
func TestDraw(t *testing.T) {
	l := newLearner(t)
	_, right, _ := asked(t, 5)
	l.types(quiz.Request{Seed: ptr(uint64(5)), Count: ptr(30)}, strings.Join(right, "\n\n"))
	assert.Equal(t, 3, l.left())
	assert.Contains(t, l.types(quiz.Request{}), "The knowledge check: 3 questions, seed ")
	assert.Contains(t, l.types(quiz.Request{Count: ptr(2)}), "The knowledge check: 2 questions, seed ")
	assert.Contains(t, l.types(quiz.Request{Seed: ptr(uint64(5))}), "The knowledge check: 33 questions, seed 5\n")
	out := l.types(quiz.Request{Seed: ptr(uint64(5))}, strings.Join(right, "\n\n"), "")
	assert.Contains(t, out, "✓ You have answered all 33 questions right: that passes 13 · The knowledge check.\n")
	assert.NotContains(t, out, "Most is to be gained")
	assert.Contains(t, l.types(quiz.Request{}), "The knowledge check: 33 questions, seed ")
}

// The list counts by subject what was answered right, of the subject alone if one is named.
func TestList(t *testing.T) {
	l := newLearner(t)
	first := quiz.Shuffled(quiz.Select(all(t), "status", ""), 3)[0]
	l.types(quiz.Request{Subject: "status", Seed: ptr(uint64(3)), Count: ptr(1)}, quiz.Letter(first.Right()))
	out := l.types(quiz.Request{List: true})
	assert.Regexp(t, `(?m)^  constraints +The constraints of REST +0 of \d+ answered right$`, out)
	assert.Regexp(t, `(?m)^  status +Status codes +1 of 6 answered right$`, out)
	assert.Contains(t, out, "\n32 questions left: restlab quiz. ")
	assert.NotContains(t, l.types(quiz.Request{List: true, Subject: "caching"}), "constraints")
}

// Questions are exported in the order of their subjects, or of a seed, and as many as are wanted.
func TestExport(t *testing.T) {
	l := newLearner(t)
	questions, _, _ := asked(t, 3)
	assert.True(t, strings.HasPrefix(l.types(quiz.Request{Export: "gift"}), "$CATEGORY: restlab/The constraints of REST\n"))
	out := l.types(quiz.Request{Export: "json", Seed: ptr(uint64(3)), Count: ptr(1)})
	assert.Contains(t, out, `"id": "`+questions[0].Scenario+`"`)
	assert.Equal(t, 1, strings.Count(out, `"id": `))
}

// A request that makes no sense is bad usage, and the hint says what would.
func TestValidate(t *testing.T) {
	for _, c := range []struct {
		r             quiz.Request
		message, hint string
	}{
		{quiz.Request{Subject: "history"}, `there is no subject "history"`, "the subjects are constraints, methods, "},
		{quiz.Request{Level: "easy"}, `there is no level "easy"`, "the levels are basics, http, production"},
		{quiz.Request{Export: "moodle"}, `there is no form "moodle"`, "the forms are json, gift"},
		{quiz.Request{Count: ptr(0)}, "--count 0 leaves no question", "leave it out"},
		{quiz.Request{List: true, Export: "json"}, "--list and --export contradict each other", ""},
		{quiz.Request{List: true, Count: ptr(1)}, "--list has no questions", ""},
		{quiz.Request{List: true, Seed: ptr(uint64(0))}, "--list has no questions", ""},
	} {
		err := c.r.Validate()
		require.ErrorContains(t, err, c.message)
		assert.True(t, lab.IsUsage(err))
		assert.Contains(t, lab.Hint(err), c.hint)
	}
	require.NoError(t, (&quiz.Request{Subject: "status", Level: "http", Count: ptr(1), Seed: ptr(uint64(1)), Export: "gift"}).Validate())

	_, err := newLearner(t).run(t.Context(), quiz.Request{Subject: "conditional", Level: "basics"}, strings.NewReader(""), false)
	require.ErrorContains(t, err, "no question on conditional is of the level basics")
	assert.True(t, lab.IsUsage(err))
}

// The quiz goes on with an answer that cannot be kept, and one note says where progress would have been.
func TestUnkept(t *testing.T) {
	l := newLearner(t)
	l.home = filepath.Join(l.home, "file", "folder")
	in, typed := io.Pipe()
	go func() { // makes the folder impossible once the progress has been read
		_, _ = typed.Write([]byte("?\n"))
		_ = os.WriteFile(filepath.Dir(l.home), nil, 0o600)
		_, _ = typed.Write([]byte("a\n"))
		_ = typed.Close()
	}()
	out, err := l.run(t.Context(), quiz.Request{}, in, false)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(out, "restlab: note: progress cannot be kept in "+l.home))
	assert.Contains(t, out, "; RESTLAB_HOME names another folder\n")
	assert.Contains(t, out, "of 1 answer right")
}
