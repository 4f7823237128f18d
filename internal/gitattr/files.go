package gitattr

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/mlops-as-code/mlops/internal/gitconf"
)

// locations are the attributes files outside the working tree; "" is none.
type locations struct{ info, global, system string }

func outsideFiles(o Options) (locations, error) {
	var l locations
	if o.CommonDir != "" {
		l.info = filepath.Join(o.CommonDir, "info", "attributes")
	}
	if _, set := o.Config.Get("core.attributesFile"); set {
		path, _, err := o.Config.Path("core.attributesFile")
		if err != nil {
			return l, err
		}
		l.global = path
	} else if dir := gitconf.XDGDir(o.Env); dir != "" {
		l.global = filepath.Join(dir, "attributes")
	}
	off, err := o.Env.Bool("GIT_ATTR_NOSYSTEM", false)
	if err != nil || off {
		return l, err
	}
	l.system = filepath.Join(filepath.Dir(gitconf.SystemFile(o.Env)), "gitattributes")
	return l, nil
}

// Dir reads .gitattributes files below the working tree's top, for
// Options.Read. A symlink in their place is no attributes file, as for git.
func Dir(top string) func(path string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		full := filepath.Join(top, filepath.FromSlash(path))
		info, err := os.Lstat(full)
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return nil, fs.ErrNotExist
		}
		if err != nil {
			return nil, missing(err)
		}
		return readFile(full, info)
	}
}

// outside reads a file anywhere; symlinks are followed, as git does there.
func outside(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, missing(err)
	}
	return readFile(path, info)
}

// readFile reads at most one byte more than the limit.
func readFile(path string, info fs.FileInfo) ([]byte, error) {
	if path == os.DevNull {
		return nil, nil
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile+1))
}

func missing(err error) error {
	if errors.Is(err, syscall.ENOTDIR) {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return err
}
