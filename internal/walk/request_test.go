package walk_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/grade"
	"restlab/internal/lab"
	"restlab/internal/labtest"
	"restlab/internal/terminal"
	"restlab/internal/walk"
)

// made returns the walk that a request asks for.
func made(t *testing.T, r walk.Request) (walk.Walk, error) {
	t.Helper()
	r.Servers, r.Clients, r.Seed = labtest.Contract(t), labtest.ClientContract(t), 1
	return walk.New(t.Context(), r)
}

// refused checks that nothing can be walked through, and returns the error.
func refused(t *testing.T, r walk.Request) error {
	t.Helper()
	_, err := made(t, r)
	require.True(t, lab.IsUsage(err), "%v: %v", r.Name, err)
	return err
}

// names returns how people call the actors.
func names(w walk.Walk) []string {
	var all []string
	for _, a := range w.Actors {
		all = append(all, a.Name)
	}
	return all
}

// A feature, a rule, a scenario or all of them: each has its title, and the actor fits its rules.
func TestNew(t *testing.T) {
	for _, one := range []struct {
		name, title string
		chooses     bool
		actor       string
	}{
		{"", "All features", true, "the reference"},
		{"items", labtest.Contract(t).Rule("items.replace").Subject, false, "the reference"},
		{"items.replace", labtest.Contract(t).Rule("items.replace").Subject, false, "the reference"},
		{replacing, labtest.Contract(t).Rule("items.replace").Subject, false, "the reference"},
		{"client.items", labtest.ClientContract(t).Rule("client.items").Subject, false, "the lab's own client"},
	} {
		w, err := made(t, walk.Request{Name: one.name})
		require.NoError(t, err, one.name)
		assert.Equal(t, one.title, w.Title)
		assert.Equal(t, one.chooses, w.Chooses, one.name)
		assert.Equal(t, []string{one.actor}, names(w))
		assert.NotEmpty(t, w.Scenarios)
	}
}

// Of the examples of an outline the first is shown, unless all are wanted.
func TestNewOfAll(t *testing.T) {
	first, err := made(t, walk.Request{})
	require.NoError(t, err)
	all, err := made(t, walk.Request{All: true})
	require.NoError(t, err)
	assert.Equal(t, walk.OneOfEach(all.Scenarios), first.Scenarios)
	assert.Len(t, all.Scenarios, len(labtest.Contract(t).Scenarios))
}

// A fault alone is shown by the scenarios of its rule that fail, with the reference beside it. With a name all scenarios of that name are
// shown.
func TestNewOfFault(t *testing.T) {
	w, err := made(t, walk.Request{Fault: "put-concatenates"})
	require.NoError(t, err)
	assert.Equal(t, []string{"this server", "the reference"}, names(w))
	require.NotEmpty(t, w.Scenarios)
	for _, s := range w.Scenarios {
		play, err := w.Actors[0].Play(t.Context(), walk.Wish{Contract: w.Contract, Scenario: s, Seed: 1})
		require.NoError(t, err)
		assert.NotEqual(t, grade.Passed, play.Verdict, s.ID)
	}
	named, err := made(t, walk.Request{Fault: "put-concatenates", Name: "items.read"})
	require.NoError(t, err)
	assert.Equal(t, walk.Select(labtest.Contract(t), "items.read", false), named.Scenarios)
}

// A client with a mistake is shown with the right client beside it. A client of items is not asked about tasks.
func TestNewOfFaultyClient(t *testing.T) {
	w, err := made(t, walk.Request{Fault: "json-without-label"})
	require.NoError(t, err)
	assert.Equal(t, []string{"this client", "the lab's own client"}, names(w))
	assert.NotEmpty(t, w.Scenarios)
	err = refused(t, walk.Request{Fault: "json-without-label", Name: "client.tasks"})
	assert.EqualError(t, err, "the client with the fault json-without-label has nothing to do with client.tasks")
}

