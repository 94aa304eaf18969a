package web

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"heard/feedback/surveys"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/jobs"
	"heard/tickets/mail"
	"heard/tickets/mail/mailtest"

	"github.com/google/uuid"
)

// posted is a desk that mails, with one letter about a ticket of Ana, who writes German, in the server's hands.
func posted(t *testing.T, db *migrations.DB, survey string) (*testDesk, *mailtest.Server, *jobs.Runner) {
	d := newDesk(t, db)
	server := mailtest.New(t, mailtest.Options{})
	at, err := mail.ParseServer(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mail.NewSender(at, "Acme <help@desk.example>", d.log.Epoch())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.surveys.SayMail(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	runner := jobs.NewRunner(d.log, map[string]jobs.Handler{surveys.MailKind: sender.Handler(d.server.SurveyLetter)}, jobs.Options{})
	if survey != "" {
		d.as(tickets.RoleAdmin, "POST", "/api/v1/surveys", survey).must(t, 201, nil)
	}
	return d, server, runner
}

// letterFor resolves a ticket of somebody with this address, and lets the letter go.
func (d *testDesk) letterFor(email string, runner *jobs.Runner) string {
	d.t.Helper()
	var out struct{ ID string }
	d.as(tickets.RoleAgent, "POST", "/api/v1/tickets", fmt.Sprintf(`{"inbox":%q,"customer":{"email":%q,"name":"Ana"},"message":{"client_id":%q,"body":"Hello"}}`,
		d.inbox.ID.String(), email, uuid.NewString())).must(d.t, 201, &out)
	d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+out.ID+"/messages", `{"client_id":"`+uuid.NewString()+`","body":"Done"}`).must(d.t, 201, nil)
	d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+out.ID+"/resolve", ``).must(d.t, 200, nil)
	d.decide()
	d.pass(runner)
	return out.ID
}

