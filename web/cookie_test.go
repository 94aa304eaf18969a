package web

import (
	"strings"
	"testing"
)

func TestCookieByPlace(t *testing.T) {
	for _, tt := range []struct {
		base, name string
		secure     bool
	}{
		{"https://help.example", "__Host-heard", true},
		{"http://127.0.0.1:8080", "__Host-heard", true},
		{"http://localhost:8080", "__Host-heard", true},
		{"http://[::1]:8080", "__Host-heard", true},
		{"http://desk.lan:8080", "heard", false}, // browsers refuse the prefix and Secure here
	} {
		s := &Server{site: newSite(mustURL(t, tt.base))}
		got := s.sessionCookie("token", 1)
		if !strings.HasPrefix(got, tt.name+"=token; ") || strings.Contains(got, "Secure") != tt.secure ||
			!strings.Contains(got, "HttpOnly") || !strings.Contains(got, "SameSite=Lax") {
			t.Errorf("%s: %s", tt.base, got)
		}
	}
}

func TestHostsThatAreOurs(t *testing.T) {
	for _, tt := range []struct {
		base, host string
		want       bool
	}{
		{"https://help.example", "help.example", true},
		{"https://help.example", "HELP.example:443", true},
		{"https://help.example", "help.example:80", false},
		{"https://help.example", "127.0.0.1", false},
		{"https://help.example", "help.example.", false},
		{"https://help.example", "", false},
		{"http://127.0.0.1:8080", "localhost:8080", true},
		{"http://127.0.0.1:8080", "[::1]:8080", true},
		{"http://127.0.0.1:8080", "127.0.0.1:9090", false},
		{"http://127.0.0.1:8080", "rebind.example:8080", false},
	} {
		if got := newSite(mustURL(t, tt.base)).answersTo(tt.host); got != tt.want {
			t.Errorf("%s answers to %q: %v, want %v", tt.base, tt.host, got, tt.want)
		}
	}
}
