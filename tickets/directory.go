package tickets

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"heard/tickets/events"
)

// Snapshot is the desk at one moment: who answers, in which teams, for which inboxes, at what hours. It is shared
// and must not be changed.
type Snapshot struct {
	Agents      map[events.ID]*Agent
	Teams       map[events.ID]*Team
	Inboxes     map[events.ID]*Inbox
	InboxByKey  map[string]*Inbox
	Schedules   map[events.ID]*Schedule
	DefaultTeam events.ID
	Settings    Settings

	hours   map[events.ID][]hoursFrom
	blocked map[events.ID]bool // customers
	desk    *time.Location
}

// hoursFrom is the hours of a schedule from a moment on.
type hoursFrom struct {
	from  events.Time
	hours *Hours
}

// AgentName returns the name of an agent, "" for one that is not there.
func (s *Snapshot) AgentName(id events.ID) string {
	if a := s.Agents[id]; a != nil {
		return a.Name
	}
	return ""
}

// TeamName returns the name of a team, "" for one that is not there.
func (s *Snapshot) TeamName(id events.ID) string {
	if t := s.Teams[id]; t != nil {
		return t.Name
	}
	return ""
}

// TeamOf returns the team that answers an inbox.
func (s *Snapshot) TeamOf(inbox events.ID) events.ID {
	if in := s.Inboxes[inbox]; in != nil && s.Teams[in.TeamID] != nil {
		return in.TeamID
	}
	return s.DefaultTeam
}

// HoursOf returns the business hours in force at a moment for tickets of an inbox and a team: the inbox's, else the
// team's, else around the clock.
func (s *Snapshot) HoursOf(inbox, team events.ID, at events.Time) *Hours {
	if in := s.Inboxes[inbox]; in != nil && s.Schedules[in.ScheduleID] != nil {
		return s.hoursAt(in.ScheduleID, at)
	}
	if t := s.Teams[team]; t != nil && s.Schedules[t.ScheduleID] != nil {
		return s.hoursAt(t.ScheduleID, at)
	}
	return AroundTheClock()
}

func (s *Snapshot) hoursAt(schedule events.ID, at events.Time) *Hours {
	found := AroundTheClock()
	for i, v := range s.hours[schedule] {
		if i == 0 || v.from <= at {
			found = v.hours
		}
	}
	return found
}

// Zone is the desk's time zone in force, for days and weeks.
func (s *Snapshot) Zone() *time.Location { return s.desk }

// Caller returns an agent as policy sees it; a disabled or unknown one may do nothing.
func (s *Snapshot) Caller(agent events.ID) Caller {
	a := s.Agents[agent]
	if a == nil || a.DisabledAt != 0 {
		return Caller{}
	}
	return Caller{Agent: a.ID, Role: a.Role, Teams: a.Teams, AllTeams: a.AllTeams}
}

// Directory keeps the newest snapshot in memory. It reads again after this node changed the desk (Forget), after an
// event says that another one did (Follow), and after maxAge in any case.
type Directory struct {
	log *events.Log

	version atomic.Int64 // counts what made snapshots old
	mu      sync.Mutex   // one load at a time
	current atomic.Pointer[loaded]
}

type loaded struct {
	snap    *Snapshot
	version int64
	at      events.Time
}

// maxAge bounds how long a missed event can mislead.
const maxAge = 5 * time.Second

// NewDirectory returns an empty directory; it loads at the first use.
func NewDirectory(log *events.Log) *Directory { return &Directory{log: log} }

// Forget makes the next Snapshot read again.
func (d *Directory) Forget() { d.version.Add(1) }

// Snapshot returns the desk as it is now, or was at most maxAge ago on another node's changes.
func (d *Directory) Snapshot(ctx context.Context) (*Snapshot, error) {
	if l := d.fresh(); l != nil {
		return l.snap, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if l := d.fresh(); l != nil {
		return l.snap, nil
	}
	version, at := d.version.Load(), d.log.Now() // before the read: what changes meanwhile makes it old at once
	snap, err := d.load(ctx)
	if err != nil {
		return nil, err
	}
	d.current.Store(&loaded{snap, version, at})
	return snap, nil
}

func (d *Directory) fresh() *loaded {
	l := d.current.Load()
	if l == nil || l.version != d.version.Load() || d.log.Now().Sub(l.at) >= maxAge {
		return nil
	}
	return l
}

// Follow forgets whenever an event says that the desk changed, until ctx ends.
func (d *Directory) Follow(ctx context.Context) error {
	head, err := d.log.Head(ctx)
	if err != nil {
		return err
	}
	d.Forget()
	return d.log.Follow(ctx, head, func(list []events.Event) error {
		for _, e := range list {
			switch e.Kind {
			case SettingChanged{}.EventKind(), AvailabilityChanged{}.EventKind():
				d.Forget()
			}
		}
		return nil
	})
}

// load reads everything. A desk has hundreds of such rows at most.
func (d *Directory) load(ctx context.Context) (*Snapshot, error) {
	p := &People{log: d.log}
	s := &Snapshot{Agents: map[events.ID]*Agent{}, Teams: map[events.ID]*Team{}, Inboxes: map[events.ID]*Inbox{},
		InboxByKey: map[string]*Inbox{}, Schedules: map[events.ID]*Schedule{}, hours: map[events.ID][]hoursFrom{}}
	agents, err := p.Agents(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := p.Teams(ctx)
	if err != nil {
		return nil, err
	}
	inboxes, err := p.Inboxes(ctx)
	if err != nil {
		return nil, err
	}
	schedules, err := p.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	if s.Settings, err = p.Settings(ctx); err != nil {
		return nil, err
	}
	if s.blocked, err = p.blockedCustomers(ctx); err != nil {
		return nil, err
	}
	for i := range agents {
		s.Agents[agents[i].ID] = &agents[i]
	}
	for i := range teams {
		s.Teams[teams[i].ID] = &teams[i]
		if teams[i].IsDefault {
			s.DefaultTeam = teams[i].ID
		}
	}
	for i := range inboxes {
		s.Inboxes[inboxes[i].ID], s.InboxByKey[inboxes[i].Key] = &inboxes[i], &inboxes[i]
	}
	for i := range schedules {
		s.Schedules[schedules[i].ID] = &schedules[i]
	}
	versions, err := p.versions(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		h, err := NewHours(v.TimeZone, v.Intervals, v.Holidays)
		if err != nil {
			return nil, fmt.Errorf("hours of schedule %d: %w", v.ScheduleID, err)
		}
		s.hours[v.ScheduleID] = append(s.hours[v.ScheduleID], hoursFrom{v.FromAt, h})
	}
	s.desk = s.Settings.zoneAt(d.log.Now().Std())
	return s, nil
}