func (d *testDesk) decide() {
	d.t.Helper()
	if _, err := d.log.CatchUp(d.t.Context(), d.surveys.Consumer()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *testDesk) pass(runner *jobs.Runner) {
	d.t.Helper()
	if _, err := runner.Pass(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

const npsByMail = `{"name":"NPS","kind":"nps","trigger":"resolved","mail_delay_s":0,"remind_days":2,"texts":{"reasons":[{"key":"slow","text":{"en":"Slow"}}]}}`

func TestALetterWithASurvey(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d, server, runner := posted(t, db, npsByMail)
		ticket := d.letterFor("ana@x.example", runner)
		letters := server.Wait(1)
		l := letters[0]
		if l.GetHeader("Subject") != "How did we do? – Heard" || !strings.Contains(l.GetHeader("List-Unsubscribe"), testBase+"/survey/stop/") ||
			l.GetHeader("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || l.GetHeader("Auto-Submitted") == "" {
			t.Errorf("headers = %s", l.Raw[:min(len(l.Raw), 1500)])
		}
		for _, body := range []string{l.Text, l.HTML} {
			if strings.Count(body, "?score=") != 11 || !strings.Contains(body, "recommend") || strings.Contains(body, "Hello") {
				t.Errorf("letter = %s", body)
			}
		}
		// A scanner follows every link of the letter, and the ones that it finds there.
		d.kinds()
		for _, link := range regexp.MustCompile(`https://help\.example[^"\s<]+`).FindAllString(l.HTML+" "+l.Text, -1) {
			path := strings.ReplaceAll(strings.TrimPrefix(link, testBase), "&amp;", "&")
			for _, method := range []string{"GET", "HEAD"} {
				if got := d.do(testCall{method: method, path: path}); got.status != 200 {
					t.Errorf("%s %s = %d", method, path, got.status)
				}
			}
		}
		if kinds := d.kinds(); len(kinds) != 0 {
			t.Errorf("a scanner left %v", kinds)
		}
		page := regexp.MustCompile(`/survey/[^?"\s/]+\?score=3`).FindString(l.Text)
		if got := d.do(testCall{method: "GET", path: page}); !strings.Contains(got.body, `id="score-3" checked`) || len(got.body) > 15<<10 {
			t.Errorf("page = %d bytes, %s", len(got.body), got.body)
		}
		for _, odd := range []string{"99", "-1", "x", "3.5"} {
			if got := d.do(testCall{method: "GET", path: strings.Replace(page, "score=3", "score="+odd, 1)}); got.status != 200 || strings.Contains(got.body, `" checked`) {
				t.Errorf("score=%s: %d", odd, got.status)
			}
		}
		token := strings.TrimSuffix(strings.TrimPrefix(page, "/survey/"), "?score=3")
		if got := d.submit(token, url.Values{"score": {"3"}, "reason": {"slow"}, "via": {"mail"}}); got.status != 303 {
			t.Fatalf("answer = %d %s", got.status, got.body)
		}
		var told wireTicketSurveys
		d.as(tickets.RoleLead, "GET", "/api/v1/tickets/"+ticket+"/surveys", "").must(t, 200, &told)
		if len(told.Responses) != 1 || told.Responses[0].Score != 3 || told.Responses[0].Via != "mail" || told.Responses[0].Reasons[0] != "slow" ||
			len(told.Decisions) != 1 || told.Decisions[0].Reason != surveys.Asked {
			t.Errorf("surveys of the ticket = %+v", told)
		}
		d.clock.Advance(3 * 24 * time.Hour)
		d.pass(runner)
		if n := len(server.Letters()); n != 1 {
			t.Errorf("%d letters, want no reminder after an answer", n)
		}
		d.letterFor("bob@x.example", runner)
		server.Wait(2)
		d.clock.Advance(2 * 24 * time.Hour)
		d.pass(runner)
		if again := server.Wait(3)[2]; !strings.HasPrefix(again.GetHeader("Subject"), "A reminder") {
			t.Errorf("reminder = %s", again.GetHeader("Subject"))
		}
	})
}

// TestWordsOfALetter: a letter of a round follows no contact, so it does not thank for one, in any language.
func TestWordsOfALetter(t *testing.T) {
	t.Parallel()
	d := newDesk(t, dbtest.SQLite(t))
	for locale, words := range d.server.pages.survey {
		for key, text := range words {
			if (strings.HasPrefix(key, "round_s") || key == "round_why") && !strings.Contains(text, "{desk}") {
				t.Errorf("%s in %s does not say who asks: %q", key, locale, text)
			}
		}
		for _, reminder := range []bool{false, true} {
			l := &surveys.Letter{Shown: surveys.Shown{Kind: surveys.NPS, Scale: [2]int{0, 10}}, Round: true, Reminder: reminder, Desk: "Wrenfold", Language: locale}
			p := d.server.letterPage(l)
			after := d.server.letterPage(&surveys.Letter{Shown: l.Shown, Reminder: reminder, Desk: l.Desk, Language: locale})
			if !strings.Contains(p.Subject, "Wrenfold") || !strings.Contains(p.Why, "Wrenfold") || strings.Contains(p.text(), "{desk}") || p.Intro == "" ||
				p.Subject == after.Subject || p.Why == after.Why || !reminder && p.Intro == after.Intro {
				t.Errorf("%s, reminder %v: %q %q", locale, reminder, p.Subject, p.text())
			}
		}
	}
	p := d.server.letterPage(&surveys.Letter{Shown: surveys.Shown{Kind: surveys.NPS, Scale: [2]int{0, 10}}, Round: true, Desk: "Wrenfold"})
	if p.Subject != "One question from Wrenfold" || strings.Contains(p.text(), "Thank you for contacting") {
		t.Errorf("letter = %q %s", p.Subject, p.text())
	}
}

func TestUnsubscribing(t *testing.T) {
	t.Parallel()
	d, server, runner := posted(t, dbtest.SQLite(t), npsByMail)
	d.letterFor("ana@x.example", runner)
	l := server.Wait(1)[0]
	stop := regexp.MustCompile(`/survey/stop/[A-Za-z0-9_.-]+`).FindString(l.GetHeader("List-Unsubscribe"))
	d.kinds()
	if got := d.do(testCall{method: "GET", path: stop}); got.status != 200 || !strings.Contains(got.body, "Stop asking me") {
		t.Errorf("page = %d %s", got.status, got.body)
	}
	if kinds := d.kinds(); len(kinds) != 0 {
		t.Errorf("looking left %v", kinds)
	}
	click := testCall{method: "POST", path: stop, body: "List-Unsubscribe=One-Click", header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}
	for range 2 {
		if got := d.do(click); got.status != 204 {
			t.Errorf("one click = %d %s", got.status, got.body)
		}
	}
	if kinds := strings.Join(d.kinds(), " "); kinds != "survey.withdrawn setting.changed" {
		t.Errorf("one click left %v", kinds)
	}
	if got := d.do(testCall{method: "GET", path: stop}); !strings.Contains(got.body, "Ask me again") {
		t.Errorf("afterwards = %s", got.body)
	}
	d.clock.Advance(60 * 24 * time.Hour)
	ticket := d.letterFor("ana@x.example", runner)
	var told wireTicketSurveys
	d.as(tickets.RoleAdmin, "GET", "/api/v1/tickets/"+ticket+"/surveys", "").must(t, 200, &told)
	if told.Decisions[0].Reason != surveys.OptedOut || len(server.Letters()) != 1 {
		t.Errorf("decision = %+v, %d letters", told.Decisions, len(server.Letters()))
	}
	for _, bad := range []string{"/survey/stop/x", stop + "x", strings.Replace(stop, "stop/", "", 1)} {
		if got := d.do(testCall{method: "GET", path: bad}); got.status != 404 {
			t.Errorf("GET %s = %d", bad, got.status)
		}
	}
	click.path = stop + "x"
	if got := d.do(click); got.status != 404 {
		t.Errorf("a forged click = %d", got.status)
	}
}

func TestBrandColoursCanBeRead(t *testing.T) {
	paper, night := rgb{1, 1, 1}, rgb{0x16 / 255., 0x17 / 255., 0x1b / 255.}
	for _, brand := range []string{"#ffff00", "#000000", "#ffffff", "#2563eb", "#00ff00", "#777777", "#800000"} {
		c, ok := parseColor(brand)
		if !ok {
			t.Fatal(brand)
		}
		for _, background := range []rgb{paper, night} {
			shown, _ := parseColor(c.readableOn(background).String())
			if got := contrast(shown, background); got < 4.5 {
				t.Errorf("%s on %s = %s, contrast %.2f", brand, background, shown, got)
			}
			if got := contrast(shown, shown.onTop()); got < 4.5 {
				t.Errorf("text on %s has contrast %.2f", shown, got)
			}
		}
	}
	for _, bad := range []string{"", "#12345", "2563eb", "#2563eg", "#2563eb;}"} {
		if _, ok := parseColor(bad); ok {
			t.Errorf("%q is a colour", bad)
		}
	}
}
