package odb

import (
	"os"
	"path/filepath"
	"strings"
)

// Limits on alternates; git allows the same depth.
const (
	maxAlternateDepth = 5
	maxAlternates     = 100
	maxAlternateFile  = 1 << 20
)

// appendAlternates adds the directory and those its info/alternates names,
// each once.
func appendAlternates(dirs []string, dir string, seen map[string]bool) []string {
	level := []string{dir}
	for depth := 0; depth <= maxAlternateDepth && len(level) > 0; depth++ {
		var next []string
		for _, dir := range level {
			dir = filepath.Clean(dir)
			if seen[dir] || len(dirs) >= maxAlternates {
				continue
			}
			seen[dir] = true
			dirs = append(dirs, dir)
			next = append(next, readAlternates(dir)...)
		}
		level = next
	}
	return dirs
}

// readAlternates returns the directories that a database borrows from. Relative
// ones are relative to the database.
func readAlternates(dir string) []string {
	path := filepath.Join(dir, "info", "alternates")
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxAlternateFile {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	var dirs []string
	for line := range strings.SplitSeq(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		other := filepath.FromSlash(line)
		if !filepath.IsAbs(other) {
			other = filepath.Join(dir, other)
		}
		dirs = append(dirs, other)
	}
	return dirs
}
