package web

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"

	"github.com/google/uuid"
)

// formFile is one part of a form.
type formFile struct{ field, name, content string }

// upload sends a form.
func (d *testDesk) upload(path, token string, files ...formFile) testAnswer {
	d.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", mime.FormatMediaType("form-data", map[string]string{"name": f.field, "filename": f.name}))
		h.Set("Content-Type", "text/html") // never believed
		part, err := form.CreatePart(h)
		if err != nil {
			d.t.Fatal(err)
		}
		fmt.Fprint(part, f.content)
	}
	if err := form.Close(); err != nil {
		d.t.Fatal(err)
	}
	return d.do(testCall{method: "POST", path: path, token: token, body: b.String(),
		header: map[string]string{"Content-Type": form.FormDataContentType()}})
}

const (
	visitorUploads = "/api/widget/attachments"
	agentUploads   = "/api/v1/attachments"
)

// uploaded is the first attachment of a good upload.
func (d *testDesk) uploaded(path, token, name, content string) tickets.WireAttachment {
	d.t.Helper()
	var out struct{ Items []tickets.WireAttachment }
	d.upload(path, token, formFile{"file", name, content}).must(d.t, 201, &out)
	return out.Items[0]
}

func (d *testDesk) get(path, token string) testAnswer {
	d.t.Helper()
	return d.do(testCall{method: "GET", path: path, token: token})
}

func pngOf(w, h int) string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		panic(err)
	}
	return b.String()
}

// withFile sends a visitor's message with a file and returns the conversation and the file as events show it.
func (d *testDesk) withFile(visitor string, f tickets.WireAttachment) (conversation string, shown tickets.WireAttachment) {
	d.t.Helper()
	var out struct{ Conversation string }
	d.do(testCall{method: "POST", path: "/api/widget/conversations", token: visitor,
		body: `{"message":{"client_id":"` + uuid.NewString() + `","body":"see","attachments":[{"id":"` + f.ID + `"}]}}`}).must(d.t, 201, &out)
	return out.Conversation, d.shown("/api/widget/conversations/"+out.Conversation, visitor)
}

// shown is the first file in the events of a conversation or ticket.
func (d *testDesk) shown(base, token string) tickets.WireAttachment {
	d.t.Helper()
	var events struct {
		Items []struct {
			Data struct{ Attachments []tickets.WireAttachment }
		}
	}
	d.get(base+"/events", token).must(d.t, 200, &events)
	for _, e := range events.Items {
		if len(e.Data.Attachments) > 0 {
			return e.Data.Attachments[0]
		}
	}
	d.t.Fatalf("no file in the events of %s", base)
	return tickets.WireAttachment{}
}

func TestAFileFromVisitorToAgent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		visitor, stranger, admin := d.visitor(), d.visitor(), d.tokens[tickets.RoleAdmin]
		picture := pngOf(900, 300)
		up := d.uploaded(visitorUploads, visitor, "my photo.png", picture)
		if up.Type != "image/png" || up.Size != int64(len(picture)) || up.Width != 900 || up.Height != 300 || up.Thumb == "" {
			t.Errorf("uploaded %+v", up)
		}
		id, mine := d.withFile(visitor, up)
		theirs := d.shown("/api/v1/tickets/"+id, admin)
		if !strings.Contains(mine.URL, "sign=") || strings.Contains(theirs.URL, "?") || mine.ID != up.ID {
			t.Errorf("a customer is shown %s, an agent %s", mine.URL, theirs.URL)
		}
		for what, got := range map[string]testAnswer{"signed": d.get(mine.URL, ""), "an agent": d.get(theirs.URL, admin),
			"the visitor's token": d.get(theirs.URL, visitor)} {
			if got.status != 200 || got.body != picture {
				t.Errorf("%s: %d, %d bytes", what, got.status, len(got.body))
			}
			h := got.header
			for name, want := range map[string]string{"Content-Type": "image/png", "X-Content-Type-Options": "nosniff",
				"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "private, max-age=900, immutable", "X-Frame-Options": "DENY",
				"Content-Disposition": `inline; filename="my photo.png"; filename*=UTF-8''my%20photo.png`} {
				if h.Get(name) != want {
					t.Errorf("%s: %s = %q, want %q", what, name, h.Get(name), want)
				}
			}
			if !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%s: policy %q has no sandbox", what, h.Get("Content-Security-Policy"))
			}
		}
		thumb := d.get(mine.Thumb, "")
		c, _, err := image.DecodeConfig(strings.NewReader(thumb.body))
		if err != nil || c.Width != 480 || thumb.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("thumbnail: %d, %+v, %v", thumb.status, c, err)
		}
		part := d.do(testCall{method: "GET", path: mine.URL, header: map[string]string{"Range": "bytes=10-19"}})
		if part.status != 206 || part.body != picture[10:20] {
			t.Errorf("a range: %d, %q", part.status, part.body)
		}
		kept := d.do(testCall{method: "GET", path: mine.URL, header: map[string]string{"If-None-Match": d.get(mine.URL, "").header.Get("ETag")}})
		if kept.status != 304 || kept.body != "" {
			t.Errorf("a kept copy: %d", kept.status)
		}
		for what, got := range map[string]testAnswer{"nobody": d.get(theirs.URL, ""), "another visitor": d.get(theirs.URL, stranger)} {
			if got.status != 401 && got.status != 404 || strings.Contains(got.body, picture) {
				t.Errorf("%s: %d", what, got.status)
			}
		}
	})
}

