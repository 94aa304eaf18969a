package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"

	"github.com/danielgtaylor/huma/v2"
)

// statusOf is the HTTP status of every kind of fault.
func statusOf(k fault.Kind) int {
	switch k {
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.ClientIDReused, fault.NewerMessages, fault.Closed, fault.Conflict, fault.Reload, fault.StaleDraft, fault.TooLate:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Unsupported:
		return http.StatusNotImplemented
	}
	return http.StatusInternalServerError
}

// problem is an RFC 9457 document. It is also the error type of huma, which must not build its own: that one echoes
// the rejected body.
type problem struct {
	Type   string        `json:"type"`
	Title  string        `json:"title"`
	Status int           `json:"status"`
	Detail string        `json:"detail"`
	Code   fault.Kind    `json:"code"`
	Errors []fault.Field `json:"errors,omitempty"`
	Events any           `json:"events,omitempty" doc:"With newer_messages: the messages that the author has not seen."`
	Draft  *wireDraft    `json:"draft,omitempty" doc:"Of a draft that was made from another one than the stored one (409, errors name rev): what is stored."`
	State  string        `json:"state,omitempty" doc:"Of a message that can not be taken back any more (409, errors name id): what became of it."`

	retryAfter time.Duration
}

func (p *problem) Error() string { return p.Detail }

// GetStatus implements huma.StatusError.
func (p *problem) GetStatus() int { return p.Status }

// ContentType implements huma.ContentTypeFilter.
func (p *problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders implements huma.HeadersError.
func (p *problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(p.retryAfter.Seconds()))))
	}
	return h
}

// newProblem turns a fault into its document.
func newProblem(f *fault.Error) *problem {
	p := &problem{Code: f.Kind.Code(), Status: statusOf(f.Kind), Detail: f.Detail, Errors: f.Wrong(),
		retryAfter: f.RetryAfter}
	if f.Kind == fault.NewerMessages {
		p.Events = f.Extra
	}
	if p.retryAfter <= 0 && (f.Kind == fault.RateLimited || f.Kind == fault.Unavailable) {
		p.retryAfter = time.Second
	}
	return p.titled()
}

// with gives the document another status of the same code, such as 405 or 415.
func (p *problem) with(status int) *problem {
	p.Status = status
	return p.titled()
}

func (p *problem) titled() *problem {
	p.Type = "about:blank"
	p.Title = http.StatusText(p.Status)
	return p
}

// problemOf turns any error into its document. What is not a fault is logged and says nothing to the caller.
func (s *Server) problemOf(ctx context.Context, err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	f := fault.Of(err)
	switch {
	case f.Kind != fault.Internal:
	case ctx.Err() != nil || events.IsAway(err):
		f = fault.New(fault.Unavailable, "the database does not answer").After(time.Second).Because(err)
	default:
		s.metrics.failures.Add(1)
		s.log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("route", visitOf(ctx).route),
			slog.String("err", err.Error()))
	}
	if f.Kind == fault.Unavailable {
		s.hub.NoteOutage(f)
	}
	return newProblem(f)
}

// note tells the operator of refusals that may mean an attack. Strangers cause them, so the lines are bounded.
func (s *Server) note(ctx context.Context, p *problem) {
	switch p.Code {
	case fault.Unauthenticated, fault.Forbidden, fault.RateLimited:
	default:
		return
	}
	if s.limits.take(perLine, string(p.Code)) != nil {
		return
	}
	v := visitOf(ctx)
	s.log.LogAttrs(ctx, slog.LevelInfo, "refused", slog.String("code", string(p.Code)), slog.String("route", v.route),
		slog.String("from", v.from.String()))
}

// refuse answers a request with a problem.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problemOf(r.Context(), err)
	s.note(r.Context(), p)
	h := w.Header()
	for k, v := range p.GetHeaders() {
		h[k] = v
	}
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(p) // the caller is gone: nobody is left to tell
	}
}

// maxErrors is how many wrong fields one answer names.
const maxErrors = 20

// humaError is huma.NewError: what huma found wrong, told without the value that was wrong.
func humaError(status int, _ string, errs ...error) huma.StatusError {
	var fields fault.Fields
	for _, err := range errs {
		var d huma.ErrorDetailer
		if err == nil || !errors.As(err, &d) {
			continue
		}
		detail := d.ErrorDetail()
		where, name, _ := strings.Cut(detail.Location, ".")
		switch where {
		case "path": // a malformed id is the id of nothing
			return newProblem(fault.New(fault.NotFound, "there is nothing here"))
		case "body", "query", "header", "form":
			fields.Add(fieldOf(name, detail.Message), said(detail.Message))
		}
	}
	switch {
	case status == http.StatusRequestEntityTooLarge:
		return newProblem(fault.New(fault.TooLarge, "the request is too large"))
	case status == http.StatusUnsupportedMediaType:
		return newProblem(fault.New(fault.Unsupported, "the body must be application/json")).with(status)
	case status == http.StatusRequestTimeout:
		return newProblem(fault.New(fault.Invalid, "the body did not arrive in time")).with(status)
	case len(fields) > 0:
		// huma looks at a body in the order of a map; equal calls get equal answers.
		slices.SortFunc(fields, func(a, b fault.Field) int {
			return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Detail, b.Detail))
		})
		return newProblem(fault.Of(fields[:min(len(fields), maxErrors)].Err()))
	case status >= http.StatusBadRequest && status < http.StatusInternalServerError:
		return newProblem(fault.New(fault.Invalid, "the request is not understood"))
	}
	return newProblem(fault.New(fault.Internal, "something went wrong on our side"))
}

// fieldOf is the field that a message of huma's speaks of: of one that is missing it names the object around it.
func fieldOf(path, message string) string {
	const before, after = "expected required property ", " to be present"
	if strings.HasPrefix(message, before) && strings.HasSuffix(message, after) {
		missing := message[len(before) : len(message)-len(after)]
		if path != "" {
			missing = path + "." + missing
		}
		return fieldName(missing)
	}
	return fieldName(path)
}

// fieldName keeps the path of a field unless a stranger's text could be in it.
func fieldName(path string) string {
	if len(path) > 80 {
		return "body"
	}
	for _, r := range path {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '.' && r != '[' && r != ']' {
			return "body"
		}
	}
	if path == "" {
		return "body"
	}
	return path
}

// said keeps those of huma's sentences that speak of the schema alone. Errors of decoders quote the input.
func said(message string) string {
	for _, ours := range []string{"expected ", "unexpected property", "unknown query parameter", "required ", "invalid integer",
		"invalid boolean", "invalid float"} {
		if strings.HasPrefix(message, ours) && len(message) < 300 {
			return message
		}
	}
	return "is not valid"
}
