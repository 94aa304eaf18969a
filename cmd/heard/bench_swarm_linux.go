package main

import (
	"bytes"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// swarm is many WebSocket clients in one thread: raw sockets that never block, and one epoll set. What measures must
// cost little beside what is measured, since both have the same cores.
type swarm struct {
	ep     int
	peers  map[int]*peer // by descriptor
	opened int           // so far, for the next one's address
	later  timers
	buf    []byte
}

// perSource is how many connections leave from one loopback address: ports are fewer than sockets.
const perSource = 20_000

func newSwarm() (*swarm, error) {
	ep, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	return &swarm{ep: ep, peers: map[int]*peer{}, buf: make([]byte, 256<<10)}, nil
}

// peer is one client.
type peer struct {
	swarm    *swarm
	fd       int
	upgraded bool
	in, out  []byte // not whole yet; not sent yet

	frame func(text []byte)                     // a text frame came
	open  func()                                // the server took the upgrade
	gone  func(refused int, wait time.Duration) // the connection ended; refused is the status of an upgrade that failed
}

// dial begins a connection; open or gone follow.
func (s *swarm) dial(url, path string, p *peer) error {
	host := strings.TrimPrefix(url, "http://")
	to, err := netip.ParseAddrPort(host)
	if err != nil {
		return fmt.Errorf("read the server's address: %w", err)
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	p.swarm, p.fd, p.upgraded, p.in = s, fd, false, nil
	p.out = fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: heard.v1\r\nAccept-Encoding: gzip, deflate, br\r\n"+
		"Accept-Language: en-GB,en;q=0.9\r\nCache-Control: no-cache\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\r\n\r\n",
		path, host)
	s.peers[fd] = p
	const bindNoPort = 24                                        // IP_BIND_ADDRESS_NO_PORT: the port is chosen when the other side is known
	_ = syscall.SetsockoptInt(fd, syscall.SOL_IP, bindNoPort, 1) // an old kernel has fewer ports, that is all
	_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	from := [4]byte{127, 0, 0, byte(1 + s.opened/perSource%250)}
	s.opened++
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: from}); err != nil {
		return os.NewSyscallError("bind", err)
	}
	err = syscall.Connect(fd, &syscall.SockaddrInet4{Port: int(to.Port()), Addr: to.Addr().As4()})
	if err != nil && !errors.Is(err, syscall.EINPROGRESS) {
		return os.NewSyscallError("connect", err)
	}
	return s.watch(syscall.EPOLL_CTL_ADD, p, true)
}

func (s *swarm) watch(op int, p *peer, writing bool) error {
	e := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(p.fd)}
	if writing {
		e.Events |= syscall.EPOLLOUT
	}
	return os.NewSyscallError("epoll_ctl", syscall.EpollCtl(s.ep, op, p.fd, &e))
}

// send sends a text frame. Its mask is zero, which leaves the text as it is.
func (p *peer) send(text string) {
	b := make([]byte, 0, len(text)+8)
	b = append(b, 0x81)
	if len(text) < 126 {
		b = append(b, 0x80|byte(len(text)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(len(text)))
	}
	b = append(append(b, 0, 0, 0, 0), text...)
	if len(p.out) > 0 {
		p.out = append(p.out, b...)
		return
	}
	p.out = b
	p.flush()
}

func (p *peer) flush() {
	n, err := syscall.Write(p.fd, p.out)
	if err != nil && !errors.Is(err, syscall.EAGAIN) {
		p.end(0, 0)
		return
	}
	p.out = p.out[max(n, 0):]
	if len(p.out) > 0 {
		_ = p.swarm.watch(syscall.EPOLL_CTL_MOD, p, true) // the descriptor is ours and open
	} else {
		p.out = nil
	}
}

// cut ends the connection without a word. Nothing is called.
func (p *peer) cut() {
	if p.fd < 0 {
		return
	}
	_ = syscall.SetsockoptLinger(p.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1}) // no TIME_WAIT: ports are few
	_ = syscall.Close(p.fd)
	delete(p.swarm.peers, p.fd)
	p.fd, p.in, p.out = -1, nil, nil
}

