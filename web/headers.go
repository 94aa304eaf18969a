package web

import (
	"net/http"
	"strings"
)

// page is what kind of document an answer is; it decides which headers protect it.
type page int

const (
	pageAPI        page = iota // JSON, never rendered
	pageConsole                // the agents' application
	pagePanel                  // the widget, framed by the sites of its inbox
	pageForm                   // a server-rendered page: survey, error, docs, report
	pageShop                   // the demo's shop: a page of ours with the widget in it
	pagePlayground             // where site owners try the widget: it frames a page of ours
	pageTried                  // that page: a stand-in for a site, with as strict a policy as one can have
	pageAsset                  // a script, a style, a font, an image
	pageWorker                 // the script that shows pushes
	pageFile                   // what people attached: never a page, whatever it says it is
)

// policies are the Content-Security-Policies by kind of page. No page runs inline script or style; boot data is a
// script element of type application/json, which is data. The panel's frame-ancestors are added by its handler.
func (s *Server) policyOf(p page) string {
	const nothing = "default-src 'none'; base-uri 'none'; object-src 'none'"
	switch p {
	case pageConsole:
		return nothing + "; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src " + s.connect() +
			"; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'"
	case pagePanel:
		return nothing + "; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src " + s.connect() +
			"; media-src 'self'; form-action 'self'"
	case pageForm:
		return nothing + "; script-src 'self'; style-src 'self'" + s.pages.styles + "; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'"
	case pageShop:
		return nothing + "; script-src 'self'; style-src 'self'" + s.pages.styles + "; img-src 'self' data:; connect-src " + s.connect() +
			"; frame-src 'self'; form-action 'none'; frame-ancestors 'none'"
	case pagePlayground:
		return nothing + "; script-src 'self'; style-src 'self'" + s.pages.styles + "; img-src 'self' data:; frame-src 'self'; form-action 'self'" +
			"; frame-ancestors 'none'; require-trusted-types-for 'script'"
	case pageTried:
		return nothing + "; script-src 'self'; style-src 'self'" + s.pages.styles + "; img-src 'self' data:; frame-src 'self'; form-action 'none'" +
			"; frame-ancestors 'self'; require-trusted-types-for 'script'"
	case pageWorker:
		return nothing + "; connect-src 'self'; frame-ancestors 'none'"
	case pageAsset, pageFile:
		return nothing + "; frame-ancestors 'none'; sandbox"
	}
	return nothing + "; frame-ancestors 'none'"
}

// connect is where our own pages may talk to: here, also by socket, which older browsers do not count as 'self'.
func (s *Server) connect() string {
	scheme := "ws://"
	if s.site.secure {
		scheme = "wss://"
	}
	return "'self' " + scheme + s.site.base.Host
}

// protect sets the headers that every answer carries. Handlers may only make them stricter, but for the panel, which
// names who may frame it.
func (s *Server) protect(h http.Header, p page) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", s.policyOf(p))
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("X-Permitted-Cross-Domain-Policies", "none")
	if p != pageAsset {
		h.Set("Cache-Control", "no-store")
	}
	switch p {
	case pagePanel:
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	case pageAsset:
		h.Set("Cross-Origin-Resource-Policy", "cross-origin") // the loader is a script of other sites
	case pageTried:
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	case pagePlayground: // the panel's window has to know who opened it
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	default:
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
	}
	if s.site.secure {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}

// frameAncestors names the sites that may frame the panel. An inbox that lists none may be embedded anywhere.
func frameAncestors(origins []string) string {
	if len(origins) == 0 {
		return "frame-ancestors *"
	}
	return "frame-ancestors 'self' " + strings.Join(origins, " ")
}
