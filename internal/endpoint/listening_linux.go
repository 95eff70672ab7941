package endpoint

import (
	"encoding/binary"
	"net/netip"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// The kernel is asked by sock_diag(7) and not by /proc/net/tcp: that lists every connection that was closed in the last minute too, and a
// grading leaves thousands.

// Sizes of the kernel's structures, and where in them something is.
const (
	diagRequest = 56 // inet_diag_req_v2
	diagAnswer  = 72 // inet_diag_msg
	listens     = 10 // TCP_LISTEN
)

// Listening lists all TCP sockets that listen. ok is false where the system does not tell.
func Listening() (all []Socket, ok bool) {
	for _, family := range []byte{unix.AF_INET, unix.AF_INET6} {
		some, err := listening(family)
		if err != nil && family == unix.AF_INET {
			return nil, false
		}
		all = append(all, some...)
	}
	return all, true
}

func listening(family byte) ([]Socket, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unix.Close(fd) }()
	patience := unix.NsecToTimeval(time.Second.Nanoseconds())
	_ = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &patience)
	if err := unix.Sendto(fd, question(family), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, err
	}
	var all []Socket
	for buffer := make([]byte, 64<<10); ; {
		n, _, err := unix.Recvfrom(fd, buffer, 0)
		if err != nil {
			return nil, err
		}
		messages, err := syscall.ParseNetlinkMessage(buffer[:n])
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			switch {
			case m.Header.Type == unix.NLMSG_DONE:
				return all, nil
			case m.Header.Type == unix.NLMSG_ERROR:
				return nil, unix.EINVAL
			case len(m.Data) >= diagAnswer:
				all = append(all, socket(m.Data))
			}
		}
	}
}

// question asks for all sockets of the family that listen.
func question(family byte) []byte {
	b := make([]byte, unix.SizeofNlMsghdr+diagRequest)
	binary.NativeEndian.PutUint32(b, uint32(len(b)))
	binary.NativeEndian.PutUint16(b[4:], unix.SOCK_DIAG_BY_FAMILY)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	body := b[unix.SizeofNlMsghdr:]
	body[0], body[1] = family, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(body[4:], 1<<listens)
	return b
}

// socket reads an inet_diag_msg: the address is at 8, the port at 4, the inode at 68.
func socket(m []byte) Socket {
	size := 4
	if m[0] == unix.AF_INET6 {
		size = 16
	}
	ip, _ := netip.AddrFromSlice(m[8 : 8+size])
	return Socket{netip.AddrPortFrom(ip.Unmap(), binary.BigEndian.Uint16(m[4:])), binary.NativeEndian.Uint32(m[68:])}
}
