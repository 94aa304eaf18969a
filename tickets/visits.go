package tickets

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"heard/tickets/events"
)

// What a site tells of its visitors, with consent: which pages they see, where they came from, what they speak. It is
// for the agent who talks to them, so it is kept short and thrown away soon, and addresses are stripped of whatever
// may be a secret: only the path stays, and the few parameters that name a campaign.

const (
	keepPages = 50 // of a visitor
	pagesFor  = 30 * 24 * time.Hour
	maxURL    = 500
	maxTitle  = 200
	forgetAt  = 500 // rows that one unit forgets
)

// PageIn is a page that a visitor sees. Referrer and Language are said once, at the beginning.
type PageIn struct {
	URL      string
	Title    string
	Referrer string
	Language string // as browsers say it: the first of the list counts
}

// Page is a page that a visitor saw.
type Page struct {
	URL   string
	Title string
	At    events.Time
}

// Visit is what is known of a visitor's way to the desk. Pages are the newest first.
type Visit struct {
	Referrer string
	Language string
	Pages    []Page
}

// SawPage notes a page, if its address can be read; the same one twice is one. Whether the inbox allows it was asked.
func (p *People) SawPage(ctx context.Context, v Visitor, in PageIn) error {
	page, referrer := cleanURL(in.URL, true), cleanURL(in.Referrer, false)
	title := strings.ToValidUTF8(strings.Join(strings.Fields(in.Title), " "), "")
	if hasControl(title) || strings.IndexByte(title, 0) >= 0 {
		title = ""
	}
	title = cut(title, maxTitle)
	language := firstLanguage(in.Language)
	if page == "" && referrer == "" && language == "" {
		return nil
	}
	return p.log.Write(ctx, events.Unit{By: v.Actor()}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`UPDATE visitors SET referrer = CASE WHEN ? <> '' THEN ? ELSE referrer END,
			language = CASE WHEN ? <> '' THEN ? ELSE language END WHERE id = ?`, referrer, referrer, language, language, v.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("note where visitor %d came from: %w", v.ID, err)
		}
		if page == "" {
			return nil
		}
		var last []string
		err = tx.NewRaw(`SELECT url FROM page_visits WHERE visitor_id = ? ORDER BY id DESC LIMIT 1`, v.ID).Scan(ctx, &last)
		if err != nil || (len(last) == 1 && last[0] == page) {
			return err
		}
		_, err = tx.NewRaw(`INSERT INTO page_visits (visitor_id, url, title, at) VALUES (?, ?, ?, ?)`, v.ID, page, title, tx.Now).Exec(ctx)
		if err == nil {
			_, err = tx.NewRaw(`DELETE FROM page_visits WHERE visitor_id = ? AND id <= (SELECT id FROM page_visits
				WHERE visitor_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`, v.ID, v.ID, keepPages).Exec(ctx)
		}
		if err != nil {
			return fmt.Errorf("note a page of visitor %d: %w", v.ID, err)
		}
		return nil
	})
}

// cleanURL is an address without what may be a secret in it; "" for what is no web address. Of other sites' (own
// false) no parameter stays at all.
func cleanURL(s string, own bool) string {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || len(u.Host) > 255 || !validText(s) || hasControl(s) {
		return ""
	}
	out := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if own {
		kept := url.Values{}
		for _, name := range []string{"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"} {
			if v := u.Query().Get(name); v != "" {
				kept.Set(name, cut(v, 60))
			}
		}
		out.RawQuery = kept.Encode()
	}
	if text := out.String(); len(text) <= maxURL {
		return text
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}).String()
}

// firstLanguage is the first tag of an Accept-Language list, "" for none that can be read.
func firstLanguage(list string) string {
	tag, _, _ := strings.Cut(list, ",")
	tag, _, _ = strings.Cut(strings.TrimSpace(tag), ";")
	if len(tag) > 35 || !regexp.MustCompile(localeForm).MatchString(tag) {
		return ""
	}
	return tag
}

// VisitOf returns what is known of a visitor's way; nil when nothing is. What is older than 30 days counts as gone.
func (p *People) VisitOf(ctx context.Context, visitor events.ID) (*Visit, error) {
	if visitor == 0 {
		return nil, nil
	}
	var rows []struct{ Referrer, Language string }
	if err := p.log.Read().NewRaw(`SELECT referrer, language FROM visitors WHERE id = ?`, visitor).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("read visitor %d: %w", visitor, err)
	}
	v := &Visit{Pages: []Page{}}
	if len(rows) == 1 {
		v.Referrer, v.Language = rows[0].Referrer, rows[0].Language
	}
	err := p.log.Read().NewRaw(`SELECT url, title, at FROM page_visits WHERE visitor_id = ? AND at > ? ORDER BY id DESC LIMIT ?`,
		visitor, p.log.Now().Add(-pagesFor), keepPages).Scan(ctx, &v.Pages)
	if err != nil {
		return nil, fmt.Errorf("read pages of visitor %d: %w", visitor, err)
	}
	if v.Referrer == "" && len(v.Pages) == 0 {
		return nil, nil // the language alone is what every browser says, kept to find an agent who speaks it
	}
	return v, nil
}

// ForgetPages drops pages that are too old, and what else was told of visitors who were not here for as long. It is a
// job.
func (p *People) ForgetPages(ctx context.Context) error {
	for {
		var n int64
		u := events.Unit{By: events.SystemActor, Background: true}
		err := p.log.Write(ctx, u, func(ctx context.Context, tx *events.Tx) error {
			before := tx.Now.Add(-pagesFor)
			res, err := tx.NewRaw(`DELETE FROM page_visits WHERE id IN (SELECT id FROM page_visits WHERE at <= ? ORDER BY at LIMIT ?)`,
				before, forgetAt).Exec(ctx)
			if err != nil {
				return fmt.Errorf("forget pages: %w", err)
			}
			if n, err = res.RowsAffected(); err != nil {
				return err
			}
			_, err = tx.NewRaw(`UPDATE visitors SET referrer = '', language = '' WHERE id IN (SELECT id FROM visitors
				WHERE last_seen_at <= ? AND (referrer <> '' OR language <> '') LIMIT ?)`, before, forgetAt).Exec(ctx)
			if err != nil {
				return fmt.Errorf("forget where visitors came from: %w", err)
			}
			return nil
		})
		if err != nil || n < forgetAt {
			return err
		}
	}
}
