package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	"heard/tickets/jobs"

	gomail "github.com/wneessen/go-mail"
)

// Sender sends letters from one desk. A nil Sender means that mail is not set up.
type Sender struct {
	server Server
	from   mail.Address
	desk   string // names the desk in message ids
}

// patience is how long the server may be silent.
const patience = 20 * time.Second

// NewSender returns a sender. from is like "Heard <help@example.com>"; desk is the epoch of the log.
func NewSender(server Server, from, desk string) (*Sender, error) {
	a, err := mail.ParseAddress(from)
	if err != nil || !address(a.Address) {
		return nil, fmt.Errorf("the sender must be like Heard <help@example.com>")
	}
	s := &Sender{server: server, from: *a, desk: strings.ToLower(desk)}
	probe := Message{To: a.Address, Subject: "x", Text: "x", MessageID: s.MessageID(jobs.Job{ID: 1})}
	if err := s.complete(probe).check(); err != nil {
		return nil, fmt.Errorf("the sender must be like Heard <help@example.com>: %w", err)
	}
	return s, nil
}

// From is the desk's own address.
func (s *Sender) From() mail.Address { return s.from }

// Server says where letters go, without the password.
func (s *Sender) Server() string { return s.server.String() }

// MessageID is the name of the letter that a job sends, the same at every try.
func (s *Sender) MessageID(j jobs.Job) string {
	return fmt.Sprintf("heard.%s.%s@%s", s.desk, j.ID, domain(s.from.Address))
}

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// Handler makes a job of a letter: render makes it from rows when it goes out, or says jobs.Drop.
func (s *Sender) Handler(render func(ctx context.Context, j jobs.Job) (Message, error)) jobs.Handler {
	return func(ctx context.Context, j jobs.Job) error {
		m, err := render(ctx, j)
		if err != nil {
			return err
		}
		if m.MessageID == "" {
			m.MessageID = s.MessageID(j)
		}
		return s.Send(ctx, m)
	}
}

// complete fills in what a letter has of the desk.
func (s *Sender) complete(m Message) Message {
	if m.From == "" {
		m.From = s.from.Address
		if m.FromName == "" {
			m.FromName = s.from.Name
		}
	}
	return m
}

// Send gives a letter to the server. nil: the server took it. An error that jobs.Parks says is for good.
func (s *Sender) Send(ctx context.Context, m Message) error {
	form, err := s.complete(m).form()
	if err != nil {
		return jobs.Park(fmt.Errorf("write a letter: %w", err))
	}
	client, err := s.client(ctx)
	if err != nil {
		return fmt.Errorf("prepare sending: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, form)
	if err == nil || form.IsDelivered() { // what broke afterwards does not matter
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("send a letter: %w", cause)
	}
	said := spoken(err)
	if refusedForGood(form, err) {
		return jobs.Park(fmt.Errorf("the mail server refuses the letter: %w", said))
	}
	return fmt.Errorf("send a letter: %w", said)
}

// refusedForGood tells whether the server said 5xx to whom the letter is for, or to the letter itself. Whatever else it
// does not like (our password, our address) is our own trouble: putting it right helps every letter.
func refusedForGood(form *gomail.Msg, err error) bool {
	var sent *gomail.SendError
	if !form.HasSendError() || !errors.As(err, &sent) {
		return false
	}
	code := sent.ErrorCode()
	switch sent.Reason {
	case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		return code >= 500 && code < 600 && code != 530 && code != 534 && code != 535 && code != 538
	}
	return false
}

// spoken is what went wrong without the words of the server, which quote addresses: errors are kept longer than people.
func spoken(err error) error {
	var sent *gomail.SendError
	if errors.As(err, &sent) {
		return fmt.Errorf("%s: %d %s", sent.Reason, sent.ErrorCode(), sent.EnhancedStatusCode())
	}
	var answered *textproto.Error
	if errors.As(err, &answered) {
		return fmt.Errorf("the mail server answers %d before the letter", answered.Code)
	}
	var network net.Error
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &network) || errors.As(err, &certificate) || errors.Is(err, io.EOF) {
		return jobs.Spoken("the mail server", err)
	}
	return err // the library's own words, of what the server cannot do
}

// client is a connection's worth of settings.
func (s *Sender) client(ctx context.Context) (*gomail.Client, error) {
	config := &tls.Config{ServerName: s.server.Host, RootCAs: s.server.Roots, MinVersion: tls.VersionTLS12}
	options := []gomail.Option{gomail.WithPort(s.server.Port), gomail.WithTimeout(patience), gomail.WithTLSConfig(config),
		gomail.WithHELO(domain(s.from.Address)), gomail.WithDialContextFunc(s.dial(ctx, config))}
	switch s.server.TLS {
	case StartTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case Implicit:
		options = append(options, gomail.WithSSL())
	case Off:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.server.User != "" {
		// The strong ones first; the plain ones show the password to the server, over a protected line.
		ways := []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin}
		if s.server.TLS == Off {
			ways = []gomail.SMTPAuthType{gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc}
		}
		options = append(options, gomail.WithUsername(s.server.User), gomail.WithPassword(s.server.Password),
			gomail.WithOpportunisticSMTPAuth(ways...))
	}
	return gomail.NewClient(s.server.Host, options...)
}

// dial connects, and makes the connection end with the context of the whole sending: the library looks at it while it
// dials only.
func (s *Sender) dial(whole context.Context, config *tls.Config) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(whole, func() { _ = conn.Close() }) // closing twice does no harm
		if s.server.TLS != Implicit {
			return conn, nil
		}
		protected := tls.Client(conn, config)
		if err := protected.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return protected, nil
	}
}
