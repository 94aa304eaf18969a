package tickets_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

const goodPassword = "correct horse battery"

func TestSignIn(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a, in := c.joined("Ann@X.test", tickets.RoleAgent, goodPassword)
		if in.Agent.ID != a.ID || in.Agent.Email != "ann@x.test" {
			t.Errorf("joined as %+v", in.Agent)
		}
		again, err := c.SignIn(t.Context(), " ann@x.test ", goodPassword, "Browser\x00\n1.0")
		c.must(err)
		if again.Token == in.Token {
			t.Error("a sign-in reused the session")
		}
		if got, err := c.Session(t.Context(), again.Token); err != nil || got.ID != a.ID {
			t.Errorf("session = %v, %v", got, err)
		}
		list, err := c.Sessions(t.Context(), a.ID)
		c.must(err)
		if len(list) != 2 {
			t.Errorf("%d sessions, want 2", len(list))
		}
		c.agent("nopass@x.test", tickets.RoleAgent)
		wrong := ""
		for _, tt := range []struct{ email, password string }{
			{"ann@x.test", "wrong password"}, {"ann@x.test", ""}, {"ann@x.test", strings.Repeat("x", 2000)},
			{"nobody@x.test", goodPassword}, {"nopass@x.test", ""}, {"nopass@x.test", goodPassword}, {"", ""}, {"%", goodPassword},
		} {
			_, err := c.SignIn(t.Context(), tt.email, tt.password, "")
			wantKind(t, "sign in as "+tt.email, err, fault.Unauthenticated)
			if wrong == "" {
				wrong = err.Error()
			}
			if err == nil || err.Error() != wrong {
				t.Errorf("%s: %v tells more than %q", tt.email, err, wrong)
			}
		}
		c.must(c.SignOut(t.Context(), again.Token))
		for _, token := range []string{again.Token, "", "short", in.Token + "x"} {
			_, err := c.Session(t.Context(), token)
			wantKind(t, "session "+token, err, fault.Unauthenticated)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		_, in := c.joined("ann@x.test", tickets.RoleAgent, goodPassword)
		alive := func(token string) bool {
			t.Helper()
			_, err := c.Session(t.Context(), token)
			return err == nil
		}
		c.clock.Advance(13 * 24 * time.Hour)
		if !alive(in.Token) {
			t.Error("the session ended after 13 idle days")
		}
		c.clock.Advance(13 * 24 * time.Hour)
		if !alive(in.Token) {
			t.Error("use did not prolong the session")
		}
		c.clock.Advance(5 * 24 * time.Hour)
		if alive(in.Token) {
			t.Error("the session outlived 30 days")
		}
		again, err := c.SignIn(t.Context(), "ann@x.test", goodPassword, "")
		c.must(err)
		c.clock.Advance(15 * 24 * time.Hour)
		if alive(again.Token) {
			t.Error("the session outlived 15 idle days")
		}
	})
}

func TestPasswordChange(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a, in := c.joined("ann@x.test", tickets.RoleAgent, goodPassword)
		other, err := c.SignIn(t.Context(), "ann@x.test", goodPassword, "")
		c.must(err)
		for _, tt := range []struct{ current, next, field string }{
			{goodPassword, "short", "password"}, {goodPassword, "Password123", "password"}, {goodPassword, "aaaaaaaaaa", "password"},
			{goodPassword, strings.Repeat("ab", 600), "password"}, {"wrong", "another fine one", "current"}, {"", "another fine one", "current"},
		} {
			err := c.ChangePassword(t.Context(), a.ID, in.Token, tt.current, tt.next)
			if f := fault.Of(err); f == nil || f.Kind != fault.Invalid || f.Fields[0].Field != tt.field {
				t.Errorf("%q → %q: %v, want a fault on %s", tt.current, tt.next, err, tt.field)
			}
		}
		c.must(c.ChangePassword(t.Context(), a.ID, in.Token, goodPassword, "another fine one"))
		if _, err := c.Session(t.Context(), in.Token); err != nil {
			t.Errorf("the session that changed it ended: %v", err)
		}
		_, err = c.Session(t.Context(), other.Token)
		wantKind(t, "another session", err, fault.Unauthenticated)
		_, err = c.SignIn(t.Context(), "ann@x.test", goodPassword, "")
		wantKind(t, "the old password", err, fault.Unauthenticated)
	})
}

