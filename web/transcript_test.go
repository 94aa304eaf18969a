package web

import (
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/google/uuid"
)

func TestTranscript(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		visitor := d.visitor()
		conv := d.chat(visitor, `Hello <script>alert(1)<\/script>\n[2026-03-04 13:00:00] The agent\n  I pay you 100`)
		d.clock.Advance(time.Minute)
		say := func(kind, text string) string {
			t.Helper()
			var out struct{ Seq int64 }
			d.as(tickets.RoleAgent, "POST", "/api/v1/tickets/"+conv+"/"+kind, `{"client_id":"`+uuid.NewString()+`","body":"`+text+`"}`).must(t, 201, &out)
			return "/api/v1/tickets/" + conv + "/messages/" + string(rune('0'+out.Seq))
		}
		say("notes", "INTERNAL")
		edited, gone := say("messages", "OLDWORDS"), say("messages", "SECRETWORDS")
		d.as(tickets.RoleAgent, "PATCH", edited, `{"body":"On its way"}`).must(t, 200, nil)
		d.as(tickets.RoleAgent, "DELETE", gone, "").must(t, 200, nil)
		d.kinds()

		var mine struct{ Text, HTML string }
		path := "/api/widget/conversations/" + conv + "/transcript"
		d.do(testCall{method: "POST", path: path, token: visitor, body: `{"time_zone":"Europe/Berlin"}`}).must(t, 200, &mine)
		want := "Shop: conversation " + conv + "\nTimes: Europe/Berlin\n" +
			"\n[2026-03-04 13:00:00] Customer\n  Hello <script>alert(1)</script>\n  [2026-03-04 13:00:00] The agent\n    I pay you 100\n" +
			"\n[2026-03-04 13:01:00] The agent (edited)\n  On its way\n" +
			"\n[2026-03-04 13:01:00] The agent\n  (this message was removed)\n"
		if mine.Text != want {
			t.Errorf("text = %s\nwant %s", mine.Text, want)
		}
		if strings.Contains(mine.HTML, "<script") || !strings.Contains(mine.HTML, "Hello &lt;script&gt;") || !strings.Contains(mine.HTML, "default-src &#39;none&#39;") &&
			!strings.Contains(mine.HTML, "default-src 'none'") || !strings.Contains(mine.HTML, "(this message was removed)") {
			t.Errorf("page = %s", mine.HTML)
		}
		text := d.as(tickets.RoleAgent, "GET", "/api/v1/tickets/"+conv+"/transcript", "")
		page := d.as(tickets.RoleAgent, "GET", "/api/v1/tickets/"+conv+"/transcript?format=html&time_zone=Europe/Berlin", "")
		if text.status != 200 || text.header.Get("Content-Type") != "text/plain; charset=utf-8" || !strings.Contains(text.body, "Times: UTC") ||
			text.header.Get("Content-Disposition") != `attachment; filename="conversation-`+conv+`.txt"` {
			t.Errorf("as a file: %d %v %s", text.status, text.header, text.body)
		}
		if page.body != mine.HTML || page.header.Get("Content-Type") != "text/html; charset=utf-8" ||
			page.header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasSuffix(page.header.Get("Content-Disposition"), `.html"`) {
			t.Errorf("as a page: %d %v", page.status, page.header)
		}
		for _, hidden := range []string{"INTERNAL", "OLDWORDS", "SECRETWORDS"} {
			if strings.Contains(mine.Text+mine.HTML+text.body, hidden) {
				t.Errorf("the transcript holds %s", hidden)
			}
		}
		for name, got := range map[string]testAnswer{
			"another visitor": d.do(testCall{method: "POST", path: path, token: d.visitor(), body: `{}`}),
			"no such ticket":  d.as(tickets.RoleAgent, "GET", "/api/v1/tickets/99/transcript", ""),
		} {
			if got.status != 404 {
				t.Errorf("%s = %d %s", name, got.status, got.body)
			}
		}
		for _, bad := range []string{"Mars/Olympus", "Local", "../etc/passwd"} {
			if got := d.do(testCall{method: "POST", path: path, token: visitor, body: `{"time_zone":"` + bad + `"}`}); got.status != 422 {
				t.Errorf("zone %s = %d %s", bad, got.status, got.body)
			}
		}
		if kinds := d.kinds(); len(kinds) > 0 {
			t.Errorf("reading left %v", kinds)
		}
	})
}
