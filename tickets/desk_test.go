package tickets_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

// wantFields wants an Invalid fault on exactly these fields.
func wantFields(t testing.TB, what string, err error, want ...string) {
	t.Helper()
	if len(want) == 0 {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	got := []string{}
	if f := fault.Of(err); f != nil {
		for _, x := range f.Fields {
			got = append(got, x.Field)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: fields = %v, want %v (%v)", what, got, want, err)
	}
}

func TestInboxValidation(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		field := func(key string) tickets.PrechatField {
			return tickets.PrechatField{Key: key, Label: "Label", Type: "text"}
		}
		nine := make([]tickets.PrechatField, 9)
		for i := range nine {
			nine[i] = field("k" + string(rune('a'+i)))
		}
		before := c.length()
		for _, tt := range []struct {
			name  string
			spoil func(in *tickets.InboxIn)
			want  []string
		}{
			{"no name", func(in *tickets.InboxIn) { in.Name = " \t " }, []string{"name"}},
			{"name too long", func(in *tickets.InboxIn) { in.Name = strings.Repeat("ü", 121) }, []string{"name"}},
			{"name of control characters", func(in *tickets.InboxIn) { in.Name = "a\x00b" }, []string{"name"}},
			{"name that turns text around", func(in *tickets.InboxIn) { in.Name = "a\u202eb" }, []string{"name"}},
			{"name not UTF-8", func(in *tickets.InboxIn) { in.Name = "a\xff" }, []string{"name"}},
			{"kind", func(in *tickets.InboxIn) { in.Kind = "fax" }, []string{"kind"}},
			{"touchpoint", func(in *tickets.InboxIn) { in.Touchpoint = "moon" }, []string{"touchpoint"}},
			{"days", func(in *tickets.InboxIn) { in.ReopenDays = ptr(366) }, []string{"reopen_days"}},
			{"cooldown", func(in *tickets.InboxIn) { in.CSAT = &tickets.CSATPolicy{CooldownDays: -1} }, []string{"csat.cooldown_days"}},
			{"colour", func(in *tickets.InboxIn) { in.Settings.Color = "red;}" }, []string{"settings.color"}},
			{"colour sign", func(in *tickets.InboxIn) { in.Settings.Color = "#+12345" }, []string{"settings.color"}},
			{"side", func(in *tickets.InboxIn) { in.Settings.Side = "left" }, []string{"settings.side"}},
			{"locale", func(in *tickets.InboxIn) { in.Settings.Locale = "en\"><" }, []string{"settings.locale"}},
			{"too many fields", func(in *tickets.InboxIn) { in.Settings.Prechat = nine }, []string{"settings.prechat"}},
			{"fields", func(in *tickets.InboxIn) {
				in.Settings.Prechat = []tickets.PrechatField{{Key: "No", Label: "", Type: "file"}, {Key: "s", Label: "S", Type: "select"}, field("a"), field("a")}
			}, []string{"settings.prechat[0].key", "settings.prechat[0].label", "settings.prechat[0].type", "settings.prechat[1].options", "settings.prechat[3].key"}},
			{"team", func(in *tickets.InboxIn) { in.TeamID = 99 }, []string{"team"}},
			{"schedule", func(in *tickets.InboxIn) { in.ScheduleID = 99 }, []string{"schedule"}},
		} {
			in := tickets.InboxIn{Name: "Shop", Kind: tickets.Website}
			tt.spoil(&in)
			_, err := c.CreateInbox(t.Context(), sys, in)
			wantFields(t, tt.name, err, tt.want...)
		}
		if c.length() != before {
			t.Error("a refused inbox left events")
		}
	})
}

