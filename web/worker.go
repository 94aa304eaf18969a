package web

import "net/http"

// serveWorker answers /sw.js, at the top so that it may stand for the whole console. Browsers ask for it now and then;
// it is never taken from a cache, so that a new one holds at once.
func (s *Server) serveWorker(w http.ResponseWriter, r *http.Request) {
	body, err := templates.ReadFile("pages/sw.js")
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	newAsset("sw.js", body, false).serve(w, r, cacheNever)
}
