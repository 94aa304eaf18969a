package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"heard/feedback/issues"
	"heard/feedback/stats"
)

// benchIssuesCmd plays a stream of conversations through the finding of recurring issues, as a desk runs it: what it
// finds is decided by the stream alone. Labels and incidents are read afterwards, to score.
type benchIssuesCmd struct {
	Stream    string `required:"" type:"existingfile" placeholder:"FILE" help:"CSV of conversations: doc_id, ts, text, and if wanted customer_id and agent_tag; other columns are ignored."`
	Labels    string `type:"existingfile" placeholder:"FILE" help:"CSV with doc_id and label: score the topics that were found."`
	Incidents string `type:"existingfile" placeholder:"FILE" help:"JSON with the incidents of labels, their dates and eval_from: score the flags, with --labels."`
	Fixes     string `type:"existingfile" placeholder:"FILE" help:"CSV with date and doc_ids (separated by ;): on that day the team marked the issue that holds most of these as fixed."`
	Tags      bool   `help:"Read the tags of agents (agent_tag) too."`
	Recurring bool   `help:"Write into --flags also what comes back week after week; such issues are ranked, not announced."`
	Assign    string `placeholder:"FILE" help:"Write doc_id,cluster_id."`
	Flags     string `placeholder:"FILE" help:"Write cluster_id,date,kind,evidence (doc ids separated by ;): one line an episode of a topic, or of a whole cluster, under the cluster that holds most of its evidence in the end."`
	JSON      bool   `name:"json" help:"Answer as JSON."`
}

// issueFigures is what a run gives.
type issueFigures struct {
	Conversations int              `json:"conversations"`
	Days          int              `json:"days"`
	Tags          bool             `json:"tags"`
	Clusters      int              `json:"clusters"`
	Alone         int              `json:"alone"` // conversations in no cluster: each is one for the scores
	Flags         map[string]int   `json:"flags"` // episodes by kind
	PerSecond     float64          `json:"conversations_per_s"`
	NightMedian   float64          `json:"night_median_s"`
	NightWorst    float64          `json:"night_worst_s"`
	MaxRSS        int64            `json:"rss_max_bytes"` // 0: unknown here
	Clustering    *stats.Agreement `json:"clustering,omitempty"`
	Detection     *detection       `json:"detection,omitempty"`
}

// Validate is called by the command line parser.
func (c *benchIssuesCmd) Validate() error {
	if c.Incidents != "" && c.Labels == "" {
		return fmt.Errorf("--incidents needs --labels: incidents are of labels")
	}
	return nil
}

// Run implements heard bench issues.
func (c *benchIssuesCmd) Run(ctx context.Context, o *output) error {
	s, err := readStream(c.Stream)
	if err != nil {
		return err
	}
	truth, err := c.readTruth(s, o.err)
	if err != nil {
		return err
	}
	out, err := c.open()
	if err != nil {
		return err
	}
	defer out.abandon()
	p, err := c.play(ctx, s, o.err)
	if err != nil {
		return err
	}
	if err := out.write(s, p); err != nil {
		return err
	}
	f := p.figures
	f.Clustering, f.Detection = truth.score(s, p)
	if c.JSON {
		return json.NewEncoder(o.out).Encode(f)
	}
	return f.print(o.out)
}

// played is a stream after its last night.
type played struct {
	figures issueFigures
	cluster []int64 // by place in the stream
	raised  []issues.Raised
}

// play runs the days of the stream. Days without a conversation have no night: it would find nothing.
func (c *benchIssuesCmd) play(ctx context.Context, s *stream, warn io.Writer) (*played, error) {
	p := &played{figures: issueFigures{Conversations: len(s.docs), Days: s.days(), Tags: c.Tags, Flags: map[string]int{}}}
	r := issues.NewReplay(issues.DefaultConfig())
	r.Recurring = c.Recurring
	arriving, nights := time.Duration(0), []float64(nil)
	for from := 0; from < len(s.docs); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		day, to := s.docs[from].day, from
		start := time.Now()
		for ; to < len(s.docs) && s.docs[to].day == day; to++ {
			conv := s.conversation(to)
			if !c.Tags {
				conv.Tag = ""
			}
			r.Arrive(conv, day)
		}
		dusk := time.Now()
		arriving += dusk.Sub(start)
		p.raised = append(p.raised, r.Night(day, endOf(day))...)
		nights = append(nights, time.Since(dusk).Seconds())
		for _, f := range s.fixedUntil(day, to) {
			if !r.Fix(day, f) {
				fmt.Fprintf(warn, "warning: on %s none of the conversations of a fix had a topic yet\n", dateOf(day))
			}
		}
		from = to
	}
	seen := map[int64]bool{}
	for _, topic := range r.Clusters() {
		if p.cluster = append(p.cluster, topic); topic == 0 {
			p.figures.Alone++
		} else {
			seen[topic] = true
		}
	}
	for _, f := range p.raised {
		p.figures.Flags[string(f.Kind)]++
	}
	p.figures.Clusters, p.figures.MaxRSS = len(seen), peakMemory()
	p.figures.PerSecond = float64(len(s.docs)) / max(1e-9, arriving.Seconds())
	p.figures.NightMedian, p.figures.NightWorst = stats.Median(nights), slices.Max(nights)
	return p, nil
}

