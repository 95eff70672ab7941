package contract_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/features"
	"restlab/internal/contract"
	"restlab/steps"
)

// A scenario has the properties that its sentences imply. Words inside a body imply nothing, whatever they are.
func TestProperties(t *testing.T) {
	items, tasks := []string{"items"}, []string{"tasks"}
	for lines, want := range map[string]steps.Properties{
		`When the client sends GET /items/{key}`:                                                                                                {Families: items},
		`When the client sends PUT /items/{key} with {"value": "ask the replicas in turn"}`:                                                     {Families: items},
		`When the client sends PUT /items/{key} with {"value": "9 clients at once send GET /tasks"}`:                                            {Families: items},
		`When the client sends PUT /items/{key} with {"value": "the tasks x-1 to x-99 are added"}`:                                              {Families: items},
		`When the client sends POST /tasks/{id} with {"description": "buy the item today"}`:                                                     {Families: tasks},
		`When the client sends POST /tasks/{id} with {"description": "see /items/7"}`:                                                           {Families: tasks},
		`When the client sends GET /tasks?limit=10`:                                                                                             {Families: tasks},
		`When the client sends GET /{key}`:                                                                                                      {Families: contract.Families},
		`When the client sends PUT /items/{key} with {"value": "{huge}"}`:                                                                       {Families: items, Turn: steps.HugeBody},
		`When 5 clients at once send PUT /items/{key} with {"value": 1}`:                                                                        {Families: items, AtOnce: true, Race: true},
		`When 5 clients at once send POST /tasks with {"description": "{text}"}`:                                                                {Families: tasks, AtOnce: true, Race: true, Turn: steps.Crowd},
		`When 6 clients at once write and read the item {key}`:                                                                                  {Families: items, AtOnce: true, Race: true},
		`When the client follows the next links from /tasks?limit=10`:                                                                           {Families: tasks, Alone: true, Turn: steps.Pages},
		`When the client sends random requests`:                                                                                                 {Families: contract.Families, Random: true},
		`When every scenario of the level basics has run`:                                                                                       {WholeRun: true},
		`Given the task {id} was deleted`:                                                                                                       {Families: tasks},
		`Given the tasks {id}-1 to {id}-9 are added`:                                                                                            {Families: tasks},
		`Given the tasks {id}-1 to {id}-10 are added`:                                                                                           {Families: tasks, Turn: steps.Crowd},
		`Given the client knows the ETag of /items/{key}`:                                                                                       {Families: items},
		"Given the client sends requests to the replicas in turn\nWhen the client sends GET /items/{key}":                                       {Families: items, Replicas: true},
		"Given the client loses the first response to each PUT, DELETE and POST, and sends the request again\nWhen the client sends GET /tasks": {Families: tasks, Race: true},
		"Given the tasks {id}-1 to {id}-25 are added\nWhen the client follows the next links from /tasks":                                       {Families: tasks, Alone: true, Turn: steps.Pages},
		"When the client sends GET /{key}\nThen if the status is 404 Not Found, there is no task {id}":                                          {Families: tasks},
		"Given the task {id} is {\"description\": \"the item\"}\nWhen the client sends GET /items/{key}":                                        {Families: contract.Families},
	} {
		c, err := load(t, "Feature: F\nScenario: S\n"+lines+"\nThen every status is 200 OK\n")
		require.NoError(t, err, lines)
		assert.Equal(t, want, c.Scenarios[0].Properties, lines)
	}
}

// A family from a tag counts only where no sentence names one; @alone adds to what sentences imply.
func TestTagsAndSentences(t *testing.T) {
	c, err := load(t, `Feature: F
  @tasks @alone
  Scenario: A path
    When the client sends GET /{key}
    Then the status is 404 Not Found
  @tasks
  Scenario: An item
    When the client sends GET /items/{key}
    Then the status is 404 Not Found
`)
	require.NoError(t, err)
	assert.Equal(t, steps.Properties{Families: []string{"tasks"}, Alone: true}, c.Scenarios[0].Properties)
	assert.Equal(t, steps.Properties{Families: []string{"items"}}, c.Scenarios[1].Properties)
}

// No rewording of a sentence changes when and how its scenarios run: the vocabulary and the features are rewritten in other
// words, and every scenario of the lab's own has the properties that it had.
func TestRewording(t *testing.T) {
	before := slices.Concat(own(t).Scenarios, clients(t).Scenarios)
	var pairs []string
	for _, verb := range []string{"creates", "changes", "deletes", "read", "delete"} { // these stay what they are
		pairs = append(pairs, verb+" the item", verb+" the item", verb+" the task", verb+" the task")
	}
	reword := strings.NewReplacer(append(pairs,
		"the client sends requests to the replicas in turn", "each request goes to the next server",
		" clients at once ", " people together ",
		"the client follows the next links from ", "somebody reads page after page, beginning with ",
		"the client loses the first answer to ", "nothing comes back at first for ",
		"the client sends random requests", "anything may be sent",
		"every scenario of the level (", "all of (", "every scenario of the level ", "all of ",
		" are added", " come to be",
		" listed ", " found ",
		"the client (knows the ETag of|has read) ", "(a validator is at hand at|somebody has looked at) ",
		"the client knows the ETag of ", "a validator is at hand at ", "the client has read ", "somebody has looked at ",
		"the (item|task) ", "some (item|task) ", "the item ", "some item ", "the task ", "some task ",
		"there is no ", "nowhere is a ",
		"the program sends ", "it asks with ",
	)...)
	vocabulary := steps.Vocabulary()
	kept := slices.Clone(vocabulary)
	t.Cleanup(func() { copy(vocabulary, kept) })
	changed := 0
	for i := range vocabulary {
		sentence := &vocabulary[i]
		if pattern := reword.Replace(sentence.Expr.String()); pattern != sentence.Expr.String() {
			sentence.Expr, sentence.Example = regexp.MustCompile(pattern), reword.Replace(sentence.Example)
			changed++
		}
	}
	require.Greater(t, changed, 12)

	after := slices.Concat(reworded(t, features.Files, reword).Scenarios, reworded(t, features.Clients, reword).Scenarios)
	require.Len(t, after, len(before))
	for i, s := range after {
		assert.Equal(t, before[i].Properties, s.Properties, before[i].ID)
	}
}

// reworded loads features whose sentences, and nothing else of them, are said in other words.
func reworded(t *testing.T, files fs.FS, reword *strings.Replacer) *contract.Contract {
	t.Helper()
	sentence := regexp.MustCompile(`(?m)^ *(Given|When|Then|And|But) .*`)
	said := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		said[name] = &fstest.MapFile{Data: []byte(sentence.ReplaceAllStringFunc(string(text), reword.Replace))}
		return err
	}))
	c, err := contract.Load(said)
	require.NoError(t, err)
	return c
}
