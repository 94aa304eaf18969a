package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// compareTrees returns one line for every file that one folder has and the other lacks, or has with other content.
func compareTrees(committed, fresh string) ([]string, error) {
	old, err := filesBelow(committed)
	if err != nil {
		return nil, err
	}
	built, err := filesBelow(fresh)
	if err != nil {
		return nil, err
	}
	if len(built) == 0 {
		return nil, errors.New("the build wrote no file") // two empty folders would look alike
	}
	var differences []string
	for _, file := range old {
		if _, ok := slices.BinarySearch(built, file); !ok {
			differences = append(differences, "no longer built: "+file)
		}
	}
	for _, file := range built {
		if _, ok := slices.BinarySearch(old, file); !ok {
			differences = append(differences, "not committed: "+file)
			continue
		}
		same, err := sameContent(filepath.Join(committed, file), filepath.Join(fresh, file))
		if err != nil {
			return nil, err
		}
		if !same {
			differences = append(differences, "differs: "+file)
		}
	}
	return differences, nil
}

// filesBelow returns the paths of all files in a folder, relative to it and sorted.
func filesBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := filepath.Rel(dir, path)
		files = append(files, file)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", dir, err)
	}
	slices.Sort(files)
	return files, nil
}

func sameContent(a, b string) (bool, error) {
	x, err := os.ReadFile(a)
	if err != nil {
		return false, fmt.Errorf("compare: %w", err)
	}
	y, err := os.ReadFile(b)
	if err != nil {
		return false, fmt.Errorf("compare: %w", err)
	}
	return bytes.Equal(x, y), nil
}