// print writes the figures for people.
func (f *issueFigures) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d conversations on %d days, %s\n", f.Conversations, f.Days, map[bool]string{true: "with tags", false: "text only"}[f.Tags])
	fmt.Fprintf(&b, "arrival     %.0f conversations/s\n", f.PerSecond)
	fmt.Fprintf(&b, "night       %.2f s median  %.2f s worst\n", f.NightMedian, f.NightWorst)
	if f.MaxRSS > 0 {
		fmt.Fprintf(&b, "memory      %.0f MB at most\n", float64(f.MaxRSS)/(1<<20))
	}
	fmt.Fprintf(&b, "clusters    %d, and %d conversations in none\n", f.Clusters, f.Alone)
	fmt.Fprint(&b, "flags      ")
	for _, kind := range []issues.Kind{issues.KindNew, issues.KindRising, issues.KindBurst, issues.KindRegressed, issues.KindRecurring} {
		fmt.Fprintf(&b, " %s %d ", kind, f.Flags[string(kind)])
	}
	fmt.Fprintln(&b)
	if a := f.Clustering; a != nil {
		fmt.Fprintf(&b, "clustering  V %.3f  ARI %.3f  ACC %.3f  pair F1 %.3f  (%d groups for %d labels: a conversation in no cluster is one by itself)\n",
			a.V, a.ARI, a.ACC, a.PairF1, a.Groups, a.Labels)
	}
	if d := f.Detection; d != nil {
		fmt.Fprintf(&b, "detection   P %.2f  R %.2f  F1 %.2f  false/week %.2f  median delay %.0f d  (%d of %d flags right, %d of %d incidents found)\n",
			d.Precision, d.Recall, d.F1, d.FalsePerWeek, d.DelayDays, d.Right, d.Flags, d.Found, d.Incidents)
		for _, m := range d.Missed {
			fmt.Fprintf(&b, "missed      %s\n", m)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// results are the files that a run writes. They are opened first, so that a path that cannot be written to is told
// before the work, and nothing is left of them unless all went well.
type results struct{ assign, flags *result }

type result struct {
	path string
	file *os.File
}

func (c *benchIssuesCmd) open() (out results, err error) {
	if out.assign, err = newResult("assign", c.Assign); err == nil {
		out.flags, err = newResult("flags", c.Flags)
	}
	if err != nil {
		out.abandon()
	}
	return out, err
}

func newResult(flag, path string) (*result, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Create(path + ".part")
	if err != nil {
		return nil, flagError(flag, err.Error())
	}
	return &result{path, file}, nil
}

func (r results) abandon() {
	for _, x := range []*result{r.assign, r.flags} {
		if x != nil && x.file != nil {
			_ = x.file.Close()
			_ = os.Remove(x.file.Name())
		}
	}
}

func (r results) write(s *stream, p *played) error {
	assign := func(yield func(...string)) {
		yield("doc_id", "cluster_id")
		for i := range s.docs {
			yield(s.docs[i].id, clusterName(p.cluster[i], s.docs[i].id))
		}
	}
	flags := func(yield func(...string)) {
		yield("cluster_id", "date", "kind", "evidence")
		for _, f := range p.raised {
			ids := make([]string, len(f.Evidence))
			for i, id := range f.Evidence {
				ids[i] = s.docs[id-1].id
			}
			yield(clusterName(p.holds(f.Evidence), ""), dateOf(f.Day), string(f.Kind), strings.Join(ids, ";"))
		}
	}
	if err := r.assign.write(assign); err != nil {
		return err
	}
	return r.flags.write(flags)
}

// holds is the cluster that holds most of some conversations when the stream is over, by which both files name it.
func (p *played) holds(evidence []int64) (most int64) {
	n := map[int64]int{}
	for _, id := range evidence {
		c := p.cluster[id-1]
		if n[c]++; c != 0 && (most == 0 || n[c] > n[most] || n[c] == n[most] && c < most) {
			most = c
		}
	}
	return most
}

// clusterName is a cluster's id in files. What has no topic stands alone.
func clusterName(topic int64, doc string) string {
	if topic == 0 {
		return "none:" + doc
	}
	return strconv.FormatInt(topic, 10)
}

func (r *result) write(rows func(yield func(...string))) error {
	if r == nil {
		return nil
	}
	w := csv.NewWriter(r.file)
	rows(func(row ...string) { _ = w.Write(row) }) // Flush keeps the error
	w.Flush()
	err := w.Error()
	if closed := r.file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(r.file.Name(), r.path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", r.path, err)
	}
	r.file = nil
	return nil
}
