// Package features holds what a server must do, and what a client, in plain language. The .feature files are the only place
// that states behaviour; everything else runs them, counts them or prints them.
package features

import "embed"

// Files are the feature files for servers.
//
//go:embed *.feature
var Files embed.FS

// Clients are those for clients, in a contract of their own: a server is never asked them.
//
//go:embed client/*.feature
var Clients embed.FS
