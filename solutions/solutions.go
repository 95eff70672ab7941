// Package solutions mirrors exercises: what a good learner would hand in, each a program of its own.
package solutions

import "embed"

// Files are the folders of all solutions.
//
//go:embed [0-9]*
var Files embed.FS
