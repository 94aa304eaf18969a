package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets/events"
	"heard/tickets/events/eventstest"
	"heard/tickets/jobs"
	"heard/tickets/mail"
	"heard/tickets/mail/mailtest"
)

func sender(t *testing.T, url string) *mail.Sender {
	t.Helper()
	server, err := mail.ParseServer(url)
	if err != nil {
		t.Fatal(err)
	}
	s, err := mail.NewSender(server, "Kaffeehaus Süd <help@shop.test>", "EPOCH")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func letter() mail.Message {
	return mail.Message{To: "ada@customer.test", ToName: "Ada", Subject: "Hello", Text: "How was it?", MessageID: "heard.x.1@shop.test"}
}

func TestLettersArriveOverEveryKindOfLine(t *testing.T) {
	for name, o := range map[string]mailtest.Options{
		"starttls with a password": {}, "tls from the start": {Implicit: true}, "in the clear on this machine": {Plain: true},
		"without a password": {Open: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := mailtest.New(t, o)
			m := letter()
			m.HTML = "<p>How <b>was</b> it?</p>"
			if err := sender(t, server.URL()).Send(context.Background(), m); err != nil {
				t.Fatal(err)
			}
			got := server.Wait(1)[0]
			if got.From != "help@shop.test" || fmt.Sprint(got.To) != "[ada@customer.test]" || (got.User == "heard") == o.Open {
				t.Errorf("envelope = %s to %v by %q", got.From, got.To, got.User)
			}
			if strings.TrimSpace(got.Text) != m.Text || !strings.Contains(got.HTML, m.HTML) {
				t.Errorf("text %q, html %q", got.Text, got.HTML)
			}
			for header, want := range map[string]string{"From": "Kaffeehaus Süd <help@shop.test>", "To": `"Ada" <ada@customer.test>`,
				"Subject": "Hello", "Message-Id": "<heard.x.1@shop.test>", "Auto-Submitted": "auto-generated", "Mime-Version": "1.0"} {
				if h := got.GetHeader(header); h != want {
					t.Errorf("%s = %q, want %q", header, h, want)
				}
			}
			if !strings.HasPrefix(got.GetHeader("Content-Type"), "multipart/alternative") {
				t.Errorf("type = %s", got.GetHeader("Content-Type"))
			}
			if date, err := got.Date(); err != nil || time.Since(date) > time.Hour {
				t.Errorf("date = %v, %v", date, err)
			}
		})
	}
}

func TestAnyScriptComesThrough(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server.URL())
	for i, word := range []string{
		"Grüße aus Öhringen", "Спасибо за ответ", "ありがとうございます", "شكرًا جزيلاً لكم", "תודה רבה", "🎉 naïve “quotes” – €5",
		strings.Repeat("עברית ארוכה מאוד ", 12), strings.Repeat("long words and more of them ", 20), `"quoted", <angled> \ back`,
	} {
		m := letter()
		m.Subject, m.ToName, m.FromName, m.From = strings.TrimSpace(word), strings.TrimSpace(word), strings.TrimSpace(word), "brand@shop.test"
		m.Text, m.HTML = word+"\n.\n.dots\n"+strings.Repeat("x", 3000), "<p>"+word+"</p>"
		if err := s.Send(context.Background(), m); err != nil {
			t.Fatal(err)
		}
		got := server.Wait(i + 1)[i]
		if subject := got.GetHeader("Subject"); subject != m.Subject {
			t.Errorf("subject = %q, want %q", subject, m.Subject)
		}
		for header, address := range map[string]string{"To": m.To, "From": m.From} {
			list, err := got.AddressList(header)
			if err != nil || len(list) != 1 || list[0].Name != m.ToName || list[0].Address != address {
				t.Errorf("%s = %v, %v; want %q", header, list, err, m.ToName)
			}
		}
		if text := strings.ReplaceAll(got.Text, "\r\n", "\n"); strings.TrimRight(text, "\n") != strings.TrimRight(m.Text, "\n") {
			t.Errorf("text = %q, want %q", text, m.Text)
		}
		for _, line := range strings.Split(string(got.Raw), "\r\n") {
			if len(line) > 998 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
	}
}