func (p *peer) end(refused int, wait time.Duration) {
	if p.fd < 0 {
		return
	}
	p.cut()
	if p.gone != nil {
		p.gone(refused, wait)
	}
}

// run handles what comes until done says so or the time is over, and tells whether it was done.
func (s *swarm) run(done func() bool, end time.Time) (bool, error) {
	list := make([]syscall.EpollEvent, 512)
	for !done() {
		now := time.Now()
		if now.After(end) {
			return false, nil
		}
		wait := min(s.later.due(now), end.Sub(now), 100*time.Millisecond)
		n, err := syscall.EpollWait(s.ep, list, int((wait+time.Millisecond-1)/time.Millisecond))
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return false, os.NewSyscallError("epoll_wait", err)
		}
		for i := range max(n, 0) {
			if p := s.peers[int(list[i].Fd)]; p != nil {
				s.handle(p, list[i].Events)
			}
		}
		s.later.run(time.Now())
	}
	return true, nil
}

func (s *swarm) handle(p *peer, events uint32) {
	if events&syscall.EPOLLOUT != 0 {
		if err := s.watch(syscall.EPOLL_CTL_MOD, p, false); err != nil {
			p.end(0, 0)
			return
		}
		if len(p.out) > 0 {
			if p.flush(); p.fd < 0 {
				return
			}
		}
	}
	if events&(syscall.EPOLLIN|syscall.EPOLLHUP|syscall.EPOLLERR) == 0 {
		return
	}
	n, err := syscall.Read(p.fd, s.buf)
	switch {
	case errors.Is(err, syscall.EAGAIN):
		return
	case n <= 0:
		p.end(0, 0)
		return
	}
	data := s.buf[:n]
	if len(p.in) > 0 {
		p.in = append(p.in, data...)
		data = p.in
	}
	rest := p.take(data)
	if p.fd < 0 {
		return
	}
	if len(rest) == 0 {
		p.in = nil
	} else {
		p.in = bytes.Clone(rest)
	}
}

// take handles all that is whole and returns the rest.
func (p *peer) take(data []byte) []byte {
	if !p.upgraded {
		i := bytes.Index(data, []byte("\r\n\r\n"))
		if i < 0 {
			return data
		}
		head := string(data[:i])
		data = data[i+4:]
		status, _ := strconv.Atoi(strings.Split(head+"  ", " ")[1])
		if status != 101 {
			_, after, _ := strings.Cut(strings.ToLower(head), "retry-after: ")
			s, _ := strconv.Atoi(strings.TrimSpace(strings.SplitN(after, "\r\n", 2)[0]))
			p.end(status, time.Duration(s)*time.Second)
			return nil
		}
		p.upgraded = true
		p.open()
	}
	for p.fd >= 0 && len(data) >= 2 {
		size, at := int(data[1]&0x7f), 2
		if size == 126 && len(data) >= 4 {
			size, at = int(binary.BigEndian.Uint16(data[2:])), 4
		} else if size >= 126 {
			if len(data) < 10 {
				break
			}
			size, at = int(binary.BigEndian.Uint64(data[2:])), 10
		}
		if len(data) < at+size {
			break
		}
		switch data[0] & 0xf {
		case 1:
			p.frame(data[at : at+size])
		case 8:
			p.end(0, 0)
		}
		data = data[at+size:]
	}
	return data
}

// after calls fn once the time is over.
func (s *swarm) after(d time.Duration, fn func()) { heap.Push(&s.later, timer{time.Now().Add(d), fn}) }

type timer struct {
	at time.Time
	fn func()
}

// timers is a heap of what is to be done later.
type timers []timer

func (t timers) Len() int           { return len(t) }
func (t timers) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t timers) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x any)        { *t = append(*t, x.(timer)) }
func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}

func (t timers) due(now time.Time) time.Duration {
	if len(t) == 0 {
		return time.Hour
	}
	return max(t[0].at.Sub(now), 0)
}

func (t *timers) run(now time.Time) {
	for len(*t) > 0 && !(*t)[0].at.After(now) {
		heap.Pop(t).(timer).fn()
	}
}
