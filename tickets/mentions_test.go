package tickets_test

import (
	"fmt"
	"strings"
	"testing"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

func (d *desk) noteOf(by events.Actor, id events.ID, body string) (tickets.PostOut, error) {
	return d.Note(d.t.Context(), by, id, tickets.NoteIn{Sender: tickets.AgentSender(by.ID),
		NewMessage: tickets.NewMessage{ClientID: newID(), Body: body}})
}

// calledIn are the rows of whom a note calls, "agent/team".
func (d *desk) calledIn(id events.ID, seq int64) (out []string) {
	d.t.Helper()
	rows, err := d.log.Read().QueryContext(d.t.Context(), `SELECT agent_id, team_id FROM mentions WHERE ticket_id = ? AND seq = ?
		ORDER BY agent_id, team_id`, int64(id), seq)
	d.must(err)
	defer rows.Close()
	for rows.Next() {
		var agent, team int64
		d.must(rows.Scan(&agent, &team))
		out = append(out, fmt.Sprintf("%d/%d", agent, team))
	}
	d.must(rows.Err())
	return out
}

func TestNotesCallPeopleWhoSeeTheTicket(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		d.exec(`INSERT INTO team_members (team_id, agent_id) VALUES (1, 2)`)
		d.exec(`UPDATE agents SET all_teams = ? WHERE id = 3`, false) // Cho serves no team
		out, err := d.noteOf(ann, id, "@[Ben](agent:2) and @[Support](team:1), @[Ben](agent:2): look")
		d.must(err)
		if got := strings.Join(d.calledIn(id, out.Seq), " "); got != "0/1 2/0" {
			t.Errorf("called: %s, want team 1 and agent 2 once each", got)
		}
		w := d.wire(id, tickets.ForAgent)[out.Seq]
		list, _ := w.Data["mentions"].([]map[string]any)
		if len(list) != 2 || list[0]["name"] != "Ben" || list[1]["kind"] != tickets.MentionTeam || list[1]["name"] != "Support" {
			t.Errorf("the event shows %v", w.Data)
		}
		for _, tt := range []struct{ name, body, says string }{
			{"not there", "@[Zoe](agent:99) please", "@Zoe"},
			{"cannot see it", "@[Cho](agent:3) please", "@Cho"},
			{"an empty team", "@[Billing](team:2) please", "@Billing"},
			{"the same id as another kind", "@[Two](team:3)", "@Two"},
		} {
			before := d.row(id).LastSeq
			_, err := d.noteOf(ann, id, tt.body)
			wantFields(t, tt.name, err, "body")
			if f := fault.Of(err); f == nil || !strings.Contains(f.Detail, tt.says) {
				t.Errorf("%s: %v does not name %s", tt.name, err, tt.says)
			}
			if d.row(id).LastSeq != before {
				t.Errorf("%s: a refusal left events", tt.name)
			}
		}
		plain, err := d.noteOf(ann, id, "mail me @[at] (agent:2) or [Ben](agent:2)")
		d.must(err)
		if got := d.calledIn(id, plain.Seq); len(got) > 0 {
			t.Errorf("what is no mention called %v", got)
		}
		d.check()
	})
}

func TestMentionsFollowTheText(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		id := d.start(cus)
		out, err := d.noteOf(ann, id, "@[Ben](agent:2) please")
		d.must(err)
		own := tickets.EditIn{Ticket: id, Seq: out.Seq}
		d.exec(`UPDATE agents SET disabled_at = 1 WHERE id = 2`)
		_, err = d.EditMessage(t.Context(), ann, own, "@[Ben](agent:2) or @[Cho](agent:3) please") // Ben was called when he was here
		d.must(err)
		if got := strings.Join(d.calledIn(id, out.Seq), " "); got != "3/0" {
			t.Errorf("after an edit: %s, want agent 3", got)
		}
		_, err = d.EditMessage(t.Context(), ann, own, "@[Zoe](agent:99)")
		wantFields(t, "an edit that calls nobody", err, "body")
		_, err = d.RedactMessage(t.Context(), ann, own)
		d.must(err)
		if got := d.calledIn(id, out.Seq); len(got) > 0 {
			t.Errorf("a redacted note calls %v", got)
		}
		d.check()
	})
}
