package check

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// Report is the verdict on a run, with its figures.
type Report struct {
	Ops            int         `json:"ops"` // messages written
	OK             int         `json:"ok"`
	Failed         int         `json:"failed"`
	Unknown        int         `json:"unknown"`
	Repeats        int         `json:"repeats"` // sent again after their ack
	Conversations  int         `json:"conversations"`
	Events         int         `json:"events"`
	Connections    int         `json:"connections"` // of all viewers, by conversation
	GapsRead       int         `json:"gaps_read"`   // how often prev showed a viewer a gap
	LagP50ms       float64     `json:"lag_p50_ms"`  // from an ack to a viewer who was connected
	LagP99ms       float64     `json:"lag_p99_ms"`
	MaxGapS        float64     `json:"max_gap_s"`  // the longest of these
	SilenceS       float64     `json:"silence_s"`  // the longest time in which nobody was acked
	RecoverS       float64     `json:"recover_s"`  // the longest time from a mark until every client was acked again
	Violations     []Violation `json:"violations"` // the first is the counterexample
	Seed           uint64      `json:"seed"`
	Marks          []Mark      `json:"marks,omitempty"`
	history        *History
	recoverySlower string
}

// History is what the report was made of.
func (r *Report) History() *History { return r.history }

func (r *Run) report() *Report {
	h := r.history
	out := &Report{Ops: len(h.Ops), Conversations: len(r.known()), Connections: len(h.Segments), Seed: r.o.Seed, Marks: h.Marks,
		Violations: h.Verify(), history: h}
	if out.Violations == nil {
		out.Violations = []Violation{}
	}
	for _, op := range h.Ops {
		switch out.Repeats += len(op.Repeats); op.Outcome {
		case OK:
			out.OK++
		case Failed:
			out.Failed++
		default:
			out.Unknown++
		}
	}
	for _, list := range h.Stored[0].Agents {
		out.Events += len(list)
	}
	for _, l := range h.Logs {
		out.GapsRead += l.GapsRead
	}
	out.lags()
	out.pauses()
	return out
}

// lags measures from acks to viewers who were connected at that time.
func (r *Report) lags() {
	acked := map[string]time.Duration{}
	for _, op := range r.history.Ops {
		if op.Outcome == OK {
			acked[op.Body] = op.Done
		}
	}
	var lags []time.Duration
	for _, s := range r.history.Segments {
		got := map[int64]bool{}
		for _, e := range s.Events {
			if done, ok := acked[e.Body]; ok && done > s.begun && !got[e.Seq] {
				lags = append(lags, max(0, e.Arrived-done))
			}
			got[e.Seq] = true
		}
	}
	if len(lags) == 0 {
		return
	}
	slices.Sort(lags)
	ms := func(q float64) float64 {
		return float64(lags[min(int(q*float64(len(lags))), len(lags)-1)]) / float64(time.Millisecond)
	}
	r.LagP50ms, r.LagP99ms, r.MaxGapS = ms(0.50), ms(0.99), ms(1)/1000
}

// pauses measures how long the system was silent, and how soon after each mark everybody was served again.
func (r *Report) pauses() {
	var acks []time.Duration
	by := map[string][]time.Duration{}
	for _, op := range r.history.Ops {
		if op.Outcome == OK {
			acks = append(acks, op.Done)
			by[op.Client] = append(by[op.Client], op.Done)
		}
	}
	slices.Sort(acks)
	for i := 1; i < len(acks); i++ {
		r.SilenceS = max(r.SilenceS, (acks[i] - acks[i-1]).Seconds())
	}
	for _, m := range r.history.Marks {
		for client, list := range by {
			slices.Sort(list)
			if i, _ := slices.BinarySearch(list, m.At); i < len(list) {
				if s := (list[i] - m.At).Seconds(); s > r.RecoverS {
					r.RecoverS, r.recoverySlower = s, client+" after "+m.Name
				}
			}
		}
	}
}

// Print tells the verdict to a person: what broke first, in full, then the figures.
func (r *Report) Print(w io.Writer) {
	const most = 10
	for i, v := range r.Violations {
		if i == most {
			fmt.Fprintf(w, "… and %d more\n", len(r.Violations)-most)
			break
		}
		fmt.Fprintf(w, "BROKEN %s\n", v)
	}
	if len(r.Violations) == 0 {
		fmt.Fprintln(w, "Every promise held.")
	}
	fmt.Fprintf(w, "%d messages: %d acked, %d refused, %d unknown, %d sent again; %d events in %d conversations\n",
		r.Ops, r.OK, r.Failed, r.Unknown, r.Repeats, r.Events, r.Conversations)
	fmt.Fprintf(w, "viewers: %d connections, %d gaps read, shown after %.1f ms (p50), %.1f ms (p99), %.2f s (longest)\n",
		r.Connections, r.GapsRead, r.LagP50ms, r.LagP99ms, r.MaxGapS)
	fmt.Fprintf(w, "longest silence %.2f s, slowest recovery %.2f s %s\n", r.SilenceS, r.RecoverS, r.recoverySlower)
	fmt.Fprintf(w, "seed %d\n", r.Seed)
}

// Line is the report as one line of JSON.
func (r *Report) Line() string {
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // numbers and words
	}
	return string(b)
}
