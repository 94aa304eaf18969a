package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"heard/feedback/issues"
	"heard/feedback/stats"
)

// truth is what labels and incidents say. Nothing of it reaches what decides.
type truth struct {
	labels    []string // by place in the stream; "": not labelled
	labelled  bool
	incidents []injected
	from, to  int // days that count
}

// injected is an incident that was put into a stream, by days.
type injected struct {
	label, kind string
	start, end  int
}

// detection is how flags compare with incidents.
type detection struct {
	Flags        int      `json:"flags"`
	Right        int      `json:"right"`
	Incidents    int      `json:"incidents"`
	Found        int      `json:"found"`
	Precision    float64  `json:"precision"`
	Recall       float64  `json:"recall"`
	F1           float64  `json:"f1"`
	FalsePerWeek float64  `json:"false_per_week"`
	DelayDays    float64  `json:"median_delay_days"`
	Missed       []string `json:"missed"`
}

const labelShare = 0.3 // of a flag's evidence that makes it a flag on the label

// horizon is how soon an incident of a kind must be flagged, in days.
func horizon(kind string) int {
	switch kind {
	case "burst":
		return 7
	case "creep":
		return 42
	}
	return 14
}

// readTruth reads what scores, and the fixes.
func (c *benchIssuesCmd) readTruth(s *stream, warn io.Writer) (*truth, error) {
	if c.Fixes != "" {
		if err := s.readFixes(c.Fixes, warn); err != nil {
			return nil, err
		}
	}
	t := &truth{from: s.docs[0].day, to: s.docs[len(s.docs)-1].day}
	if c.Labels == "" {
		return t, nil
	}
	t.labels = make([]string, len(s.docs))
	err := sheet(c.Labels, []string{"doc_id", "label"}, func(line int, get func(string) string) error {
		label := strings.TrimSpace(get("label"))
		if label == "" {
			return badRow(c.Labels, line, "label", "is empty")
		}
		if place, ok := s.places[strings.TrimSpace(get("doc_id"))]; ok { // labels of other streams say nothing
			t.labels[place], t.labelled = label, true
		}
		return nil
	})
	if err == nil && !t.labelled {
		err = fmt.Errorf("%s, doc_id: none is a conversation of the stream", c.Labels)
	}
	if err == nil && c.Incidents != "" {
		err = t.readIncidents(c.Incidents)
	}
	return t, err
}

func (t *truth) readIncidents(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	var file struct {
		EvalFrom  string `json:"eval_from"`
		Incidents []struct{ Label, Kind, Start, End string }
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return fmt.Errorf("%s is no JSON of incidents: %w", path, err)
	}
	day := func(field, date string) int {
		at, wrong := wallClock(date)
		if wrong != nil && err == nil {
			err = fmt.Errorf("%s: %s %w", path, field, wrong)
		}
		return int(at.Unix() / (24 * 60 * 60))
	}
	if file.EvalFrom != "" {
		t.from = day("eval_from", file.EvalFrom)
	}
	for i, x := range file.Incidents {
		at := fmt.Sprintf("incidents[%d].", i)
		in := injected{x.Label, x.Kind, day(at+"start", x.Start), day(at+"end", x.End)}
		if in.label == "" && err == nil {
			err = fmt.Errorf("%s: %slabel is empty", path, at)
		}
		t.incidents = append(t.incidents, in)
	}
	if err == nil && len(file.Incidents) == 0 {
		err = fmt.Errorf("%s: incidents is empty", path)
	}
	return err
}

// score compares what was found with the truth, as far as there is any.
func (t *truth) score(s *stream, p *played) (*stats.Agreement, *detection) {
	if !t.labelled {
		return nil, nil
	}
	var labels []string
	var found []int64
	for i, label := range t.labels {
		if label == "" {
			continue
		}
		topic := p.cluster[i]
		if topic == 0 {
			topic = -int64(i + 1) // stands alone
		}
		labels, found = append(labels, label), append(found, topic)
	}
	agreement := stats.Agree(labels, found)
	if t.incidents == nil {
		return &agreement, nil
	}
	return &agreement, t.judge(p.raised)
}

// sighting is a flag and the labels that it is on.
type sighting struct {
	day int
	on  map[string]bool
}

// judge scores flags: right if an incident of a label that makes up enough of its evidence is going on, or ended at
// most a week ago. An incident is found by its first flag within its horizon and not later than two days after it.
func (t *truth) judge(raised []issues.Raised) *detection {
	d := &detection{Incidents: len(t.incidents), Missed: []string{}}
	var seen []sighting
	for _, f := range raised {
		if f.Day < t.from || f.Kind == issues.KindRecurring {
			continue
		}
		x := t.sight(f)
		seen = append(seen, x)
		if slices.ContainsFunc(t.incidents, func(in injected) bool {
			return x.on[in.label] && in.start <= x.day && x.day <= in.end+7
		}) {
			d.Right++
		}
	}
	var delays []float64
	for _, in := range t.incidents {
		last := min(in.start+horizon(in.kind), in.end+2)
		i := slices.IndexFunc(seen, func(x sighting) bool { return x.on[in.label] && in.start <= x.day && x.day <= last })
		if i < 0 {
			d.Missed = append(d.Missed, fmt.Sprintf("%s %s of %s", in.kind, in.label, dateOf(in.start)))
			continue
		}
		delays = append(delays, float64(seen[i].day-in.start))
	}
	d.Flags, d.Found = len(seen), len(delays)
	d.Precision, d.Recall = ratio(d.Right, d.Flags), ratio(d.Found, d.Incidents)
	if d.Precision+d.Recall > 0 {
		d.F1 = 2 * d.Precision * d.Recall / (d.Precision + d.Recall)
	}
	d.FalsePerWeek = float64(d.Flags-d.Right) / max(1, float64(t.to-t.from+1)/7)
	if len(delays) > 0 {
		d.DelayDays = stats.Median(delays)
	}
	return d
}

func (t *truth) sight(f issues.Raised) sighting {
	counts := map[string]int{}
	for _, id := range f.Evidence {
		counts[t.labels[id-1]]++
	}
	x := sighting{f.Day, map[string]bool{}}
	for label, n := range counts {
		if label != "" && float64(n) >= labelShare*float64(len(f.Evidence)) {
			x.on[label] = true
		}
	}
	return x
}

func ratio(part, whole int) float64 { return float64(part) / max(1, float64(whole)) }
