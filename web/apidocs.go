package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// serveSpec answers the OpenAPI 3.1 description of the routes that programs call.
func (s *Server) serveSpec(w http.ResponseWriter, r *http.Request) {
	b, err := json.Marshal(s.api.OpenAPI())
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/openapi+json")
	_, _ = w.Write(b)
}

// call is one operation as the docs page shows it.
type call struct {
	Method, Path, Summary, Auth string
	Query                       []string
	Body                        []docField
}

type docField struct{ Name, Type, Note string }

// group is the calls about one noun.
type group struct {
	Name  string
	Calls []call
}

// serveDocs answers a page made from the same description, with nothing loaded from anywhere else.
func (s *Server) serveDocs(w http.ResponseWriter, r *http.Request) {
	spec := s.api.OpenAPI()
	found := map[string][]call{}
	for _, item := range spec.Paths {
		for _, o := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if o != nil {
				found[o.Tags[0]] = append(found[o.Tags[0]], describe(spec, o))
			}
		}
	}
	var groups []group
	for name, calls := range found {
		slices.SortFunc(calls, func(a, b call) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
		groups = append(groups, group{name, calls})
	}
	slices.SortFunc(groups, func(a, b group) int { return strings.Compare(a.Name, b.Name) })
	s.render(w, r, http.StatusOK, "docs.html", map[string]any{"Groups": groups, "Version": s.Version})
}

func describe(spec *huma.OpenAPI, o *huma.Operation) call {
	c := call{Method: o.Method, Path: o.Path, Summary: o.Summary, Auth: "nobody in particular"}
	for _, need := range o.Security {
		for name := range need {
			c.Auth = name
		}
	}
	if len(o.Security) > 1 {
		c.Auth = "API token or session"
	}
	for _, p := range o.Parameters {
		if p.In == "query" {
			c.Query = append(c.Query, p.Name)
		}
	}
	if o.RequestBody == nil {
		return c
	}
	if media := o.RequestBody.Content["application/json"]; media != nil && media.Schema != nil {
		c.Body = fieldsOf(spec, media.Schema)
	}
	return c
}

func fieldsOf(spec *huma.OpenAPI, schema *huma.Schema) []docField {
	if schema.Ref != "" {
		schema = spec.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	var out []docField
	for name, p := range schema.Properties {
		f := docField{Name: name, Type: p.Type, Note: p.Description}
		if p.Ref != "" {
			f.Type = "object"
		}
		if p.Type == huma.TypeArray && p.Items != nil {
			f.Type = "list of " + strings.TrimPrefix(p.Items.Type+strings.TrimPrefix(p.Items.Ref, "#/components/schemas/"), " ")
		}
		if slices.Contains(schema.Required, name) {
			f.Type += ", required"
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b docField) int { return strings.Compare(a.Name, b.Name) })
	return out
}
