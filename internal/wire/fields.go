package wire

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// MediaType returns the type and subtype of a Content-Type, in lower case and without parameters (RFC 9110 §8.3.1).
func MediaType(contentType string) string {
	label, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(label))
}

// IsJSON reports whether a Content-Type says JSON: application/json, or a type that ends with +json (RFC 6839 §3.1).
func IsJSON(contentType string) bool {
	label := MediaType(contentType)
	return label == "application/json" || strings.HasSuffix(label, "+json")
}

// element is one element of a list. A comma in a quoted string does not end it.
var element = regexp.MustCompile(`(?:"(?:[^"\\]|\\.)*"|[^,])+`)

// List splits the values of a list field into its elements, without empty ones (RFC 9110 §5.6.1).
func List(values []string) []string {
	var elements []string
	for _, found := range element.FindAllString(strings.Join(values, ","), -1) {
		if found = strings.TrimSpace(found); found != "" {
			elements = append(elements, found)
		}
	}
	return elements
}

// IsStrongETag reports whether the value of an ETag field is a valid entity tag that is not weak (RFC 9110 §8.8.3).
func IsStrongETag(value string) bool {
	opaque, starts := strings.CutPrefix(value, `"`)
	opaque, ends := strings.CutSuffix(opaque, `"`)
	for i := range len(opaque) {
		if c := opaque[i]; c <= ' ' || c == '"' || c == 0x7f {
			return false
		}
	}
	return starts && ends
}

// entityTag is one element of a list of entity tags. Unlike in a quoted string, a backslash escapes nothing.
var entityTag = regexp.MustCompile(`(?:W/)?"[^"]*"|[^\s,]+`)

// MatchesWeakly reports whether the values of If-None-Match name the entity tag, or are * (RFC 9110 §8.8.3.2, §13.1.2).
func MatchesWeakly(values []string, etag string) bool {
	for _, found := range entityTag.FindAllString(strings.Join(values, ","), -1) {
		if found == "*" || strings.TrimPrefix(found, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// A link-value is a target in angle brackets and parameters, whose values are tokens or quoted strings (RFC 8288 §3).
var (
	linkValue = regexp.MustCompile(`<([^>]*)>((?:` + linkParam + `)*)`)
	oneParam  = regexp.MustCompile(linkParam)
)

const linkParam = "\\s*;\\s*([\\w!#$%&'*+.^`|~-]+)\\s*" + `(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?`

// Link returns the target of the first link of the answer with that relation, as it is written between < and >, and whether
// there is one. Of several rel parameters of one link the first counts, and names of relations are compared without case
// (RFC 8288 §3.3, §2.1.1). A link whose anchor is another resource is no link of this one (§3.2).
func (x *Exchange) Link(relation string) (target string, found bool) {
	for _, field := range x.Answer.Header.Values("Link") {
		for _, link := range linkValue.FindAllStringSubmatch(field, -1) {
			rel, _ := linkParameter(link[2], "rel")
			related := func(name string) bool { return strings.EqualFold(name, relation) }
			if slices.ContainsFunc(strings.Fields(rel), related) && x.isContext(link[2]) {
				return link[1], true
			}
		}
	}
	return "", false
}

// isContext reports whether a link with these parameters begins at the resource that was asked for.
func (x *Exchange) isContext(params string) bool {
	anchor, there := linkParameter(params, "anchor")
	if !there {
		return true
	}
	from, err := x.URL()
	if err != nil {
		return false
	}
	context, err := Resolve(from, anchor)
	return err == nil && context.Fragment == "" && context.RequestURI() == from.RequestURI() && SameAuthority(context, from)
}

// linkParameter returns the first parameter of a link that has the name, and whether there is one.
func linkParameter(params, name string) (value string, there bool) {
	for _, param := range oneParam.FindAllStringSubmatch(params, -1) {
		if strings.EqualFold(param[1], name) {
			return param[2] + param[3], true
		}
	}
	return "", false
}

// SameAuthority reports whether two URLs lead to the same host and port. The name localhost leads to every loopback address.
func SameAuthority(a, b *url.URL) bool {
	if port(a) != port(b) {
		return false
	}
	one, other := strings.ToLower(a.Hostname()), strings.ToLower(b.Hostname())
	return one == other || one == "localhost" && isLoopback(other) || other == "localhost" && isLoopback(one)
}

func port(u *url.URL) string {
	defaults := map[string]string{"http": "80", "https": "443"}
	return cmp.Or(u.Port(), defaults[u.Scheme])
}

func isLoopback(host string) bool { return net.ParseIP(host).IsLoopback() }

// Resolve returns the URL that a reference in an answer stands for, relative to that of the request (RFC 9110 §10.2.2,
// RFC 3986 §5). Spaces and letters that no URI can have are encoded first, as browsers do. The error says that it is no
// reference to an http or https URL.
func Resolve(request *url.URL, reference string) (*url.URL, error) {
	to, err := request.Parse(encodeUnsafe(reference))
	if err != nil {
		return nil, err
	}
	if to.Scheme != "http" && to.Scheme != "https" {
		return nil, fmt.Errorf("%q is not http", to.Scheme)
	}
	return to, nil
}

// encodeUnsafe percent-encodes the bytes that no URI can have (RFC 3986 §2), and leaves percent signs as they are.
func encodeUnsafe(reference string) string {
	var b strings.Builder
	for i := range len(reference) {
		if c := reference[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
