package weekly_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"heard/feedback/rollups"
	"heard/feedback/weekly"
	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/jobs"
	"heard/tickets/mail"
	"heard/tickets/mail/mailtest"
)

// posted is a desk whose reports go out to a mail server on this machine.
type posted struct {
	*desk
	reports *rollups.Rollups
	post    *weekly.Post
	server  *mailtest.Server
}

func newPosted(t testing.TB, db *migrations.DB) *posted {
	t.Helper()
	d := newDesk(t, db)
	p := &posted{desk: d, server: mailtest.New(t, mailtest.Options{Plain: true, Open: true})}
	p.reports = rollups.New(d.log, d.people.Directory(), nil, nil)
	p.reports.Tell(rollups.Beside{Actions: d.Store})
	p.post = weekly.NewPost(d.Store, p.reports, mustURL(t, "https://help.example"))
	server, err := mail.ParseServer(p.server.URL())
	d.must(err)
	sender, err := mail.NewSender(server, "Heard <help@example.test>", d.log.Epoch())
	d.must(err)
	run := jobs.NewRunner(d.log, map[string]jobs.Handler{weekly.MailKind: sender.Handler(p.post.Letter)}, jobs.Options{Look: 50 * time.Millisecond, First: 20 * time.Millisecond, Last: 50 * time.Millisecond})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- run.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
	return p
}

func mustURL(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// lives writes tickets of a week that were answered and resolved.
func (p *posted) lives(n int, from time.Time) {
	p.t.Helper()
	store := tickets.NewStore(p.log)
	inbox, err := p.people.CreateInbox(p.t.Context(), events.SystemActor, tickets.InboxIn{Name: "Shop", Kind: tickets.APISource})
	p.must(err)
	var list []tickets.History
	for i := range n {
		at := func(m int) events.Time {
			return events.TimeOf(from.Add(time.Duration(i)*time.Hour + time.Duration(m)*time.Minute))
		}
		c, err := p.people.EnsureCustomer(p.t.Context(), events.SystemActor, tickets.CustomerIn{Email: fmt.Sprintf("c%d@example.test", i), Name: fmt.Sprint("Customer ", i)})
		p.must(err)
		mia := events.Actor{Kind: events.Agent, ID: p.mia.ID}
		list = append(list, tickets.History{ExternalID: fmt.Sprint("h", i), Inbox: inbox.ID, Customer: c.ID, Channel: tickets.API, Steps: []tickets.Step{
			{At: at(0), Kind: tickets.StepMessage, By: events.Actor{Kind: events.Customer, ID: c.ID}, Body: "Where is it?"},
			{At: at(5 + i), Kind: tickets.StepMessage, By: mia, Body: "Here"},
			{At: at(30 + i), Kind: tickets.StepResolve, By: mia}}})
	}
	_, err = store.Import(p.t.Context(), list)
	p.must(err)
}

func TestAReportIsMailedOnceAWeek(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		p := newPosted(t, db)
		p.lives(12, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
		_, err := p.AddAction(t.Context(), p.by, weekly.ActionIn{Text: "Tell <b>everybody</b> & all", Owner: p.mia.ID, Due: "2026-03-12"})
		p.must(err)
		_, _, err = p.Subscribe(t.Context(), p.by, weekly.SubscriberIn{Agent: p.mia.ID})
		p.must(err)
		boss, _, err := p.Subscribe(t.Context(), p.by, weekly.SubscriberIn{Address: "boss@example.test"})
		p.must(err)
		gone, _, err := p.Subscribe(t.Context(), p.by, weekly.SubscriberIn{Address: "gone@example.test"})
		p.must(err)
		p.must(p.Unsubscribe(t.Context(), p.by, gone.ID))

		p.clock.Advance(time.Date(2026, 3, 9, 7, 59, 0, 0, time.UTC).Sub(p.clock.Now()))
		p.must(p.post.Queue(t.Context()))
		_, err = p.log.CatchUp(t.Context(), p.reports.Consumer())
		p.must(err)
		p.must(p.reports.CatchUp(t.Context()))
		p.must(p.post.Queue(t.Context())) // a minute too early
		if n := len(p.server.Letters()); n != 0 {
			t.Errorf("%d letters before their time", n)
		}
		p.clock.Advance(time.Minute)
		for range 3 {
			p.must(p.post.Queue(t.Context()))
		}
		p.server.Wait(2)
		p.clock.Advance(time.Hour)
		p.must(p.post.Queue(t.Context()))
		p.must(p.post.Again(t.Context(), p.by, "2026-W10", boss.ID)) // asked for
		letters := p.server.Wait(3)
		if len(letters) != 3 {
			t.Fatalf("%d letters, want one each and one that was asked for", len(letters))
		}
		slices.SortStableFunc(letters[:2], func(a, b mailtest.Letter) int { return strings.Compare(a.To[0], b.To[0]) })
		rep, err := p.reports.Report(t.Context(), "2026-W10", rollups.Filter{})
		p.must(err)
		p.reads(letters[0], boss, rep, false)
		p.reads(letters[1], nil, rep, true)
	})
}

