package main

import (
	"bytes"
	"slices"
	"strconv"
	"time"
)

// benchLoadCmd plays customers and agents over real sockets.
type benchLoadCmd struct{}

// stormWriters is how many customers go on writing while a storm passes.
const stormWriters = 10

// quantileMs is the q-quantile of durations, in milliseconds: the value at the nearest rank. It sorts them.
func quantileMs(list []time.Duration, q float64) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	i := min(int(q*float64(len(list))), len(list)-1)
	return float64(list[i]) / float64(time.Millisecond)
}

// sentAt reads the time that a message of the load carries.
func sentAt(frame []byte) (int64, bool) {
	mark := []byte(`"body":"message sent at `)
	i := bytes.Index(frame, mark)
	if i < 0 {
		return 0, false
	}
	digits := frame[i+len(mark):]
	digits = digits[:max(bytes.IndexByte(digits, ' '), 0)]
	at, err := strconv.ParseInt(string(digits), 10, 64)
	return at, err == nil
}

// isType tells whether a frame of our server is of a type: it writes the type first.
func isType(frame []byte, kind string) bool {
	const before = `{"type":"`
	return len(frame) > len(before)+len(kind) && string(frame[len(before):len(before)+len(kind)]) == kind &&
		frame[len(before)+len(kind)] == '"'
}
