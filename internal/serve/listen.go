package serve

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"

	"restlab/internal/endpoint"
	"restlab/internal/lab"
)

// Listen opens all addresses, such as 127.0.0.1:5000, or none. The error is a *lab.Error that says who has the address, if the system
// tells, and what to type instead.
func Listen(addresses ...string) ([]net.Listener, error) {
	var listeners []net.Listener
	for _, address := range addresses {
		l, err := listen(address)
		if err != nil {
			for _, open := range listeners {
				_ = open.Close()
			}
			return nil, cannotListen(address, err)
		}
		listeners = append(listeners, l)
	}
	return listeners, nil
}

// listen opens an address. It refuses an empty one, for which the system would open a free port for the whole network.
func listen(address string) (net.Listener, error) {
	if address == "" {
		return nil, errors.New("the address is empty")
	}
	return net.Listen("tcp", address)
}

// cannotListen explains an error of net.Listen to a person.
func cannotListen(address string, err error) error {
	var call *os.SyscallError
	_, port, _ := strings.Cut(address, ":")
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		message := fmt.Sprintf("the address %s is already in use", address)
		if owner := endpoint.Owner(port); owner != "" {
			message += " by " + owner
		}
		return lab.Unreachable(message, takenHint(port))
	case errors.Is(err, syscall.EACCES):
		return lab.Unreachable(fmt.Sprintf("this user may not listen on %s", address), "choose a port above 1023, for example --listen 127.0.0.1:8080")
	case errors.As(err, &call):
		return lab.Unreachable(fmt.Sprintf("cannot listen on %s: %s", address, call.Err), "choose another address, for example --listen 127.0.0.1:8080")
	}
	return lab.Usage(fmt.Sprintf("%s is no address to listen on", cmp.Or(address, `""`)), "write it like 127.0.0.1:8080, or 127.0.0.1:0 for a free port")
}

// takenHint returns what to do about a port that another program has.
func takenHint(port string) string {
	hint := "stop that program, or serve elsewhere: restlab serve --listen 127.0.0.1:0"
	if port == "5000" {
		hint += " (on a Mac port 5000 is AirPlay's: System Settings, General, AirDrop & Handoff)"
	}
	return hint
}
