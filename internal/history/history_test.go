package history_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"restlab/internal/history"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// parse reads a history: operations as "client from-to METHOD value status" with times in ms. The value is what a PUT
// sends or a GET brings, - for none; the status is 0 for no answer.
func parse(t *testing.T, lines string) history.History {
	t.Helper()
	var h history.History
	for line := range strings.SplitSeq(lines, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		op := history.Operation{Target: "/items/a"}
		var from, to int
		var value string
		_, err := fmt.Sscanf(line, "%d %d-%d %s %s %d", &op.Client, &from, &to, &op.Method, &value, &op.Status)
		require.NoError(t, err, line)
		op.Call, op.Return = time.Duration(from)*time.Millisecond, time.Duration(to)*time.Millisecond
		switch {
		case value == "-":
		case op.Method == "PUT":
			op.Sent = `"` + value + `"`
		default:
			op.Got = `"` + value + `"`
		}
		h = append(h, op)
	}
	return h
}

// check returns the violation, of a history that must not be too entangled.
func check(t *testing.T, h history.History) *history.Violation {
	t.Helper()
	v, err := h.Check(t.Context())
	require.NoError(t, err)
	return v
}

// Histories that an item can have, the answers being open where HTTP leaves them open, are nobody's fault.
func TestExplained(t *testing.T) {
	for name, lines := range map[string]string{
		"nothing":                                           ``,
		"one after another":                                 "1 0-1 PUT a 201\n1 2-3 GET a 200\n1 4-5 DELETE - 204\n1 6-7 GET - 404\n1 8-9 DELETE - 404",
		"what was there before the first answer":            "1 0-1 GET x 200\n1 2-3 DELETE - 200\n1 4-5 GET - 410",
		"nothing there before":                              "1 0-1 GET - 404\n2 0-1 DELETE - 404\n1 2-3 PUT a 201",
		"a read beside a write sees old or new":             "1 0-1 PUT a 200\n1 2-9 PUT b 200\n2 3-4 GET a 200\n2 5-6 GET b 200",
		"times that touch overlap":                          "1 0-1 PUT a 200\n1 2-4 PUT b 200\n2 4-5 GET a 200",
		"writes at once, either last":                       "1 0-5 PUT a 200\n2 0-5 PUT b 200\n1 6-7 GET a 200",
		"a PUT without an answer takes effect":              "1 0-1 PUT a 200\n1 2-3 PUT b 0\n2 4-5 GET b 200",
		"or never":                                          "1 0-1 PUT a 200\n1 2-3 PUT b 0\n2 4-5 GET a 200",
		"or late":                                           "1 0-1 PUT a 200\n1 2-3 PUT b 0\n2 4-5 GET a 200\n2 6-7 GET b 200",
		"a PUT with 500 may be late":                        "1 0-1 PUT a 200\n1 2-3 PUT b 500\n2 4-5 GET a 200\n2 6-7 GET b 200",
		"a PUT with 202 too":                                "1 0-1 PUT a 200\n1 2-3 PUT b 202\n2 4-5 GET a 200\n2 6-7 GET b 200",
		"a DELETE with 503 may be late":                     "1 0-1 PUT a 200\n1 2-3 DELETE - 503\n2 4-5 GET a 200\n2 6-7 GET - 404",
		"a DELETE without an answer between two others":     "1 0-1 PUT a 200\n1 2-3 DELETE - 0\n2 4-5 GET - 404\n2 6-7 PUT b 201\n2 8-9 GET b 200",
		"a refused PUT wrote nothing":                       "1 0-1 PUT a 200\n1 2-3 PUT b 429\n2 4-5 GET a 200",
		"a refused DELETE removed nothing":                  "1 0-1 PUT a 200\n1 2-3 DELETE - 412\n2 4-5 GET a 200",
		"a GET with 500 or without content says nothing":    "1 0-1 PUT a 200\n2 2-3 GET - 500\n2 4-5 GET - 200\n2 6-7 GET - 0\n2 8-9 GET - 304",
		"a late PUT lets one more DELETE find something":    "1 0-1 PUT a 200\n3 0-1 PUT z 0\n1 2-3 DELETE - 204\n2 4-5 DELETE - 204",
		"a late DELETE between two reads":                   "1 0-1 PUT a 200\n2 0-1 DELETE - 0\n1 2-3 GET a 200\n1 4-5 GET - 404",
		"two unanswered, each read once, in whatever order": "1 0-1 PUT a 200\n2 2-3 PUT b 0\n3 2-3 PUT c 0\n1 4-5 GET c 200\n1 6-7 GET b 200",
	} {
		t.Run(name, func(t *testing.T) {
			h := parse(t, lines)
			assert.Nil(t, check(t, h))
			assert.True(t, explicable(h), "what the other checker says")
		})
	}
}

