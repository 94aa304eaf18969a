package mail

import (
	"crypto/x509"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// Server is a mail server that takes letters from us.
type Server struct {
	Host           string
	Port           int
	User, Password string
	TLS            Security
	Roots          *x509.CertPool // nil: those of the machine
}

// Security is how the line to the server is protected.
type Security string

const (
	StartTLS Security = "starttls" // smtp://
	Implicit Security = "implicit" // smtps://
	Off      Security = "off"      // smtp://…?tls=off, on this machine only
)

// ParseServer reads smtp://user:password@host:587 or smtps://…:465. ?ca=FILE names the roots to trust instead of the
// machine's; ?tls=off sends in the clear, to this machine only. Errors never show the address: it holds a password.
func ParseServer(s string) (Server, error) {
	u, err := url.Parse(s)
	if err != nil {
		return Server{}, fmt.Errorf("it is not an address like smtp://user:password@host:587")
	}
	out := Server{Host: u.Hostname(), User: u.User.Username()}
	out.Password, _ = u.User.Password()
	port := "587"
	switch u.Scheme {
	case "smtp":
		out.TLS = StartTLS
	case "smtps":
		out.TLS, port = Implicit, "465"
	default:
		return Server{}, fmt.Errorf("it must begin with smtp:// or smtps://")
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if out.Port, err = strconv.Atoi(port); err != nil || out.Port < 1 || out.Port > 65535 {
		return Server{}, fmt.Errorf("its port is not a number from 1 to 65535")
	}
	if out.Host == "" || u.Opaque != "" || (u.Path != "" && u.Path != "/") || u.Fragment != "" {
		return Server{}, fmt.Errorf("it must be a host with a port and nothing more")
	}
	if (out.User == "") != (out.Password == "") {
		return Server{}, fmt.Errorf("it must have both a user and a password, or neither")
	}
	return out, out.options(u.Query())
}

func (s *Server) options(q url.Values) error {
	for name, values := range q {
		v := values[len(values)-1]
		switch {
		case name == "tls" && v == "off":
			if !s.local() || s.TLS == Implicit {
				return fmt.Errorf("tls=off is for smtp:// on this machine only")
			}
			s.TLS = Off
		case name == "ca":
			pem, err := os.ReadFile(v)
			if err != nil {
				return fmt.Errorf("read the roots of ca: %w", err)
			}
			s.Roots = x509.NewCertPool()
			if !s.Roots.AppendCertsFromPEM(pem) {
				return fmt.Errorf("the file of ca holds no certificate")
			}
		default:
			return fmt.Errorf("it takes tls=off and ca=FILE, and nothing else")
		}
	}
	return nil
}

func (s Server) local() bool {
	addr, err := netip.ParseAddr(s.Host)
	return strings.EqualFold(s.Host, "localhost") || err == nil && addr.IsLoopback()
}

// String is the server for people, without the password.
func (s Server) String() string {
	if s.Host == "" {
		return ""
	}
	scheme, user := "smtp", ""
	if s.TLS == Implicit {
		scheme = "smtps"
	}
	if s.User != "" {
		user = url.User(s.User).String() + "@"
	}
	host := s.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return fmt.Sprintf("%s://%s%s:%d", scheme, user, host, s.Port)
}
