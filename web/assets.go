package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// assets are the built files, all in memory: nothing of a request ever becomes a path of the disk.
type assets struct {
	files map[string]*asset
	door  *asset // the console's page for who is not signed in
}

// asset is one file. Its compressed form is made at the first request that takes it.
type asset struct {
	body  []byte
	kind  string // Content-Type
	etag  string
	fixed bool // its name holds a hash of its content: it never changes

	once sync.Once
	zip  []byte // nil when compressing saves nothing
}

// hashed matches names that a build made from the content: main-B4k3d9aX.js.
const hashed = `[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$`

func newAssets(from fs.FS) (*assets, error) {
	if from == nil {
		sub, err := fs.Sub(dist, "dist")
		if err != nil {
			return nil, fmt.Errorf("open the embedded assets: %w", err)
		}
		from = sub
	}
	a := &assets{files: map[string]*asset{}}
	isHashed := regexp.MustCompile(hashed)
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		body, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		a.files[name] = newAsset(name, body, strings.HasPrefix(name, "assets/") && isHashed.MatchString(name))
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the assets: %w", err)
	}
	if page := a.files["console.html"]; page != nil {
		a.door = newAsset("console.html", withoutFrame(page.body), false)
	}
	return a, nil
}

func newAsset(name string, body []byte, fixed bool) *asset {
	sum := sha256.Sum256(body)
	return &asset{body: body, kind: contentType(name), fixed: fixed,
		etag: base64.RawURLEncoding.EncodeToString(sum[:12])}
}

// contentType goes by a list of our own: the machine's MIME table may be odd, and sniffing is off.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".webmanifest":
		return "application/manifest+json"
	case ".woff2":
		return "font/woff2"
	case ".mp3":
		return "audio/mpeg"
	case ".ogg":
		return "audio/ogg"
	case ".txt":
		return "text/plain; charset=utf-8"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// zipped returns the gzip form, nil when it is no smaller.
func (a *asset) zipped() []byte {
	a.once.Do(func() {
		if len(a.body) < 512 || (!strings.HasPrefix(a.kind, "text/") && !strings.HasPrefix(a.kind, "image/svg") &&
			!strings.HasPrefix(a.kind, "application/")) {
			return
		}
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return
		}
		if _, err := w.Write(a.body); err != nil || w.Close() != nil || b.Len() >= len(a.body) {
			return
		}
		a.zip = b.Bytes()
	})
	return a.zip
}

// serve answers with an asset; cache is its Cache-Control.
func (a *asset) serve(w http.ResponseWriter, r *http.Request, cache string) {
	body, etag := a.body, a.etag
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", cache)
	h.Add("Vary", "Accept-Encoding")
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if zip := a.zipped(); zip != nil {
			body, etag = zip, etag+"-gz"
			h.Set("Content-Encoding", "gzip")
		}
	}
	etag = `"` + etag + `"`
	h.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the caller is gone: nobody is left to tell
	}
}

// matches tells whether an If-None-Match header names the etag.
func matches(header, etag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == etag || part == "*" {
			return true
		}
	}
	return false
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		if c := strings.TrimSpace(coding); c != "gzip" && c != "*" {
			continue
		}
		q := strings.ReplaceAll(params, " ", "")
		return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
	}
	return false
}

// How long browsers keep what.
const (
	cacheForEver = "public, max-age=31536000, immutable"
	cacheLoader  = "public, max-age=300, stale-while-revalidate=86400"
	cacheCheck   = "public, max-age=0, must-revalidate"
	cacheNever   = "no-store"
)

// serveAsset answers /assets/… and the few files at the top.
func (s *Server) serveAsset(w http.ResponseWriter, r *http.Request) {
	a := s.assets.files[strings.TrimPrefix(r.URL.Path, "/")]
	if a == nil {
		s.lost(w, r, errNothing)
		return
	}
	cache := cacheCheck
	if a.fixed {
		cache = cacheForEver
	}
	if strings.HasPrefix(r.URL.Path, "/assets/widget/") {
		w.Header().Set("Access-Control-Allow-Origin", "*") // public scripts; the loader imports one of them into other sites
	}
	a.serve(w, r, cache)
}

// serveIcon answers /favicon.ico, which browsers ask for on pages that name no icon: with the console's.
func (s *Server) serveIcon(w http.ResponseWriter, r *http.Request) {
	for name, a := range s.assets.files {
		if strings.HasPrefix(name, "assets/console/icon-") {
			a.serve(w, r, cacheCheck)
			return
		}
	}
	s.lost(w, r, errNothing)
}

// serveLoader answers /widget.js: one name for ever, so that it is cached for minutes only.
func (s *Server) serveLoader(w http.ResponseWriter, r *http.Request) {
	a := s.assets.files["widget.js"]
	if a == nil {
		s.refuse(w, r, errNotBuilt)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*") // a public script; with it, sites may load it with crossorigin
	a.serve(w, r, cacheLoader)
}

// Where the console's page holds its frame, and where it says that somebody is signed in.
var (
	frameStart, frameEnd = []byte("<!-- frame -->"), []byte("<!-- /frame -->")
	knownMark            = []byte(" data-known")
)

// withoutFrame is the console's page for somebody who is not signed in: they will see a form, not a list.
func withoutFrame(page []byte) []byte {
	before, rest, framed := bytes.Cut(page, frameStart)
	_, after, closed := bytes.Cut(rest, frameEnd)
	if !framed || !closed {
		return page
	}
	return bytes.Replace(slices.Concat(before, after), knownMark, nil, 1)
}

// serveConsole answers the console's page for its own paths. Who brings no session gets it without the frame of the
// console, and without its questions to the API.
func (s *Server) serveConsole(w http.ResponseWriter, r *http.Request) {
	a := s.assets.files["console.html"]
	if a == nil {
		s.refuse(w, r, errNotBuilt)
		return
	}
	w.Header().Add("Vary", "Cookie")
	if s.sessionToken(r) == "" {
		a = s.assets.door
	}
	a.serve(w, r, "no-cache")
}
