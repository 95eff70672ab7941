// Package lab holds what the other packages share: where a server is, what the lab knows of a program that it runs, and the one
// kind of error that people read. It imports nothing of the lab, so that every other package can import it.
package lab

import (
	"cmp"
	"crypto/tls"
)

// Endpoint is where the server of one family is reached.
type Endpoint struct {
	Base    string      // scheme, authority and the path before /items and /tasks; "" where there is no server
	Address string      // host:port to dial
	TLS     *tls.Config // for https; nil for plain HTTP
	Origin  string      // the base of the server itself, where an intermediary is at Base; "" otherwise

	Spoke   bool    // it answered when it was looked for
	Program Program // the program that serves there, if the lab has started it; nil otherwise
}

// Server returns the base URL of the server itself.
func (e Endpoint) Server() string { return cmp.Or(e.Origin, e.Base) }

// Replicas are further servers of each family, on the same store as the first one.
type Replicas struct{ Items, Tasks []Endpoint }

// Servers are all servers of one grading, and how they are reached.
type Servers struct {
	Items, Tasks Endpoint // zero where there is no server for the family
	Replicas     Replicas
	Through      string   // the intermediary that all requests pass, "" for none; for reports
	Commands     []string // the commands with which the lab has started the servers; for reports
}

// Both returns one server for both families.
func Both(at Endpoint) Servers { return Servers{Items: at, Tasks: at} }
