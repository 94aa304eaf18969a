// Command gen writes the TypeScript types of the wire from the Go ones, and the server's list of shortcuts from the console's
// table, so that no name is spelled twice.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	files, err := generated()
	for path, text := range files {
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// generated are the files as they should be, by their paths.
func generated() (map[string]string, error) {
	root, err := module()
	if err != nil {
		return nil, err
	}
	registry, err := os.ReadFile(filepath.Join(root, registryFile))
	if err != nil {
		return nil, err
	}
	shortcuts, err := shortcutsOf(string(registry))
	return map[string]string{
		filepath.Join(root, "web", "shared", "src", "wire.gen.ts"): generate(),
		filepath.Join(root, shortcutsFile):                         shortcuts,
	}, err
}

// module is the folder of the module. It is found from the one that the command runs in: a binary that was built with
// -trimpath does not know where its source is.
func module() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is in no Go module", here)
		}
	}
}