// Histories that no item can have are found, the operation at fault is the one that shows it, and the sentence says why.
func TestViolations(t *testing.T) {
	for name, c := range map[string]struct {
		lines, fault, says string
		needed             int
	}{
		"stale": {"1 0-1 PUT a 201\n2 2-3 PUT b 200\n3 4-5 GET a 200", `GET "a"`,
			`client 3 read "a" although the PUT of "b" had been answered before its request, and no client wrote "a" again`, 2},
		"stale, for who wrote": {"1 0-1 PUT a 201\n1 2-3 DELETE - 200\n1 4-5 GET a 200", `GET "a"`,
			`client 1 read "a" although its own DELETE had been answered before its request, and no client wrote "a" again`, 2},
		"back again": {"1 0-1 PUT a 201\n1 2-9 PUT b 200\n2 3-4 GET b 200\n3 5-6 GET a 200", `GET "a"`,
			`client 3 read "a" although client 2 had read "b" before its request, and no client wrote "a" again`, 2},
		"lost": {"1 0-1 PUT a 201\n2 2-3 GET - 404", `GET - 404`,
			`client 2 got the response that there is no item (404) although the PUT of "a" had been answered before its request, and no client deleted the item after that`, 2},
		"not deleted": {"1 0-1 PUT a 201\n2 2-3 DELETE - 204\n2 4-5 PUT b 201\n3 4-5 PUT c 201\n4 6-7 GET a 200", `GET "a"`,
			`no client wrote "a" again`, 2},
		"deleted twice": {"1 0-1 PUT a 201\n2 2-4 DELETE - 204\n3 3-5 DELETE - 204", `DELETE - 204`,
			`client 2 and client 3 both got the response that their DELETE removed the item, and no client wrote it in between: only one of them can have found it`, 2},
		"deleted again": {"1 0-1 PUT a 201\n2 2-3 DELETE - 204\n3 4-5 DELETE - 204", `DELETE - 204`,
			`client 3 got the response that its DELETE removed the item (204) although the DELETE of client 2 had been answered before its request, and no client wrote it in between`, 2},
		"gone for some":    {"1 0-1 PUT a 201\n2 2-3 GET - 404\n3 4-5 GET a 200", `GET - 404`, `no item (404) although the PUT`, 2},
		"from nowhere":     {"1 0-1 PUT a 201\n2 2-3 GET z 200", `GET "z"`, `client 2 read "z" although the PUT of "a" had been answered before its request, and no client wrote "z"`, 2},
		"too early":        {"1 0-1 PUT a 201\n2 2-3 GET z 200\n1 4-5 PUT z 200", `GET "z"`, `and "z" had not been sent yet`, 2},
		"refused and done": {"1 0-1 PUT a 201\n1 2-3 PUT b 409\n2 4-5 GET b 200", `GET "b"`, `no client wrote "b"`, 2},
		"no answer, there and back": {"1 0-1 PUT a 201\n1 2-3 PUT b 0\n2 4-5 GET b 200\n2 6-7 GET a 200", `GET "a"`,
			`client 2 read "a" although it had read "b" before its request`, 2},
		"an unanswered DELETE happens once": {"1 0-1 PUT a 201\n2 0-2 DELETE - 0\n3 4-5 GET - 404\n3 6-7 PUT b 201\n3 8-9 GET - 404", `GET - 404`, `explains it`, 4},
		"deleted more often than written": {"1 0-1 PUT a 201\n1 2-20 PUT b 200\n2 3-10 DELETE - 204\n3 4-11 DELETE - 204\n4 5-12 DELETE - 204", `DELETE - 204`,
			`3 DELETEs were answered as if they had removed the item, and it was not there so often`, 3},
		"two readers, two orders": {"1 0-1 PUT z 201\n1 2-20 PUT a 200\n2 2-20 PUT b 200\n3 3-4 GET a 200\n3 5-6 GET b 200\n4 7-8 GET a 200", `GET "a"`,
			`client 4 read "a", and no order of these requests explains it`, 4},
	} {
		t.Run(name, func(t *testing.T) {
			h := parse(t, c.lines)
			v := check(t, h)
			require.NotNil(t, v)
			fault := v.Fault.Method + " " + v.Fault.Got
			if v.Fault.Got == "" {
				fault += fmt.Sprintf("- %d", v.Fault.Status)
			}
			assert.Equal(t, c.fault, fault)
			assert.Contains(t, v.Sentence(), c.says)
			assert.Len(t, v.Needed, c.needed, v.Chart(76))
			isProof(t, h, v)
		})
	}
}