func TestInboxOrigins(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		for _, tt := range []struct{ in, want string }{
			{"https://Shop.example", "https://shop.example"}, {"https://shop.example:443", "https://shop.example"},
			{"http://localhost:8080", "http://localhost:8080"}, {"http://[::1]:3000", "http://[::1]:3000"}, {"http://127.0.0.1", "http://127.0.0.1"},
			{"https://shop.example/", ""}, {"https://shop.example/path", ""}, {"https://*.example", ""}, {"https://a b", ""}, {"shop.example", ""},
			{"//shop.example", ""}, {"javascript:alert(1)", ""}, {"https://", ""}, {"https://u:p@shop.example", ""}, {"https://shop.example?x", ""},
			{"https://shop.example#", ""}, {"https://shop.example:99999", ""}, {"https://shop.example:", ""}, {"null", ""}, {"https://shop.example; script-src *", ""}, {"", ""},
		} {
			got, err := c.ChangeInbox(t.Context(), sys, c.site.ID, tickets.InboxPatch{Origins: &[]string{tt.in}})
			if tt.want == "" {
				wantFields(t, tt.in, err, "origins[0]")
			} else if err != nil || !slices.Equal(got.Origins, []string{tt.want}) {
				t.Errorf("%s: %v, %v, want %s", tt.in, got, err, tt.want)
			}
		}
		in, err := c.InboxByKey(t.Context(), c.site.Key)
		c.must(err)
		if in.AllowsOrigin("https://evil.example") || in.AllowsOrigin("http://127.0.0.1:80") || in.AllowsOrigin("http://127.0.0.1.evil.example") || !in.AllowsOrigin("http://127.0.0.1") {
			t.Errorf("allow-list %v is wrong", in.Origins)
		}
		_, err = c.ChangeInbox(t.Context(), sys, c.site.ID, tickets.InboxPatch{Origins: &[]string{}})
		c.must(err)
		if in, err = c.InboxByKey(t.Context(), c.site.Key); err != nil || !in.AllowsOrigin("https://any.example") {
			t.Errorf("without a list: %v, %v", in, err)
		}
	})
}

func TestAgentsAndTeams(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a := c.agent("ann@x.test", tickets.RoleAgent)
		if !slices.Equal(a.Teams, []events.ID{c.boot.Team}) || !a.AllTeams || a.Capacity != 4 {
			t.Errorf("a new agent: %+v", a)
		}
		_, err := c.CreateAgent(t.Context(), sys, tickets.AgentIn{Email: "ANN@x.test", Name: "Other", Role: tickets.RoleAgent})
		wantFields(t, "same address", err, "email")
		_, err = c.CreateAgent(t.Context(), sys, tickets.AgentIn{Email: "x", Role: "boss", Capacity: 101})
		wantFields(t, "all wrong", err, "email", "name", "role", "capacity")
		_, err = c.CreateAgent(t.Context(), sys, tickets.AgentIn{Email: "b@x.test", Name: "B", Role: tickets.RoleAgent, Teams: []events.ID{99}})
		wantFields(t, "unknown team", err, "teams")

		billing, err := c.CreateTeam(t.Context(), sys, tickets.TeamIn{Name: "Billing", Agents: []events.ID{a.ID, a.ID}})
		c.must(err)
		if !slices.Equal(billing.Agents, []events.ID{a.ID}) {
			t.Errorf("agents = %v", billing.Agents)
		}
		_, err = c.ChangeTeam(t.Context(), sys, billing.ID, tickets.TeamPatch{Agents: &[]events.ID{99}})
		wantFields(t, "unknown agent", err, "agents")
		no, yes := false, true
		_, err = c.ChangeTeam(t.Context(), sys, c.boot.Team, tickets.TeamPatch{IsDefault: &no})
		wantFields(t, "no default team", err, "is_default")
		_, err = c.ChangeTeam(t.Context(), sys, billing.ID, tickets.TeamPatch{IsDefault: &yes})
		c.must(err)
		teams, err := c.Teams(t.Context())
		c.must(err)
		if teams[0].IsDefault || !teams[1].IsDefault || !slices.Equal(teams[1].Agents, []events.ID{a.ID}) {
			t.Errorf("teams = %+v", teams)
		}
		got, err := c.ChangeAgent(t.Context(), sys, a.ID, tickets.AgentPatch{Teams: &[]events.ID{}, AllTeams: &no})
		c.must(err)
		if len(got.Teams) != 0 || got.AllTeams {
			t.Errorf("agent = %+v", got)
		}
		_, err = c.ChangeAgent(t.Context(), sys, 99, tickets.AgentPatch{AllTeams: &no})
		wantKind(t, "unknown agent", err, fault.NotFound)
	})
}

