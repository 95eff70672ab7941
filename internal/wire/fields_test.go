package wire_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"restlab/internal/wire"
)

// A media type is compared without case and without its parameters (RFC 9110 §8.3.1), and a suffix says JSON too (RFC 6839 §3.1).
func TestMediaType(t *testing.T) {
	for contentType, c := range map[string]struct {
		label  string
		isJSON bool
	}{
		"":                                {"", false},
		"application/json":                {"application/json", true},
		"Application/JSON ; charset=utf8": {"application/json", true},
		"application/problem+json":        {"application/problem+json", true},
		"application/jsonp":               {"application/jsonp", false},
		"text/html; charset=utf-8":        {"text/html", false},
	} {
		assert.Equal(t, c.label, wire.MediaType(contentType), "%q", contentType)
		assert.Equal(t, c.isJSON, wire.IsJSON(contentType), "%q", contentType)
	}
}

// A list is split at its commas, over all lines of the field; empty elements do not count (RFC 9110 §5.6.1), and a comma
// in a quoted string is text (§5.6.4).
func TestList(t *testing.T) {
	for _, c := range []struct{ values, elements []string }{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{"GET, HEAD"}, []string{"GET", "HEAD"}},
		{[]string{"GET ,HEAD", "PUT"}, []string{"GET", "HEAD", "PUT"}},
		{[]string{", GET,, HEAD ,"}, []string{"GET", "HEAD"}},
		{[]string{`private="a, b", max-age=60`}, []string{`private="a, b"`, "max-age=60"}},
		{[]string{`a="\", b", c`}, []string{`a="\", b"`, "c"}},
		{[]string{`a="b, c`}, []string{`a="b`, "c"}},
	} {
		assert.Equal(t, c.elements, wire.List(c.values), "%q", c.values)
	}
}

// A strong entity tag is quoted and has no W/. Between the quotes stands any visible byte but a quote, and any byte
// above ASCII (RFC 9110 §8.8.3).
func TestIsStrongETag(t *testing.T) {
	for value, strong := range map[string]bool{
		`"1f"`:               true,
		`""`:                 true,
		`"a,b"`:              true,
		`"a\"`:               true,
		`"W/"`:               true,
		"\"\u00e9\"":         true,
		"\"\u20ac\"":         true,
		"\"\xff\"":           true,
		"":                   false,
		`"`:                  false,
		"1f":                 false,
		`"1f`:                false,
		`1f"`:                false,
		`W/"1f"`:             false,
		`w/"1f"`:             false,
		`"a b"`:              false,
		`"a"b"`:              false,
		"\"\t\"":             false,
		"\"\x7f\"":           false,
		`"1f", "20"`:         false,
		`'1f'`:               false,
		`"1f" `:              false,
		`"1f";charset=utf-8`: false,
	} {
		assert.Equal(t, strong, wire.IsStrongETag(value), "%q", value)
	}
}

// If-None-Match holds a list of entity tags, or *. Weak and strong tags with the same text match (RFC 9110 §8.8.3.2,
// §13.1.2); commas and backslashes are part of a tag.
func TestMatchesWeakly(t *testing.T) {
	for _, c := range []struct {
		etag    string
		values  []string
		matches bool
	}{
		{`"a"`, nil, false},
		{`"a"`, []string{`"a"`}, true},
		{`"a"`, []string{`W/"a"`}, true},
		{`W/"a"`, []string{`"a"`}, true},
		{`"a"`, []string{`"A"`}, false},
		{`"a"`, []string{`"b"`}, false},
		{`"a"`, []string{"*"}, true},
		{`"a"`, []string{`"b", "a"`}, true},
		{`"a"`, []string{`"b"`, `"a"`}, true},
		{`"a"`, []string{`"b,"a"`}, false},
		{`"a, b"`, []string{`"c", "a, b"`}, true},
		{`"b"`, []string{`"a, b"`}, false},
		{`"a,*"`, []string{`"b"`}, false},
		{`"b"`, []string{`"a,*"`}, false},
		{`"b"`, []string{`"a\", "b"`}, true},
		{`a`, []string{`b, a`}, true},
	} {
		assert.Equal(t, c.matches, wire.MatchesWeakly(c.values, c.etag), "%s in %q", c.etag, c.values)
	}
}

