package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"heard/tickets/events"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// once sets huma's global switches, the one exception to "no package-level state" (see doc.go).
var once sync.Once

func setUpHuma() {
	once.Do(func() {
		huma.NewError = humaError
		huma.ValidateStrictCasing = true
		huma.DefaultArrayNullable = false
	})
}

// newAPI returns the huma API whose operations land on mux. huma serves no document of its own: its docs page loads a
// foreign host, and its spec routes would stand beside our table.
func newAPI(mux humago.Mux, version string) huma.API {
	setUpHuma()
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	registry.RegisterTypeAlias(reflect.TypeFor[events.ID](), reflect.TypeFor[idSchema]())
	registry.RegisterTypeAlias(reflect.TypeFor[events.Time](), reflect.TypeFor[timeSchema]())
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: "Heard", Version: version,
				Description: "Ids are opaque decimal strings, times RFC 3339 UTC with three decimals, durations seconds. " +
					"Lists are {items, next?}: next is the cursor of the page after. Errors are problem documents (RFC 9457) " +
					"with a stable code."},
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "An API token of an agent"},
					"session": {Type: "apiKey", In: "cookie", Name: cookieHost},
					"visitor": {Type: "http", Scheme: "bearer", Description: "The token of a widget session"},
				},
			},
		},
		// "json" is what huma makes of application/problem+json.
		Formats:                      map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
	return humago.New(mux, config)
}

// schemaName names schemas after what they are on the wire.
func schemaName(t reflect.Type, hint string) string {
	return strings.ReplaceAll(huma.DefaultSchemaNamer(t, hint), "Wire", "")
}

func jsonFormat() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, v any) error {
			enc := json.NewEncoder(w)
			enc.SetEscapeHTML(false)
			return enc.Encode(v)
		},
		Unmarshal: json.Unmarshal,
	}
}

// idSchema and timeSchema stand in for the integer types whose JSON form is a string.
type idSchema struct{}

// Schema implements huma.SchemaProvider. null means none, as it does in Go; where one must be given, the domain says so.
func (idSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true, Pattern: `^[1-9][0-9]{0,18}$`, PatternDescription: "an id",
		Examples: []any{"42"}}
}

type timeSchema struct{}

// Schema implements huma.SchemaProvider.
func (timeSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true, Format: "date-time", Examples: []any{"2026-11-21T09:30:00.000Z"}}
}

// pathID is an id in a path. An integer kind with a string schema is refused there; a struct that reads text is not.
type pathID struct{ events.ID }

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *pathID) UnmarshalText(b []byte) (err error) {
	p.ID, err = events.ParseID(string(b))
	return err
}

// Schema implements huma.SchemaProvider.
func (pathID) Schema(r huma.Registry) *huma.Schema {
	s := idSchema{}.Schema(r)
	s.Nullable = false
	return s
}

// nothing is the body of a call that takes none: absent or {}.
type nothing struct{}

// onID is the input of calls that name one row and say no more.
type onID struct {
	ID   pathID   `path:"id"`
	Body *nothing `required:"false"`
}

// getID is onID for reading.
type getID struct {
	ID pathID `path:"id"`
}

// answer is an output with a body.
type answer[T any] struct{ Body T }

// made is an output that says whether something new came of it: 201, or 200 for the repeat of an earlier call.
type made[T any] struct {
	Status int
	Body   T
}

// list is how every list answers.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"The cursor of the page after; absent on the last."`
}

func ok[T any](v T, err error) (*answer[T], error) {
	if err != nil {
		return nil, err
	}
	return &answer[T]{Body: v}, nil
}

func created[T any](v T, err error) (*made[T], error) {
	if err != nil {
		return nil, err
	}
	return &made[T]{Status: http.StatusCreated, Body: v}, nil
}

// items makes a list that is never null.
func items[T any](rows []T, next string) list[T] {
	if rows == nil {
		rows = []T{}
	}
	return list[T]{Items: rows, Next: next}
}

// op makes a route's mount from a typed handler: the input struct is the strict form of the request, the output that
// of the answer, and every error goes through problemOf.
func op[I, O any](summary string, fn func(context.Context, *I) (*O, error)) mount {
	return mount{on: func(s *Server, r *route) {
		o := huma.Operation{
			OperationID: r.operationID(),
			Method:      r.Method,
			Path:        r.Path,
			Summary:     summary,
			Tags:        []string{r.tag()},
			Security:    r.Policy.security(),
			Responses:   map[string]*huma.Response{},
		}
		var out O
		if _, is := any(out).(interface{ created() }); is {
			o.DefaultStatus = http.StatusCreated
		}
		huma.Register(s.api, o, func(ctx context.Context, in *I) (*O, error) {
			res, err := fn(ctx, in)
			if err != nil {
				p := s.problemOf(ctx, err)
				s.note(ctx, p)
				return nil, p
			}
			return res, nil
		})
	}}
}

func (made[T]) created() {}
