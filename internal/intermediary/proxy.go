package intermediary

import (
	"net/http"
	"net/http/httputil"
	"strings"

	"restlab/internal/lab"
)

// Proxy is a reverse proxy for the origin at the endpoint. It does what a proxy may do and
// servers are surprised by:
//
//   - it keeps the Host that the client asked for, and adds Via and Forwarded (RFC 7239)
//   - it sends field names in lower case, as HTTP/2 does
//   - it sends content in chunks, both ways (RFC 9112 §7.1)
//   - it opens a connection for each request
func Proxy(origin lab.Endpoint) http.Handler {
	return &httputil.ReverseProxy{
		Transport:      toOrigin(origin),
		Rewrite:        func(r *httputil.ProxyRequest) { forward(r, origin.Address) },
		ModifyResponse: rechunk,
		ErrorHandler:   failed,
		ErrorLog:       quiet,
	}
}

func forward(r *httputil.ProxyRequest, address string) {
	r.Out.URL.Scheme, r.Out.URL.Host = "http", address
	r.Out.URL.RawQuery = r.In.URL.RawQuery // with what ReverseProxy cannot parse, too
	r.Out.Host = r.In.Host
	r.Out.Header.Del("Content-Length") // net/http writes its own, and would not know it in lower case
	if r.Out.ContentLength > 0 {
		r.Out.ContentLength = -1 // not known in advance: in chunks
	}
	r.Out.Header.Set("Via", pseudonym)
	r.Out.Header.Set("Forwarded", `for=127.0.0.1;host="`+r.In.Host+`";proto=http`)
	r.Out.Header = lowerCase(r.Out.Header)
}

// lowerCase leaves User-Agent as it is: net/http would send its own beside one that it does not find.
func lowerCase(fields http.Header) http.Header {
	lower := http.Header{}
	for name, values := range fields {
		if name != "User-Agent" {
			name = strings.ToLower(name)
		}
		lower[name] = values
	}
	if _, there := lower["User-Agent"]; !there {
		lower["User-Agent"] = nil
	}
	return lower
}

func rechunk(answer *http.Response) error {
	if answer.ContentLength > 0 && answer.Request.Method != http.MethodHead {
		answer.ContentLength = -1
		answer.Header.Del("Content-Length")
	}
	answer.Header.Add("Via", pseudonym)
	return nil
}
