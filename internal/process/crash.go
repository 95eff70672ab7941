package process

import (
	"restlab/internal/lab"
	"restlab/internal/wire"
)

// Crash returns the error for the lab itself that panicked or was killed. how is what Go prints first, or signal: killed.
func Crash(how string) error {
	return lab.Fault("the lab has crashed: "+wire.Untrusted(how).Line(200), "that is no mistake of your server's; please report it, with all that is printed above")
}
