package history

import (
	"cmp"
	"context"
	"html"
	"io"
	"slices"
	"time"

	"github.com/anishathalye/porcupine"

	"restlab/internal/wire"
)

// WriteHTML writes porcupine's picture of the whole history: a page that shows, for each item, how far an explanation
// reaches, and where it ends if there is none.
func (h History) WriteHTML(w io.Writer) error {
	c := newChecker(context.Background())
	c.left.Store(maxSteps)
	model := c.model()
	model.Partition = func(all []porcupine.Operation) [][]porcupine.Operation {
		return byTarget(all, func(op porcupine.Operation) string { return op.Input.(step).op.Target })
	}
	model.DescribeOperation = func(do, _ any) string { return do.(step).op.picture() }
	model.DescribeState = func(s any) string { return s.(state).picture() }
	_, info := porcupine.CheckOperationsVerbose(model, h.drawn(), 0)
	return porcupine.Visualize(model, info, w)
}

// drawn are all operations that say something, with their values. What may yet take effect reaches to the end, and its
// client goes on in a line of its own.
func (h History) drawn() []porcupine.Operation {
	sorted := slices.SortedFunc(slices.Values(h), byCall)
	var end time.Duration
	lines := 0
	for _, op := range sorted {
		end = max(end, op.Return)
		lines = max(lines, op.Client)
	}
	var operations []porcupine.Operation
	line := map[int]int{} // of a client that has left its own
	for i := range sorted {
		op := &sorted[i]
		drawn := porcupine.Operation{
			ClientId: cmp.Or(line[op.Client], op.Client) - 1,
			Input:    step{op.effect(), cmp.Or(op.Got, op.Sent), op},
			Call:     int64(op.Call),
			Return:   int64(op.Return),
		}
		if op.effect().mayHappen() {
			drawn.Return = int64(end) + 1
			lines++
			line[op.Client] = lines
		}
		if op.effect() != silent {
			operations = append(operations, drawn)
		}
	}
	return operations
}

func (op *Operation) picture() string {
	return op.label() + "  " + wire.Untrusted(op.Target).Line(40)
}

// picture is a state for porcupine's page, which takes it for HTML.
func (s state) picture() string {
	switch {
	case !s.known:
		return "anything"
	case !s.there:
		return "no item"
	}
	return html.EscapeString(short(s.value))
}
