package web

import (
	"bytes"
	"io"
	"mime"
	"net/url"
	"runtime/debug"
	"strings"

	"heard/tickets/fault"
)

// queryOf parses a query string and refuses one that is not well-formed.
func queryOf(u *url.URL) (url.Values, error) {
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the query is not well-formed")
	}
	for name, list := range values {
		for _, v := range append(list, name) {
			if !cleanText(v) {
				return nil, fault.New(fault.Invalid, "the query is not valid UTF-8 text")
			}
		}
	}
	return values, nil
}

// cleanText tells whether s is valid UTF-8 without NUL, which no database column of ours may hold.
func cleanText(s string) bool {
	return strings.ToValidUTF8(s, "\uFFFD") == s && !strings.ContainsRune(s, 0)
}

// isJSON tells whether a Content-Type is application/json, in UTF-8 if it says so.
func isJSON(contentType string) bool {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "application/json" {
		return false
	}
	for name, value := range params {
		if name != "charset" || !strings.EqualFold(value, "utf-8") {
			return false
		}
	}
	return true
}

func newBody(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }

func stack() string { return string(debug.Stack()) }
