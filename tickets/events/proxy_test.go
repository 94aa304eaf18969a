package events_test

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// proxy stands between a program and PostgreSQL and breaks connections.
type proxy struct {
	ln     net.Listener
	server string

	mu     sync.Mutex
	conns  []net.Conn
	down   bool
	frozen sync.RWMutex         // held for writing while nothing passes
	commit func(forward func()) // what happens to the next COMMIT; nil for nothing special
}

// newProxy returns a proxy and the address of the database through it.
func newProxy(t testing.TB, dsn string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{ln: ln, server: u.Host}
	t.Cleanup(func() { ln.Close(); p.cut() })
	go p.accept()
	u.Host = ln.Addr().String()
	return p, u.String()
}

func (p *proxy) accept() {
	for {
		c, err := p.ln.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		down := p.down
		p.mu.Unlock()
		s, err := net.Dial("tcp", p.server)
		if err != nil || down {
			c.Close()
			continue
		}
		p.mu.Lock()
		p.conns = append(p.conns, c, s)
		p.mu.Unlock()
		go func() { io.Copy(c, s); c.Close() }()
		go func() { p.forward(s, c); s.Close() }()
	}
}

func (p *proxy) forward(server, client net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		send := func() {
			p.frozen.RLock()
			defer p.frozen.RUnlock()
			server.Write(buf[:n])
		}
		if bytes.Contains(buf[:n], []byte("COMMIT\x00")) {
			p.mu.Lock()
			commit := p.commit
			p.commit = nil
			p.mu.Unlock()
			if commit != nil {
				commit(send)
				client.Close()
				return
			}
		}
		send()
	}
}

// cut breaks all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

func (p *proxy) setDown(down bool) {
	p.mu.Lock()
	p.down = down
	p.mu.Unlock()
	if down {
		p.cut()
	}
}

func (p *proxy) onCommit(fn func(forward func())) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.commit = fn
}