// TestLinksAreNotToBend: tampered, guessed and ended addresses, and files that are not the viewer's any more.
func TestLinksAreNotToBend(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		visitor, other, admin := d.visitor(), d.visitor(), d.tokens[tickets.RoleAdmin]
		up := d.uploaded(visitorUploads, visitor, "a.txt", "secret of one")
		foreign := d.uploaded(visitorUploads, other, "b.txt", "secret of another")
		id, mine := d.withFile(visitor, up)
		path, query, _ := strings.Cut(mine.URL, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		until, sign := values.Get("until"), values.Get("sign")
		note := d.uploaded(agentUploads, admin, "n.txt", "for colleagues")
		d.as(tickets.RoleAdmin, "POST", "/api/v1/tickets/"+id+"/notes", `{"client_id":"`+uuid.NewString()+`","body":"x","attachments":["`+note.ID+`"]}`).must(t, 201, nil)
		for _, tt := range []struct {
			name, path, token string
			want              int
		}{
			{"as it is", mine.URL, "", 200},
			{"another name", strings.Replace(mine.URL, "a.txt", "b.html", 1), "", 200}, // a name opens nothing
			{"no sign", path, "", 401},
			{"empty sign", path + "?until=" + until + "&sign=", "", 404},
			{"a bit", path + "?until=" + until + "&sign=" + flip(sign), "", 404},
			{"a later end", path + "?until=9" + until + "&sign=" + sign, "", 404},
			{"another file", strings.Replace(path, up.ID, foreign.ID, 1) + "?" + query, "", 404},
			{"the file of a note", strings.Replace(path, up.ID, note.ID, 1) + "?" + query, "", 404},
			{"the file of a note, by the customer", strings.Replace(path, up.ID, note.ID, 1), visitor, 404},
			{"another's upload", strings.Replace(path, up.ID, foreign.ID, 1), visitor, 404},
			{"another's upload, by an agent", strings.Replace(path, up.ID, foreign.ID, 1), admin, 404},
			{"a guessed id", "/files/1/a.txt", admin, 404},
			{"no id", "/files/a'--/a.txt", admin, 404},
			{"an unknown parameter", mine.URL + "&token=x", "", 422},
			{"a parameter twice", mine.URL + "&sign=x", "", 422},
			{"no thumbnail", mine.URL + "&thumb=1", "", 404},
			{"a made-up token", path, "heard_x", 401},
			{"a path out", "/files/" + up.ID + "/../../x", admin, 404},
		} {
			got := d.get(tt.path, tt.token)
			if got.status != tt.want || tt.want != 200 && strings.Contains(got.body, "secret") {
				t.Errorf("%s: %d %s, want %d", tt.name, got.status, got.body, tt.want)
			}
		}
		d.clock.Advance(time.Hour)
		if got := d.get(mine.URL, ""); got.status != 404 {
			t.Errorf("an ended address: %d", got.status)
		}
		fresh := d.shown("/api/widget/conversations/"+id, visitor)
		if got := d.get(fresh.URL, ""); got.status != 200 {
			t.Errorf("a fresh address: %d", got.status)
		}
		hidden(t, d, path)
		d.as(tickets.RoleAdmin, "DELETE", "/api/v1/tickets/"+id+"/messages/2", "")
		for _, got := range []testAnswer{d.get(fresh.URL, ""), d.get(path, admin), d.get(path, visitor)} {
			if got.status != 404 {
				t.Errorf("a file of a redacted message: %d %s", got.status, got.body)
			}
		}
	})
}

// hidden takes the ticket's team from an agent, who then has no way to its file.
func hidden(t *testing.T, d *testDesk, path string) {
	t.Helper()
	lead := d.agents[tickets.RoleLead].ID.String()
	if got := d.get(path, d.tokens[tickets.RoleLead]); got.status != 200 {
		t.Errorf("a lead of the team: %d", got.status)
	}
	d.as(tickets.RoleAdmin, "POST", "/api/v1/teams", `{"name":"Others","agents":["`+lead+`"]}`).must(t, 201, nil)
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/agents/"+lead, `{"all_teams":false,"teams":["2"]}`).must(t, 200, nil)
	if got := d.get(path, d.tokens[tickets.RoleLead]); got.status != 404 {
		t.Errorf("a lead of another team: %d", got.status)
	}
}

// flip changes the first character of a signature.
func flip(s string) string {
	if s[0] == 'A' {
		return "B" + s[1:]
	}
	return "A" + s[1:]
}

