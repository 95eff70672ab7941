package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/report"
	"restlab/internal/terminal"
	"restlab/internal/wire"
)

// long is a grading whose only failure has a long story.
func long() *grade.Result {
	s := &grade.Scenario{
		ID: "tasks.delete/long", Rule: "tasks.delete", RuleName: "DELETE removes the task", Name: "A task that was deleted stays away",
		Verdict: grade.Failed, PointsOf: 1, Reason: "Because " + strings.Repeat("it matters ", 30), Source: "RFC 9110", Strength: "MUST",
		Hints:   []string{"Look at the key.", "Take all of it."},
		Failure: &grade.Failure{Asked: "GET /tasks", Exchange: 14, At: "content", Expected: "one task", Received: "no such task" + strings.Repeat(" here", 90)},
	}
	for i := range 15 {
		s.Steps = append(s.Steps, grade.Step{Keyword: "When", Text: fmt.Sprintf("the client sends GET /tasks?n=%d", i), Status: "passed", From: i, To: i + 1})
		s.Exchanges = append(s.Exchanges, &grade.Exchange{
			Client: "client", Curl: fmt.Sprintf("curl -i 'http://127.0.0.1:5000/tasks?n=%d'", i),
			Request: grade.Request{Method: "GET", Target: fmt.Sprintf("/tasks?n=%d", i), Fields: []wire.Field{{Name: "Host", Value: "127.0.0.1"}}},
			Answer:  &grade.Answer{Status: 200, Head: "HTTP/1.1 200 OK\r\nDate: today\r\nX-Own: 1"},
		})
	}
	s.Steps[14].Status = "failed"
	return &grade.Result{Scenarios: []*grade.Scenario{s}, Summary: grade.Summary{Counts: grade.Counts{Failed: 1, PointsOf: 1}}}
}

// However small the window is, the card keeps the name, the sentence that failed, what was expected and received, and the hint, and
// is no longer than the window. What is left out is less in a larger one, and nothing where there is no window.
func TestCardFits(t *testing.T) {
	shown := func(height int) (string, *report.Text) {
		var out strings.Builder
		text := &report.Text{
			Out: &out, Style: terminal.Style{Live: height > 0, Width: 80, Height: height}, Name: "restlab",
			Commands: report.Commands{Again: "restlab grade"}, Amount: report.Amount{Hints: 1, More: "press h", Cards: 1, Brief: true},
		}
		require.NoError(t, text.Finish(long()))
		return out.String(), text
	}
	before := 0
	for _, height := range []int{21, 24, 30, 36, 42, 60} {
		card, text := shown(height)
		rows := strings.Count(card, "\n")
		assert.LessOrEqual(t, rows, height, card)
		assert.GreaterOrEqual(t, rows, before)
		before = rows
		for _, part := range []string{"A task that was deleted stays away", "And the client sends GET /tasks?n=14   ◀ here", "one task", "no such task", "Look at the key. (1 more: press h)", "press c"} {
			assert.Contains(t, card, part, height)
		}
		assert.NotContains(t, card, "Host:", height)
		assert.Contains(t, text.Whole, "Host:")
	}
	smallest, _ := shown(21)
	assert.Contains(t, smallest, "… 12 more sentences")
	assert.NotContains(t, smallest, "RFC 9110")
	card, text := shown(0)
	assert.Contains(t, card, "Host:")
	assert.NotContains(t, card, "press c")
	assert.Empty(t, text.Whole)
}
