package tickets_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"heard/tickets"
)

func TestVisitedPages(t *testing.T) {
	eachCrew(t, func(t *testing.T, c *crew) {
		v := c.start("", nil).Visitor
		saw := func(in tickets.PageIn) {
			t.Helper()
			c.must(c.SawPage(t.Context(), v, in))
		}
		visit := func() *tickets.Visit {
			t.Helper()
			out, err := c.VisitOf(t.Context(), v.ID)
			c.must(err)
			return out
		}
		if got := visit(); got != nil {
			t.Errorf("of a visitor who told nothing: %+v", got)
		}
		for _, bad := range []string{"", "javascript:alert(1)", "ftp://x.example/", "//x.example/", "https://", "nonsense", "https://x.example/\x00", "https://x.example/\u202E"} {
			saw(tickets.PageIn{URL: bad})
		}
		if got := visit(); got != nil {
			t.Errorf("of addresses that are none: %+v", got)
		}
		saw(tickets.PageIn{URL: "https://ann:pw@shop.example/cart?session=SECRET&utm_source=news&utm_x=SECRET#SECRET", Title: "Your  cart",
			Referrer: "https://search.example/find?q=SECRET&utm_source=SECRET", Language: "de-DE,de;q=0.9"})
		saw(tickets.PageIn{URL: "https://shop.example/cart?utm_source=news&token=OTHER"})
		got := visit()
		if len(got.Pages) != 1 || got.Pages[0].URL != "https://shop.example/cart?utm_source=news" || got.Pages[0].Title != "Your cart" {
			t.Errorf("pages = %+v", got.Pages)
		}
		if got.Referrer != "https://search.example/find" || got.Language != "de-DE" {
			t.Errorf("from %q in %q", got.Referrer, got.Language)
		}
		if text := dump(got); strings.Contains(text, "SECRET") || strings.Contains(text, "ann") {
			t.Errorf("a secret was kept: %s", text)
		}
		for i := range 60 {
			saw(tickets.PageIn{URL: fmt.Sprintf("https://shop.example/p/%d", i)})
		}
		if got := visit(); len(got.Pages) != 50 || got.Pages[0].URL != "https://shop.example/p/59" || got.Pages[49].URL != "https://shop.example/p/10" {
			t.Errorf("%d pages, first %v", len(got.Pages), got.Pages[0])
		}
		c.must(c.ForgetPages(t.Context()))
		if got := visit(); len(got.Pages) != 50 {
			t.Errorf("%d pages are left on the first day", len(got.Pages))
		}
		c.clock.Advance(30*24*time.Hour + time.Minute)
		if got := visit(); len(got.Pages) != 0 {
			t.Errorf("%d pages are shown after a month", len(got.Pages))
		}
		c.must(c.ForgetPages(t.Context()))
		if got := visit(); got != nil {
			t.Errorf("after a month: %+v", got)
		}
	})
}
