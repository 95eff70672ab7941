// Package intermediary has what stands between a client and its origin server on the way through the web (RFC 9110
// §3.7), small enough to be read: a proxy and a shared cache. Each listens on the loopback and speaks for one origin.
package intermediary

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"time"

	"restlab/internal/lab"
)

// Intermediary is one that listens.
type Intermediary struct {
	Address string // host:port

	server *http.Server
	done   chan struct{}
}

// Start lets the handler listen on a free port of the loopback, until Close.
func Start(handler http.Handler) (*Intermediary, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	i := &Intermediary{
		Address: l.Addr().String(),
		server:  &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: quiet},
		done:    make(chan struct{}),
	}
	go func() {
		defer close(i.done)
		_ = i.server.Serve(l) // returns when it is closed
	}()
	return i, nil
}

// Before returns the endpoint at which clients reach the server through the intermediary: under the same host name, which the server
// may insist on, at another port.
func (i *Intermediary) Before(server lab.Endpoint) lab.Endpoint {
	host, path := "127.0.0.1", ""
	if u, err := url.Parse(server.Base); err == nil {
		host, path = u.Hostname(), u.EscapedPath()
	}
	_, port, _ := net.SplitHostPort(i.Address)
	return lab.Endpoint{Base: "http://" + net.JoinHostPort(host, port) + path, Address: i.Address, Origin: server.Base, Spoke: server.Spoke, Program: server.Program}
}

// Close ends it, and all connections through it.
func (i *Intermediary) Close() {
	_ = i.server.Close()
	<-i.done
}

// quiet is the log of what goes wrong between client and origin: both see it themselves.
var quiet = log.New(io.Discard, "", 0)

// pseudonym is the name that an intermediary gives itself in Via (RFC 9110 §7.6.3).
const pseudonym = "1.1 restlab"

// toOrigin opens a connection of its own for each request, with TLS where the origin has it, and changes no content.
func toOrigin(origin lab.Endpoint) *http.Transport {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			if origin.TLS != nil {
				return (&tls.Dialer{Config: origin.TLS}).DialContext(ctx, "tcp", origin.Address)
			}
			return new(net.Dialer).DialContext(ctx, "tcp", origin.Address)
		},
		DisableKeepAlives:  true,
		DisableCompression: true,
	}
}

// failed answers for an origin that did not: 502, or 504 where it was too slow (RFC 9110 §15.6.3, §15.6.5).
func failed(w http.ResponseWriter, _ *http.Request, err error) {
	status := http.StatusBadGateway
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		status = http.StatusGatewayTimeout
	}
	w.Header().Set("Proxy-Status", proxyFailed)
	http.Error(w, err.Error(), status)
}

// proxyFailed is what an intermediary says of itself when it has no answer from the origin (RFC 9209 §2).
const proxyFailed = "restlab; error=connection_terminated"

// Failed reports whether an answer is the intermediary's own, because the origin gave it none.
func Failed(fields http.Header) bool { return fields.Get("Proxy-Status") == proxyFailed }
