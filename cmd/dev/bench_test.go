package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestParseFigures(t *testing.T) {
	got, err := parseFigures([]byte("warming up\n" +
		`{"throughput":18000.5,"ack_p50_ms":4.1,"ack_p99_ms":9,"delivery_p50_ms":5,"delivery_p99_ms":11,"errors":0}` + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := chatFigures{Throughput: 18000.5, AckP50ms: 4.1, AckP99ms: 9, DeliveryP50ms: 5, DeliveryP99ms: 11}
	if got != want {
		t.Errorf("figures = %+v, want %+v", got, want)
	}
	if got, err := parseFigures([]byte("panic: no\n")); err == nil {
		t.Errorf("figures of a panic = %+v, want an error", got)
	}
}

func TestMedianFigures(t *testing.T) {
	got := medianFigures([]chatFigures{
		{Throughput: 300, AckP50ms: 1, Errors: 1},
		{Throughput: 100, AckP50ms: 9},
		{Throughput: 200, AckP50ms: 5, Errors: 2},
	})
	if want := (chatFigures{Throughput: 200, AckP50ms: 5, Errors: 3}); got != want {
		t.Errorf("median of 3 = %+v, want %+v", got, want)
	}
	got = medianFigures([]chatFigures{{Throughput: 100}, {Throughput: 300}})
	if want := (chatFigures{Throughput: 200}); got != want {
		t.Errorf("median of 2 = %+v, want %+v", got, want)
	}
}

func TestPrintFigures(t *testing.T) {
	var out bytes.Buffer
	rows := []chatRow{{"sqlite", chatFigures{Throughput: 18000.4}}, {"postgres", chatFigures{Throughput: 9000, AckP99ms: 12.345}}}
	if err := printFigures(&out, rows); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines, want a heading and 2 rows:\n%s", len(lines), out.String())
	}
	for i, want := range [][]string{{"sqlite", "18000"}, {"postgres", "9000", "12.35"}} {
		for _, word := range want {
			if !strings.Contains(lines[i+1], word) {
				t.Errorf("row %q, want %q in it", lines[i+1], word)
			}
		}
	}
}
