package weekly

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"heard/feedback/rollups"
	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/jobs"
	"heard/tickets/mail"
)

// MailKind is the kind of job that sends a report to one subscriber.
const MailKind = "mail.report"

// Paths of pages that letters lead to.
const (
	ReportPath = "/reports/weekly/"
	SharedPath = "/reports/shared/"
	LeavePath  = "/reports/unsubscribe/"
)

// Post sends reports to their subscribers.
type Post struct {
	store   *Store
	reports *rollups.Rollups
	base    string
}

// NewPost returns the post of a desk that people find at base.
func NewPost(s *Store, reports *rollups.Rollups, base *url.URL) *Post {
	return &Post{s, reports, strings.TrimSuffix(base.String(), "/")}
}

// parcel is the payload of a job.
type parcel struct {
	Week       string    `json:"week"`
	Subscriber events.ID `json:"subscriber"`
}

const (
	notYet    = 10 * time.Minute
	mailGives = 24 * time.Hour
)

// Queue adds a mail for every subscriber whose moment has come and whose week is final. It is a job, safe to repeat: the
// subscriber's row and the job's key both say which week went out. Whoever was due while nothing ran gets the mail late,
// until the next week's is due.
func (p *Post) Queue(ctx context.Context) error {
	list, err := p.store.subscribers(ctx, ``)
	if err != nil || len(list) == 0 {
		return err
	}
	cal, err := p.reports.Calendar(ctx)
	if err != nil {
		return err
	}
	now := p.store.log.Now()
	due := map[string][]Subscriber{}
	for _, sub := range list {
		week := sub.newest(cal, now)
		if sub.Mailed < week && sub.CreatedAt <= sub.moment(cal, week) {
			due[week] = append(due[week], sub)
		}
	}
	for _, week := range slices.Sorted(maps.Keys(due)) {
		if body, err := p.reports.Stored(ctx, week); err != nil {
			return err
		} else if body == nil {
			continue // not final yet: the next minute asks again
		}
		for i := range due[week] {
			if err := p.queue(ctx, &due[week][i], week); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Post) queue(ctx context.Context, sub *Subscriber, week string) error {
	return p.store.log.Write(ctx, events.Unit{By: events.SystemActor, Background: true}, func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`UPDATE report_subscribers SET mailed = ? WHERE id = ? AND mailed < ? AND ended_at = 0`, week, sub.ID, week).Exec(ctx)
		if err != nil {
			return fmt.Errorf("queue a report: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return jobs.Enqueue(ctx, tx, jobs.New{Kind: MailKind, Key: week + "/" + sub.ID.String(), Payload: parcel{week, sub.ID}, GiveUp: mailGives})
	})
}

// Again sends a week to a subscriber once more, since somebody asked for it; at most once a minute.
func (p *Post) Again(ctx context.Context, by events.Actor, week string, id events.ID) error {
	if err := rollups.ParseWeek(week); err != nil {
		return err
	}
	if body, err := p.reports.Stored(ctx, week); err != nil || body == nil {
		if err == nil {
			err = fault.On("week", "is not final yet")
		}
		return err
	}
	sub, err := p.store.Subscriber(ctx, id)
	if err != nil {
		return err
	}
	return p.store.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		key := fmt.Sprintf("%s/%s/%s", week, sub.ID, tx.Now.Std().Format("2006-01-02T15:04"))
		return jobs.Enqueue(ctx, tx, jobs.New{Kind: MailKind, Key: key, Payload: parcel{week, sub.ID}, GiveUp: mailGives})
	})
}

// Letter writes the mail of a job, when it goes out.
func (p *Post) Letter(ctx context.Context, j jobs.Job) (mail.Message, error) {
	var to parcel
	if err := j.Read(&to); err != nil {
		return mail.Message{}, err
	}
	sub, err := p.store.Subscriber(ctx, to.Subscriber)
	if fault.KindOf(err) == fault.NotFound {
		return mail.Message{}, jobs.Drop("has unsubscribed")
	}
	if err != nil {
		return mail.Message{}, err
	}
	who, err := p.store.recipient(ctx, sub)
	if err != nil {
		return mail.Message{}, err
	}
	if who == nil {
		return mail.Message{}, jobs.Drop("may not read reports any more")
	}
	rep, err := p.reports.Report(ctx, to.Week, who.Filter)
	if err != nil {
		return mail.Message{}, err
	}
	if rep.Provisional {
		return mail.Message{}, jobs.Later(p.store.log.Now().Add(notYet))
	}
	return p.write(ctx, sub, who, rep)
}

// write makes the letter about a report.
func (p *Post) write(ctx context.Context, sub *Subscriber, who *Recipient, rep *rollups.Report) (mail.Message, error) {
	open := p.base + ReportPath + rep.Week
	if !who.Agent {
		link, err := p.store.mailed(ctx, sub, rep.Week)
		if err != nil {
			return mail.Message{}, err
		}
		open = p.base + SharedPath + p.store.Token(link)
	}
	who.Reader.Base = p.base
	v, leave := Look(rep, who.Reader), p.base+LeavePath+p.store.Leave(sub.ID)
	html, err := HTML(v, open, leave)
	if err != nil {
		return mail.Message{}, err
	}
	text := Text(v, Plain) + "\n  Open the report: " + open + "\n  Unsubscribe: " + leave + "\n"
	return mail.Message{To: who.Address, ToName: who.Name, Subject: Subject(v), Text: text, HTML: html, Unsubscribe: leave}, nil
}