// TestHostileFilesAreBytes: nothing of what a browser could run is shown, under whatever name.
func TestHostileFilesAreBytes(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	visitor := d.visitor()
	html, svg := "<html><script>alert(1)</script>", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`
	for _, f := range []struct{ name, content, as string }{
		{"page.html", html, "page.html"}, {"page.svg", svg, "page.svg"}, {"page.png", html, "page.png"}, {"x.xhtml", html, "x.xhtml"},
		{"p.png", svg, "p.png"}, {"doc.pdf", "%PDF-1.4", "doc.pdf"}, {".htaccess", "AddType x", "htaccess"},
		{"\u2063.pht", "<?php", "pht"}, {"shell.php\x00.png", html, "shell.php.png"}, {"evil\u202egnp.html", html, "evilgnp.html"},
		{`a"; filename="b.html`, html, "a_; filename=_b.html"}, {"ünï.txt", "x", "ünï.txt"}, {"gif.gif", "GIF89a" + html, "gif.gif"},
		{strings.Repeat("n", 500) + ".txt", "x", strings.Repeat("n", 196) + ".txt"},
	} {
		up := d.uploaded(visitorUploads, visitor, f.name, f.content)
		if up.Name != f.as {
			t.Errorf("%q is called %q, want %q", f.name, up.Name, f.as)
		}
		got := d.get(up.URL, "")
		kind, params, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
		if got.status != 200 || got.body != f.content || kind != "attachment" || err != nil || params["filename"] != f.as {
			t.Errorf("%q: %d, disposition %q", f.name, got.status, got.header.Get("Content-Disposition"))
		}
		if typ := got.header.Get("Content-Type"); strings.Contains(typ, "html") || strings.Contains(typ, "xml") || strings.HasPrefix(typ, "image/") {
			t.Errorf("%q is served as %s", f.name, typ)
		}
	}
}

func TestUploadForms(t *testing.T) {
	d := newDesk(t, dbtest.SQLite(t))
	visitor, admin := d.visitor(), d.tokens[tickets.RoleAdmin]
	one := formFile{"file", "a.txt", "x"}
	eleven := make([]formFile, 11)
	for i := range eleven {
		eleven[i] = one
	}
	for _, tt := range []struct {
		name string
		got  testAnswer
		want int
		code string
	}{
		{"two", d.upload(visitorUploads, visitor, one, one), 201, ""},
		{"an agent's", d.upload(agentUploads, admin, one), 201, ""},
		{"none", d.upload(visitorUploads, visitor), 422, "invalid"},
		{"eleven", d.upload(visitorUploads, visitor, eleven...), 422, "invalid"},
		{"another field", d.upload(visitorUploads, visitor, formFile{"upload", "a.txt", "x"}), 422, "invalid"},
		{"a program", d.upload(visitorUploads, visitor, formFile{"file", "a.exe", "x"}), 422, "invalid"},
		{"too large", d.upload(visitorUploads, visitor, formFile{"file", "a.bin", strings.Repeat("x", 10<<20+1)}), 413, "too_large"},
		{"nobody's", d.upload(visitorUploads, "", one), 401, "unauthenticated"},
		{"an agent's at the visitors' door", d.upload(visitorUploads, admin, one), 401, "unauthenticated"},
		{"a visitor's at the agents' door", d.upload(agentUploads, visitor, one), 401, "unauthenticated"},
		{"JSON", d.do(testCall{method: "POST", path: visitorUploads, token: visitor, body: "{}"}), 415, "unsupported"},
		{"half a form", d.do(testCall{method: "POST", path: visitorUploads, token: visitor, body: "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx",
			header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}}), 422, "invalid"},
		{"no form", d.do(testCall{method: "POST", path: visitorUploads, token: visitor, body: "x",
			header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"}}), 422, "invalid"},
		{"from another site", d.do(testCall{method: "POST", path: visitorUploads, token: visitor, body: "x",
			header: map[string]string{"Content-Type": "multipart/form-data; boundary=b", "Origin": "https://evil.example"}}), 403, "forbidden"},
	} {
		if tt.got.status != tt.want || tt.got.code() != tt.code {
			t.Errorf("%s: %d %s, want %d %s", tt.name, tt.got.status, tt.got.body, tt.want, tt.code)
		}
	}
	d.kinds()
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/inboxes/"+d.inbox.ID.String(), `{"settings":{"attachments":{"enabled":false}}}`).must(t, 200, nil)
	if got := d.upload(visitorUploads, visitor, one); got.status != http.StatusForbidden {
		t.Errorf("where files are off: %d %s", got.status, got.body)
	}
	d.as(tickets.RoleAdmin, "PATCH", "/api/v1/inboxes/"+d.inbox.ID.String(), `{"settings":{"attachments":{"types":["exe"]}}}`).must(t, 422, nil)
	var session struct {
		Settings struct{ Attachments wireWidgetFiles }
	}
	d.do(testCall{method: "POST", path: "/api/widget/session", body: `{"inbox":"` + d.inbox.Key + `"}`}).must(t, 200, &session)
	if a := session.Settings.Attachments; a.Enabled || a.MaxBytes != 10<<20 || a.MaxFiles != 10 {
		t.Errorf("the widget is told %+v", a)
	}
}
