package notify

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Notification is a notification as its agent sees it.
type Notification struct {
	ID      events.ID         `json:"id"`
	Kind    Kind              `json:"kind"`
	Ticket  events.ID         `json:"ticket,omitempty"`
	Issue   events.ID         `json:"issue,omitempty"`
	Team    events.ID         `json:"team,omitempty" doc:"In whose queue chats wait"`
	Seq     int64             `json:"seq" doc:"Of the event in the ticket"`
	Title   string            `json:"title" doc:"The customer, the issue or the team; empty for a visitor without a name, and for several tickets"`
	Subject string            `json:"subject" doc:"Of the ticket"`
	Text    string            `json:"text" doc:"The beginning of what was written, if something was"`
	By      tickets.WireActor `json:"by"`
	At      events.Time       `json:"at"`
	Count   int               `json:"count" doc:"How often it happened since it was last read"`
	Read    bool              `json:"read"`
}

// Place is where a list goes on: after the notification that it names. The zero Place is its beginning.
type Place struct {
	At events.Time
	ID events.ID
}

// row is a notification as it is kept.
type row struct {
	ID, AgentID, TicketID, AboutID events.ID
	Kind                           Kind
	Seq                            int64
	N                              int
	ByKind                         events.ActorKind
	ByID                           events.ID
	Bell                           bool
	At, ReadAt                     events.Time
	Pos, Rev                       int64
}

const rowColumns = `n.id, n.agent_id, n.ticket_id, n.about_id, n.kind, n.seq, n.n, n.by_kind, n.by_id, n.bell, n.at, n.read_at, n.pos, n.rev`

// inScope is the condition that a caller may see what a notification is about.
func inScope(c tickets.Caller) (string, []any) {
	scope := tickets.TicketScope(c)
	if !scope.Restricted {
		return "", nil
	}
	return ` AND (n.ticket_id = 0 OR EXISTS (SELECT 1 FROM tickets AS t WHERE t.id = n.ticket_id AND (t.assignee_id = ? OR t.offered_to = ? OR t.team_id IN (?))))`,
		[]any{scope.Agent, scope.Agent, bun.List(append([]events.ID{-1}, scope.Teams...))}
}

// List returns the notifications of an agent in its bell, newest first: one more than limit when there are more.
func (s *Store) List(ctx context.Context, c tickets.Caller, unread bool, after Place, limit int) ([]Notification, error) {
	where, args := inScope(c)
	if unread {
		where += ` AND n.read_at = 0`
	}
	if after.ID != 0 {
		where, args = where+` AND (n.at, n.id) < (?, ?)`, append(args, after.At, after.ID)
	}
	var rows []row
	args = append([]any{c.Agent}, append(args, limit+1)...)
	err := s.log.Read().NewRaw(`SELECT `+rowColumns+` FROM notifications AS n WHERE n.agent_id = ? AND n.bell`+where+` ORDER BY n.at DESC, n.id DESC LIMIT ?`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list notifications: %w", err)
	}
	return s.present(ctx, rows)
}

// Unread counts what an agent has not read.
func (s *Store) Unread(ctx context.Context, c tickets.Caller) (n int, err error) {
	where, args := inScope(c)
	err = s.log.Read().NewRaw(`SELECT count(*) FROM notifications AS n WHERE n.agent_id = ? AND n.bell AND n.read_at = 0`+where, append([]any{c.Agent}, args...)...).Scan(ctx, &n)
	if err != nil {
		return 0, fmt.Errorf("count notifications: %w", err)
	}
	return n, nil
}

// Marks says which notifications were read: some, all through one of them, or all about a ticket.
type Marks struct {
	IDs     []events.ID
	Through events.ID
	Ticket  events.ID
}

// Read marks notifications of an agent as read. What is not the agent's, or read already, stays as it is.
func (s *Store) Read(ctx context.Context, agent events.ID, m Marks) error {
	var where string
	var args []any
	switch {
	case len(m.IDs) > 0 && m.Through == 0 && m.Ticket == 0:
		where, args = `id IN (?)`, []any{bun.List(m.IDs)}
	case m.Through != 0 && len(m.IDs) == 0 && m.Ticket == 0:
		where = `(at, id) <= (SELECT x.at, x.id FROM notifications AS x WHERE x.id = ? AND x.agent_id = ?)`
		args = []any{m.Through, agent}
	case m.Ticket != 0 && len(m.IDs) == 0 && m.Through == 0:
		where, args = `ticket_id = ?`, []any{m.Ticket}
	default:
		return fault.On("ids", "one of ids, through and ticket must be given")
	}
	where, args = `agent_id = ? AND read_at = 0 AND `+where, append([]any{agent}, args...)
	by := events.Actor{Kind: events.Agent, ID: agent}
	return s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		var n int
		if err := tx.NewRaw(`SELECT count(*) FROM notifications WHERE `+where, args...).Scan(ctx, &n); err != nil {
			return fmt.Errorf("find unread notifications: %w", err)
		}
		if n == 0 {
			return nil
		}
		rev, err := nextRevs(ctx, tx, 1)
		if err != nil {
			return err
		}
		_, err = tx.NewRaw(`UPDATE notifications SET read_at = ?, rev = ? WHERE `+where, append([]any{tx.Now, rev}, args...)...).Exec(ctx)
		if err != nil {
			return fmt.Errorf("mark notifications as read: %w", err)
		}
		return nil
	})
}