func TestInvitations(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a := c.agent("ann@x.test", tickets.RoleLead)
		invite := func(kind tickets.InvitationKind, lasts time.Duration) string {
			t.Helper()
			link, err := c.Invite(t.Context(), sys, tickets.InviteIn{Agent: a.ID, Kind: kind, For: lasts})
			c.must(err)
			return link
		}
		open := func(token string, want fault.Kind) tickets.Opened {
			t.Helper()
			out, err := c.OpenInvitation(t.Context(), token, "")
			wantKind(t, "open", err, want)
			return out
		}
		first := invite(tickets.JoinLink, 0)
		link := invite(tickets.JoinLink, 0)
		open(first, fault.Unauthenticated) // a new link ends the one before
		for _, bad := range []string{"", "x", strings.Repeat("A", 43), link[:42], link + "A"} {
			open(bad, fault.Unauthenticated)
			_, err := c.AcceptInvitation(t.Context(), tickets.AcceptIn{Token: bad, Password: goodPassword})
			wantKind(t, "accept "+bad, err, fault.Unauthenticated)
		}
		if o := open(link, ""); o.SignIn != nil || o.Email != "ann@x.test" || o.Role != tickets.RoleLead || o.ChooseEmail {
			t.Errorf("opened = %+v", o)
		}
		open(link, "") // looking uses nothing up
		_, err := c.AcceptInvitation(t.Context(), tickets.AcceptIn{Token: link, Password: "12345678"})
		wantKind(t, "a common password", err, fault.Invalid)
		_, err = c.AcceptInvitation(t.Context(), tickets.AcceptIn{Token: link, Password: goodPassword, Email: "else@x.test"})
		wantKind(t, "another address", err, fault.Invalid)
		in, err := c.AcceptInvitation(t.Context(), tickets.AcceptIn{Token: link, Password: goodPassword, Name: "Ann"})
		c.must(err)
		if in.Agent.Name != "Ann" {
			t.Errorf("name = %q", in.Agent.Name)
		}
		open(link, fault.Unauthenticated)

		quick := invite(tickets.SignInLink, 0)
		if o := open(quick, ""); o.SignIn == nil || o.SignIn.Agent.ID != a.ID {
			t.Errorf("opened = %+v", o)
		}
		open(quick, fault.Unauthenticated)
		late := invite(tickets.SignInLink, 0)
		c.clock.Advance(15 * time.Minute)
		open(late, fault.Unauthenticated)
		demo := invite(tickets.SignInLink, 24*time.Hour)
		c.clock.Advance(23 * time.Hour)
		_, err = c.AcceptInvitation(t.Context(), tickets.AcceptIn{Token: demo, Password: goodPassword})
		wantKind(t, "a sign-in link as a join link", err, fault.Unauthenticated)
		open(demo, "")
		_, err = c.Invite(t.Context(), sys, tickets.InviteIn{Agent: a.ID, Kind: tickets.SignInLink, For: 25 * time.Hour})
		wantKind(t, "too long", err, fault.Invalid)
		join := invite(tickets.JoinLink, 0)
		c.clock.Advance(72 * time.Hour)
		open(join, fault.Unauthenticated)
	})
}

func TestInvitationIsTakenOnce(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a := c.agent("ann@x.test", tickets.RoleAgent)
		link, err := c.Invite(t.Context(), sys, tickets.InviteIn{Agent: a.ID, Kind: tickets.SignInLink})
		c.must(err)
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() { _, errs[i] = c.OpenInvitation(t.Context(), link, "") })
		}
		wg.Wait()
		ok := 0
		for _, err := range errs {
			if err == nil {
				ok++
			}
		}
		if ok != 1 {
			t.Errorf("%d of 8 took the link, want 1: %v", ok, errs)
		}
	})
}

