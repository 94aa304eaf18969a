// Command gen writes the TypeScript types of the wire from the Go ones, so that no name is spelled twice.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

func main() {
	path, err := target()
	if err == nil {
		err = os.WriteFile(path, []byte(generate()), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// target is the generated file, found from this source file, so that the working directory does not matter.
func target() (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		return "", fmt.Errorf("this binary does not know its source")
	}
	return filepath.Join(filepath.Dir(here), "..", "shared", "src", "wire.gen.ts"), nil
}