// isProof looks at a violation with the other checker: what is shown has no explanation, alone or with what is not
// shown, and would have one without any of what is needed.
func isProof(t *testing.T, h history.History, v *history.Violation) {
	t.Helper()
	assert.False(t, explicable(h), "the whole")
	assert.False(t, explicable(v.Needed), "what is needed")
	assert.False(t, explicable(v.Operations()), "what is shown")
	var others history.History
	begin := v.Needed[0].Call
	for _, op := range h {
		known := op.Status/100 == 2 || op.Status/100 == 4
		if op.Method != "GET" && op.Status/100 != 4 && !slices.Contains(v.Needed, op) && (op.Return >= begin || !known) {
			op.Status = 0
			others = append(others, op)
		}
	}
	assert.False(t, explicable(slices.Concat(v.Needed, others)), "what is needed, whatever the others did")
	assert.Contains(t, []string{"GET", "DELETE"}, v.Fault.Method)
	for _, op := range v.Needed {
		assert.LessOrEqual(t, op.Return, v.Fault.Return)
	}
	if t.Failed() {
		t.Log("\n" + v.Chart(76))
	}
}

// explicable is a checker that tries everything: every state before, every order.
func explicable(h history.History) bool {
	var judged history.History
	befores := []string{"", "something else"}
	for _, op := range h {
		befores = append(befores, op.Got+op.Sent)
		if op.Method == "GET" && op.Got == "" && op.Status != 404 && op.Status != 410 {
			continue
		}
		if op.Method == "PUT" && op.Status/100 == 4 || op.Method == "DELETE" && op.Status/100 == 4 && op.Status != 404 && op.Status != 410 {
			continue
		}
		judged = append(judged, op)
	}
	return slices.ContainsFunc(befores, func(before string) bool { return orders(judged, before) })
}

// orders reports whether the rest can follow a state, "" being no item.
func orders(rest history.History, now string) bool {
	if !slices.ContainsFunc(rest, certain) {
		return true
	}
	for i, op := range rest {
		overtaken := func(other history.Operation) bool { return certain(other) && other.Return < op.Call }
		if slices.ContainsFunc(rest, overtaken) {
			continue
		}
		if next, possible := does(op, now); possible && orders(slices.Delete(slices.Clone(rest), i, i+1), next) {
			return true
		}
	}
	return false
}

func certain(op history.Operation) bool {
	return op.Status/100 == 2 && op.Status != 202 || op.Status/100 == 4
}

func does(op history.Operation, now string) (string, bool) {
	switch {
	case op.Method == "GET":
		return now, now == op.Got
	case op.Method == "PUT":
		return op.Sent, true
	case !certain(op):
		return "", true
	}
	return "", (now != "") == (op.Status/100 == 2)
}

// Small histories of every kind get the verdict of the other checker, and what is shown of those that have no explanation is
// a proof.
func TestAgainstTryingEverything(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	verdicts, needed := map[bool]int{}, map[int]int{}
	for range sized(6000, 1500) {
		h := anything(random)
		v := check(t, h)
		require.Equal(t, explicable(h), v == nil, "%+v", h)
		verdicts[v == nil]++
		if v != nil {
			needed[len(v.Needed)]++
			isProof(t, h, v)
		}
		require.False(t, t.Failed())
	}
	t.Log(verdicts, needed)
	assert.Greater(t, verdicts[true], 300)
	assert.Greater(t, verdicts[false], 300)
}

// anything is a history whose answers were drawn.
func anything(random *rand.Rand) history.History {
	h := make(history.History, 2+random.IntN(6))
	for i := range h {
		call := random.IntN(20)
		op := history.Operation{
			Client: i + 1, Target: "/items/a", Method: []string{"GET", "PUT", "DELETE"}[random.IntN(3)],
			Call: time.Duration(call), Return: time.Duration(call + random.IntN(8)),
		}
		switch op.Method {
		case "GET":
			if op.Status = []int{200, 200, 200, 404}[random.IntN(4)]; op.Status == 200 {
				op.Got = fmt.Sprint(random.IntN(len(h)))
			}
		case "PUT":
			op.Sent, op.Status = fmt.Sprint(i), []int{200, 200, 200, 204, 500, 0, 409}[random.IntN(7)]
		default:
			op.Status = []int{200, 204, 204, 404, 503, 0}[random.IntN(6)]
		}
		h[i] = op
	}
	return h
}

