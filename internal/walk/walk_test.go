package walk_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/proof"
	"restlab/internal/proof/fault"
	"restlab/internal/walk"
)

func actor(s proof.Server) *walk.Actor {
	return &walk.Actor{Name: "it", IsNew: true, Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) { return s.Grade(ctx, o, true) }}
}

func play(t *testing.T, a *walk.Actor, id string, bodies map[int][]byte) *walk.Play {
	t.Helper()
	c := labtest.Contract(t)
	scenario := c.Scenario(id)
	require.NotNil(t, scenario, id)
	p, err := a.Play(t.Context(), walk.Wish{Contract: c, Scenario: scenario, Seed: 1, Bodies: bodies})
	require.NoError(t, err)
	return p
}

const replacing = "items.replace/the-new-value-replaces-the-old-value"

// The state of the resource is seen before and after a request that changes it.
func TestLooks(t *testing.T) {
	p := play(t, actor(proof.Right()), replacing, nil)
	put := p.Exchanges[p.Steps[1].From]
	assert.Equal(t, "PUT", put.Request.Method)
	assert.Contains(t, string(put.Before.Body.Octets), "blue")
	assert.Contains(t, string(put.After.Body.Octets), "green")
	assert.Nil(t, p.Exchanges[p.Steps[3].From].Before, "GET changes nothing")
}

// A server that answers otherwise when it is looked at is shown as it is without.
func TestLooksNotWhereThatMatters(t *testing.T) {
	reference := fault.Server()
	gets := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			if gets++; gets > 2 {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
		}
		reference.ServeHTTP(w, r)
	}))
	defer s.Close()
	shy := &walk.Actor{Name: "it", Grade: func(ctx context.Context, o grade.Options) (*grade.Result, error) {
		gets = 0
		o.Items = lab.Endpoint{Base: s.URL, Address: s.Listener.Addr().String()}
		return grade.Run(ctx, o)
	}}
	p := play(t, shy, replacing, nil)
	assert.Equal(t, grade.Passed, p.Verdict)
	assert.Nil(t, p.Exchanges[p.Steps[1].From].After)
}

// Another body is sent in its place, and what comes of it is seen.
func TestAnotherBody(t *testing.T) {
	right := actor(proof.Right())
	put := play(t, right, replacing, nil).Steps[1].From
	p := play(t, right, replacing, map[int][]byte{put: []byte(`{"value": "red"}`)})
	assert.True(t, p.Changed)
	assert.Contains(t, string(p.Exchanges[put].After.Body.Octets), "red")
	assert.Equal(t, `"value": "red"`, p.Failure.Received)
}

// An answer is shown after its question, and what only prepares in one picture.
func TestFrames(t *testing.T) {
	p := play(t, actor(proof.Right()), replacing, nil)
	assert.Equal(t, []walk.Frame{
		{Step: walk.Before},
		{Step: 0, From: 0, To: 2},
		{Step: 1, From: 2, To: 3, Asks: true},
		{Step: 1, From: 2, To: 3},
		{Step: 2, From: 3, To: 3},
		{Step: 3, From: 3, To: 4, Asks: true},
		{Step: 3, From: 3, To: 4},
		{Step: 4},
	}, p.Frames())
}

// Each mistake shows in a walk through the rule that it breaks: one in ten is tried, and all where ALL is set.
func TestFaultsShow(t *testing.T) {
	c := labtest.Contract(t)
	for i, f := range fault.All() {
		if i%10 != 0 && os.Getenv("ALL") == "" || i%100 != 0 && testing.Short() {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			for _, s := range walk.Select(c, f.Breaks[0], true) {
				p, err := actor(proof.Faulty(f)).Play(t.Context(), walk.Wish{Contract: c, Scenario: s, Seed: 1})
				require.NoError(t, err)
				if p.Verdict != grade.Passed {
					return
				}
			}
			assert.Fail(t, "nothing fails", "of the rule %s", f.Breaks[0])
		})
	}
}

// A feature, a rule and a scenario can be named; of an outline the first example is shown unless all are wanted.
func TestSelect(t *testing.T) {
	c := labtest.Contract(t)
	assert.Len(t, walk.Select(c, replacing, false), 1)
	assert.Less(t, len(walk.Select(c, "items.read", false)), len(walk.Select(c, "items.read", true)))
	assert.Len(t, walk.Select(c, "items.read", true), len(c.Rule("items.read").Scenarios))
	assert.Len(t, walk.Select(c, "", true), len(c.Scenarios))
	assert.Empty(t, walk.Select(c, "no-such", false))
	for _, name := range walk.Features(c) {
		assert.NotEmpty(t, walk.Select(c, name, false), name)
	}
}