// A server at a URL stands first. It is not asked what two replicas do.
func TestNewOfTarget(t *testing.T) {
	base := labtest.Reference(t)
	w, err := made(t, walk.Request{Target: base, Name: "items"})
	require.NoError(t, err)
	assert.Equal(t, []string{"the server at " + base, "the reference"}, names(w))
	play, err := w.Actors[0].Play(t.Context(), walk.Wish{Contract: w.Contract, Scenario: w.Scenarios[0], Seed: 1})
	require.NoError(t, err)
	assert.Equal(t, grade.Passed, play.Verdict)

	all, err := made(t, walk.Request{Target: base})
	require.NoError(t, err)
	for _, s := range all.Scenarios {
		assert.False(t, s.Replicas, s.ID)
	}
	assert.EqualError(t, refused(t, walk.Request{Target: base, Name: "replicas"}), "this is about two replicas, and --target is one server")
	assert.EqualError(t, refused(t, walk.Request{Target: base, Name: "client.items"}), "--target is a server, and these rules are for clients")
	_, err = made(t, walk.Request{Target: "http://127.0.0.1:" + labtest.FreePort(t), Name: "items"})
	assert.Error(t, err)
	assert.False(t, lab.IsUsage(err))
}

// Names that do not exist are answered with similar ones, and with where all stand.
func TestNewRefuses(t *testing.T) {
	err := refused(t, walk.Request{Name: "put.create"})
	assert.EqualError(t, err, `there is no feature and no rule "put.create"`)
	assert.Regexp(t, `^the features are .*, items, .*, client/basics, .*; restlab rules lists the rules; did you mean put.created`, lab.Hint(err))
	assert.Regexp(t, "lists the rules$", lab.Hint(refused(t, walk.Request{Name: "zzz"})))

	for _, r := range []walk.Request{
		{Fault: "put-concatenate"},
		{Fault: "put-concatenate", Name: "items"},
	} {
		err := refused(t, r)
		assert.EqualError(t, err, `there is no fault "put-concatenate"`)
		assert.Contains(t, lab.Hint(err), "did you mean put-concatenates")
	}
	err = refused(t, walk.Request{Fault: "json-without-labels", Name: "client.items"})
	assert.Contains(t, lab.Hint(err), "did you mean json-without-label")
}

// A file of the learner's own is walked through with the reference, or with a faulty server. What is wrong with the file is said.
func TestNewOfFile(t *testing.T) {
	folder := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	mine := put("my.feature", "Feature: My own\n\n  Scenario: A colour\n    Given the item {key} is \"blue\"\n    When the client sends GET /items/{key}\n    Then the status is 200 OK\n")
	w, err := made(t, walk.Request{Name: mine})
	require.NoError(t, err)
	assert.Equal(t, "My own", w.Title)
	assert.Len(t, w.Scenarios, 1)
	assert.Equal(t, []string{"the reference"}, names(w))
	w, err = made(t, walk.Request{Name: mine, Fault: "put-concatenates"})
	require.NoError(t, err)
	assert.Len(t, w.Scenarios, 1)
	assert.Equal(t, []string{"this server", "the reference"}, names(w))

	missing := filepath.Join(folder, "no.feature")
	assert.EqualError(t, refused(t, walk.Request{Name: missing}), "there is no file "+missing)
	wrong := put("wrong.feature", "Feature: Wrong\n  Scenario: Wrong\n    When the client jumps\n")
	err = refused(t, walk.Request{Name: wrong})
	assert.ErrorContains(t, err, "the feature file cannot be used\nwrong.feature:2: ")
	assert.ErrorContains(t, err, "\nwrong.feature:3: ")
	require.NoError(t, os.Mkdir(filepath.Join(folder, "a.feature"), 0o700))
	assert.ErrorContains(t, refused(t, walk.Request{Name: filepath.Join(folder, "a.feature")}), "cannot be read: ")
}

// Without a terminal a walk is printed or refused. A target and a fault exclude each other.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	run := func(r walk.Request) error {
		out.Reset()
		r.Servers, r.Clients, r.Seed, r.Command = labtest.Contract(t), labtest.ClientContract(t), 1, "walk it"
		return walk.Run(t.Context(), &terminal.Terminal{In: &bytes.Buffer{}, Out: &out, Err: &out}, r)
	}
	require.NoError(t, run(walk.Request{Name: replacing, Plain: true}))
	assert.Contains(t, out.String(), "Printed by `restlab walk it`.")
	err := run(walk.Request{Name: replacing})
	assert.EqualError(t, err, "a walk needs a terminal")
	assert.Equal(t, "--plain prints it as Markdown", lab.Hint(err))
	assert.EqualError(t, run(walk.Request{Target: "http://127.0.0.1:1", Fault: "put-concatenates"}), "--target and --fault contradict each other")
	assert.Empty(t, out.String())
}
