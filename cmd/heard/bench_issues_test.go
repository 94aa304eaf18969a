package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// madeStream is three matters over 70 days, the third a burst of the last days, with labels and incidents.
func madeStream() (stream, labels, incidents string) {
	words := map[string][]string{
		"card":  strings.Fields("card delivery post arrived waiting envelope plastic address"),
		"login": strings.Fields("password login account locked reset email link expired"),
		"fee":   strings.Fields("charged fee abroad exchange rate currency wrong amount"),
	}
	rng := rand.New(rand.NewPCG(5, 0))
	var rows, truth strings.Builder
	rows.WriteString("text,ts,doc_id,customer_id,agent_tag,colour\n")
	truth.WriteString("doc_id,label\n")
	n := 0
	say := func(day int, matter string) {
		n++
		text := make([]string, 0, 5)
		for _, w := range rng.Perm(8)[:5] {
			text = append(text, words[matter][w])
		}
		fmt.Fprintf(&rows, "\"%s, \"\"please\"\"\",2026-%02d-%02dT%02d:30,d%d,c%d,%s,blue\n", strings.Join(text, " "), 1+day/28, 1+day%28, n%24, n, n%97, matter)
		fmt.Fprintf(&truth, "d%d,%s\n", n, matter)
	}
	for day := range 70 {
		for range 5 {
			say(day, "card")
			say(day, "login")
		}
		if day >= 66 {
			for range 9 {
				say(day, "fee")
			}
		}
	}
	return rows.String(), truth.String(), `{"eval_from":"2026-02-20","incidents":[{"label":"fee","kind":"new","start":"2026-03-11","end":"2026-03-14"}]}`
}

func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBenchIssuesFindsAndScores(t *testing.T) {
	stream, labels, incidents := madeStream()
	dir := t.TempDir()
	args := []string{"bench", "issues", "--json", "--stream", written(t, "s.csv", "\xef\xbb\xbf"+stream), "--labels", written(t, "l.csv", labels),
		"--incidents", written(t, "i.json", incidents), "--tags"}
	var files [2]string
	for i := range files {
		var out, errOut bytes.Buffer
		assign, flags := filepath.Join(dir, "assign.csv"), filepath.Join(dir, "flags.csv")
		if code := run(t.Context(), append(args, "--assign", assign, "--flags", flags), &out, &errOut); code != exitDone {
			t.Fatalf("exit %d: %s", code, errOut.String())
		}
		var f issueFigures
		if err := json.Unmarshal(out.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		if f.Conversations != 736 || f.Days != 73 || /* January has three days more */ f.Clustering == nil || f.Clustering.V < 0.9 || f.PerSecond <= 0 {
			t.Errorf("figures = %+v, clustering %+v", f, f.Clustering)
		}
		if f.Clusters+f.Alone != f.Clustering.Groups {
			t.Errorf("%d clusters and %d conversations in none, but %d groups were scored", f.Clusters, f.Alone, f.Clustering.Groups)
		}
		if d := f.Detection; d == nil || d.Recall != 1 || d.Precision != 1 || d.Flags == 0 || d.DelayDays > 3 {
			t.Errorf("detection = %+v", f.Detection)
		}
		a, err := os.ReadFile(assign)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(flags)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(a), "\n"); lines != 737 {
			t.Errorf("%d lines of assignments", lines)
		}
		if !strings.HasPrefix(string(b), "cluster_id,date,kind,evidence\n") || !strings.Contains(string(b), ",new,d") {
			t.Errorf("flags = %s", b)
		}
		for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
			if cluster, _, _ := strings.Cut(line, ","); !strings.Contains(string(a), ","+cluster+"\n") {
				t.Errorf("no conversation is assigned to the cluster of %q", line)
			}
		}
		files[i] = string(a) + string(b)
	}
	if files[0] != files[1] {
		t.Error("two runs wrote different files")
	}
	left, err := filepath.Glob(filepath.Join(dir, "*.part"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v %v", left, err)
	}
}

