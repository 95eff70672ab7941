//go:build !linux

package endpoint

// Listening lists all TCP sockets that listen. ok is false where the system does not tell.
func Listening() (_ []Socket, ok bool) { return nil, false }
