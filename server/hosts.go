package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// OnlyHosts returns a handler that serves like next, but only requests whose Host means this server: localhost, a loopback
// address, the address at which the request arrived, or one of the names. Any other request gets 421 (RFC 9110 §15.5.20).
//
// This is against DNS rebinding: a web site that somebody visits can let its own name lead to this server. Then the
// browser takes the server for a part of that site, and the site's pages may read and write everything here. The browser sends
// the name of the site in Host. Browsers always send Host, so a request without it, as HTTP/1.0 allows, is served.
func OnlyHosts(next http.Handler, names ...string) http.Handler {
	allowed := []string{"localhost"}
	for _, name := range names {
		allowed = append(allowed, canonicalHost(name))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := canonicalHost((&url.URL{Host: r.Host}).Hostname())
		if r.Host == "" || slices.Contains(allowed, host) || isOwnAddress(host, r) {
			next.ServeHTTP(w, r)
			return
		}
		refusal{http.StatusMisdirectedRequest, fmt.Sprintf("%.100q is not a name of this server. "+
			"If it should be, start the server with --host and this name.", host)}.write(w, r)
	})
}

// canonicalHost returns the one spelling of a name or an address that all its spellings have in common.
func canonicalHost(host string) string {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Unmap().String()
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// isOwnAddress reports whether the host is a loopback address, or the address at which the request arrived.
func isOwnAddress(host string, r *http.Request) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return address.IsLoopback() || ok && address == local.AddrPort().Addr().Unmap().WithZone("")
}
