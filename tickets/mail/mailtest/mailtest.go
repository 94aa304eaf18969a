// Package mailtest is a mail server on this machine for tests.
//
// # Why
//
// Mail is tested against a server that speaks the protocol, over a real connection, with a certificate that is checked
// and a password that must be right. Letters are read back with a parser of somebody else's. A test decides how the
// server answers, so that refusals, broken lines and silence are tested like success.
package mailtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"
)

// Options say what kind of server it is. The zero Options are one with STARTTLS and a password.
type Options struct {
	Implicit bool // TLS from the start
	Plain    bool // no TLS at all
	Open     bool // takes letters of everybody
}

// Stage is where in a letter's way the server answers.
type Stage string

const (
	Mail Stage = "MAIL"
	Rcpt Stage = "RCPT"
	Data Stage = "DATA" // the letter is here, and not taken yet
	Done Stage = "DONE" // the letter was taken, and the client does not know yet
)

// What a Script may say beside nil and the answers of Refuse.
var (
	ErrDrop = errors.New("drop the line")
	ErrHang = errors.New("say nothing until the server ends")
)

// Refuse is an answer with that code.
func Refuse(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
}

// Script says how the server answers at a stage; n counts the connections from 1.
type Script func(n int, stage Stage) error

// Letter is what the server took.
type Letter struct {
	From string
	To   []string
	Raw  []byte
	User string // who was let in
	*enmime.Envelope
}

// Server is a mail server that lives as long as its test.
type Server struct {
	User, Password string

	t       testing.TB
	options Options
	url     string
	over    chan struct{}

	mu      sync.Mutex
	conns   map[*smtp.Conn]int // which one it is, from 1: STARTTLS begins a session anew
	script  Script
	letters []Letter
	arrived chan struct{} // closed and replaced with every letter
}

// New starts a server on a port of its own.
func New(t testing.TB, o Options) *Server {
	t.Helper()
	s := &Server{User: "heard", Password: "p@ss:w/ord?", t: t, options: o, over: make(chan struct{}), conns: map[*smtp.Conn]int{}, arrived: make(chan struct{})}
	cert, roots := certificate(t)
	server := smtp.NewServer(smtp.BackendFunc(s.session))
	server.Domain = "mail.test"
	server.MaxMessageBytes = 8 << 20
	server.EnableSMTPUTF8 = true
	server.AllowInsecureAuth = o.Plain
	server.ErrorLog = silent{}
	config := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if s.url = s.address(listener.Addr().String(), roots); o.Implicit {
		listener = tls.NewListener(listener, config)
	} else if !o.Plain {
		server.TLSConfig = config
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with Close
	}()
	t.Cleanup(func() {
		close(s.over)
		_ = server.Close()   // the test is over either way
		_ = listener.Close() // the server does not know it before its goroutine began
		<-done
	})
	return s
}

// silent keeps what the library says of broken lines, which tests break, out of their output.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// address is the server as a flag takes it.
func (s *Server) address(hostport, roots string) string {
	u := url.URL{Scheme: "smtp", Host: hostport}
	if !s.options.Open {
		u.User = url.UserPassword(s.User, s.Password)
	}
	q := url.Values{}
	switch {
	case s.options.Plain:
		q.Set("tls", "off")
	case s.options.Implicit:
		u.Scheme = "smtps"
		fallthrough
	default:
		q.Set("ca", roots)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// URL is the server as --smtp takes it.
func (s *Server) URL() string { return s.url }

// Say sets how the server answers from now on; nil takes everything.
func (s *Server) Say(script Script) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = script
}

// Letters are those that the server took so far.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

// Connections counts those that got as far as a session.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Wait returns the letters as soon as there are n.
func (s *Server) Wait(n int) []Letter {
	s.t.Helper()
	deadline := time.After(time.Minute)
	for {
		s.mu.Lock()
		list, more := append([]Letter(nil), s.letters...), s.arrived
		s.mu.Unlock()
		if len(list) >= n {
			return list
		}
		select {
		case <-more:
		case <-deadline:
			s.t.Fatalf("%d letters within a minute, want %d", len(list), n)
		}
	}
}

func (s *Server) session(c *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns[c] == 0 {
		s.conns[c] = len(s.conns) + 1
	}
	return &session{server: s, conn: c, n: s.conns[c]}, nil
}

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	n      int
	letter Letter
}

func (s *session) AuthMechanisms() []string {
	if s.server.options.Open {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.User || password != s.server.Password {
			return smtp.ErrAuthFailed
		}
		s.letter.User = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.server.options.Open && s.letter.User == "" {
		return smtp.ErrAuthRequired
	}
	s.letter.From = from
	return s.answer(Mail)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.letter.To = append(s.letter.To, to)
	return s.answer(Rcpt)
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.answer(Data); err != nil {
		return err
	}
	l := s.letter
	l.Raw = raw
	if l.Envelope, err = enmime.ReadEnvelope(bytes.NewReader(raw)); err != nil {
		s.server.t.Errorf("a letter that cannot be read: %v", err)
		return Refuse(554, "unreadable")
	}
	s.server.keep(l)
	return s.answer(Done)
}

func (s *Server) keep(l Letter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, l)
	close(s.arrived)
	s.arrived = make(chan struct{})
}

func (s *session) Reset() { s.letter = Letter{User: s.letter.User} }

func (s *session) Logout() error { return nil }

// answer does as the script says.
func (s *session) answer(stage Stage) error {
	s.server.mu.Lock()
	script := s.server.script
	s.server.mu.Unlock()
	if script == nil {
		return nil
	}
	err := script(s.n, stage)
	switch {
	case errors.Is(err, ErrDrop):
		_ = s.conn.Conn().Close() // the line is what the test wants broken
	case errors.Is(err, ErrHang):
		<-s.server.over
	}
	return err
}

// certificate makes one for this machine, and the file of its root.
func certificate(t testing.TB) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