// simulate has clients use an item that is right: every operation takes effect at one moment between its call and its
// return, and some answers are lost on the way back.
func simulate(random *rand.Rand, clients, each int) history.History {
	type moment struct {
		history.Operation
		at time.Duration
	}
	var moments []moment
	for client := range clients {
		now := time.Duration(0)
		for i := range each {
			op := history.Operation{Client: client + 1, Target: "/items/a", Method: []string{"GET", "GET", "PUT", "PUT", "DELETE"}[random.IntN(5)]}
			op.Call = now + time.Duration(random.IntN(30))
			at := op.Call + time.Duration(random.IntN(40))
			op.Return = at + time.Duration(random.IntN(40))
			if op.Method == "PUT" {
				op.Sent = fmt.Sprintf(`"%d.%d"`, client+1, i)
			}
			now = op.Return
			moments = append(moments, moment{op, at})
		}
	}
	slices.SortStableFunc(moments, func(a, b moment) int { return int(a.at - b.at) })
	var h history.History
	now := ""
	for _, m := range moments {
		op := m.Operation
		op.Status = 200
		switch {
		case op.Method == "PUT":
			now = op.Sent
		case now == "":
			op.Status = 404
		case op.Method == "GET":
			op.Got = now
		default:
			now = ""
		}
		if op.Method != "GET" && random.IntN(15) == 0 {
			op.Status = []int{0, 500, 503}[random.IntN(3)]
		}
		h = append(h, op)
	}
	return h
}

// An item that is right is never blamed, and one answer that cannot be is always found.
func TestSimulated(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	spoiled, needed := 0, map[int]int{}
	for range sized(300, 30) {
		h := simulate(random, 2+random.IntN(6), 1+random.IntN(15))
		require.Nil(t, check(t, h))
		if !spoil(random, h) {
			continue
		}
		spoiled++
		v := check(t, h)
		require.NotNil(t, v)
		needed[len(v.Needed)]++
		require.NotNil(t, check(t, v.Needed), "what is needed")
		require.NotNil(t, check(t, v.Operations()), "what is shown")
	}
	t.Log(spoiled, needed)
	assert.Greater(t, spoiled, 20)
}

// spoil gives a GET a value that had been overwritten before its request, if there is one.
func spoil(random *rand.Rand, h history.History) bool {
	for _, i := range random.Perm(len(h)) {
		if h[i].Method != "GET" {
			continue
		}
		for _, old := range h {
			for _, newer := range h {
				if old.Method == "PUT" && newer.Method == "PUT" && old.Status == 200 && newer.Status == 200 && old.Return < newer.Call && newer.Return < h[i].Call {
					h[i].Status, h[i].Got = 200, old.Sent
					return true
				}
			}
		}
	}
	return false
}

// The items of a history are judged each by itself.
func TestItems(t *testing.T) {
	good := parse(t, "1 0-1 PUT a 201\n1 2-3 GET a 200")
	bad := parse(t, "1 0-1 PUT b 201\n1 2-3 GET - 404")
	for i := range bad {
		bad[i].Target = "/items/b"
	}
	v := check(t, slices.Concat(good, bad))
	require.NotNil(t, v)
	assert.Equal(t, "/items/b", v.Target)
	assert.ElementsMatch(t, bad, v.Operations())
}

// A history that is too entangled is not judged, and that does not take long.
func TestUndecided(t *testing.T) {
	var h history.History
	for i := range 30 {
		value := fmt.Sprint(i)
		h = append(h, history.Operation{Client: i, Method: "PUT", Sent: value, Status: 200, Call: 0, Return: 100},
			history.Operation{Client: 100 + i, Method: "GET", Got: value, Status: 200, Call: 0, Return: 100})
	}
	h = append(h, history.Operation{Client: 200, Method: "GET", Got: `"z"`, Status: 200, Call: 50, Return: 60},
		history.Operation{Client: 200, Method: "GET", Status: 404, Call: 61, Return: 62})
	begin := time.Now()
	v, err := h.Check(t.Context())
	require.ErrorIs(t, err, history.ErrUndecided)
	assert.Nil(t, v)
	t.Log(time.Since(begin))
}
