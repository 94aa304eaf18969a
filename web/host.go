package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"heard/tickets/fault"
)

// site is where this installation says it lives. It comes from the configuration alone.
type site struct {
	base     *url.URL // scheme and host, no path
	secure   bool     // https: HSTS, Secure cookies
	loopback bool     // a browser treats it as a secure place without TLS
}

func newSite(base *url.URL) site {
	return site{base: base, secure: base.Scheme == "https", loopback: isLoopback(base.Hostname())}
}

// origin is the one origin of our own pages.
func (s site) origin() string { return s.base.Scheme + "://" + s.base.Host }

// url returns an absolute address of ours.
func (s site) url(path string) string { return s.origin() + path }

// answersTo tells whether a Host header names this installation. On loopback every loopback name does, with the
// right port; a name that only resolves to loopback does not, which is what keeps a rebinding site out.
func (s site) answersTo(host string) bool {
	if strings.EqualFold(host, s.base.Host) {
		return true
	}
	name, port := splitHost(host, s.base.Scheme)
	own, ownPort := splitHost(s.base.Host, s.base.Scheme)
	if port != ownPort {
		return false
	}
	return strings.EqualFold(name, own) || (s.loopback && isLoopback(name))
}

func splitHost(host, scheme string) (name, port string) {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
		if scheme == "https" {
			port = "443"
		}
	}
	return name, port
}

func isLoopback(name string) bool {
	if strings.EqualFold(name, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(name)
	return err == nil && a.IsLoopback()
}

var errForeignHost = fault.New(fault.NotFound, "this server does not answer to that host name")

// checkHost answers 421 to names that are not ours.
func (s *Server) checkHost(r *http.Request) error {
	if s.site.answersTo(r.Host) {
		return nil
	}
	return newProblem(errForeignHost).with(http.StatusMisdirectedRequest)
}

// clientAddr is the address of whoever called: the socket's, or behind the operator's own proxies the rightmost
// forwarded address that is not one of them.
func (s *Server) clientAddr(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	if !s.trusts(addr) {
		return addr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if addr = hop.Unmap(); !s.trusts(addr) {
			break
		}
	}
	return addr
}

func (s *Server) trusts(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
