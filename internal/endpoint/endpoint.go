// Package endpoint finds the server to grade: it reads a URL, chooses one of its addresses and checks whether a program there
// speaks HTTP.
package endpoint

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"restlab/internal/lab"
	"restlab/internal/wire"
)

// patience is the time limit for the first response. A slower server is graded anyway.
const patience = 2 * time.Second

// Find turns a base URL into an endpoint, and sends it one request. It tries the IPv4 addresses of a name first; the address
// that accepts a connection is used for the whole grading. The error is a *lab.Error, or the context's.
func Find(ctx context.Context, base string, trust Trust) (lab.Endpoint, error) {
	u, err := parse(base)
	if err != nil {
		return lab.Endpoint{}, err
	}
	end := lab.Endpoint{Base: u.Scheme + "://" + u.Host + strings.TrimSuffix(u.EscapedPath(), "/")}
	if u.Scheme == "https" {
		end.TLS = trust.config(u.Hostname())
	}
	addresses, err := lookUp(ctx, u)
	if err != nil {
		return end, err
	}
	var trouble *wire.Trouble
	for _, end.Address = range addresses {
		if end.Spoke, trouble, err = probe(ctx, end); trouble == nil {
			return end, err
		}
	}
	return end, unreachable(base, trouble)
}

func parse(base string) (*url.URL, error) {
	if !strings.Contains(base, "://") {
		host := strings.TrimLeft(strings.TrimPrefix(base, "http:"), "/")
		return nil, lab.Usage(fmt.Sprintf("%s has no scheme", shown(base)), "write http://"+wire.Untrusted(host).Line(80))
	}
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Hostname() == "":
		return nil, lab.Usage(fmt.Sprintf("%s is no URL of a server", shown(base)), "write it like http://localhost:8080")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, lab.Usage(fmt.Sprintf("%s is not an http URL", shown(base)), "write it like http://localhost:8080")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, lab.Usage(fmt.Sprintf("%s has more than scheme, host, port and path", shown(base)), "write "+u.Scheme+"://"+wire.Untrusted(u.Host+u.EscapedPath()).Line(80))
	case u.Port() != "" && !isPort(u.Port()):
		return nil, lab.Usage(fmt.Sprintf("%s names no port", shown(base)), "a port is a number from 1 to 65535")
	case isOdd(u.EscapedPath()):
		return nil, lab.Usage(fmt.Sprintf("%s has a path with dots or empty segments", shown(base)), "write it like http://localhost:8080/api/v1")
	case endsWithFamily(u.Path):
		return nil, lab.Usage(fmt.Sprintf("%s is the URL of a collection", shown(base)), "give what stands before /items and /tasks: the lab adds those itself")
	}
	return u, nil
}

// isOdd reports whether clients may write the path in another way (RFC 3986 §5.2.4).
func isOdd(path string) bool {
	for _, segment := range strings.Split(strings.Trim(path, "/"), "/") {
		if segment == "." || segment == ".." || segment == "" && strings.Trim(path, "/") != "" {
			return true
		}
	}
	return strings.HasSuffix(path, "//") || strings.HasPrefix(path, "//")
}

func endsWithFamily(path string) bool {
	path = strings.TrimSuffix(path, "/")
	return strings.HasSuffix(path, "/items") || strings.HasSuffix(path, "/tasks")
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0
}

func shown(text string) string { return `"` + wire.Untrusted(text).Line(100) + `"` }

// lookUp returns the addresses to try, IPv4 first: many servers listen on 127.0.0.1 only, and on some systems
// another program has the same port on ::1.
func lookUp(ctx context.Context, u *url.URL) ([]string, error) {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	names, err := net.DefaultResolver.LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return nil, lab.Unreachable(fmt.Sprintf("the host %s is not known", shown(u.Hostname())), "for a server on this machine write localhost or 127.0.0.1")
	}
	var v4, v6 []string
	for _, ip := range names {
		if ip = ip.Unmap(); ip.Is4() {
			v4 = append(v4, net.JoinHostPort(ip.String(), port))
		} else {
			v6 = append(v6, net.JoinHostPort(ip.String(), port))
		}
	}
	return append(v4, v6...), nil
}

// Status returns the status of GET, 0 if there is no response.
func Status(ctx context.Context, end lab.Endpoint, target string) int {
	if x := get(ctx, end, target); x.Answer != nil {
		return x.Answer.Status
	}
	return 0
}

func get(ctx context.Context, end lab.Endpoint, target string) *wire.Exchange {
	client := wire.Client{Name: "probe", Base: end.Base, Address: end.Address, TLS: end.TLS, Timeout: patience, Fields: []wire.Field{{Name: "Accept", Value: "*/*"}}}
	return client.Do(ctx, wire.Request{Method: http.MethodGet, Target: target})
}

// probe sends one request. A server that accepts the connection and is slow exists; the grading judges it.
func probe(ctx context.Context, end lab.Endpoint) (spoke bool, _ *wire.Trouble, _ error) {
	x := get(ctx, end, "/")
	switch {
	case ctx.Err() != nil:
		return false, nil, ctx.Err()
	case x.Trouble == nil && x.Answer.Status == http.StatusBadRequest && strings.Contains(string(x.Answer.Content), "HTTP request to an HTTPS server"):
		return false, &wire.Trouble{Kind: wire.NotHTTP, What: "the server speaks https there"}, nil
	case x.Trouble == nil, x.Trouble.Began, x.Trouble.Kind != wire.Refused && x.Trouble.Kind != wire.NotHTTP && !neverConnected(x.Trouble):
		return x.Trouble == nil, nil, nil
	}
	return false, x.Trouble, nil
}

func neverConnected(t *wire.Trouble) bool { return strings.HasPrefix(t.What, "no connection") }

func unreachable(base string, trouble *wire.Trouble) error {
	hint := "start the server first, and look at the port that it prints"
	switch {
	case strings.Contains(trouble.What, "certificate"):
		hint = "for a certificate of your own: --cacert FILE, with the certificate of its authority; or --insecure, to believe any"
	case strings.HasPrefix(trouble.What, "no connection with TLS"):
		hint = "does the server speak plain HTTP there? write http:// instead of https://"
	case strings.Contains(trouble.What, "https"):
		hint = "write https:// instead of http://"
	case trouble.Kind == wire.NotHTTP:
		hint = "is this the right port? the lab needs a server that speaks HTTP/1.1"
	}
	return lab.Unreachable(fmt.Sprintf("%s: %s", wire.Untrusted(base).Line(100), trouble.What), hint)
}
