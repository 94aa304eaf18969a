package web

import (
	"slices"
	"testing"

	"heard/migrations"
	"heard/migrations/dbtest"
)

func TestAVisitorsListGoesOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		d := newDesk(t, db)
		mine, other := d.visitor(), d.visitor()
		var made []string
		for range 5 {
			made = append(made, d.chat(mine, "Hello"))
			d.chat(other, "Not for you")
		}
		slices.Reverse(made)
		type page struct {
			Items []struct{ ID string }
			Next  string
		}
		var seen []string
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			if pages > 5 {
				t.Fatal("the list does not end")
			}
			var p page
			d.do(testCall{method: "GET", path: "/api/widget/conversations?limit=2&cursor=" + cursor, token: mine}).must(t, 200, &p)
			for _, c := range p.Items {
				seen = append(seen, c.ID)
			}
			cursor = p.Next
		}
		if !slices.Equal(seen, made) {
			t.Errorf("page by page it lists %v, want %v", seen, made)
		}
		if got := d.do(testCall{method: "GET", path: "/api/widget/conversations?cursor=x", token: mine}); got.status != 422 {
			t.Errorf("a cursor that is none = %d %s", got.status, got.body)
		}
	})
}
