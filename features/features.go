// Package features holds what a server must do, in plain language. The .feature files are the only place that
// states behaviour; everything else runs them, counts them or prints them.
package features

import "embed"

// Files are the feature files.
//
//go:embed *.feature
var Files embed.FS