// The link of a relation is found wherever the grammar of RFC 8288 §3 lets it stand, and nowhere else.
func TestLink(t *testing.T) {
	for name, c := range map[string]struct {
		fields []string
		target string
		found  bool
	}{
		"no field":                        {nil, "", false},
		"plain (§3)":                      {[]string{`</a>; rel="next"`}, "/a", true},
		"token (§3)":                      {[]string{`</a>;rel=next`}, "/a", true},
		"white space (§3)":                {[]string{`</a> ; rel = "next"`}, "/a", true},
		"empty target":                    {[]string{`<>; rel="next"`}, "", true},
		"case (§2.1.1, §3)":               {[]string{`</a>; REL="Next"`}, "/a", true},
		"several relations (§3.3)":        {[]string{`</a>; rel="last  next"`}, "/a", true},
		"another relation":                {[]string{`</a>; rel="prev"`}, "", false},
		"part of a relation":              {[]string{`</a>; rel="nextish"`}, "", false},
		"no relation":                     {[]string{`</a>; title="next"`}, "", false},
		"several links (§3)":              {[]string{`</a>; rel="prev", </b>; rel="next"`}, "/b", true},
		"several fields":                  {[]string{`</a>; rel="prev"`, `</b>; rel="next"`}, "/b", true},
		"first link of two":               {[]string{`</a>; rel="next", </b>; rel="next"`}, "/a", true},
		"comma and semicolon in target":   {[]string{`</a,b;c>; rel="next"`}, "/a,b;c", true},
		"parameters before (§3.4)":        {[]string{`</a>; title="x"; hreflang=en; rel="next"`}, "/a", true},
		"link in a title (§3.4.1)":        {[]string{`</a>; title="</b>; rel=\"next\"", </c>; rel="next"`}, "/c", true},
		"relation in a title":             {[]string{`</a>; title="; rel=next"; rel="prev"`}, "", false},
		"first relation counts (§3.3)":    {[]string{`</a>; rel="prev"; rel="next"`}, "", false},
		"rel* is another name":            {[]string{`</a>; rel*=UTF-8''next`}, "", false},
		"parameter without value (§3)":    {[]string{`</a>; crossorigin; rel="next"`}, "/a", true},
		"extended parameter (§3.4.1)":     {[]string{`</a>; title*=UTF-8'en'x%20y; rel="next"`}, "/a", true},
		"target without brackets":         {[]string{`/a; rel="next"`}, "", false},
		"parameters without a semicolon":  {[]string{`</a> rel="next"`}, "", false},
		"quote that does not end":         {[]string{`</a>; rel="next`}, "", false},
		"nothing between links (§3)":      {[]string{`, ,</a>; rel="next",`}, "/a", true},
		"relation that is a URI (§2.1.2)": {[]string{`</a>; rel="http://example.com/next"`}, "", false},
		"anchor elsewhere (§3.2)":         {[]string{`</a>; rel="next"; anchor="/items"`}, "", false},
		"anchor within (§3.2)":            {[]string{`</a>; rel="next"; anchor="#part"`}, "", false},
		"anchor on another page (§3.2)":   {[]string{`</a>; rel="next"; anchor="/tasks"`}, "", false},
		"anchor here (§3.2)":              {[]string{`</a>; anchor="/tasks?limit=2"; rel="next"`}, "/a", true},
		"empty anchor (§3.2)":             {[]string{`</a>; anchor=""; rel="next"`}, "/a", true},
		"anchor of the one before (§3.2)": {[]string{`</a>; rel="next"; anchor="/items", </b>; rel="next"`}, "/b", true},
		"anchor by another name":          {[]string{`</a>; rel="next"; anchor="http://localhost:5000/tasks?limit=2"`}, "/a", true},
	} {
		x := wire.Exchange{Base: "http://127.0.0.1:5000", Request: wire.Request{Target: "/tasks?limit=2"}, Answer: &wire.Answer{Header: http.Header{"Link": c.fields}}}
		target, found := x.Link("next")
		assert.Equal(t, c.target, target, name)
		assert.Equal(t, c.found, found, name)
	}
}

// A reference in Location or Link stands for a URL relative to that of the request (RFC 9110 §10.2.2; RFC 3986 §5.4).
func TestResolve(t *testing.T) {
	x := wire.Exchange{Base: "http://127.0.0.1:5000", Request: wire.Request{Target: "/tasks/list?limit=2"}}
	request, err := x.URL()
	require.NoError(t, err)
	for reference, want := range map[string]string{
		"/tasks/1":                       "http://127.0.0.1:5000/tasks/1",
		"1":                              "http://127.0.0.1:5000/tasks/1",
		"../1":                           "http://127.0.0.1:5000/1",
		"?limit=2&after=1":               "http://127.0.0.1:5000/tasks/list?limit=2&after=1",
		"":                               "http://127.0.0.1:5000/tasks/list?limit=2",
		"//example.com/tasks/1":          "http://example.com/tasks/1",
		"https://example.com/tasks/a%2F": "https://example.com/tasks/a%2F",
		"/tasks/a%20b?x=%2C":             "http://127.0.0.1:5000/tasks/a%20b?x=%2C",
		"#end":                           "http://127.0.0.1:5000/tasks/list?limit=2#end",
		"/tasks/a b%2Fü?x=a b&y=ab+c==":  "http://127.0.0.1:5000/tasks/a%20b%2F%C3%BC?x=a%20b&y=ab+c==",
	} {
		to, err := wire.Resolve(request, reference)
		require.NoError(t, err, reference)
		assert.Equal(t, want, to.String(), reference)
	}
	for _, reference := range []string{"http://[", "/%zz", "ftp://example.com/1", "urn:isbn:1", "mailto:a@example.com", ":1"} {
		_, err := wire.Resolve(request, reference)
		assert.Error(t, err, reference)
	}
}

// Two URLs have one authority if host and port are the same. localhost is every loopback address; other names are not looked up.
func TestSameAuthority(t *testing.T) {
	for pair, same := range map[[2]string]bool{
		{"http://127.0.0.1:5000/a", "http://127.0.0.1:5000/b"}: true,
		{"http://LOCALHOST:5000", "http://127.0.0.1:5000"}:     true,
		{"http://[::1]:5000", "http://localhost:5000"}:         true,
		{"http://lab.test", "http://LAB.test:80"}:              true,
		{"http://localhost:5000", "http://127.0.0.1:5001"}:     false,
		{"http://127.0.0.1:5000", "http://[::1]:5000"}:         false,
		{"http://localhost:5000", "http://lab.test:5000"}:      false,
	} {
		a, err := url.Parse(pair[0])
		require.NoError(t, err)
		b, err := url.Parse(pair[1])
		require.NoError(t, err)
		assert.Equal(t, same, wire.SameAuthority(a, b), pair)
	}
}

// A target that is not a part of a URL is said to be none.
func TestURL(t *testing.T) {
	_, err := (&wire.Exchange{Base: "http://127.0.0.1:5000", Request: wire.Request{Target: "/%zz"}}).URL()
	assert.Error(t, err)
}
