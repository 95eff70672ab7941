package suggest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"restlab/internal/suggest"
)

// A misspelt name is answered with the names that look like it, the most alike first, and no more than three.
func TestNames(t *testing.T) {
	names := []string{"put-loses-nothing", "put-loses-falsy", "list", "204-for-put", "put-loses-floats", "put-loses-false"}
	assert.Equal(t, []string{"put-loses-falsy", "put-loses-false", "put-loses-floats"}, suggest.Names("Put-looses-falsy", names))
	assert.Equal(t, "204-for-put", suggest.Names("204-on-put", names)[0])
	for _, typed := range []string{"zzz", "", "l"} {
		assert.Empty(t, suggest.Names(typed, names), typed)
	}
}

// A part of an id is answered with the first five ids that contain one of its words; words of two letters do not count.
func TestIDs(t *testing.T) {
	ids := []string{"put.created", "post.location", "items.create", "if.match", "a.put", "b.put", "c.put", "d.put"}
	assert.Equal(t, []string{"put.created", "items.create", "a.put", "b.put", "c.put"}, suggest.IDs("PUT_create", ids))
	assert.Equal(t, []string{"if.match"}, suggest.IDs("if-match", ids))
	for _, typed := range []string{"zzz", "", "if", "p.u.t"} {
		assert.Empty(t, suggest.IDs(typed, ids), typed)
	}
}

// A sentence that does not exist is answered with those that share words with it, the most alike first, and no more than three.
func TestSentences(t *testing.T) {
	sentences := []string{"the response is empty", "the client sends GET", "the client sends a list", "the client repeats it"}
	assert.Equal(t, []string{"the client sends GET", "the client repeats it", "the client sends a list"}, suggest.Sentences("The client mails GET", sentences))
	assert.Empty(t, suggest.Sentences("nobody does", sentences))
	assert.Empty(t, suggest.Sentences("", sentences))
}

// The hint offers the suggestions, and is silent where there are none.
func TestDidYouMean(t *testing.T) {
	assert.Equal(t, "; did you mean a, b?", suggest.DidYouMean([]string{"a", "b"}))
	assert.Empty(t, suggest.DidYouMean(nil))
}