func TestAvailability(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a := c.agent("ann@x.test", tickets.RoleAgent)
		set := func(to tickets.Availability, why tickets.AvailabilityCause) {
			t.Helper()
			c.must(c.SetAvailability(t.Context(), sys, a.ID, to, why))
		}
		before := c.length()
		set(tickets.Online, tickets.Chosen)
		set(tickets.Online, tickets.Chosen)
		set(tickets.Away, tickets.Chosen)
		set(tickets.Offline, tickets.ConnectionLost)
		if n := c.length() - before; n != 3 {
			t.Errorf("%d events, want 3", n)
		}
		got, err := c.Agent(t.Context(), a.ID)
		c.must(err)
		if got.Availability != tickets.Offline || got.Chosen != tickets.Away {
			t.Errorf("agent is %s, chose %s", got.Availability, got.Chosen)
		}
		wantFields(t, "nonsense", c.SetAvailability(t.Context(), sys, a.ID, "busy", tickets.Chosen), "state")
		c.clock.Advance(time.Minute)
		c.must(c.AgentsSeen(t.Context(), []events.ID{a.ID, 99}))
		if got, err = c.Agent(t.Context(), a.ID); err != nil || got.LastSeenAt != c.log.Now() {
			t.Errorf("last seen %s, %v", got.LastSeenAt, err)
		}
	})
}

func TestSettings(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		s, err := c.Settings(t.Context())
		c.must(err)
		if s.SurveyCooldownDays != 30 || !slices.Contains(s.HandoffReasons, "shift_end") || s.TimeZone != "UTC" {
			t.Errorf("a new desk: %+v", s)
		}
		before := c.length()
		_, err = c.ChangeSettings(t.Context(), sys, tickets.SettingsPatch{DeskName: ptr(""), TimeZone: ptr("Mars/Olympus"), HandoffReasons: &[]string{"Bad Word"},
			SurveyCooldownDays: ptr(0), HourlyRate: ptr(-1.0)})
		wantFields(t, "all wrong", err, "desk_name", "time_zone", "handoff_reasons[0]", "survey_cooldown_days", "hourly_rate")
		for _, zone := range []string{"", "Local", "../../etc/passwd", "europe/rome\x00"} {
			_, err = c.ChangeSettings(t.Context(), sys, tickets.SettingsPatch{TimeZone: &zone})
			wantFields(t, zone, err, "time_zone")
		}
		if c.length() != before {
			t.Error("refused settings left events")
		}
		s, err = c.ChangeSettings(t.Context(), sys, tickets.SettingsPatch{DeskName: ptr(" Shop  desk "), TimeZone: ptr("Europe/Rome"),
			HandoffReasons: &[]string{"billing"}, HourlyRate: ptr(40.5)})
		c.must(err)
		if s.DeskName != "Shop desk" || !slices.Equal(s.HandoffReasons, []string{"billing", "agent_away", "other"}) || s.HourlyRate != 40.5 || s.SurveyCooldownDays != 30 {
			t.Errorf("settings = %+v", s)
		}
		if s.ZoneOf("2020-W01") != "Europe/Rome" {
			t.Error("a desk without tickets keeps a zone that it never used")
		}
		c.chat(c.start("", nil).Visitor) // Wednesday of week 10 of 2026
		s, err = c.ChangeSettings(t.Context(), sys, tickets.SettingsPatch{TimeZone: ptr("Asia/Tokyo")})
		c.must(err)
		s, err = c.ChangeSettings(t.Context(), sys, tickets.SettingsPatch{TimeZone: ptr("America/Lima")})
		c.must(err)
		if a, b := s.ZoneOf("2026-W10"), s.ZoneOf("2026-W11"); a != "Europe/Rome" || b != "America/Lima" {
			t.Errorf("zones of this and the next week = %s, %s", a, b)
		}
		zone := func() string {
			snap, err := c.Directory().Snapshot(t.Context())
			c.must(err)
			return snap.Zone().String()
		}
		if got := zone(); got != "Europe/Rome" {
			t.Errorf("zone now = %s", got)
		}
		c.clock.Advance(7 * 24 * time.Hour)
		if got := zone(); got != "America/Lima" {
			t.Errorf("zone in a week = %s", got)
		}
	})
}