func TestDisabledAgentHoldsNothing(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a, in := c.joined("ann@x.test", tickets.RoleAgent, goodPassword)
		_, secret, err := c.CreateToken(t.Context(), sys, tickets.TokenIn{Agent: a.ID, Name: "CI"})
		c.must(err)
		link, err := c.Invite(t.Context(), sys, tickets.InviteIn{Agent: a.ID, Kind: tickets.SignInLink})
		c.must(err)
		c.must(c.SetAvailability(t.Context(), sys, a.ID, tickets.Online, tickets.Chosen))
		yes, no := true, false
		got, err := c.ChangeAgent(t.Context(), sys, a.ID, tickets.AgentPatch{Disabled: &yes})
		c.must(err)
		if got.Availability != tickets.Offline || got.DisabledAt == 0 {
			t.Errorf("agent = %+v", got)
		}
		check := func(when string) {
			t.Helper()
			_, err := c.Session(t.Context(), in.Token)
			wantKind(t, when+": session", err, fault.Unauthenticated)
			_, _, err = c.Token(t.Context(), secret)
			wantKind(t, when+": token", err, fault.Unauthenticated)
			_, err = c.OpenInvitation(t.Context(), link, "")
			wantKind(t, when+": link", err, fault.Unauthenticated)
		}
		check("disabled")
		_, err = c.SignIn(t.Context(), "ann@x.test", goodPassword, "")
		wantKind(t, "sign-in", err, fault.Unauthenticated)
		_, err = c.Invite(t.Context(), sys, tickets.InviteIn{Agent: a.ID, Kind: tickets.JoinLink})
		wantKind(t, "invite", err, fault.Conflict)
		_, _, err = c.CreateToken(t.Context(), sys, tickets.TokenIn{Agent: a.ID, Name: "CI"})
		wantKind(t, "token", err, fault.Conflict)
		wantKind(t, "online", c.SetAvailability(t.Context(), sys, a.ID, tickets.Online, tickets.Chosen), fault.Forbidden)
		_, err = c.ChangeAgent(t.Context(), sys, a.ID, tickets.AgentPatch{Disabled: &no})
		c.must(err)
		check("enabled again")
		if _, err := c.SignIn(t.Context(), "ann@x.test", goodPassword, ""); err != nil {
			t.Errorf("sign-in after enabling: %v", err)
		}
	})
}

func TestThrottleHook(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		var keys []string
		c.Throttle = func(key string) error {
			keys = append(keys, key)
			return fault.New(fault.RateLimited, "wait")
		}
		_, err := c.SignIn(t.Context(), "ann@x.test", goodPassword, "")
		wantKind(t, "throttled", err, fault.RateLimited)
		_, err = c.SignIn(t.Context(), " ANN@x.test", goodPassword, "")
		wantKind(t, "throttled", err, fault.RateLimited)
		if len(keys) != 2 || keys[0] != keys[1] || strings.Contains(keys[0], "ann") {
			t.Errorf("keys = %q, want the same hash twice", keys)
		}
	})
}

func TestTokens(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a := c.agent("ann@x.test", tickets.RoleAgent) // has not taken an invitation up
		made, secret, err := c.CreateToken(t.Context(), sys, tickets.TokenIn{Agent: a.ID, Name: " CI  job ", Bot: true})
		c.must(err)
		got, agent, err := c.Token(t.Context(), secret)
		c.must(err)
		if got.ID != made.ID || agent.ID != a.ID || got.Name != "CI job" {
			t.Errorf("token = %+v of %+v", got, agent)
		}
		if by := got.Actor(); by != (events.Actor{Kind: events.Bot, ID: a.ID, Token: made.ID}) {
			t.Errorf("actor = %+v", by)
		}
		list, err := c.Tokens(t.Context(), a.ID)
		c.must(err)
		if len(list) != 1 || list[0].LastUsedAt == 0 {
			t.Errorf("tokens = %+v, want one that was used", list)
		}
		for _, bad := range []string{"", "heard_", secret[:20], secret + "x", "Heard_" + secret[6:], strings.Repeat("x", len(secret))} {
			_, _, err := c.Token(t.Context(), bad)
			wantKind(t, "token "+bad, err, fault.Unauthenticated)
		}
		c.must(c.RevokeToken(t.Context(), sys, made.ID))
		_, _, err = c.Token(t.Context(), secret)
		wantKind(t, "revoked", err, fault.Unauthenticated)
		wantKind(t, "revoke twice", c.RevokeToken(t.Context(), sys, made.ID), fault.NotFound)
	})
}

