package webhooks

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// inside lists what is not on the public internet, by RFC 6890 and its successors. Of IPv6 only 2000::/3 is public at
// all; what is in it but leads elsewhere (tunnels, documentation) is listed.
func inside() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// guard decides which addresses may be connected to.
type guard struct {
	inside  []netip.Prefix
	allowed []netip.Prefix // networks that the operator opened
}

func newGuard(allowed []netip.Prefix) guard { return guard{inside(), allowed} }

// opened tells whether the operator allowed an address by its network.
func (g guard) opened(a netip.Addr) bool {
	for _, p := range g.allowed {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// public tells whether an address is on the public internet.
func (g guard) public(a netip.Addr) bool {
	if a.Zone() != "" || !a.IsValid() {
		return false
	}
	if a.Is6() && !netip.MustParsePrefix("2000::/3").Contains(a) {
		return false
	}
	for _, p := range g.inside {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

type plainKey struct{}

// check refuses an address that may not be connected to. In the clear only networks that the operator opened are.
func (g guard) check(ctx context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errBlocked
	}
	a := at.Addr().Unmap()
	if g.opened(a) {
		return nil
	}
	if plain, _ := ctx.Value(plainKey{}).(bool); plain || !g.public(a) || !portOpen(at.Port()) {
		return errBlocked
	}
	return nil
}

// portOpen leaves out the ports of other services than the web.
func portOpen(port uint16) bool { return port == 443 || port >= 1024 }

var errBlocked = fmt.Errorf("the address is not on the public internet, and its network is not allowed")

// How long the parts of a delivery may take, and how much of an answer is read.
const (
	dialWithin   = 5 * time.Second
	wholeWithin  = 10 * time.Second
	maxRead      = 64 << 10
	maxHeadBytes = 16 << 10
)

// client is what posts deliveries. It keeps no connection: the next one is checked again.
func (g guard) client(o Options) *http.Client {
	dialer := &net.Dialer{Timeout: dialWithin, ControlContext: g.check, Resolver: o.Resolver}
	return &http.Client{
		Timeout:       o.Within,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: dialWithin, DisableKeepAlives: true, DisableCompression: true,
			MaxResponseHeaderBytes: maxHeadBytes, TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		},
	}
}

// Client is what the house posts with to addresses that others named: it connects as deliveries do, to the public
// internet and the networks that the operator opened, always by https.
func Client(o Options) *http.Client {
	if o.Within <= 0 {
		o.Within = wholeWithin
	}
	return newGuard(o.Allow).client(o)
}
