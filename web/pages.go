package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"heard/feedback/weekly"
)

// pages are the templates that the server renders itself. Styles stand inside the page, so that it is one request;
// the policy allows exactly those styles by their hash.
type pages struct {
	set       *template.Template
	styles    string                       // the hashes, for style-src
	survey    map[string]map[string]string // texts by language
	letterbox map[string]map[string]string
}

func newPages() (*pages, error) {
	p := &pages{}
	sheets := map[string]template.CSS{}
	names, err := fs.Glob(templates, "pages/*.css")
	if err != nil {
		return nil, fmt.Errorf("list the styles: %w", err)
	}
	for _, name := range names {
		css, err := fs.ReadFile(templates, name)
		if err != nil {
			return nil, fmt.Errorf("read a style: %w", err)
		}
		sheets[strings.TrimSuffix(path.Base(name), ".css")] = template.CSS(css)
		sum := sha256.Sum256(css)
		p.styles += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	if p.survey, err = readTexts("survey"); err != nil {
		return nil, err
	}
	if p.letterbox, err = readTexts("letterbox"); err != nil {
		return nil, err
	}
	p.set, err = template.New("").Funcs(template.FuncMap{
		"style": func(name string) template.CSS { return sheets[name] },
		"hours": hoursText, "sentence": weekly.Sentence, "reportPath": reportPath, "withForm": withForm,
	}).ParseFS(templates, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the templates: %w", err)
	}
	return p, nil
}

// render answers with a page. Nothing is sent before the whole of it could be made.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, name string, data any) {
	var b bytes.Buffer
	if err := s.pages.set.ExecuteTemplate(&b, name, data); err != nil {
		s.refuse(w, r, fmt.Errorf("render %s: %w", name, err))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the caller is gone: nobody is left to tell
	}
}

// errorPage shows a problem to a person.
func (s *Server) errorPage(w http.ResponseWriter, r *http.Request, p *problem) {
	w.Header().Set("Cache-Control", "no-store")
	for k, v := range p.GetHeaders() {
		w.Header()[k] = v
	}
	s.render(w, r, p.Status, "error.html", p)
}
