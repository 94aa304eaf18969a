package tickets

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// shortcut is an act of the console that keys do.
type shortcut struct {
	id   string
	keys []string // unless an agent chose another one: the first may be changed
	// anywhere says that it acts while one writes too, and so needs a modifier.
	anywhere bool
}

// with are the keys of a shortcut once the first was chosen; "" is none at all.
func (s shortcut) with(chosen map[string]string) []string {
	own, changed := chosen[s.id]
	switch {
	case !changed:
		return s.keys
	case own == "":
		return nil
	}
	return append([]string{own}, s.keys[1:]...)
}

// meet tells whether two keys cannot both act: they are the same, or one begins the other.
func meet(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+" ") || strings.HasPrefix(b, a+" ")
}

// shortcutClash finds the shortcut that a chosen key is taken from.
func shortcutClash(all []shortcut, chosen map[string]string, id string) (other string, found bool) {
	key := chosen[id]
	for _, s := range all {
		if s.id != id && key != "" && slices.ContainsFunc(s.with(chosen), func(k string) bool { return meet(k, key) }) {
			return s.id, true
		}
	}
	return "", false
}

// keys checks chosen keys: of shortcuts that there are, one or two strokes that a keyboard can make, and no stroke twice,
// neither with another that was chosen nor with one that a shortcut comes with.
func (c *checker) keys(in map[string]string) {
	if len(in) > maxKeys {
		c.wrong.Add("keys", fmt.Sprintf("must hold at most %d entries", maxKeys))
		return
	}
	all := shortcuts()
	for _, id := range slices.Sorted(maps.Keys(in)) {
		at := slices.IndexFunc(all, func(s shortcut) bool { return s.id == id })
		switch {
		case at < 0:
			c.wrong.Add("keys", fmt.Sprintf("name no shortcut: %.40q", id))
			return
		case !isChord(in[id]):
			c.wrong.Add("keys", "must be one or two keys: "+id)
			return
		case all[at].anywhere && in[id] != "" && in[id] != all[at].keys[0] && !strings.HasPrefix(in[id], "Mod+"):
			c.wrong.Add("keys", "must have Ctrl or Cmd where they act while one writes: "+id)
			return
		}
		if other, clash := shortcutClash(all, in, id); clash {
			c.wrong.Add("keys", fmt.Sprintf("are the same for %s and %s, or one begins the other: %q", other, id, in[id]))
			return
		}
	}
}

// mendKeys drops what no program of today understands. What an agent chose stands before what a newer shortcut comes with.
func mendKeys(in map[string]string) {
	all := shortcuts()
	for id, key := range in {
		if !isChord(key) || !slices.ContainsFunc(all, func(s shortcut) bool { return s.id == id }) {
			delete(in, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(in)) {
		for other, clash := shortcutClash(all, in, id); clash; other, clash = shortcutClash(all, in, id) {
			in[other] = ""
		}
	}
}

// isChord tells whether s is no key, one, or two after each other ("g i").
func isChord(s string) bool {
	if s == "" {
		return true
	}
	strokes := strings.Split(s, " ")
	return utf8.ValidString(s) && !hasControl(s) && len(strokes) <= 2 && !slices.ContainsFunc(strokes, func(k string) bool {
		return k == "" || utf8.RuneCountInString(k) > maxStroke
	})
}
