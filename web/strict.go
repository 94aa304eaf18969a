package web

import (
	"io"

	"heard/chat"
	"heard/tickets/fault"
)

// maxJSON is the largest JSON body that any route takes.
const maxJSON = 64 << 10

var (
	errUnread   = fault.New(fault.Invalid, "the body did not arrive")
	errTooLarge = fault.New(fault.TooLarge, "the body is too large")
)

// readStrict reads a body of at most limit bytes that is exactly one well-formed JSON value.
func readStrict(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, errUnread.Because(err)
	}
	if int64(len(body)) > limit {
		return nil, errTooLarge
	}
	if len(body) == 0 {
		return nil, nil
	}
	return body, chat.CheckJSON(body)
}
