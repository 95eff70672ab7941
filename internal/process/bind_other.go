//go:build !unix

package process

// canBind returns why a program cannot listen at the port now, nil if it can. Here Go sets no option that other programs do not set.
func canBind(port string) error { return canListen(port) }
