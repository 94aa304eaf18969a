package tickets

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heard/tickets/fault"
)

// Limits on what strangers may store, in code points.
const (
	maxName     = 120
	maxEmail    = 254
	maxPhone    = 40
	maxExternal = 255
	maxAttrs    = 50
	maxAttrKey  = 64
	maxAttr     = 1000
	maxOrigins  = 50
	maxPrechat  = 8
	maxOptions  = 20
	maxCapacity = 100
)

// checker collects what is wrong with an input while it cleans it.
type checker struct{ wrong fault.Fields }

// line cleans one line of text: white space runs become one space, nothing invisible stays. The result holds at
// least least and at most most code points.
func (c *checker) line(field, s string, least, most int) string {
	if !utf8.ValidString(s) {
		c.wrong.Add(field, "is not valid UTF-8")
		return ""
	}
	s = strings.Join(strings.Fields(s), " ")
	n := utf8.RuneCountInString(s)
	switch {
	case hasControl(s):
		c.wrong.Add(field, "must not hold control characters")
	case n < least && n == 0:
		c.wrong.Add(field, "must not be empty")
	case n < least:
		c.wrong.Add(field, fmt.Sprintf("must hold at least %d characters", least))
	case n > most:
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d characters", most))
	}
	return s
}

// text is line for several lines: line breaks and tabs stay.
func (c *checker) text(field, s string, most int) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case !utf8.ValidString(s):
		c.wrong.Add(field, "is not valid UTF-8")
	case hasControl(strings.NewReplacer("\n", "", "\t", "").Replace(s)):
		c.wrong.Add(field, "must not hold control characters")
	case utf8.RuneCountInString(s) > most:
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d characters", most))
	}
	return s
}

// hasControl finds control characters and those that turn the direction of text, which can make a name lie.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069)
	})
}

// email checks the shape of an address and lower-cases it. "" is answered with "" when it may be absent.
func (c *checker) email(field, s string, required bool) string {
	s = strings.TrimSpace(s)
	if s == "" {
		if required {
			c.wrong.Add(field, "must not be empty")
		}
		return ""
	}
	addr, err := mail.ParseAddress(s)
	switch {
	case len(s) > maxEmail:
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d characters", maxEmail))
	case err != nil || addr.Name != "" || addr.Address != s || hasControl(s) || strings.ContainsAny(s, " \"<>,;"):
		c.wrong.Add(field, "is not an e-mail address")
	default:
		return strings.ToLower(s)
	}
	return ""
}

// exact checks a value that is compared byte by byte, such as an external id: nothing is trimmed.
func (c *checker) exact(field, s string, most int) string {
	switch {
	case !utf8.ValidString(s):
		c.wrong.Add(field, "is not valid UTF-8")
		return ""
	case utf8.RuneCountInString(s) > most:
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d characters", most))
	case hasControl(s) || s != strings.TrimSpace(s):
		c.wrong.Add(field, "must not hold control characters or outer spaces")
	}
	return s
}

// attrs checks custom attributes; the result is never nil.
func (c *checker) attrs(field string, in map[string]string) map[string]string {
	out := make(map[string]string, len(in))
	if len(in) > maxAttrs {
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d entries", maxAttrs))
		return out
	}
	for k, v := range in {
		key := c.line(field+" key", k, 1, maxAttrKey)
		out[key] = c.text(field+"."+key, v, maxAttr)
	}
	return out
}

// oneOf checks a word of a fixed list.
func oneOf[T ~string](c *checker, field string, s T, words ...T) {
	if !slices.Contains(words, s) {
		c.wrong.Add(field, fmt.Sprintf("must be one of %q", words))
	}
}

// between checks a number.
func (c *checker) between(field string, n, least, most int) {
	if n < least || n > most {
		c.wrong.Add(field, fmt.Sprintf("must be between %d and %d", least, most))
	}
}

// zone checks an IANA time zone.
// clock checks a time of day like 21:00; "" is none.
func (c *checker) clock(field, s string) {
	if _, err := time.Parse("15:04", s); s != "" && (err != nil || len(s) != 5) {
		c.wrong.Add(field, "is not a time of day like 21:00")
	}
}

func (c *checker) zone(field, s string) {
	if s == "" || s == "Local" {
		c.wrong.Add(field, "is not an IANA time zone")
	} else if _, err := time.LoadLocation(s); err != nil {
		c.wrong.Add(field, "is not an IANA time zone")
	}
}

// origins checks a list of web origins and returns it lower-cased, without doubles, never nil.
func (c *checker) origins(field string, in []string) []string {
	out := []string{}
	if len(in) > maxOrigins {
		c.wrong.Add(field, fmt.Sprintf("must hold at most %d entries", maxOrigins))
		return out
	}
	for i, s := range in {
		o, ok := origin(s)
		if !ok {
			c.wrong.Add(fmt.Sprintf("%s[%d]", field, i), "must be scheme://host or scheme://host:port")
		} else if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// origin returns the form in which browsers send an origin.
func origin(s string) (string, bool) {
	if len(s) > 300 {
		return "", false
	}
	u, err := url.Parse(strings.ToLower(s))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil ||
		u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(s, "#") {
		return "", false
	}
	host, port := u.Hostname(), u.Port()
	if !hostName(host) || strings.HasSuffix(u.Host, ":") {
		return "", false
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port == "" || (u.Scheme == "http" && port == "80") || (u.Scheme == "https" && port == "443") {
		return u.Scheme + "://" + host, true
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", false
	}
	return u.Scheme + "://" + host + ":" + port, true
}

// hostName tells whether s is an IP address or made of host name labels (international ones as punycode).
func hostName(s string) bool {
	if net.ParseIP(s) != nil {
		return true
	}
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
				return false
			}
		}
	}
	return true
}

// color checks #rrggbb.
func (c *checker) color(field, s string) string {
	ok := len(s) == 7 && s[0] == '#'
	for i := 1; ok && i < len(s); i++ {
		ok = strings.IndexByte("0123456789abcdefABCDEF", s[i]) >= 0
	}
	if !ok {
		c.wrong.Add(field, "must be a colour like #1a2b3c")
	}
	return strings.ToLower(s)
}
