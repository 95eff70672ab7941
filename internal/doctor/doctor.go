// Package doctor looks whether the lab can work on this machine: its ports, its network, its programs.
package doctor

import (
	"context"
	"time"
)

// Mark is how good a finding is.
type Mark string

// The marks. Only Bad keeps the lab from working.
const (
	Good    Mark = "✓"
	Look    Mark = "!" // worth a look
	Missing Mark = "–" // not there, and not everybody needs it
	Bad     Mark = "✗"
)

// Finding is what one check says.
type Finding struct {
	About string
	Mark  Mark
	What  string
	Do    string // what to do, or why it matters; "" for nothing
}

// Machine is what is looked at.
type Machine struct {
	System string // as in runtime.GOOS
	Getenv func(string) string
	Ports  []string
	Folder string // where reports are written
	Home   string // where the lab keeps the last grading, "" where no place is known
	Screen Screen
}

// patience is the longest time for one check.
const patience = 5 * time.Second

type check func(context.Context, Machine) Finding

// Check runs all checks. None of them needs a network.
func (m Machine) Check(ctx context.Context) []Finding {
	checks := []check{loopback, localhost}
	for _, number := range m.Ports {
		checks = append(checks, port(number))
	}
	checks = append(checks, proxies, screen, letters, here, temporary, home, curl, golang, flask)
	var found []Finding
	for _, one := range checks {
		within, cancel := context.WithTimeout(ctx, patience)
		found = append(found, one(within, m))
		cancel()
	}
	return found
}