func TestBootstrap(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		if c.boot.HasAdmin || c.boot.AdminLink == "" || c.boot.Team == 0 {
			t.Fatalf("a new desk: %+v", c.boot)
		}
		again, err := c.Bootstrap(t.Context())
		c.must(err)
		if again.Team != c.boot.Team || again.HasAdmin || again.AdminLink == c.boot.AdminLink {
			t.Errorf("second start: %+v", again)
		}
		teams, err := c.Teams(t.Context())
		c.must(err)
		schedules, err := c.Schedules(t.Context())
		c.must(err)
		agents, err := c.Agents(t.Context())
		c.must(err)
		if len(teams) != 1 || teams[0].Name != "Support" || len(schedules) != 1 || len(schedules[0].Intervals) != 5 || len(agents) != 1 {
			t.Errorf("desk = %+v, %+v, %+v", teams, schedules, agents)
		}
		o, err := c.OpenInvitation(t.Context(), again.AdminLink, "")
		c.must(err)
		if !o.ChooseEmail || o.Role != tickets.RoleAdmin {
			t.Errorf("link = %+v", o)
		}
		in, err := c.AcceptInvitation(t.Context(), tickets.AcceptIn{Token: again.AdminLink, Name: "Boss", Email: "boss@x.test", Password: goodPassword})
		c.must(err)
		if in.Agent.Email != "boss@x.test" || in.Agent.Role != tickets.RoleAdmin {
			t.Errorf("admin = %+v", in.Agent)
		}
		last, err := c.Bootstrap(t.Context())
		c.must(err)
		if !last.HasAdmin || last.AdminLink != "" {
			t.Errorf("a desk with an admin: %+v", last)
		}
		role, yes := tickets.RoleLead, true
		_, err = c.ChangeAgent(t.Context(), sys, in.Agent.ID, tickets.AgentPatch{Role: &role})
		wantKind(t, "demote the only admin", err, fault.Conflict)
		_, err = c.ChangeAgent(t.Context(), sys, in.Agent.ID, tickets.AgentPatch{Disabled: &yes})
		wantKind(t, "disable the only admin", err, fault.Conflict)
	})
}

func TestSecretsAndKeys(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		a, err := c.SigningKey(t.Context(), "survey")
		c.must(err)
		b, err := c.SigningKey(t.Context(), "survey")
		c.must(err)
		other, err := c.SigningKey(t.Context(), "report")
		c.must(err)
		if len(a) != 32 || string(a) != string(b) || string(a) == string(other) {
			t.Error("keys are not 32 bytes, stable and apart")
		}
		one, err := tickets.NewSecrets([32]byte{1})
		c.must(err)
		two, err := tickets.NewSecrets([32]byte{2})
		c.must(err)
		sealed := one.Seal("here", []byte("secret"))
		if got, err := one.Open("here", sealed); err != nil || string(got) != "secret" {
			t.Errorf("open = %q, %v", got, err)
		}
		for name, err := range map[string]error{
			"elsewhere": second(one.Open("there", sealed)), "other key": second(two.Open("here", sealed)),
			"changed": second(one.Open("here", sealed[:len(sealed)-2]+"AA")), "cut": second(one.Open("here", sealed[:20])), "none": second(one.Open("here", "")),
		} {
			if err == nil || errors.Is(err, t.Context().Err()) {
				t.Errorf("%s: opened", name)
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }
