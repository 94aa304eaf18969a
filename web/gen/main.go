// Command gen writes the TypeScript types of the wire from the Go ones, so that no name is spelled twice.
package main

import (
	"fmt"
	"os"
	"path/filepath"
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

// target is the generated file. It is found from the folder that the command runs in, up to the module's: a binary that was
// built with -trimpath does not know where its source is.
func target() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "web", "shared", "src", "wire.gen.ts"), nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is in no Go module", here)
		}
	}
}
