package web

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// A business picks its colour for its looks; here it is made readable. Steps toward black or white keep the hue.

type rgb [3]float64 // 0 to 1

// parseColor reads #rrggbb.
func parseColor(s string) (c rgb, ok bool) {
	if !regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(s) {
		return c, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return c, false
	}
	return rgb{float64(n>>16) / 255, float64(n>>8&255) / 255, float64(n&255) / 255}, true
}

func (c rgb) String() string {
	byteOf := func(v float64) int { return int(math.Round(v * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", byteOf(c[0]), byteOf(c[1]), byteOf(c[2]))
}

// luminance is that of WCAG 2.
func (c rgb) luminance() float64 {
	linear := func(v float64) float64 {
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

func contrast(a, b rgb) float64 {
	light, dark := max(a.luminance(), b.luminance()), min(a.luminance(), b.luminance())
	return (light + 0.05) / (dark + 0.05)
}

// readableOn moves a colour away from a background until text in it can be read there.
func (c rgb) readableOn(background rgb) rgb {
	to := rgb{}
	if background.luminance() < 0.18 {
		to = rgb{1, 1, 1}
	}
	out := c
	for step := range 21 {
		k := float64(step) / 20
		for i := range out {
			out[i] = c[i]*(1-k) + to[i]*k
		}
		if contrast(out, background) >= 4.6 { // what rounding to bytes takes is left over
			break
		}
	}
	return out
}

// onTop is black or white, whichever can be read on the colour.
func (c rgb) onTop() rgb {
	if contrast(c, rgb{1, 1, 1}) >= contrast(c, rgb{}) {
		return rgb{1, 1, 1}
	}
	return rgb{}
}

// letterColor is a brand's colour as it can be read in a letter, which is black on white.
func letterColor(brand string) string {
	c, ok := parseColor(brand)
	if !ok {
		c, _ = parseColor("#3a50d6")
	}
	return c.readableOn(rgb{1, 1, 1}).String()
}

// serveBrand answers GET /brand/{color}: the colours of a page of ours in a brand's, readable in both themes.
func (s *Server) serveBrand(w http.ResponseWriter, r *http.Request) {
	hex, is := strings.CutSuffix(r.PathValue("color"), ".css")
	c, ok := parseColor("#" + hex)
	if !ok || !is {
		s.refuse(w, r, errNothing)
		return
	}
	paper, _ := parseColor("#f6f6f8")
	night, _ := parseColor("#16171b")
	light, dark := c.readableOn(paper), c.readableOn(night)
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	fmt.Fprintf(w, ":root{--accent:light-dark(%s,%s);--on-accent:light-dark(%s,%s)}\n", light, dark, light.onTop(), dark.onTop())
}
