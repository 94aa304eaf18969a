package issues

import (
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// dataFile finds a file of the evaluation data, or skips the test where there is none.
func dataFile(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("HEARD_DATA_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no evaluation data: %v (HEARD_DATA_DIR tells where it is)", err)
	}
	return path
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func readCSV(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(dataFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("read %s: %v", name, err)
	}
	return rows[1:]
}

// sample is one labelled conversation; day counts from 0.
type sample struct {
	Conversation
	label string
	day   int
}

// banking77 returns all rows in a fixed shuffled order: the files are sorted by label, arrivals are not.
func banking77(t testing.TB) []sample {
	t.Helper()
	rows := append(readCSV(t, "banking77/train.csv"), readCSV(t, "banking77/test.csv")...)
	samples := make([]sample, len(rows))
	for i, place := range newRand(7).Perm(len(rows)) {
		row := rows[place]
		samples[i] = sample{Conversation: Conversation{ID: int64(i + 1), Messages: []string{row[0]}}, label: row[1]}
	}
	return samples
}

// incident is one injected event of the stream.
type incident struct {
	Label, Kind, Start, End, Fix string
	start, end, fix              int // days; fix −1 if none
}

// stream is the development stream with its ground truth.
type stream struct {
	samples   []sample
	incidents []incident
	days      int
	evalFrom  int
	first     time.Time
}

func streamDev(t testing.TB) *stream {
	t.Helper()
	var truth struct {
		FirstDay  string `json:"first_day"`
		EvalFrom  string `json:"eval_from"`
		Days      int
		Incidents []incident
	}
	raw, err := os.ReadFile(dataFile(t, "stream_dev/incidents.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &truth); err != nil {
		t.Fatal(err)
	}
	s := &stream{days: truth.Days, incidents: truth.Incidents}
	s.first = parseTime(t, time.DateOnly, truth.FirstDay)
	day := func(date string) int {
		if date == "" {
			return -1
		}
		return int(parseTime(t, time.DateOnly, date).Sub(s.first).Hours() / 24)
	}
	s.evalFrom = day(truth.EvalFrom)
	for i := range s.incidents {
		x := &s.incidents[i]
		x.start, x.end, x.fix = day(x.Start), day(x.End), day(x.Fix)
	}
	labels := make(map[string]string)
	for _, row := range readCSV(t, "stream_dev/labels.csv") {
		labels[row[0]] = row[1]
	}
	for _, row := range readCSV(t, "stream_dev/stream.csv") {
		at := parseTime(t, "2006-01-02T15:04", row[1])
		s.samples = append(s.samples, sample{
			Conversation: Conversation{
				ID: number(t, row[0]) + 1, Customer: number(t, row[2]), At: at.UnixMilli(),
				Messages: []string{row[4]}, Tag: row[5],
			},
			label: labels[row[0]], day: int(at.Sub(s.first).Hours() / 24),
		})
	}
	return s
}

func parseTime(t testing.TB, layout, s string) time.Time {
	t.Helper()
	at, err := time.Parse(layout, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func number(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(strings.TrimLeft(s, "dc"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
