package grade_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/proof/fault"
)

// Pages without an end break the rule paging after few requests, and the card says what is wrong with the link.
func TestEndlessPages(t *testing.T) {
	for name, received := range map[string]string{
		"next-link-to-itself":             `the next link of page \d+ leads to page \d+ itself`,
		"next-link-to-the-beginning":      `the next link of page \d+ leads back to page 1`,
		"next-link-on-every-page":         `page \d+ is empty and has a next link`,
		"last-page-again-and-again":       `page \d+ has a next link, and 3 pages so far had no task`,
		"every-page-is-the-whole-list":    `page \d+ has a next link, and 3 pages so far had no task`,
		"pages-of-tasks-that-nobody-made": `page \d+ has a next link, and there were \d+ tasks`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, known := fault.Find(name)
			require.True(t, known)
			at := labtest.Endpoint(t, labtest.Serve(t, f.Handler()))
			result := run(t, grade.Options{Servers: lab.Both(at), Selection: grade.Selection{Rules: []string{"paging"}}})
			requests := 0
			var cards []string
			for _, s := range result.Scenarios {
				requests += len(s.Exchanges)
				if s.Failure != nil && s.Failure.At == "field Link" {
					cards = append(cards, s.Failure.Received)
				}
			}
			require.NotEmpty(t, cards)
			assert.Regexp(t, received, cards[0])
			assert.Less(t, requests, 3000)
		})
	}
}
