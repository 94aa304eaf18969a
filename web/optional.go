package web

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// optional is a field of a patch that may be absent (leave it), null (none) or a value.
type optional[T any] struct {
	Value T
	Set   bool
}

// given is nil for an absent field, the zero value for null.
func (o optional[T]) given() *T {
	if !o.Set {
		return nil
	}
	return &o.Value
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *optional[T]) UnmarshalJSON(b []byte) error {
	o.Set = true
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	return json.Unmarshal(b, &o.Value)
}

// Schema implements huma.SchemaProvider.
func (o optional[T]) Schema(r huma.Registry) *huma.Schema {
	t := reflect.TypeFor[T]()
	s := *r.Schema(t, t.Kind() != reflect.Struct, "") // a reference cannot be null
	s.Nullable = true
	return &s
}
