package history_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A chart is read without explanation: who asked what, what was answered before what was asked, and which answer
// cannot be.
func TestChart(t *testing.T) {
	for _, c := range []struct{ lines, chart string }{
		{`1 0-1   PUT red 201
		  2 10-14 PUT green 200
		  1 12-15 PUT blue 200
		  3 13-19 GET green 200
		  1 16-18 GET blue 200
		  3 20-22 GET green 200`, `
client 2  PUT "green" → 200  ├───────────┤
client 1  PUT "blue" → 200         ├───────────┤
client 1  GET → "blue"                                ├─────┤
client 3  GET → "green"                                           ├──────┤ ◀
├ request  ┤ response  → time, not to scale: 12.0 ms

client 3 read "green" although client 1 had read "blue" before its request,
and no client wrote "green" again
`},
		{`1 0-1   PUT red 201
		  2 2-7   DELETE - 500
		  1 3-4   GET red 200
		  3 8-10  GET - 404
		  1 11-13 PUT blue 201
		  2 14-16 PUT green 0
		  3 17-18 GET - 404`, `
client 1  PUT "red" → 201   ├───┤
client 2  DELETE → 500              ├───────────┤┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
client 1  GET → "red"                   ├───┤
client 3  GET → 404                                 ├───┤
client 1  PUT "blue" → 201                                  ├───┤
client 3  GET → 404                                                 ├────┤ ◀
├ request  ┤ response  → time, not to scale: 18.0 ms  ┄ may still be done

client 3 got the response that there is no item (404), and no order of these
requests explains it: each can take effect only between its ├ and its ┤
`},
	} {
		v := check(t, parse(t, c.lines))
		require.NotNil(t, v)
		assert.Equal(t, strings.TrimPrefix(c.chart, "\n"), v.Chart(76))
	}
}

// Whatever the values are, a chart keeps to its columns and harms no terminal.
func TestChartOfAnything(t *testing.T) {
	for _, value := range []string{"a", strings.Repeat("long", 100), "\u202e\u200b\x1b[31m", "日本", "\xff\xfe"} {
		h := parse(t, "1 0-1 PUT a 201\n2 2-3 PUT b 200\n3 4-5 GET a 200")
		h[0].Sent = fmt.Sprintf("%q", value)
		h[2].Got = h[0].Sent
		v := check(t, h)
		require.NotNil(t, v)
		for _, width := range []int{1, 40, 60, 76, 120} {
			chart := v.Chart(width)
			for line := range strings.Lines(chart) {
				assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), max(width, 40), chart)
			}
			assert.NotContains(t, chart, "\x1b")
			assert.NotContains(t, chart, "\u202e")
		}
	}
}
