package issues

import (
	"cmp"
	"slices"
	"strings"
)

// unit is the fixed-point one of weights. Counts in units are integers, so adding and removing a document
// is exact for ever and a restored model is the same model.
const unit = 256

// entry is one feature of a document.
type entry struct {
	feature int32
	weight  uint16 // in units
	form    uint16 // which surface form stood in the text
}

// feature is a stem (or tag) that documents of the window hold.
type feature struct {
	Stem     string
	Function bool
	Docs     int32 // documents that hold it now
	Active   bool  // counts in the mixture: seen a second time
	Forms    []form
	owner    *document // the only document that held it, while it waits for a second
}

// form is one spelling of a stem and how many documents use it; names show the most frequent.
type form struct {
	Text string
	Docs int32
}

const maxForms = 8 // spellings of one stem that are told apart

// vocabulary numbers the features of the held documents. A word leaves when its last document does, so
// that what a person wrote does not outlive the person's tickets.
type vocabulary struct {
	features []feature
	free     []int32 // numbers of forgotten features, reused
	index    map[string]int32
	active   int
	limit    int // active features; as many times pendingShare may wait
}

const pendingShare = 4 // words seen once outnumber the others

func newVocabulary(limit int) vocabulary {
	return vocabulary{index: make(map[string]int32), limit: limit}
}

// encode turns terms into entries and counts them in. Words beyond the limits are not learned.
func (v *vocabulary) encode(terms []term) []entry {
	entries := make([]entry, 0, len(terms))
	for _, t := range terms {
		f, ok := v.learn(t)
		if !ok {
			continue
		}
		weight := uint16(max(1, int(t.weight*unit+0.5)))
		entries = append(entries, entry{f, weight, v.features[f].addForm(t.surface)})
		v.features[f].Docs++
	}
	return entries
}

// learn returns a term's number, giving it one when there is room.
func (v *vocabulary) learn(t term) (int32, bool) {
	if f, ok := v.index[t.stem]; ok {
		return f, v.features[f].Active || v.active < v.limit
	}
	if len(v.index)-v.active >= v.limit*pendingShare {
		return 0, false
	}
	fresh := feature{Stem: strings.Clone(t.stem), Function: t.function}
	f := int32(len(v.features))
	if n := len(v.free); n > 0 {
		f, v.free = v.free[n-1], v.free[:n-1]
		v.features[f] = fresh
	} else {
		v.features = append(v.features, fresh)
	}
	v.index[fresh.Stem] = f
	return f, true
}

// release takes a document's entry out and says whether the feature is gone with it.
func (v *vocabulary) release(e entry) (gone bool) {
	f := &v.features[e.feature]
	if f.Docs--; f.Docs > 0 {
		f.dropForm(e.form)
		return false
	}
	delete(v.index, f.Stem)
	if f.Active {
		v.active--
	}
	*f = feature{}
	v.free = append(v.free, e.feature)
	return true
}

// addForm counts a spelling and returns its place.
func (f *feature) addForm(text string) uint16 {
	place := slices.IndexFunc(f.Forms, func(x form) bool { return x.Text == text })
	if place < 0 {
		place = slices.IndexFunc(f.Forms, func(x form) bool { return x.Docs == 0 })
	}
	switch {
	case place >= 0:
	case len(f.Forms) < maxForms:
		place, f.Forms = len(f.Forms), append(f.Forms, form{})
	default:
		return maxForms // not told apart
	}
	f.Forms[place] = form{strings.Clone(text), f.Forms[place].Docs + 1}
	return uint16(place)
}

func (f *feature) dropForm(place uint16) {
	if int(place) >= len(f.Forms) {
		return
	}
	if f.Forms[place].Docs--; f.Forms[place].Docs == 0 {
		f.Forms[place].Text = ""
	}
}

// surface is the spelling that people know the stem by.
func (f *feature) surface() string {
	if len(f.Forms) == 0 {
		return f.Stem
	}
	best := slices.MaxFunc(f.Forms, func(a, b form) int {
		return cmp.Or(cmp.Compare(a.Docs, b.Docs), strings.Compare(b.Text, a.Text))
	})
	if best.Docs == 0 {
		return f.Stem
	}
	return best.Text
}

// named says whether the feature may stand in a topic's name.
func (f *feature) named() bool {
	_, placeholder := masks[f.Stem]
	return f.Active && !f.Function && !placeholder && !strings.HasPrefix(f.Stem, tagPrefix)
}
