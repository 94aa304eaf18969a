// Package fault holds the one error type that may be shown to a caller.
//
// # Why
//
// What went wrong (Kind), what a person may read (Detail, Fields) and what only the log may know (the cause) are
// three separate things. Any error that is not a fault is Internal and says nothing. The kinds are the stable codes
// of the wire (but see Code); only web/problem.go and the socket code turn them into statuses and frames.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Kind is what went wrong, free of any transport; Code is how programs see it, stable for ever.
type Kind string

const (
	Unauthenticated Kind = "unauthenticated"
	Forbidden       Kind = "forbidden"
	NotFound        Kind = "not_found"
	Invalid         Kind = "invalid"
	ClientIDReused  Kind = "client_id_reused"
	NewerMessages   Kind = "newer_messages"
	Closed          Kind = "closed"
	Conflict        Kind = "conflict"
	StaleDraft      Kind = "stale_draft" // another one is stored than that which it was made from
	TooLate         Kind = "too_late"    // what was to be taken back has gone out
	TooLarge        Kind = "too_large"
	RateLimited     Kind = "rate_limited"
	Unavailable     Kind = "unavailable"
	Reload          Kind = "reload"
	Unsupported     Kind = "unsupported"
	Internal        Kind = "internal"
)

// Code is what programs see. The published list of codes knows no conflict: that what is asked does not fit the state
// of things is `invalid` to them, and HTTP's 409 tells the difference.
func (k Kind) Code() Kind {
	switch k {
	case Conflict, StaleDraft, TooLate:
		return Invalid
	}
	return k
}

// Field is one thing wrong with one field of the input, named as on the wire ("customer.email").
type Field struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
	Code   string `json:"code,omitempty" doc:"Of what clients word in their users' languages: file_empty, file_kind, file_virus, notice"`
}

// Error is safe to show to the caller; its cause is for the log only.
type Error struct {
	Kind       Kind
	Detail     string
	Fields     []Field       // for Invalid
	RetryAfter time.Duration // for RateLimited and Unavailable
	Extra      any           // for NewerMessages: the missing events, as the wire shows them; for StaleDraft: the stored one; for TooLate: the state
	cause      error
}

// Wrong lists what is wrong with the input. Whoever sees the code invalid finds at least one entry; one without a
// field's name is about the whole.
func (e *Error) Wrong() []Field {
	if len(e.Fields) == 0 && e.Kind.Code() == Invalid {
		return []Field{{Detail: e.Detail}}
	}
	return e.Fields
}

// New returns a fault of a kind with a sentence for the caller.
func New(kind Kind, detail string) *Error { return &Error{Kind: kind, Detail: detail} }

// Newf is New with a format.
func Newf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// On returns an Invalid fault for one field.
func On(field, detail string) *Error {
	return &Error{Kind: Invalid, Detail: field + " " + detail, Fields: []Field{{Field: field, Detail: detail}}}
}

// Coded is On with a code of the reason, for clients that word it in another language.
func Coded(field, detail, code string) *Error {
	f := On(field, detail)
	f.Fields[0].Code = code
	return f
}

// Because returns a copy that carries a cause for the log.
func (e *Error) Because(err error) *Error {
	c := *e
	c.Fields = slices.Clone(e.Fields)
	c.cause = err
	return &c
}

// After returns a copy that asks the caller to wait.
func (e *Error) After(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// Error returns the sentence and, for the log, the cause.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Detail + ": " + e.cause.Error()
	}
	return e.Detail
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Of returns the fault in err's chain; any other error is Internal and says nothing. Of(nil) is nil.
func Of(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(Internal, "something went wrong on our side").Because(err)
}

// KindOf returns the kind of err, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	return Of(err).Kind
}

// Fields collects what is wrong with several fields of one input.
type Fields []Field

// Add notes one wrong field.
func (f *Fields) Add(field, detail string) { *f = append(*f, Field{Field: field, Detail: detail}) }

// Err returns an Invalid fault that names every field, or nil when there is none.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Detail: f[0].Field + " " + f[0].Detail, Fields: f}
}
