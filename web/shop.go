package web

import (
	_ "embed"
	"html/template"
	"net/http"

	t "heard/tickets"
)

//go:embed pages/shop.js
var shopScript []byte

// demoRoutes are the shop of heard demo: a page of a business that does not exist, with the widget in it.
func (s *Server) demoRoutes() []route {
	if s.shop == "" {
		return nil
	}
	open := public(t.PublicRead)
	return []route{
		{"GET", "/demo/shop", open, perPage, plain(s.serveShop).as(pageShop)},
		{"GET", "/demo/shop.js", open, perPage, plain(serveShopScript).as(pageAsset)},
	}
}

// shopThing is one of the shop's goods.
type shopThing struct {
	Name, What, Price, Tone string
	Art                     template.HTML // ours, drawn below
}

func (s *Server) serveShop(w http.ResponseWriter, r *http.Request) {
	s.render(w, r, http.StatusOK, "shop.html", map[string]any{"Inbox": s.shop, "Things": shopThings()})
}

func serveShopScript(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(shopScript) // the caller is gone: nobody is left to tell
}

func shopThings() []shopThing {
	art := func(inside string) template.HTML {
		return template.HTML(`<svg viewBox="0 0 200 200" aria-hidden="true">` + inside + `</svg>`)
	}
	return []shopThing{
		{"Alba lamp", "Spun steel, touch dimmer", "€89", "sun", art(`<circle cx="100" cy="82" r="84" class="c-glow2"/><path d="M48 84a52 54 0 0 1 104 0z" class="c-clay"/><path d="M48 84h104" class="l-clay2"/><rect x="96" y="86" width="8" height="78" class="c-brass"/><path d="M70 184c0-13 10-21 30-21s30 8 30 21z" class="c-clay2"/>`)},
		{"Skye throw", "Lambswool, woven in one piece", "€119", "sage", art(`<path d="M30 66q0-14 14-14h112q14 0 14 14v20H30z" class="c-wool2"/><path d="M24 88q0-10 12-10h128q12 0 12 10v62H24z" class="c-wool"/><path d="M24 104h152M24 118h152" class="l-wool"/><path d="M30 152v18M44 152v18M58 152v18M72 152v18M86 152v18M100 152v18M114 152v18M128 152v18M142 152v18M156 152v18M170 152v18" class="l-wool"/>`)},
		{"Tide mug", "Stoneware, two glazes", "€24", "sea", art(`<path d="M136 84c46-12 52 56 0 62" class="l-tide"/><path d="M40 60h100v82c0 26-18 38-50 38s-50-12-50-38z" class="c-paper"/><path d="M40 60h100v46c-22 18-42-8-64 6-14 9-26 6-36-2z" class="c-tide"/><ellipse cx="90" cy="60" rx="50" ry="11" class="c-tide2"/>`)},
		{"Grove stool", "Oiled oak, three legs", "€149", "wheat", art(`<path d="M58 84 38 184M142 84l20 100" class="l-oak"/><path d="M100 88v88" class="l-oak"/><path d="M50 138h100" class="l-oak"/><path d="M26 74v8c0 12 33 20 74 20s74-8 74-20v-8z" class="c-oak2"/><ellipse cx="100" cy="72" rx="74" ry="20" class="c-oak"/>`)},
		{"Dune cushion", "Washed linen, feather filled", "€45", "rose", art(`<path d="M26 40c30 8 118 8 148 0 9 36 9 88 0 124-30-8-118-8-148 0-9-36-9-88 0-124z" class="c-linen"/><path d="M26 164c30-8 118-8 148 0 4-16 6-34 7-52-28 30-126 34-161 8 0 16 2 31 6 44z" class="c-linen2"/><path d="M26 40c12 10 18 16 24 24M174 40c-12 10-18 16-24 24M26 164c12-10 18-16 24-24M174 164c-12-10-18-16-24-24" class="l-linen"/>`)},
		{"Ember candle", "Soy wax, cedar and fig", "€32", "dusk", art(`<circle cx="100" cy="52" r="46" class="c-glow2"/><path d="M100 22c16 20 18 28 18 36a18 18 0 0 1-36 0c0-8 2-16 18-36z" class="c-flame"/><path d="M100 66v20" class="l-ink"/><rect x="52" y="84" width="96" height="96" rx="12" class="c-glass"/><path d="M52 96q0-12 12-12h72q12 0 12 12v10H52z" class="c-wax"/><rect x="72" y="122" width="56" height="34" rx="3" class="c-paper"/><path d="M84 139h32" class="l-ink"/>`)},
	}
}
