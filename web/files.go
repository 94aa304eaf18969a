package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"heard/tickets"
	"heard/tickets/fault"
)

// Files are never pages: only pictures of four raster types are shown, everything else is saved; nothing is sniffed,
// and what runs all the same runs in a sandbox without an origin.
//
// A file has one address for agents, a plain path: their session or token is asked for at each request. What a
// customer is shown carries a signature instead, since an <img> in the panel has no way to show a token and no cookie
// of ours ever lies on a customer's side. Whoever has such an address may read that one file for less than an hour. In
// both cases the way goes through the conversation: a file whose message was redacted, or that went with a note, is not
// found.

// How long a browser may keep a file: one that was taken back should not outlive it for long.
const fileAge = 15 * time.Minute

// downloadWithin is how long sending a file may take.
const downloadWithin = 5 * time.Minute

var errNoSuchFile = fault.New(fault.NotFound, "there is no such file")

// serveFile sends a file, or a part of it.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	for name := range query {
		if name != "until" && name != "sign" && name != "thumb" {
			s.refuse(w, r, fault.On("query", "has an unknown parameter"))
			return
		}
	}
	thumb := query.Get("thumb") != ""
	file, err := inTime(r.Context(), readWithin, func(ctx context.Context) (*tickets.File, error) {
		return s.fileFor(w, r.WithContext(ctx), query)
	})
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	content, err := inTime(r.Context(), readWithin, func(context.Context) (*tickets.Content, error) {
		return s.files.Open(r.Context(), file, thumb) // it goes on reading after this
	})
	if err != nil {
		if fault.KindOf(err) == fault.Unavailable {
			s.log.WarnContext(r.Context(), "a file could not be read", "file", file.ID, "err", err)
		}
		s.refuse(w, r, err)
		return
	}
	defer content.Close()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadWithin)) // a recorder has none
	h := w.Header()
	h.Set("Content-Type", content.Type)
	h.Set("Content-Disposition", disposition(file.Name, content.Inline))
	h.Set("Cache-Control", "private, max-age="+strconv.Itoa(int(fileAge.Seconds()))+", immutable")
	h.Set("ETag", `"`+content.Hash[:32]+`"`)
	if !query.Has("sign") {
		h.Add("Vary", "Authorization, Cookie")
	}
	http.ServeContent(w, r, "", time.Time{}, content)
}

// fileFor finds a file that the request may see. Everything else is not found.
func (s *Server) fileFor(w http.ResponseWriter, r *http.Request, query url.Values) (*tickets.File, error) {
	ctx, id := r.Context(), r.PathValue("id")
	if query.Has("sign") {
		if !s.store.FileLinks().Good(id, query.Get("until"), query.Get("sign")) {
			return nil, errNoSuchFile
		}
		return s.file(ctx, id, func(f *tickets.File, t *tickets.Ticket) bool {
			return !f.Note && (t != nil || strings.HasPrefix(f.Uploader, tickets.VisitorSender(0)))
		})
	}
	c, err := s.fileCaller(w, r)
	if err != nil {
		return nil, err
	}
	if err := s.limits.take(perRead, c.limitKey()); err != nil {
		return nil, err
	}
	action := tickets.TicketRead
	if c.agent == nil {
		action = tickets.ConversationRead
	}
	return s.file(ctx, id, func(f *tickets.File, t *tickets.Ticket) bool {
		if t == nil {
			return f.Uploader == c.uploader()
		}
		return tickets.Can(c.rights, action, c.rights.ToTicket(t)) && !(f.Note && c.agent == nil)
	})
}

// fileCaller is an agent's session or token, or a visitor's token.
func (s *Server) fileCaller(w http.ResponseWriter, r *http.Request) (caller, error) {
	if secret, shown := bearer(r); shown && !tickets.IsToken(secret) {
		return s.visitorCaller(w, r)
	}
	return s.agentCaller(&route{Policy: agent(tickets.TicketRead)}, r)
}

// file loads a file and its ticket, nil for an upload that waits to be sent, and asks whether it may be seen.
func (s *Server) file(ctx context.Context, id string, may func(*tickets.File, *tickets.Ticket) bool) (*tickets.File, error) {
	f, err := s.files.File(ctx, id)
	if err != nil {
		return nil, err
	}
	var t *tickets.Ticket
	if f.Ticket != 0 {
		listed, err := s.store.Ticket(ctx, f.Ticket)
		if err != nil {
			return nil, err
		}
		t = &listed.Ticket
	}
	if !may(f, t) {
		return nil, errNoSuchFile
	}
	return f, nil
}

// inTime runs fn for at most a time, also when what it waits for does not mind a context.
func inTime[T any](ctx context.Context, most time.Duration, fn func(ctx context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	type result struct {
		v   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		v, err := fn(ctx)
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.v, r.err
	case <-time.After(most + afterwards):
		var none T
		return none, fault.New(fault.Unavailable, "the database does not answer").After(time.Second)
	}
}

// disposition says whether a browser shows a file or saves it, and under which name (RFC 6266, RFC 8187).
func disposition(name string, show bool) string {
	kind := "attachment"
	if show {
		kind = "inline"
	}
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
	var long strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			long.WriteByte(c)
			continue
		}
		long.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c)|0x100, 16)[1:]))
	}
	return kind + `; filename="` + plain + `"; filename*=UTF-8''` + long.String()
}
