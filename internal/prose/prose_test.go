// Package prose checks the texts that learners and teachers read: their words, the length of their sentences, and their links.
package prose_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longest is the largest number of words in a sentence.
const longest = 40

// words are expressions that no text uses, and what to write.
var words = []struct {
	find    *regexp.Regexp
	instead string
}{
	{word(`mend(s|ed|ing)?`), "fix"},
	{word(`octets?`), "byte"},
	{word(`(tell|tells|told) of`), "reports, shows, says"},
	{word(`(free|taken) (key|id|name)s?`), "unused key, existing key"},
	{word(`in earnest|by right|all the same`), "really, anyway, or nothing"},
	{word(`in place of`), "instead of"},
	{word(`turn(s|ed)? round`), "reverse"},
	{word(`whoever`), "a client that …, people who …"},
	{word(`another one`), "the thing by its name: another task, a second ETag"},
	{word(`no such field`), "the response has no ETag"},
	{regexp.MustCompile(`^Who [a-z][^?]*\.$`), "begin with the person or program: a client that …"},
	{regexp.MustCompile(`^What [a-z][^?]*\.$`), "begin with the subject: a fault that …"},
}

// exceptions are sentences that use such a word rightly, and why.
var exceptions = map[string]string{
	"An octet is what RFC 9110 calls a byte.": "the glossary explains the word",
}

func word(expression string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(` + expression + `)\b`)
}

// texts returns the files that people read and that are not generated.
func texts(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"README.md", "docs/*.md", "features/*.feature", "features/client/*.feature", "exercises/*/*.md", "exercises/*/questions/*.md"} {
		found, err := filepath.Glob("../../" + pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		all = append(all, found...)
	}
	return slices.DeleteFunc(all, func(name string) bool {
		return slices.Contains([]string{"contract.md", "proof.md"}, filepath.Base(name))
	})
}

// No text uses a word that learners do not know, or a sentence that is too long. go test -v prints the average length of each
// file's sentences.
func TestSentences(t *testing.T) {
	for _, name := range texts(t) {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		count, total := 0, 0
		for _, sentence := range sentences(name, string(content)) {
			n := len(strings.Fields(sentence))
			count, total = count+1, total+n
			assert.LessOrEqual(t, n, longest, "%s: a sentence of %d words: %s", name, n, sentence)
			for _, mistake := range mistakes(sentence) {
				t.Errorf("%s: %s: %s", name, mistake, sentence)
			}
		}
		t.Logf("%-60s %5.1f words in a sentence, %d sentences", strings.TrimPrefix(name, "../../"), float64(total)/float64(max(count, 1)), count)
	}
}

// mistakes names the words of a sentence that it must not use.
func mistakes(sentence string) (all []string) {
	if exceptions[sentence] != "" {
		return nil
	}
	for _, w := range words {
		if found := w.find.FindString(sentence); found != "" {
			all = append(all, fmt.Sprintf("%.30q, better: %s", found, w.instead))
		}
	}
	return all
}

var (
	fenced   = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	inCode   = regexp.MustCompile("`[^`\n]+`")
	quoted   = regexp.MustCompile(`"[^"\n]*"`)
	link     = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	mark     = regexp.MustCompile(`(?m)^( *(> ?|[-*] (\[.\] )?|\d+\. |#+ ))+`)
	ends     = regexp.MustCompile(`[.!?][)*_]*\s+`)
	isProse  = regexp.MustCompile(`^(Feature|Rule|Scenario|Scenario Outline|Hint[^:]*): (.*)`)
	noProse  = regexp.MustCompile(`^(Given|When|Then|And|But|\||@|Examples|#|"""|Source:|Seen in:|Fails on:)`)
	newParts = regexp.MustCompile(`\n\s*\n`)
)

// sentences returns the sentences of a text, without code, quotations and marks of Markdown or Gherkin.
func sentences(name, text string) (all []string) {
	for _, paragraph := range paragraphs(name, text) {
		paragraph = quoted.ReplaceAllString(inCode.ReplaceAllString(link.ReplaceAllString(paragraph, "$1"), "CODE"), "QUOTE")
		paragraph = strings.Join(strings.Fields(strings.NewReplacer("**", "", "*", "").Replace(paragraph)), " ")
		for at := ends.FindStringIndex(paragraph); at != nil; at = ends.FindStringIndex(paragraph) {
			all, paragraph = append(all, strings.TrimSpace(paragraph[:at[1]])), paragraph[at[1]:]
		}
		if paragraph != "" {
			all = append(all, paragraph)
		}
	}
	return all
}

// paragraphs returns the parts of a text that hold whole sentences: paragraphs, cells of a table, entries of a list.
func paragraphs(name, text string) (all []string) {
	if strings.HasSuffix(name, ".feature") {
		return gherkinParagraphs(text)
	}
	for _, part := range newParts.Split(fenced.ReplaceAllString(text, ""), -1) {
		for _, entry := range strings.Split(mark.ReplaceAllString(part, "\x00"), "\x00") {
			if strings.HasPrefix(strings.TrimSpace(entry), "|") {
				all = append(all, strings.FieldsFunc(entry, func(r rune) bool { return r == '|' || r == '\n' })...)
				continue
			}
			all = append(all, entry)
		}
	}
	return all
}

// gherkinParagraphs returns titles and hints, and each description as one text.
func gherkinParagraphs(text string) []string {
	all := []string{""}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if title := isProse.FindStringSubmatch(line); title != nil {
			all = append(all, title[2], "")
		} else if !noProse.MatchString(line) {
			all[len(all)-1] += line + " "
		}
	}
	return all
}

var target = regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)

// Each link to another file leads to one.
func TestLinks(t *testing.T) {
	for _, name := range append(texts(t), "../../CONTRIBUTING.md") {
		content, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, found := range target.FindAllStringSubmatch(fenced.ReplaceAllString(string(content), ""), -1) {
			if !strings.Contains(found[1], "://") {
				_, err := os.Stat(filepath.Join(filepath.Dir(name), found[1]))
				assert.NoError(t, err, "%s: a link leads nowhere", name)
			}
		}
	}
}

// The test itself finds what it is there for.
func TestMistakes(t *testing.T) {
	all := sentences("a.md", "Mend it. See `octet` and \"mend\".\n\n- Who asks waits.\n- Who asks?\n\n| a free key | fine |\n")
	assert.Equal(t, []string{"Mend it.", "See CODE and QUOTE.", "Who asks waits.", "Who asks?", "a free key", "fine"}, slices.DeleteFunc(all, func(s string) bool { return strings.TrimSpace(s) == "" }))
	var wrong []string
	for _, s := range all {
		if len(mistakes(s)) > 0 {
			wrong = append(wrong, s)
		}
	}
	assert.Equal(t, []string{"Mend it.", "Who asks waits.", "a free key"}, wrong)
}