func TestBenchIssuesReadsWhatPeopleHave(t *testing.T) {
	for name, stream := range map[string]string{
		"one conversation":      "doc_id,ts,text\na,2026-01-01T10:00,hello card\n",
		"no words at all":       "doc_id,ts,text\na,2026-01-01T10:00,\nb,2026-01-01T10:00,\"\"\n",
		"another zone":          "doc_id,ts,text\na,2026-01-01T23:30:00-08:00,my card\nb,2026-01-01T00:10:00+09:00,my card\n",
		"lines in a text":       "doc_id,ts,text\na,2026-01-01,\"my\ncard, \"\"lost\"\"\"\n",
		"carriage returns":      "doc_id,ts,text\r\na,2026-01-01 10:00:00,my card\r\n",
		"not in order, a gap":   "doc_id,ts,text\nb,2026-03-01T10:00,my card\na,2020-01-01T10:00,my card\n",
		"other columns, spaces": "x, text ,ts,DOC_ID\n1,hello,2026-01-01T10:00, a \n",
	} {
		var out, errOut bytes.Buffer
		if code := run(t.Context(), []string{"bench", "issues", "--stream", written(t, "s.csv", stream)}, &out, &errOut); code != exitDone {
			t.Errorf("%s: exit %d: %s", name, code, errOut.String())
		}
		if !strings.Contains(out.String(), "conversations/s") {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}

func TestBenchIssuesNamesWhatIsWrong(t *testing.T) {
	good := written(t, "good.csv", "doc_id,ts,text\na,2026-01-01T10:00,my card\n")
	for _, tt := range []struct {
		name, stream, flag, file string
		code                     int
		want                     string
	}{
		{"no such file", "", "", "", exitUsage, "--stream"},
		{"nothing in it", "\n", "", "", exitFailed, "is empty"},
		{"no conversation", "doc_id,ts,text\n", "", "", exitFailed, "no conversation"},
		{"a column is missing", "doc_id,text\na,b\n", "", "", exitFailed, "line 1: ts is missing"},
		{"a column twice", "doc_id,ts,text,ts\n", "", "", exitFailed, "line 1: ts is a column twice"},
		{"a time that is none", "doc_id,ts,text\na,2026-01-01T10:00,x\nb,yesterday,x\n", "", "", exitFailed, "line 3: ts must be a time"},
		{"a time long ago", "doc_id,ts,text\na,0001-01-01T10:00,x\n", "", "", exitFailed, "line 2: ts must lie"},
		{"no id", "doc_id,ts,text\n,2026-01-01T10:00,x\n", "", "", exitFailed, "line 2: doc_id is empty"},
		{"an id twice", "doc_id,ts,text\na,2026-01-01,x\na,2026-01-01,x\n", "", "", exitFailed, `line 3: doc_id "a" was there`},
		{"a short row", "doc_id,ts,text\na,2026-01-01\n", "", "", exitFailed, "line 2: the row has not as many"},
		{"an open quote", "doc_id,ts,text\na,2026-01-01,\"x\n", "", "", exitFailed, "the row is no CSV"},
		{"labels of another stream", "", "--labels", "doc_id,label\nz,x\n", exitFailed, "doc_id: none is a conversation"},
		{"no label", "", "--labels", "doc_id,label\na,\n", exitFailed, "line 2: label is empty"},
		{"a fix of nothing", "", "--fixes", "date,doc_ids\n2026-01-02,\n", exitFailed, "line 2: doc_ids is empty"},
		{"a fix of the unknown", "", "--fixes", "date,doc_ids\n2026-01-02,a;q\n", exitDone, "warning: "},
		{"a fix at no time", "", "--fixes", "date,doc_ids\nsoon,a\n", exitFailed, "line 2: date must be a time"},
		{"incidents of no label", "", "--incidents", "{}", exitUsage, "--incidents needs --labels"},
	} {
		args := []string{"bench", "issues", "--stream", good}
		if tt.stream != "" {
			args[3] = written(t, "s.csv", tt.stream)
		} else if tt.flag == "" {
			args[3] = filepath.Join(t.TempDir(), "none.csv")
		}
		if tt.flag != "" {
			args = append(args, tt.flag, written(t, "f", tt.file))
		}
		assign := filepath.Join(t.TempDir(), "a.csv")
		var out, errOut bytes.Buffer
		if code := run(t.Context(), append(args, "--assign", assign), &out, &errOut); code != tt.code || !strings.Contains(errOut.String(), tt.want) {
			t.Errorf("%s: exit %d, want %d: %s", tt.name, code, tt.code, errOut.String())
		}
		if left, _ := filepath.Glob(assign + "*"); len(left) > 0 && tt.code != exitDone {
			t.Errorf("%s: left %v", tt.name, left)
		}
	}
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"bench", "issues", "--stream", good, "--assign", filepath.Join(good, "x")}, &out, &errOut); code != exitUsage {
		t.Errorf("a path that cannot be: exit %d: %s", code, errOut.String())
	}
}
