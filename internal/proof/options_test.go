package proof_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/proof"
	"restlab/internal/proof/client"
	"restlab/internal/proof/fault"
)

// usual returns what restlab prove asks for without flags.
func usual() proof.Request { return proof.Request{Seed: 7, Seeds: 3, Jobs: 2, Combinations: 50} }

func options(t *testing.T, r proof.Request) (proof.Options, error) {
	t.Helper()
	return r.Options(labtest.Contract(t), labtest.ClientContract(t))
}

// faultNames returns the faults of servers that are to be graded.
func faultNames(o proof.Options) []string {
	names := []string{}
	for _, subject := range o.Faults {
		for _, f := range subject.Faults {
			names = append(names, f.Name)
		}
	}
	return names
}

// Without names all faults and all choices are proved, of servers and of clients. There are as many parts as seeds.
func TestRequestOfAll(t *testing.T) {
	o, err := options(t, usual())
	require.NoError(t, err)
	assert.Equal(t, fault.Names(), faultNames(o))
	assert.Len(t, o.Choices, len(fault.Choices()))
	assert.Len(t, o.Clients.Faults, len(client.Faults()))
	assert.Len(t, o.Clients.Choices, len(client.Choices()))
	assert.Equal(t, []any{uint64(7), 3, 3, 2, 50}, []any{o.Seed, o.Seeds, o.Parts, o.Jobs, o.Combinations})
	r := usual()
	r.Parts = 1
	o, err = options(t, r)
	require.NoError(t, err)
	assert.Equal(t, 1, o.Parts)
}

// Named faults are proved alone, of servers and of clients, without any choice. The tables stay as they are.
func TestRequestOfFaults(t *testing.T) {
	r := usual()
	r.Faults = []string{"put-concatenates", "repeats-post"}
	o, err := options(t, r)
	require.NoError(t, err)
	assert.Equal(t, []string{"put-concatenates"}, faultNames(o))
	require.Len(t, o.Clients.Faults, 1)
	assert.Equal(t, "repeats-post", o.Clients.Faults[0].Name)
	assert.Empty(t, o.Choices)
	assert.Empty(t, o.Clients.Choices)
	assert.Zero(t, o.Combinations)
	again, err := options(t, usual())
	require.NoError(t, err)
	assert.Equal(t, fault.Names(), faultNames(again))
}

// A rule may be one for servers or one for clients.
func TestRequestOfRules(t *testing.T) {
	r := usual()
	r.Rules = []string{"put.created", "client.items"}
	o, err := options(t, r)
	require.NoError(t, err)
	assert.Equal(t, r.Rules, o.Rules)
}

// Unknown names and numbers out of range are refused before anything is started.
func TestRequestRefuses(t *testing.T) {
	for _, one := range []struct {
		change        func(*proof.Request)
		message, hint string
	}{
		{func(r *proof.Request) { r.Faults = []string{"put-creates-with-201"} }, `there is no fault "put-creates-with-201"`, "--fault list prints them all; did you mean put-creates-with-200"},
		{func(r *proof.Request) { r.Faults = []string{"repeats-pots"} }, `there is no fault "repeats-pots"`, "did you mean repeats-post"},
		{func(r *proof.Request) { r.Faults = []string{"204-for-put"} }, `there is no fault "204-for-put"`, "--fault list prints them all"},
		{func(r *proof.Request) { r.Rules = []string{"put.create"} }, `there is no rule "put.create"`, "put.created"},
		{func(r *proof.Request) { r.Seeds = 0 }, "--seeds 0 is not between 1 and 100", ""},
		{func(r *proof.Request) { r.Seeds = 101 }, "--seeds 101 is not between 1 and 100", ""},
		{func(r *proof.Request) { r.Parts = -1 }, "--parts -1 is not between 1 and 20", ""},
		{func(r *proof.Request) { r.Parts = 21 }, "--parts 21 is not between 1 and 20", ""},
		{func(r *proof.Request) { r.Jobs = 0 }, "--jobs 0 is not between 1 and 64", ""},
		{func(r *proof.Request) { r.Jobs = 65 }, "--jobs 65 is not between 1 and 64", ""},
		{func(r *proof.Request) { r.Combinations = -1 }, "--combinations -1 is not between 0 and 10000", ""},
		{func(r *proof.Request) { r.Combinations = 10_001 }, "--combinations 10001 is not between 0 and 10000", ""},
	} {
		r := usual()
		one.change(&r)
		_, err := options(t, r)
		assert.True(t, lab.IsUsage(err), one.message)
		assert.EqualError(t, err, one.message)
		assert.Contains(t, lab.Hint(err), one.hint)
	}
}