// TestNoValueIsDecoded: what looks encoded would be shown as something else.
func TestNoValueIsDecoded(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	m := letter()
	m.Subject, m.ToName = "=?utf-8?q?Your=20bank?=", "=?utf-8?q?Your=20bank?="
	if err := sender(t, server.URL()).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(1)[0]
	for _, header := range []string{"Subject", "To"} {
		if h := got.GetHeader(header); strings.Contains(h, "Your bank") {
			t.Errorf("%s = %q", header, h)
		}
	}
}

func TestThreadsAndLists(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	m := letter()
	m.ReplyTo, m.InReplyTo, m.References = "reply+7@shop.test", "a@x.test", []string{"0@x.test", "a@x.test"}
	m.Unsubscribe = "https://help.shop.test/unsubscribe/abc"
	m.Headers = map[string]string{"X-Heard-Ticket": "7"}
	if err := sender(t, server.URL()).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	got := server.Wait(1)[0]
	for header, want := range map[string]string{"Reply-To": "<reply+7@shop.test>", "In-Reply-To": "<a@x.test>", "References": "<0@x.test> <a@x.test>",
		"List-Unsubscribe": "<https://help.shop.test/unsubscribe/abc>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "X-Heard-Ticket": "7"} {
		if h := got.GetHeader(header); h != want {
			t.Errorf("%s = %q, want %q", header, h, want)
		}
	}
}

func TestNothingIsInjected(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	s := sender(t, server.URL())
	const evil = "x\r\nBcc: everybody@customer.test"
	tests := map[string]func(m *mail.Message){
		"subject":              func(m *mail.Message) { m.Subject = evil },
		"subject, bare return": func(m *mail.Message) { m.Subject = "x\rBcc: y@z.test" },
		"subject, bare feed":   func(m *mail.Message) { m.Subject = "x\nBcc: y@z.test" },
		"subject, separator":   func(m *mail.Message) { m.Subject = "x\u2028Bcc: y@z.test" },
		"subject, zero":        func(m *mail.Message) { m.Subject = "x\x00" },
		"subject, not UTF-8":   func(m *mail.Message) { m.Subject = "x\xff" },
		"subject, too long":    func(m *mail.Message) { m.Subject = strings.Repeat("x", 3000) },
		"name":                 func(m *mail.Message) { m.ToName = evil },
		"sender's name":        func(m *mail.Message) { m.FromName = evil },
		"address":              func(m *mail.Message) { m.To = "a@b.test>\r\nRCPT TO:<c@d.test" },
		"two addresses":        func(m *mail.Message) { m.To = "a@b.test, c@d.test" },
		"a name in an address": func(m *mail.Message) { m.To = "Ada <a@b.test>" },
		"no address":           func(m *mail.Message) { m.To = "" },
		"sender":               func(m *mail.Message) { m.From = "a@b.test\r\nDATA" },
		"reply":                func(m *mail.Message) { m.ReplyTo = evil },
		"message id":           func(m *mail.Message) { m.MessageID = "a>\r\nBcc: <b" },
		"in reply to":          func(m *mail.Message) { m.InReplyTo = evil },
		"references":           func(m *mail.Message) { m.References = []string{"a@b", "c> <d"} },
		"unsubscribe":          func(m *mail.Message) { m.Unsubscribe = "https://x.test/>\r\nBcc: y" },
		"another header":       func(m *mail.Message) { m.Headers = map[string]string{"X-Y": evil} },
		"a header's name":      func(m *mail.Message) { m.Headers = map[string]string{"X-Y: 1\r\nBcc": "y@z.test"} },
		"a header of ours":     func(m *mail.Message) { m.Headers = map[string]string{"bcc": "y@z.test"} },
		"nothing to say":       func(m *mail.Message) { m.Text = "" },
	}
	for name, change := range tests {
		m := letter()
		change(&m)
		if err := s.Send(context.Background(), m); !jobs.Parks(err) {
			t.Errorf("%s: %v, want parked", name, err)
		}
	}
	if n := server.Connections(); n != 0 {
		t.Errorf("%d connections were made for what cannot be sent", n)
	}
}

