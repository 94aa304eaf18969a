package surveys_test

import (
	"strings"
	"testing"
	"time"

	"heard/feedback/surveys"
)

func TestCommentsComeNewestFirst(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		bob := h.newAgent("bob@x.test")
		var past []surveys.Past
		for i, comment := range []string{"a", "", "c", "d", ""} {
			id := h.chat(h.visitor())
			by := h.agent
			if i == 2 {
				by = bob
			}
			h.reply(by, id)
			_, err := h.store.Resolve(t.Context(), by, id)
			h.must(err)
			at := h.log.Now()
			h.clock.Advance(time.Hour)
			past = append(past, surveys.Past{Ticket: id, AskedAt: at, AnsweredAt: at.Add(time.Minute), Score: 3, Comment: comment})
		}
		h.must(h.s.Import(t.Context(), past))
		all := surveys.CommentQuery{To: h.log.Now() + 1, Limit: 9}
		with := func(change func(q *surveys.CommentQuery)) surveys.CommentQuery {
			q := all
			change(&q)
			return q
		}
		for name, tt := range map[string]struct {
			q    surveys.CommentQuery
			want string
		}{
			"all":       {all, "d c a"},
			"first":     {with(func(q *surveys.CommentQuery) { q.Limit = 2 }), "d c"},
			"next":      {with(func(q *surveys.CommentQuery) { q.Limit, q.Offset = 2, 2 }), "a"},
			"agent":     {with(func(q *surveys.CommentQuery) { q.Agent = bob.ID }), "c"},
			"inbox":     {with(func(q *surveys.CommentQuery) { q.Inbox = h.inbox.ID + 1 }), ""},
			"team":      {with(func(q *surveys.CommentQuery) { q.Team = h.team + 100 }), ""},
			"in a time": {with(func(q *surveys.CommentQuery) { q.From, q.To = past[2].AnsweredAt, past[3].AnsweredAt }), "c"},
		} {
			list, err := h.s.Comments(t.Context(), tt.q)
			h.must(err)
			var got []string
			for _, a := range list {
				got = append(got, a.Comment)
			}
			if text := strings.Join(got, " "); text != tt.want {
				t.Errorf("%s: %q, want %q", name, text, tt.want)
			}
		}
	})
}
