package web

import (
	"os"
	"slices"
	"sync"
	"syscall"
)

// lot is where idle connections are parked: an epoll set of our own, in which each waits for its next byte without a
// goroutine and without buffers. The set itself is waited on by Go's poller. It exists while anybody is in it.
type lot struct {
	mu   sync.Mutex
	set  *os.File
	fd   int           // of the set
	cars []*socketConn // by descriptor
	n    int
}

// onlyOnce has a connection told once: it is armed again when what came was handled.
const onlyOnce = syscall.EPOLLIN | syscall.EPOLLRDHUP | 1<<30 // EPOLLONESHOT, which package syscall does not name

// park arms a connection; wake is called when something has come. It tells whether that worked.
func (l *lot) park(c *socketConn, wake func(*socketConn)) bool {
	if c.raw == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.set == nil && !l.open(wake) {
		return false
	}
	var err error
	// Inside Control the descriptor is surely still the connection's own: one that was closed and given to another
	// cannot be armed by mistake.
	cerr := c.raw.Control(func(fd uintptr) {
		op, e := syscall.EPOLL_CTL_MOD, syscall.EpollEvent{Events: onlyOnce, Fd: int32(fd)}
		if c.fd < 0 {
			op, c.fd = syscall.EPOLL_CTL_ADD, int(fd)
			l.n++
			l.cars = slices.Grow(l.cars, max(c.fd+1-len(l.cars), 0))
			l.cars = l.cars[:max(len(l.cars), c.fd+1)]
			l.cars[c.fd] = c
		}
		err = syscall.EpollCtl(l.fd, op, int(fd), &e)
	})
	if err == nil && cerr == nil {
		return true
	}
	l.drop(c)
	return false
}

// open makes the set. The lock is held.
func (l *lot) open(wake func(*socketConn)) bool {
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		return false
	}
	if err := syscall.SetNonblock(fd, true); err != nil { // or Go's poller does not take it
		_ = syscall.Close(fd) // nothing was done with it
		return false
	}
	l.set, l.fd = os.NewFile(uintptr(fd), "parked sockets"), fd
	conn, err := l.set.SyscallConn()
	if err != nil {
		return false
	}
	go l.watch(conn, wake)
	return true
}

// watch wakes the connections for which something has come, until the set is closed.
func (l *lot) watch(set syscall.RawConn, wake func(*socketConn)) {
	list := make([]syscall.EpollEvent, 256)
	var came []*socketConn
	for {
		n := 0
		err := set.Read(func(fd uintptr) bool {
			n, _ = syscall.EpollWait(int(fd), list, 0) // interrupted: the same as nothing
			return n > 0
		})
		if err != nil {
			return
		}
		came = came[:0]
		l.mu.Lock()
		for _, e := range list[:n] {
			// One that left meanwhile is not found; one that got its descriptor is woken for nothing, which is harmless.
			if int(e.Fd) < len(l.cars) && l.cars[e.Fd] != nil {
				came = append(came, l.cars[e.Fd])
			}
		}
		l.mu.Unlock()
		for i, c := range came {
			wake(c)
			came[i] = nil
		}
	}
}

// leave forgets a connection that is about to be closed.
func (l *lot) leave(c *socketConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(c)
}

// drop does. The kernel forgets the descriptor when it is closed. The lock is held.
func (l *lot) drop(c *socketConn) {
	if c.fd < 0 {
		return
	}
	l.cars[c.fd], c.fd = nil, -1
	if l.n--; l.n == 0 {
		_ = l.set.Close() // ends watch; there is nobody to tell
		l.set, l.cars = nil, nil
	}
}