// TestRefusals: what the server says decides whether a letter is tried again, parked, or was taken.
func TestRefusals(t *testing.T) {
	tests := []struct {
		name   string
		script mailtest.Script
		want   string // sent, again, parked
		taken  int    // letters that the server has
	}{
		{"sender unwanted for now", func(_ int, s mailtest.Stage) error { return at(s, mailtest.Mail, 451) }, "again", 0},
		{"our address unwanted", func(_ int, s mailtest.Stage) error { return at(s, mailtest.Mail, 550) }, "again", 0},
		{"no such mailbox", func(_ int, s mailtest.Stage) error { return at(s, mailtest.Rcpt, 550) }, "parked", 0},
		{"greylisted", func(_ int, s mailtest.Stage) error { return at(s, mailtest.Rcpt, 450) }, "again", 0},
		{"too busy", func(_ int, s mailtest.Stage) error { return at(s, mailtest.Data, 421) }, "again", 0},
		{"spam", func(_ int, s mailtest.Stage) error { return at(s, mailtest.Data, 554) }, "parked", 0},
		{"password wanted", func(_ int, s mailtest.Stage) error { return at(s, mailtest.Mail, 530) }, "again", 0},
		{"line drops before the letter", func(_ int, s mailtest.Stage) error { return drop(s, mailtest.Rcpt) }, "again", 0},
		{"line drops before it was taken", func(_ int, s mailtest.Stage) error { return drop(s, mailtest.Data) }, "again", 0},
		{"line drops after it was taken", func(_ int, s mailtest.Stage) error { return drop(s, mailtest.Done) }, "again", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := mailtest.New(t, mailtest.Options{})
			server.Say(tt.script)
			err := sender(t, server.URL()).Send(context.Background(), letter())
			got := "sent"
			if jobs.Parks(err) {
				got = "parked"
			} else if err != nil {
				got = "again"
			}
			if err != nil && strings.Contains(err.Error(), "customer.test") {
				t.Errorf("the error shows the address: %v", err)
			}
			if got != tt.want || len(server.Letters()) != tt.taken {
				t.Errorf("%s (%v) with %d letters there, want %s with %d", got, err, len(server.Letters()), tt.want, tt.taken)
			}
		})
	}
}

func at(s, stage mailtest.Stage, code int) error {
	if s == stage {
		return mailtest.Refuse(code, "not for <ada@customer.test>")
	}
	return nil
}

func drop(s, stage mailtest.Stage) error {
	if s == stage {
		return mailtest.ErrDrop
	}
	return nil
}

