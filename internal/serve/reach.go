package serve

import (
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"

	"restlab/internal/lab"
	"restlab/internal/terminal"
)

// Announce prints what is served at the listener: at a URL that works on this machine, and who else can reach it.
func Announce(t *terminal.Terminal, what string, l net.Listener) {
	fmt.Fprintf(t.Out, "%s at %s\n", what, URL(l))
	if warning := reach(l); warning != "" {
		fmt.Fprintln(t.Out, t.Style().Fold(warning))
	}
}

// URL returns a base URL at which this machine reaches the listener. One that listens at all addresses is reached at 127.0.0.1.
func URL(l net.Listener) string {
	address := addressOf(l)
	if address.Addr().IsUnspecified() {
		address = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), address.Port())
	}
	return "http://" + address.String()
}

// reach says who else can reach the listener, or "" if nobody can.
func reach(l net.Listener) string {
	address := addressOf(l)
	if address.Addr().IsLoopback() {
		return ""
	}
	where := ""
	if address.Addr().IsUnspecified() {
		for _, own := range networkAddresses() {
			where += " http://" + netip.AddrPortFrom(own, address.Port()).String()
		}
	}
	if where != "" {
		where = " Others find it at" + where + "."
	}
	return fmt.Sprintf("WARNING: everybody who can reach this machine over the network can read and change everything here.%s "+
		"To serve this machine alone: --listen 127.0.0.1:%d", where, address.Port())
}

func addressOf(l net.Listener) netip.AddrPort {
	address := l.Addr().(*net.TCPAddr).AddrPort() // Listen opens TCP alone
	return netip.AddrPortFrom(address.Addr().Unmap(), address.Port())
}

// networkAddresses returns the IPv4 addresses of this machine that others can reach. It returns none if the system does not tell.
func networkAddresses() []netip.Addr {
	var found []netip.Addr
	all, _ := net.InterfaceAddrs()
	for _, one := range all {
		if prefix, err := netip.ParsePrefix(one.String()); err == nil && prefix.Addr().Is4() && prefix.Addr().IsGlobalUnicast() {
			found = append(found, prefix.Addr())
		}
	}
	return found
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$`)

// Names returns the names by which requests may call the server: the hosts that a person allows, and those in the addresses to listen
// on. If a host is no name and no address, the error is a *lab.Error.
func Names(addresses, hosts []string) ([]string, error) {
	for _, host := range hosts {
		if _, err := netip.ParseAddr(host); err != nil && !hostName.MatchString(host) {
			return nil, lab.Usage(fmt.Sprintf("--host %q is no name of a host", host), "give the name alone, without http:// and without a port: --host lab.example")
		}
	}
	names := slices.Clone(hosts)
	for _, address := range addresses {
		host, _, _ := net.SplitHostPort(address) // "" if the address is none
		if _, err := netip.ParseAddr(host); err != nil && hostName.MatchString(host) {
			names = append(names, host)
		}
	}
	return names, nil
}
