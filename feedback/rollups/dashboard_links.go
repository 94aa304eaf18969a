package rollups

import "strings"

// hrefsOf are the links of a figure's cells, as columnsOf lists them: the value opens what makes it, a 90th percentile
// the slowest tenth, n all that it stands on.
func (p *page) hrefsOf(s spec, c column, d Days, more map[string]string, n int) []string {
	out := make([]string, len(columnsOf(s, c)))
	if n == 0 || s.kind == divided || s.key == Online {
		return out
	}
	for i, col := range columnsOf(s, c) {
		switch {
		case i == 0:
			out[i] = p.hrefPlus(s, d, more)
		case strings.HasSuffix(col.Key, "_p90"):
			out[i] = p.href(s.key, d, with(more, "bucket", slowest))
		case col.Role == "n":
			out[i] = p.href(s.key, d, more)
		}
	}
	return out
}

// hrefPart is the link to the tickets of a part.
func (p *page) hrefPart(key Key, by, part, name string, n int) string {
	only := narrowedTo(by, part, name)
	if only == nil {
		return ""
	}
	return p.hrefOf(n, key, p.now, only)
}

// narrowedTo is what a link to a part asks for; nil where no filter asks for it: there is none for "no team".
func narrowedTo(by, part, name string) map[string]string {
	switch by {
	case ofTag:
		return map[string]string{by: name}
	case ofChannel, ofTouchpoint:
		if part == "" {
			return nil
		}
	}
	if part == "0" {
		return nil
	}
	return map[string]string{by: part}
}
