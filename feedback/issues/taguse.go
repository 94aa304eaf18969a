package issues

const (
	leastTagged = 5 // how often a tag must be used to name a matter
	tagsOfMost  = 5 // a tag on more than one ticket in so many names none
)

// tagUse counts how agents use tags, to tell those that name a matter from those that name a customer, a channel or
// a state.
type tagUse struct {
	tickets int
	used    map[string]int
}

func newTagUse() tagUse { return tagUse{used: make(map[string]int)} }

func (u *tagUse) add(tag string) { u.used[tag]++ }

func (u *tagUse) telling(tag string) bool { return telling(u.used[tag], u.tickets) }

// telling says whether a tag that is on so many tickets of a desk names a matter.
func telling(used, tickets int) bool {
	return used >= leastTagged && used*tagsOfMost <= tickets
}