func TestScheduleKeepsItsPast(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		in := tickets.ScheduleIn{Name: "Days", TimeZone: "UTC", Intervals: []tickets.Interval{{Day: 3, From: "09:00", To: "17:00"}}}
		s, err := c.CreateSchedule(t.Context(), sys, in)
		c.must(err)
		_, err = c.ChangeInbox(t.Context(), sys, c.site.ID, tickets.InboxPatch{ScheduleID: &s.ID})
		c.must(err)
		noon := c.log.Now()
		c.clock.Advance(time.Hour)
		_, err = c.ChangeSchedule(t.Context(), sys, s.ID, tickets.SchedulePatch{Intervals: &[]tickets.Interval{{Day: 3, From: "18:00", To: "19:00"}}})
		c.must(err)
		snap, err := c.Directory().Snapshot(t.Context())
		c.must(err)
		hour := func(at events.Time) time.Duration {
			return snap.HoursOf(c.site.ID, c.boot.Team, at).Between(noon, noon.Add(time.Hour))
		}
		if past, now := hour(noon), hour(c.log.Now()); past != time.Hour || now != 0 {
			t.Errorf("the hour at noon counts %s by the hours of then, %s by those of now", past, now)
		}
		if got := hour(0); got != time.Hour {
			t.Errorf("before the first version: %s", got)
		}
		_, err = c.CreateSchedule(t.Context(), sys, tickets.ScheduleIn{Name: "", TimeZone: "UTC"})
		wantFields(t, "no name", err, "name")
		_, err = c.CreateSchedule(t.Context(), sys, tickets.ScheduleIn{Name: "X", TimeZone: "X", Intervals: []tickets.Interval{{Day: 8, From: "25:00", To: "1"}}})
		wantFields(t, "nonsense", err, "time_zone", "intervals[0].day")
	})
}

func TestOrganizationsAndCustomers(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		o, err := c.CreateOrganization(t.Context(), sys, tickets.OrganizationIn{Name: "ACME", Domain: "Acme.Example"})
		c.must(err)
		if o.Domain != "acme.example" {
			t.Errorf("domain = %q", o.Domain)
		}
		_, err = c.CreateOrganization(t.Context(), sys, tickets.OrganizationIn{Name: "", Domain: "no domain"})
		wantFields(t, "nonsense", err, "name", "domain")
		_, err = c.ChangeOrganization(t.Context(), sys, o.ID, tickets.OrganizationPatch{Attrs: map[string]string{"plan": "gold"}})
		c.must(err)
		if got, err := c.Organization(t.Context(), o.ID); err != nil || got.Attrs["plan"] != "gold" || got.Name != "ACME" {
			t.Errorf("organization = %+v, %v", got, err)
		}
		for _, name := range []string{"100% wool", "1000 wool", "Ada"} {
			_, err := c.EnsureCustomer(t.Context(), sys, tickets.CustomerIn{Name: name})
			c.must(err)
		}
		found, _, err := c.store.Customers(t.Context(), tickets.CustomerFilter{Query: "100%"})
		c.must(err)
		if len(found) != 1 || found[0].Name != "100% wool" {
			t.Errorf("100%% found %+v", found)
		}
		page, next, err := c.store.Customers(t.Context(), tickets.CustomerFilter{Limit: 2})
		c.must(err)
		rest, end, err := c.store.Customers(t.Context(), tickets.CustomerFilter{Limit: 2, Cursor: next})
		c.must(err)
		if len(page) != 2 || len(rest) != 1 || end != "" || page[0].Name != "Ada" {
			t.Errorf("pages = %d, %d, next %q", len(page), len(rest), end)
		}
		got, err := c.ChangeCustomer(t.Context(), sys, found[0].ID, tickets.CustomerPatch{Organization: &o.ID, Blocked: ptr(true)})
		c.must(err)
		if got.OrganizationID != o.ID || !got.Blocked {
			t.Errorf("customer = %+v", got)
		}
		_, err = c.ChangeCustomer(t.Context(), sys, found[0].ID, tickets.CustomerPatch{Organization: ptr(events.ID(99))})
		wantFields(t, "unknown organization", err, "organization")
	})
}