func TestWhatIsWrongWithTheLineIsTriedAgain(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	broken := map[string]string{
		"wrong password":     strings.Replace(server.URL(), "heard:", "other:", 1),
		"unknown root":       strings.Split(server.URL(), "?")[0],
		"tls on a bare line": "smtps" + strings.TrimPrefix(server.URL(), "smtp"),
		"nobody there":       "smtp://127.0.0.1:1",
		"no starttls":        strings.Replace(strings.Split(mailtest.New(t, mailtest.Options{Plain: true}).URL(), "?")[0], "tls=off", "", 1),
	}
	for name, url := range broken {
		err := sender(t, url).Send(context.Background(), letter())
		if err == nil || jobs.Parks(err) {
			t.Errorf("%s: %v, want an error that is tried again", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "w/ord") {
			t.Errorf("%s: %v shows the password", name, err)
		}
	}
	if n := len(server.Letters()); n != 0 {
		t.Errorf("%d letters arrived", n)
	}
}

func TestAServerThatHangsIsLeft(t *testing.T) {
	server := mailtest.New(t, mailtest.Options{})
	server.Say(func(_ int, s mailtest.Stage) error {
		if s == mailtest.Data {
			return mailtest.ErrHang
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- sender(t, server.URL()).Send(ctx, letter()) }()
	select {
	case err := <-done:
		if !errors.Is(err, context.DeadlineExceeded) || jobs.Parks(err) {
			t.Errorf("error = %v, want the end of the time", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("still waiting for a server that says nothing")
	}
}

// TestALetterIsAJob: through the queue, 4xx twice, then a line that breaks right after the letter was taken, then
// success: two letters, and both have one name.
func TestALetterIsAJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		ctx := context.Background()
		clock := eventstest.NewClock()
		l := eventstest.NewAt(t, db, jobs.Changes(), clock)
		server := mailtest.New(t, mailtest.Options{})
		server.Say(func(n int, s mailtest.Stage) error {
			if n <= 2 {
				return at(s, mailtest.Rcpt, 450)
			}
			if n == 3 {
				return drop(s, mailtest.Done)
			}
			return nil
		})
		s := sender(t, server.URL())
		r := jobs.NewRunner(l, map[string]jobs.Handler{"mail.test": s.Handler(func(_ context.Context, j jobs.Job) (mail.Message, error) {
			if j.Key == "withdrawn" {
				return mail.Message{}, jobs.Drop("withdrawn")
			}
			m := letter()
			m.MessageID = ""
			return m, nil
		})}, jobs.Options{Workers: 1})
		err := l.Write(ctx, events.Unit{By: events.SystemActor}, func(ctx context.Context, tx *events.Tx) error {
			return errors.Join(jobs.Enqueue(ctx, tx, jobs.New{Kind: "mail.test", Key: "a"}), jobs.Enqueue(ctx, tx, jobs.New{Kind: "mail.test", Key: "withdrawn"}))
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 6 {
			if _, err := r.Pass(ctx); err != nil {
				t.Fatal(err)
			}
			clock.Advance(time.Hour)
		}
		got := server.Letters()
		if len(got) != 2 || server.Connections() != 4 {
			t.Fatalf("%d letters over %d connections, want 2 over 4", len(got), server.Connections())
		}
		if a, b := got[0].GetHeader("Message-Id"), got[1].GetHeader("Message-Id"); a != b || !strings.HasPrefix(a, "<heard.epoch.") {
			t.Errorf("ids = %s and %s, want one of this desk", a, b)
		}
		rows, err := jobs.List(ctx, l, jobs.Filter{Limit: 10})
		if err != nil || len(rows) != 0 {
			t.Errorf("left = %+v, %v", rows, err)
		}
	})
}

func TestParseServer(t *testing.T) {
	tests := []struct{ in, want, wrong string }{
		{"smtp://user:p%40ss@mail.shop.test", "smtp://user@mail.shop.test:587", ""},
		{"smtps://user:secret@mail.shop.test", "smtps://user@mail.shop.test:465", ""},
		{"smtp://[::1]:25?tls=off", "smtp://[::1]:25", ""},
		{"smtp://localhost:25?tls=off", "smtp://localhost:25", ""},
		{"smtp://mail.shop.test?tls=off", "", "this machine only"},
		{"smtps://localhost?tls=off", "", "this machine only"},
		{"smtp://user:secret@mail.shop.test?tls=maybe", "", "nothing else"},
		{"smtp://user:secret@mail.shop.test?ca=/nowhere", "", "no such file"},
		{"smtp://user:secret@mail.shop.test:99999", "", "port"},
		{"smtp://user@mail.shop.test", "", "both"},
		{"smtp://user:secret@mail.shop.test/path", "", "nothing more"},
		{"http://user:secret@mail.shop.test", "", "begin with smtp"},
		{"user:secret@mail.shop.test:587", "", "begin with smtp"},
		{"smtp://user:secret@", "", "host"},
		{"smtp://user:sec ret%zz@host", "", "like smtp://"},
	}
	for _, tt := range tests {
		got, err := mail.ParseServer(tt.in)
		if tt.wrong == "" {
			if err != nil || got.String() != tt.want {
				t.Errorf("%s = %s, %v; want %s", tt.in, got, err, tt.want)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), tt.wrong) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %q and no password", tt.in, err, tt.wrong)
		}
	}
	for _, from := range []string{"", "help", "Heard <help@shop.test", "a@b.test, c@d.test", "H\r\nBcc: x <a@b.test>"} {
		if _, err := mail.NewSender(mail.Server{Host: "x", Port: 1}, from, "e"); err == nil {
			t.Errorf("a sender %q was taken", from)
		}
	}
}
