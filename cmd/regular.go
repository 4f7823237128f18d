package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// maxIndex is beyond any index of git's that mlops could work with.
const maxIndex = 1 << 30

// regular refuses what is no regular file, on which a reader could wait for ever,
// and what is larger than limit bytes.
func regular(info fs.FileInfo, limit int64) error {
	switch {
	case !info.Mode().IsRegular():
		return errors.New("is not a regular file")
	case info.Size() > limit:
		return fmt.Errorf("is larger than %d MiB", limit>>20)
	}
	return nil
}

// readOwn reads a file that mlops writes itself, through no link. Its errors do not
// name it.
func readOwn(root *os.Root, name string, limit int64) ([]byte, error) {
	info, err := root.Lstat(name)
	if err == nil {
		err = regular(info, limit)
	}
	if err != nil {
		return nil, err
	}
	return root.ReadFile(name)
}

// readGit reads a file of the git directory, which may be a link.
func readGit(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if err := regular(info, limit); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return os.ReadFile(name)
}
