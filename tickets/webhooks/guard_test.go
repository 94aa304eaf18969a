package webhooks

import (
	"context"
	"net/netip"
	"testing"
)

func TestGuard(t *testing.T) {
	lan := newGuard([]netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")})
	for _, tt := range []struct {
		address string
		plain   bool
		want    bool
	}{
		{"93.184.216.34:443", false, true}, {"[2606:2800:220:1:248:1893:25c8:1946]:443", false, true}, {"93.184.216.34:8443", false, true},
		{"93.184.216.34:25", false, false}, {"93.184.216.34:22", false, false}, {"93.184.216.34:80", true, false},
		{"127.0.0.1:443", false, false}, {"127.8.9.1:443", false, false}, {"[::1]:443", false, false}, {"0.0.0.0:443", false, false},
		{"[::]:443", false, false}, {"10.0.0.1:443", false, false}, {"172.16.5.5:443", false, false}, {"172.31.255.255:443", false, false},
		{"192.168.1.1:443", false, false}, {"169.254.169.254:443", false, false}, {"[fe80::1]:443", false, false}, {"[fe80::1%eth0]:443", false, false},
		{"[fd00:ec2::254]:443", false, false}, {"[fc00::1]:443", false, false}, {"[::ffff:127.0.0.1]:443", false, false},
		{"[::ffff:169.254.169.254]:443", false, false}, {"[::ffff:93.184.216.34]:443", false, true}, {"[::127.0.0.1]:443", false, false},
		{"[64:ff9b::7f00:1]:443", false, false}, {"[2002:7f00:1::]:443", false, false}, {"[2001:0:7f00:1::]:443", false, false},
		{"[fec0::1]:443", false, false}, {"[ff02::1]:443", false, false}, {"224.0.0.1:443", false, false}, {"255.255.255.255:443", false, false},
		{"240.0.0.1:443", false, false}, {"100.64.0.1:443", false, false}, {"192.0.0.192:443", false, false}, {"198.18.0.1:443", false, false},
		{"[2001:db8::1]:443", false, false}, {"203.0.113.5:443", false, false},
		{"10.1.2.3:80", true, true}, {"10.1.2.3:25", false, true}, {"10.2.0.1:443", false, false}, {"[::ffff:10.1.2.3]:443", false, true},
		{"not an address", false, false}, {"example.com:443", false, false},
	} {
		ctx := context.WithValue(t.Context(), plainKey{}, tt.plain)
		if err := lan.check(ctx, "tcp", tt.address, nil); (err == nil) != tt.want {
			t.Errorf("%s (in the clear: %v): %v, want let through: %v", tt.address, tt.plain, err, tt.want)
		}
	}
}
