package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/uptrace/bun"
)

// Wishes are how one agent wants to hear of things.
type Wishes struct {
	Matrix  map[Kind]Ways `json:"matrix" doc:"By kind; kinds that are not named are as usual"`
	Quiet   QuietHours    `json:"quiet"`
	Sound   Sound         `json:"sound"`
	Preview bool          `json:"preview" doc:"Pushes and desktop notifications show what was written, and by whom"`
}

// QuietHours are the hours in which nothing pops up, sounds or is pushed. The bell goes on counting.
type QuietHours struct {
	On   bool   `json:"on"`
	From string `json:"from" doc:"HH:MM"`
	To   string `json:"to" doc:"HH:MM; not after from: on the next day"`
	Days []int  `json:"days" doc:"On which days it begins: 1 is Monday, 7 is Sunday"`
	Zone string `json:"zone" doc:"IANA; empty: the desk's"`
}

// Sound is what the console plays.
type Sound struct {
	Name             string `json:"name" enum:"chime,drop,knock"`
	Volume           int    `json:"volume" minimum:"0" maximum:"100"`
	RepeatUnassigned bool   `json:"repeat_unassigned" doc:"Again every 30 seconds while a chat waits that nobody has"`
}

// Sounds are the sounds that consoles can make.
func Sounds() []string { return []string{"chime", "drop", "knock"} }

// Usual are the settings of an agent who has said nothing.
func Usual() Wishes {
	s := Wishes{Matrix: map[Kind]Ways{}, Quiet: QuietHours{From: "22:00", To: "07:00", Days: []int{1, 2, 3, 4, 5, 6, 7}}, Sound: Sound{Name: Sounds()[0], Volume: 60}}
	for _, k := range Kinds() {
		s.Matrix[k] = usual(k)
	}
	return s
}

// ways are those of one kind.
func (s *Wishes) ways(k Kind) Ways {
	if w, is := s.Matrix[k]; is {
		return w
	}
	return usual(k)
}

// check refuses what makes no sense, by field.
func (s *Wishes) check() error {
	var wrong fault.Fields
	for k := range s.Matrix {
		if !known(k) {
			wrong.Add("matrix", "names a kind that does not exist")
			break
		}
	}
	q := &s.Quiet
	if _, is := minutes(q.From); !is {
		wrong.Add("quiet.from", "must be a time of day, as 22:00")
	}
	if _, is := minutes(q.To); !is {
		wrong.Add("quiet.to", "must be a time of day, as 07:00")
	}
	if q.From == q.To && q.On {
		wrong.Add("quiet.to", "must differ from the beginning")
	}
	for i, d := range q.Days {
		if d < 1 || d > 7 || slices.Contains(q.Days[:i], d) {
			wrong.Add("quiet.days", "must hold days from 1 to 7, each once")
			break
		}
	}
	if _, err := time.LoadLocation(q.Zone); err != nil || len(q.Zone) > 60 || q.Zone == "Local" {
		wrong.Add("quiet.zone", "must be a time zone, as Europe/Vienna")
	}
	if !slices.Contains(Sounds(), s.Sound.Name) {
		wrong.Add("sound.name", "is no sound that there is")
	}
	if s.Sound.Volume < 0 || s.Sound.Volume > 100 {
		wrong.Add("sound.volume", "must be from 0 to 100")
	}
	return wrong.Err()
}

// minutes reads HH:MM as minutes since midnight.
func minutes(s string) (int, bool) {
	at, err := time.Parse("15:04", s)
	if err != nil || len(s) != 5 {
		return 0, false
	}
	return at.Hour()*60 + at.Minute(), true
}

// At tells whether a moment is in the quiet hours; desk is the zone where none was chosen. The clock on the wall
// counts, so that a night is as long as daylight saving makes it.
func (q *QuietHours) At(now time.Time, desk *time.Location) bool {
	from, ok1 := minutes(q.From)
	to, ok2 := minutes(q.To)
	if !q.On || !ok1 || !ok2 {
		return false
	}
	zone := desk
	if q.Zone != "" {
		if z, err := time.LoadLocation(q.Zone); err == nil {
			zone = z
		}
	}
	now = now.In(zone)
	day, minute := (int(now.Weekday())+6)%7+1, now.Hour()*60+now.Minute()
	if from < to {
		return minute >= from && minute < to && slices.Contains(q.Days, day)
	}
	before := (day+5)%7 + 1
	return minute >= from && slices.Contains(q.Days, day) || minute < to && slices.Contains(q.Days, before)
}

// Settings returns those of an agent.
func (s *Store) Settings(ctx context.Context, agent events.ID) (Wishes, error) {
	all, err := s.settings(ctx, s.log.Read(), []events.ID{agent})
	if err != nil {
		return Wishes{}, err
	}
	return *all[agent], nil
}

// Change replaces the settings of an agent.
func (s *Store) Change(ctx context.Context, agent events.ID, set Wishes) (Wishes, error) {
	if err := set.check(); err != nil {
		return Wishes{}, err
	}
	text, err := json.Marshal(set)
	if err != nil {
		return Wishes{}, fmt.Errorf("keep settings of notifications: %w", err)
	}
	by := events.Actor{Kind: events.Agent, ID: agent}
	err = s.log.Write(ctx, events.Unit{By: by}, func(ctx context.Context, tx *events.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO notification_settings (agent_id, body, updated_at) VALUES (?, ?, ?)
			ON CONFLICT (agent_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`, agent, string(text), tx.Now).Exec(ctx)
		return err
	})
	if err != nil {
		return Wishes{}, fmt.Errorf("keep settings of notifications: %w", err)
	}
	return s.Settings(ctx, agent)
}

// db reads, in a transaction or beside it.
type db interface {
	NewRaw(query string, args ...any) *bun.RawQuery
}

// settings reads those of several agents: all of them are in the answer.
func (s *Store) settings(ctx context.Context, from db, agents []events.ID) (map[events.ID]*Wishes, error) {
	var rows []struct {
		AgentID events.ID
		Body    string
	}
	err := from.NewRaw(`SELECT agent_id, body FROM notification_settings WHERE agent_id IN (?)`, bun.List(agents)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("read settings of notifications: %w", err)
	}
	out := make(map[events.ID]*Wishes, len(agents))
	for _, id := range agents {
		set := Usual()
		out[id] = &set
	}
	for _, r := range rows {
		set := Usual()
		if err := json.Unmarshal([]byte(r.Body), &set); err != nil { // ours; what does not read is as usual
			set = Usual()
		}
		out[r.AgentID] = &set
	}
	return out, nil
}

// sees tells whether an agent may see a ticket.
func sees(c tickets.Caller, t *tickets.Ticket) bool {
	return tickets.Can(c, tickets.TicketRead, c.ToTicket(t))
}
