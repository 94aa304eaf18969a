package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/feedback/issues"
)

// stream is a file of conversations in the order of their arrival, and what a team marked as fixed.
type stream struct {
	docs   []streamed
	places map[string]int
	fixes  []markedFix
}

type streamed struct {
	id, text, tag string
	customer      int64
	at            int64 // milliseconds of the clock that the file shows
	day           int   // of that clock, since 1970
}

type markedFix struct {
	day  int
	docs []int64 // conversations
}

func (s *stream) days() int { return s.docs[len(s.docs)-1].day - s.docs[0].day + 1 }

// conversation is a row as the model reads it. Its number is its place.
func (s *stream) conversation(i int) issues.Conversation {
	d := &s.docs[i]
	return issues.Conversation{ID: int64(i + 1), Customer: d.customer, At: d.at, Messages: []string{d.text}, Tag: d.tag}
}

// fixedUntil takes the fixes that are due when a day's night is over; next is the place of the first conversation
// after it.
func (s *stream) fixedUntil(day, next int) (due [][]int64) {
	last := next == len(s.docs)
	for len(s.fixes) > 0 && (s.fixes[0].day <= day || !last && s.fixes[0].day < s.docs[next].day) {
		due = append(due, s.fixes[0].docs)
		s.fixes = s.fixes[1:]
	}
	return due
}

const dayMillis = 24 * 60 * 60 * 1000

func endOf(day int) int64 { return int64(day+1)*dayMillis - 1 }

func dateOf(day int) string {
	return time.UnixMilli(int64(day) * dayMillis).UTC().Format(time.DateOnly)
}

// badRow is a row of a file that cannot be read.
func badRow(path string, line int, field, why string) error {
	return fmt.Errorf("%s, line %d: %s %s", path, line, field, why)
}

// sheet reads a CSV file row by row: columns by name, in any order, others ignored.
func sheet(path string, must []string, fn func(line int, get func(string) string) error) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	in := csv.NewReader(bufio.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))))
	head, err := in.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s is empty; its first row must name the columns %s", path, strings.Join(must, ", "))
	}
	if err != nil {
		return sheetError(path, err)
	}
	columns := map[string]int{}
	for i, name := range head {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			if _, twice := columns[name]; twice {
				return badRow(path, 1, name, "is a column twice")
			}
			columns[name] = i
		}
	}
	for _, name := range must {
		if _, ok := columns[name]; !ok {
			return badRow(path, 1, name, "is missing: the file has the columns "+strings.Join(head, ", "))
		}
	}
	for {
		row, err := in.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return sheetError(path, err)
		}
		line, _ := in.FieldPos(0)
		err = fn(line, func(name string) string {
			if i, ok := columns[name]; ok {
				return row[i]
			}
			return ""
		})
		if err != nil {
			return err
		}
	}
}

func sheetError(path string, err error) error {
	var bad *csv.ParseError
	switch {
	case errors.As(err, &bad) && errors.Is(bad.Err, csv.ErrFieldCount):
		return badRow(path, bad.Line, "the row", "has not as many fields as the header")
	case errors.As(err, &bad):
		return badRow(path, bad.Line, "the row", fmt.Sprintf("is no CSV at byte %d: %v", bad.Column, bad.Err))
	}
	return fmt.Errorf("read %s: %w", path, err)
}

// readStream reads the conversations and puts them into the order of their arrival.
func readStream(path string) (*stream, error) {
	s := &stream{places: map[string]int{}}
	customers := map[string]int64{}
	err := sheet(path, []string{"doc_id", "ts", "text"}, func(line int, get func(string) string) error {
		d := streamed{id: strings.TrimSpace(get("doc_id")), text: get("text"), tag: strings.ToLower(strings.TrimSpace(get("agent_tag")))}
		if d.id == "" {
			return badRow(path, line, "doc_id", "is empty")
		}
		if strings.Contains(d.id, ";") {
			return badRow(path, line, "doc_id", "must hold no semicolon: it separates ids in lists")
		}
		if _, twice := s.places[d.id]; twice {
			return badRow(path, line, "doc_id", strconv.Quote(d.id)+" was there before")
		}
		s.places[d.id] = 0
		at, err := wallClock(get("ts"))
		if err != nil {
			return badRow(path, line, "ts", err.Error())
		}
		d.at, d.day = at.UnixMilli(), int(at.Unix()/(24*60*60))
		who := strings.TrimSpace(get("customer_id"))
		if who == "" {
			who = "\x00" + d.id // unknown: another one each time
		}
		if customers[who] == 0 {
			customers[who] = int64(len(customers) + 1)
		}
		d.customer = customers[who]
		s.docs = append(s.docs, d)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(s.docs) == 0 {
		return nil, fmt.Errorf("%s holds no conversation", path)
	}
	slices.SortStableFunc(s.docs, func(a, b streamed) int { return int(min(max(a.at-b.at, -1), 1)) })
	for i := range s.docs {
		s.places[s.docs[i].id] = i
	}
	return s, nil
}

// wallClock reads a moment as the clock on the desk's wall showed it: with an offset its date and time are those
// written, so that a day is the desk's day. The answer carries them as UTC.
func wallClock(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	for _, layout := range []string{"2006-01-02T15:04", time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04",
		"2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", time.DateOnly} {
		at, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if at.Year() < 1970 || at.Year() > 2999 {
			return at, errors.New("must lie between 1970 and 2999")
		}
		return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), time.UTC), nil
	}
	return time.Time{}, fmt.Errorf("must be a time like 2026-11-02T09:30 or 2026-11-02T09:30:00+01:00, not %q", clipped(text))
}

func clipped(text string) string {
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}

// readFixes reads what the team marked as fixed. Conversations that the stream does not have are told, and left out:
// it may be a part of a longer one.
func (s *stream) readFixes(path string, warn io.Writer) error {
	err := sheet(path, []string{"date", "doc_ids"}, func(line int, get func(string) string) error {
		at, err := wallClock(get("date"))
		if err != nil {
			return badRow(path, line, "date", err.Error())
		}
		f, unknown := markedFix{day: int(at.Unix() / (24 * 60 * 60))}, 0
		for id := range strings.SplitSeq(get("doc_ids"), ";") {
			if id = strings.TrimSpace(id); id == "" {
				continue
			}
			if place, known := s.places[id]; known {
				f.docs = append(f.docs, int64(place+1))
			} else {
				unknown++
			}
		}
		switch {
		case unknown > 0:
			fmt.Fprintf(warn, "warning: %s, line %d: doc_ids names %d conversations that the stream does not have\n", path, line, unknown)
		case len(f.docs) == 0:
			return badRow(path, line, "doc_ids", "is empty")
		}
		if len(f.docs) > 0 {
			s.fixes = append(s.fixes, f)
		}
		return nil
	})
	slices.SortStableFunc(s.fixes, func(a, b markedFix) int { return a.day - b.day })
	return err
}

// peakMemory is the most memory this process had resident; 0 where the system does not tell.
func peakMemory() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "VmHWM:" {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			if err == nil {
				return kib * 1024
			}
		}
	}
	return 0
}