// Every change of the desk is an event of its audit trail, which names fields and never values.
func TestDeskChangesAreRecorded(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		ctx := t.Context()
		a := c.agent("canary@x.test", tickets.RoleAgent)
		for name, act := range map[string]func() error{
			"agent": func() error {
				_, err := c.ChangeAgent(ctx, ann, a.ID, tickets.AgentPatch{Name: ptr("Canary")})
				return err
			},
			"team": func() error { _, err := c.CreateTeam(ctx, ann, tickets.TeamIn{Name: "Canary"}); return err },
			"inbox": func() error {
				_, err := c.ChangeInbox(ctx, ann, c.site.ID, tickets.InboxPatch{Name: ptr("Canary")})
				return err
			},
			"schedule": func() error {
				_, err := c.CreateSchedule(ctx, ann, tickets.ScheduleIn{Name: "Canary", TimeZone: "UTC"})
				return err
			},
			"organization": func() error {
				_, err := c.CreateOrganization(ctx, ann, tickets.OrganizationIn{Name: "Canary"})
				return err
			},
			"token": func() error {
				_, _, err := c.CreateToken(ctx, ann, tickets.TokenIn{Agent: a.ID, Name: "Canary"})
				return err
			},
			"invitation": func() error {
				_, err := c.Invite(ctx, ann, tickets.InviteIn{Agent: a.ID, Kind: tickets.JoinLink})
				return err
			},
			"settings": func() error {
				_, err := c.ChangeSettings(ctx, ann, tickets.SettingsPatch{DeskName: ptr("Canary")})
				return err
			},
		} {
			pos := c.length()
			c.must(act())
			list, err := c.log.Events(ctx, pos, 10)
			c.must(err)
			if len(list) != 1 || list[0].Kind != "setting.changed" || list[0].By != ann || !strings.Contains(string(list[0].Data), `"`+name+`"`) {
				t.Errorf("%s: recorded %+v", name, list)
			}
			for _, e := range list {
				if strings.Contains(strings.ToLower(string(e.Data)), "canary") {
					t.Errorf("%s: the event repeats what was written: %s", name, e.Data)
				}
			}
		}
		c.check()
	})
}

func TestDirectoryIsSafeAndFresh(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a := c.agent("ann@x.test", tickets.RoleAgent)
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				for n := range 20 {
					if i == 0 && n%5 == 0 {
						if _, err := c.ChangeAgent(t.Context(), sys, a.ID, tickets.AgentPatch{Capacity: ptr(n + 1)}); err != nil {
							t.Error(err)
						}
						snap, err := c.Directory().Snapshot(t.Context())
						if err != nil || snap.Agents[a.ID].Capacity != n+1 {
							t.Errorf("after a change the directory still holds the old row (%v)", err)
						}
						continue
					}
					if snap, err := c.Directory().Snapshot(t.Context()); err != nil || snap.AgentName(a.ID) != "Someone" || snap.AgentName(99) != "" {
						t.Errorf("snapshot: %v", err)
					}
				}
			})
		}
		wg.Wait()
		snap, err := c.Directory().Snapshot(t.Context())
		c.must(err)
		if v := snap.Caller(a.ID); v.Role != tickets.RoleAgent || !v.AllTeams || snap.Caller(99).Role != "" {
			t.Errorf("caller = %+v", v)
		}
		if snap.TeamOf(c.site.ID) != c.boot.Team || snap.TeamName(c.boot.Team) != "Support" {
			t.Error("the inbox has no default team")
		}
	})
}

// A directory that did not make the change itself learns of it from the log, or after a while in any case.
func TestDirectoryLearnsFromOthers(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a := c.agent("ann@x.test", tickets.RoleAgent)
		follows, waits := tickets.NewDirectory(c.log), tickets.NewDirectory(c.log)
		name := func(d *tickets.Directory) string {
			snap, err := d.Snapshot(t.Context())
			c.must(err)
			return snap.AgentName(a.ID)
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- follows.Follow(ctx) }()
		if name(waits) != "Someone" {
			t.Fatal("the directory does not load")
		}
		for n := 0; ; n++ { // Follow begins at some moment: what changes from then on is noticed
			want := "Ann " + string(rune('a'+n%26))
			_, err := c.ChangeAgent(t.Context(), sys, a.ID, tickets.AgentPatch{Name: &want})
			c.must(err)
			if until := time.Now().Add(200 * time.Millisecond); waitFor(until, func() bool { return name(follows) == want }) {
				break
			}
			if n > 50 {
				t.Fatal("Follow notices no change")
			}
		}
		if got := name(waits); got != "Someone" {
			t.Errorf("a directory that follows nothing knows %q at once", got)
		}
		c.clock.Advance(5 * time.Second)
		if got := name(waits); got == "Someone" {
			t.Error("a directory never grows old")
		}
		stop()
		<-done
	})
}

func waitFor(until time.Time, ok func() bool) bool {
	for !ok() {
		if time.Now().After(until) {
			return false
		}
		time.Sleep(time.Millisecond)
	}
	return true
}