// reads checks a letter as it arrived: its form, its size, and that its numbers are the report's.
func (p *posted) reads(l mailtest.Letter, sub *weekly.Subscriber, rep *rollups.Report, inside bool) {
	t := p.t
	t.Helper()
	m := l.Envelope
	html, text := m.HTML, m.Text
	if len(html) > 80<<10 || len(html) < 2000 || weekly.Words(text) > weekly.MostWords+40 {
		t.Errorf("%d bytes of HTML, %d words of text", len(html), weekly.Words(text))
	}
	for _, never := range []string{"<svg", "<script", "<link", "<img", "@font-face", "url(", "<b>everybody", "ZgotmplZ"} {
		if strings.Contains(html, never) {
			t.Errorf("the mail holds %s", never)
		}
	}
	f := rep.Figure(rollups.FirstResponse)
	for _, want := range []string{rollups.TextOf(f.Unit, f.Value), rollups.Text(rollups.Count, float64(rep.Figure(rollups.Volume).N)), "Medians", "Definitions version"} {
		if !strings.Contains(strings.ReplaceAll(html, "\u00a0", " "), want) || !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), want) {
			t.Errorf("the mail lacks %q of the report", want)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if len([]rune(line)) > 78 && !strings.Contains(line, "https://") {
			t.Errorf("a line of %d characters: %q", len([]rune(line)), line)
		}
	}
	if got := m.GetHeader("List-Unsubscribe"); !strings.HasPrefix(got, "<https://help.example/reports/unsubscribe/") || m.GetHeader("List-Unsubscribe-Post") == "" {
		t.Errorf("List-Unsubscribe = %q", got)
	}
	if subject := m.GetHeader("Subject"); !strings.Contains(subject, "week 10") {
		t.Errorf("subject = %q", subject)
	}
	knows := strings.Contains(html, "/tickets?") && strings.Contains(html, "Mia")
	if knows != inside {
		t.Errorf("ticket links and names are shown: %v, want %v", knows, inside)
	}
	if !strings.Contains(html, "Tell &lt;b&gt;everybody") {
		t.Error("the action is missing")
	}
	if inside {
		return
	}
	_, rest, ok := strings.Cut(html, `href="https://help.example/reports/shared/`)
	token, _, _ := strings.Cut(rest, `"`)
	x, err := p.Opened(t.Context(), token)
	if !ok || err != nil || x.Week != rep.Week || x.Tickets || x.Quotes {
		t.Errorf("the link of the mail opens %+v, %v", x, err)
	}
	p.must(p.Unsubscribe(t.Context(), events.SystemActor, sub.ID))
	if _, err := p.Opened(t.Context(), token); err == nil {
		t.Error("the link of a mail outlives the subscription")
	}
}

func TestALetterIsNotForWhoeverLost(t *testing.T) {
	p := newPosted(t, dbtest.SQLite(t))
	sub, _, err := p.Subscribe(t.Context(), p.by, weekly.SubscriberIn{Agent: p.mia.ID})
	p.must(err)
	payload, err := json.Marshal(map[string]any{"week": "2026-W09", "subscriber": sub.ID})
	p.must(err)
	role := tickets.RoleAgent
	_, err = p.people.ChangeAgent(t.Context(), events.SystemActor, p.mia.ID, tickets.AgentPatch{Role: &role})
	p.must(err)
	if _, err := p.post.Letter(t.Context(), jobs.Job{Payload: payload}); err == nil || jobs.Parks(err) {
		t.Errorf("an agent without the right gets a letter: %v", err)
	}
	p.must(p.Unsubscribe(t.Context(), p.by, sub.ID))
	if _, err := p.post.Letter(t.Context(), jobs.Job{Payload: payload}); err == nil || jobs.Parks(err) {
		t.Errorf("whoever left gets a letter: %v", err)
	}
}