// words are what the rows of notifications are called now.
type words struct {
	tickets map[events.ID]about
	texts   map[place]string
	issues  map[events.ID]string
	waiting map[events.ID]int // chats that nobody has, by team
	desk    *tickets.Snapshot
}

type about struct {
	ID                     events.ID
	Subject, Name, Preview string
	PreviewBy              events.ActorKind
}

type place struct {
	ticket events.ID
	seq    int64
}

// present looks up what rows are called. What was erased has no words any more.
func (s *Store) present(ctx context.Context, rows []row) ([]Notification, error) {
	out := make([]Notification, 0, len(rows))
	if len(rows) == 0 {
		return out, nil
	}
	w, err := s.words(ctx, rows)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		out = append(out, w.item(&rows[i]))
	}
	return out, nil
}

func (w *words) item(r *row) Notification {
	t := w.tickets[r.TicketID]
	out := Notification{ID: r.ID, Kind: r.Kind, Ticket: r.TicketID, Seq: r.Seq, Title: t.Name, Subject: t.Subject,
		Text: w.texts[place{r.TicketID, r.Seq}], By: tickets.WireActor{Kind: r.ByKind, ID: r.ByID}, At: r.At, Count: r.N, Read: r.ReadAt != 0}
	switch r.ByKind {
	case events.Agent:
		out.By.Name = w.desk.AgentName(r.ByID)
	case events.Customer:
		out.By.Name = t.Name
	}
	switch r.Kind {
	case CustomerReplied, Reopened, Assigned, Offered, HandedOff:
		if t.PreviewBy == events.Customer && (out.Text == "" || r.Kind == CustomerReplied) { // one stands for all that came since
			out.Text = t.Preview
		}
	case IssueFlagged:
		out.Issue, out.Title = r.AboutID, w.issues[r.AboutID]
	case UnassignedWaiting:
		out.Team, out.Title, out.Count = r.AboutID, w.desk.TeamName(r.AboutID), max(1, w.waiting[r.AboutID])
	}
	return out
}

func (s *Store) words(ctx context.Context, rows []row) (w *words, err error) {
	w = &words{tickets: map[events.ID]about{}, texts: map[place]string{}}
	var ids, issues []events.ID
	var seqs []int64
	for _, r := range rows {
		if r.TicketID != 0 {
			ids, seqs = append(ids, r.TicketID), append(seqs, r.Seq)
		}
		if r.Kind == IssueFlagged {
			issues = append(issues, r.AboutID)
		}
	}
	if w.desk, err = s.people.Directory().Snapshot(ctx); err != nil {
		return nil, err
	}
	if s.IssueNames != nil && len(issues) > 0 {
		if w.issues, err = s.IssueNames(ctx, issues); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(rows, func(r row) bool { return r.Kind == UnassignedWaiting }) {
		if w.waiting, err = s.waiting(ctx); err != nil {
			return nil, err
		}
	}
	slices.Sort(ids)
	slices.Sort(seqs)
	return w, s.ticketWords(ctx, w, slices.Compact(ids), slices.Compact(seqs))
}

// waiting counts the chats that nobody has, by team.
func (s *Store) waiting(ctx context.Context) (map[events.ID]int, error) {
	var rows []struct {
		TeamID events.ID
		N      int
	}
	now := s.log.Now()
	err := s.log.Read().NewRaw(`SELECT t.team_id, count(*) AS n`+waitingOf+` GROUP BY t.team_id`, now.Add(-waitsNews), now).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count chats that wait: %w", err)
	}
	out := map[events.ID]int{}
	for _, r := range rows {
		out[r.TeamID] = r.N
	}
	return out, nil
}

func (s *Store) ticketWords(ctx context.Context, w *words, ids []events.ID, seqs []int64) error {
	if len(ids) == 0 {
		return nil
	}
	var list []about
	err := s.log.Read().NewRaw(`SELECT t.id, t.subject, t.preview, t.preview_by, COALESCE(c.name, '') AS name FROM tickets AS t
		LEFT JOIN customers AS c ON c.id = t.customer_id WHERE t.id IN (?)`, bun.List(ids)).Scan(ctx, &list)
	if err != nil {
		return fmt.Errorf("read tickets of notifications: %w", err)
	}
	for _, t := range list {
		w.tickets[t.ID] = t
	}
	var texts []struct {
		TicketID events.ID
		Seq      int64
		Body     string
	}
	err = s.log.Read().NewRaw(`SELECT ticket_id, seq, body FROM messages WHERE ticket_id IN (?) AND seq IN (?) AND redacted_at = 0`,
		bun.List(ids), bun.List(seqs)).Scan(ctx, &texts)
	if err != nil {
		return fmt.Errorf("read texts of notifications: %w", err)
	}
	for _, m := range texts {
		w.texts[place{m.TicketID, m.Seq}] = beginning(m.Body)
	}
	return nil
}

// maxText is how many characters of a text a notification shows.
const maxText = 140

// beginning is the start of a text on one line, with mentions as people read them.
func beginning(body string) string {
	if len(body) > 8*maxText {
		body = strings.ToValidUTF8(body[:8*maxText], "")
	}
	body = regexp.MustCompile(`@\[([^\]]{1,80})\]\((?:agent|team):\d+\)`).ReplaceAllString(body, "@$1")
	body = strings.Join(strings.Fields(body), " ")
	if r := []rune(body); len(r) > maxText {
		return strings.TrimSpace(string(r[:maxText-1])) + "…"
	}
	return body
}
