package serve

import (
	"math"
	"runtime/debug"
)

// mostMemory is what the program should need while it serves: enough for a full store and some thousand connections.
const mostMemory = 256 << 20

// boundMemory makes Go collect garbage earlier when the program comes near mostMemory. GOMEMLIMIT goes before it.
func boundMemory() {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(mostMemory)
	}
}
