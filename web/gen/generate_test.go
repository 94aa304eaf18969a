package main

import (
	"os"
	"testing"
)

func TestTheGeneratedTypesAreFresh(t *testing.T) {
	path, err := target()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != generate() {
		t.Errorf("%s does not match the Go types: go run ./web/gen", path)
	}
}

func TestGeneratingTwiceGivesTheSame(t *testing.T) {
	first := generate()
	for range 5 {
		if generate() != first {
			t.Fatal("two runs differ")
		}
	}
}
