package doctor

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"restlab/internal/endpoint"
	"restlab/internal/wire"
)

func loopback(ctx context.Context, _ Machine) Finding {
	f := Finding{About: "loopback", Mark: Good, What: "connections to 127.0.0.1 work"}
	if err := echo(ctx, "127.0.0.1:0"); err != nil {
		f.Mark, f.What, f.Do = Bad, "connections to 127.0.0.1 do not work: "+err.Error(), "let this program through the firewall or the sandbox that it runs in: the lab has no other way to your server"
	}
	return f
}

// echo sends a word to itself at an address.
func echo(ctx context.Context, address string) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = l.Close() })() // Accept knows no context
	defer func() { _ = l.Close() }()
	out, err := new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	if err != nil {
		return err
	}
	defer out.Close()
	in, err := l.Accept()
	if err != nil {
		return err
	}
	defer in.Close()
	if until, limited := ctx.Deadline(); limited {
		_ = in.SetDeadline(until)
		_ = out.SetDeadline(until)
	}
	const word = "hello"
	if _, err := io.WriteString(out, word); err != nil {
		return err
	}
	_, err = io.ReadFull(in, make([]byte, len(word)))
	return err
}

// localhost is one name and, often, two addresses; a server may listen on one of them alone.
func localhost(ctx context.Context, _ Machine) Finding {
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", "localhost")
	return judgeLocalhost(addresses, err, func() error { return echo(ctx, "[::1]:0") })
}

func judgeLocalhost(addresses []netip.Addr, err error, tryIPv6 func() error) Finding {
	f := Finding{About: "localhost", Mark: Good}
	var names []string
	for i, ip := range addresses {
		addresses[i] = ip.Unmap()
		names = append(names, addresses[i].String())
	}
	isIPv6 := func(ip netip.Addr) bool { return ip.Is6() }
	isElsewhere := func(ip netip.Addr) bool { return !ip.IsLoopback() }
	switch f.What = "localhost is " + strings.Join(names, ", then "); {
	case err != nil || len(addresses) == 0:
		f.Mark, f.What, f.Do = Look, "the name localhost is not known", "write 127.0.0.1 in its place, or add the line 127.0.0.1 localhost to the file hosts"
	case slices.ContainsFunc(addresses, isElsewhere):
		f.Mark, f.Do = Look, "one of these is not this machine: write 127.0.0.1 instead of localhost, and look into the file hosts"
	case !slices.ContainsFunc(addresses, isIPv6):
	case tryIPv6() != nil:
		f.Mark, f.Do = Look, "::1 does not work here, and clients that try it first fail or wait: write 127.0.0.1 instead of localhost"
	default:
		f.Do = "if a client cannot reach your server, it may listen on one of them alone: the lab tries 127.0.0.1 first, others may not"
	}
	return f
}

// port reports whether a server can have it. On a Mac 127.0.0.1 can be listened on while another program has all
// addresses, so a port is free only where nobody answers either.
func port(number string) check {
	return func(ctx context.Context, m Machine) Finding {
		f := Finding{About: "port " + number, Mark: Look}
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", number))
		if err == nil {
			_ = l.Close()
		}
		switch {
		case errors.Is(err, syscall.EADDRINUSE) || answers(ctx, number):
			f.What, f.Do = "taken", whoseIsIt(m.System, number)
			if who := endpoint.Owner(number); who != "" {
				f.What += " by " + wire.Untrusted(who).Line(60)
			}
		case err == nil:
			f.Mark, f.What = Good, "free"
		case errors.Is(err, syscall.EACCES):
			f.What, f.Do = "not for this user", "let your server listen on a port above 1023"
		default:
			f.What, f.Do = "cannot be listened on: "+err.Error(), "let your server listen on another port"
		}
		return f
	}
}

// answers reports whether somebody accepts a connection.
func answers(ctx context.Context, number string) bool {
	for _, host := range []string{"127.0.0.1", "::1"} {
		dialer := net.Dialer{Timeout: time.Second}
		if conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, number)); err == nil {
			_ = conn.Close()
			return true
		}
	}
	return false
}

func whoseIsIt(system, number string) string {
	do := "if that is your own server, all is well; if not, stop that program, or give your server another port"
	switch {
	case system == "darwin" && number == "5000":
		return do + ". It is AirPlay if you started nothing: System Settings, General, AirDrop & Handoff, AirPlay Receiver off"
	case system == "darwin":
		return do + ". lsof -nP -iTCP:" + number + " -sTCP:LISTEN tells who it is"
	case system == "windows":
		return do + ". netstat -ano | findstr :" + number + " tells who it is"
	}
	return do
}

// proxies are for the outside: clients that ask one for a server on this machine do not find it.
func proxies(_ context.Context, m Machine) Finding {
	f := Finding{About: "proxy", Mark: Good, What: "none is set"}
	var set []string
	for _, name := range []string{"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"} {
		if m.Getenv(name) != "" {
			set = append(set, name)
		}
	}
	if len(set) == 0 {
		return f
	}
	f.What = "set: " + strings.Join(set, " and ")
	if spared(cmp.Or(m.Getenv("no_proxy"), m.Getenv("NO_PROXY"))) {
		f.What += ", and not used for localhost and 127.0.0.1"
		return f
	}
	command := "export NO_PROXY=localhost,127.0.0.1,::1 no_proxy=localhost,127.0.0.1,::1"
	if m.System == "windows" {
		command = "set NO_PROXY=localhost,127.0.0.1,::1"
	}
	f.Mark, f.Do = Look, "curl, Python's requests and others may send what is for your server to that proxy; the lab does not. Type: "+command
	return f
}

// spared reports whether a list of exceptions has this machine in it.
func spared(list string) bool {
	hosts := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	return slices.Contains(hosts, "*") || slices.Contains(hosts, "localhost") && slices.Contains(hosts, "127.0.0.1")
}
