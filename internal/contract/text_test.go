package contract_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"restlab/internal/labtest"
)

// The list has each rule in one line, under its level. The text of a rule has all that a person can read about it.
func TestText(t *testing.T) {
	rules := labtest.Contract(t)
	assert.Regexp(t, `(?ms)^basics$.*^  items\.replace +\S.*^http$.*^  put\.created {11}The first PUT creates, the next one replaces$.*^production$`, rules.List())
	rule := rules.Rule("put.created")
	text := rule.Text()
	assert.Contains(t, text, "put.created · The first PUT creates, the next one replaces\n\n"+rule.Reason+"\n\nlevel   http\nsource  RFC 9110 §9.3.4 (MUST)\nhint    ")
	for _, s := range rule.Scenarios {
		assert.Contains(t, text, s.Name)
	}
}
