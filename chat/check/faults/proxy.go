package faults

import (
	"net"
	"sync"
	"time"
)

// Proxy stands between two peers and can fall silent: then nothing passes in either direction and nobody is told, as
// with a cable that is cut. Connections that were open go on when it speaks again.
type Proxy struct {
	listener net.Listener

	mu     sync.Mutex
	target string
	speaks sync.Cond // told when silence ends
	silent bool
	closed bool
	conns  map[net.Conn]struct{}
}

// NewProxy listens on a free port of this machine and forwards to a target.
func NewProxy(target string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: l, target: target, conns: map[net.Conn]struct{}{}}
	p.speaks.L = &p.mu
	go p.accept()
	return p, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// To sets where new connections go.
func (p *Proxy) To(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// Silence stops or starts the forwarding.
func (p *Proxy) Silence(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = on
	p.speaks.Broadcast()
}

// Close ends the proxy and all that goes through it.
func (p *Proxy) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.speaks.Broadcast()
	for c := range p.conns {
		_ = c.Close()
	}
	return p.listener.Close()
}

func (p *Proxy) accept() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(c)
	}
}

func (p *Proxy) serve(client net.Conn) {
	if !p.keep(client) || !p.pass() { // while silent, not even the target learns of a new connection
		_ = client.Close()
		return
	}
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	server, err := net.DialTimeout("tcp", target, 5*time.Second)
	if err != nil || !p.keep(server) {
		_ = client.Close()
		return
	}
	go p.forward(client, server)
	p.forward(server, client)
}

func (p *Proxy) keep(c net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = struct{}{}
	return !p.closed
}

// pass waits for silence to end; false says that the proxy was closed.
func (p *Proxy) pass() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.silent && !p.closed {
		p.speaks.Wait()
	}
	return !p.closed
}

func (p *Proxy) forward(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 && p.pass() {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			p.pass() // the end of a connection is news as well: it does not pass a silent proxy
			return
		}
	}
}
