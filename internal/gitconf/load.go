package gitconf

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Limits on what one Load reads; git has none of these but the include depth.
const (
	maxDepth     = 10
	maxFiles     = 1_000
	maxFileBytes = 8 << 20
	maxBytes     = 64 << 20
)

// Options say whose configuration to load.
type Options struct {
	// Env decides where the system and global files are and holds the
	// configuration of the command scope.
	Env Env
	// GitDir and CommonDir are absolute; both are empty outside a repository.
	// They differ in a linked worktree. Symlinks in GitDir are kept: gitdir:
	// conditions match either spelling.
	GitDir, CommonDir string
	// WorkTree is the top of the working tree, for worktree: conditions.
	WorkTree string
	// Branch returns the name of HEAD's branch without refs/heads/, "" when
	// HEAD is detached. It is called at most when an onbranch: condition asks;
	// nil is like "".
	Branch func() string
}

// Load reads every file that git would read, and the environment. A file that
// is not there is skipped, like git does; one that cannot be read or parsed is
// an error that begins with its path.
func Load(o Options) (*Config, error) {
	l := &loader{o: o, budget: &budget{}}
	if err := l.sequence(); err != nil {
		return nil, err
	}
	return newConfig(l.entries, o.Env["HOME"]), nil
}

// budget is shared by a loader and its probe, so that includes cannot multiply.
type budget struct{ files, bytes int }

type loader struct {
	o       Options
	entries []Entry
	*budget
	// probing collects remote URLs for hasconfig: conditions, which count as
	// true meanwhile.
	probing bool
	// conditional is true below a hasconfig: include while probing.
	conditional bool
	urls        []string
	urlsKnown   bool
	// worktreeConfig is extensions.worktreeConfig of the repository's own file.
	worktreeConfig bool
}

// source is one file to read.
type source struct {
	path     string
	scope    Scope
	depth    int
	optional bool // unreadable for want of permission counts as absent
}

func (l *loader) sequence() error {
	system, err := l.systemFiles()
	if err != nil {
		return err
	}
	for _, s := range append(system, l.globalFiles()...) {
		if err := l.file(s); err != nil {
			return err
		}
	}
	if err := l.repository(); err != nil {
		return err
	}
	return l.environment()
}

func (l *loader) systemFiles() ([]source, error) {
	off, err := l.o.Env.Bool("GIT_CONFIG_NOSYSTEM", false)
	if err != nil || off {
		return nil, err
	}
	path, ok := l.o.Env["GIT_CONFIG_SYSTEM"]
	if !ok {
		path = SystemFile(l.o.Env)
	}
	return []source{{path: path, scope: System}}, nil
}

// SystemFile is where a packaged git keeps its system configuration. Only git
// knows for sure; GIT_CONFIG_SYSTEM overrides it.
func SystemFile(env Env) string {
	if runtime.GOOS == "windows" && env["ProgramFiles"] != "" {
		return filepath.Join(env["ProgramFiles"], "Git", "etc", "gitconfig")
	}
	return "/etc/gitconfig"
}

func (l *loader) globalFiles() []source {
	if path, ok := l.o.Env["GIT_CONFIG_GLOBAL"]; ok {
		return []source{{path: path, scope: Global, optional: true}}
	}
	var files []source
	if dir := XDGDir(l.o.Env); dir != "" {
		files = append(files, source{path: filepath.Join(dir, "config"), scope: Global, optional: true})
	}
	if home := l.o.Env["HOME"]; home != "" {
		files = append(files, source{path: filepath.Join(home, ".gitconfig"), scope: Global, optional: true})
	}
	return files
}

// XDGDir is the directory of the user's further git files (config, attributes,
// ignore), "" when the environment names none.
func XDGDir(env Env) string {
	if dir := env["XDG_CONFIG_HOME"]; dir != "" {
		return filepath.Join(dir, "git")
	}
	if home := env["HOME"]; home != "" {
		return filepath.Join(home, ".config", "git")
	}
	return ""
}

func (l *loader) repository() error {
	if l.o.GitDir == "" || l.o.CommonDir == "" {
		return nil
	}
	own := filepath.Join(l.o.CommonDir, "config")
	if err := l.file(source{path: own, scope: Local}); err != nil || !l.worktreeConfig {
		return err
	}
	return l.file(source{path: filepath.Join(l.o.GitDir, "config.worktree"), scope: Worktree})
}

// file reads one file and what it includes.
func (l *loader) file(s source) error {
	src, err := l.read(s)
	if err != nil || src == nil {
		return err
	}
	err = parse(src, func(n line) error {
		return l.add(Entry{
			Key: n.key, Value: n.value, Valued: n.valued, Scope: s.scope,
			File: s.path, Line: n.number, Included: s.depth > 0,
		}, s.depth)
	})
	var done located
	if err != nil && !errors.As(err, &done) {
		return located{fmt.Errorf("%s: %w", s.path, err)}
	}
	return err
}

// located marks an error that already begins with its place.
type located struct{ error }

func (l located) Unwrap() error { return l.error }

// read returns nil for a file that is not there.
func (l *loader) read(s source) ([]byte, error) {
	if s.path == "" {
		return nil, nil
	}
	info, err := os.Stat(s.path)
	switch {
	case absent(err), s.optional && errors.Is(err, fs.ErrPermission):
		return nil, nil
	case err != nil:
		return nil, located{placed(s.path, err)}
	case s.path == os.DevNull:
		return nil, nil
	case !info.Mode().IsRegular():
		return nil, located{fmt.Errorf("%s: not a regular file", s.path)}
	}
	l.files++
	if l.files > maxFiles {
		return nil, located{fmt.Errorf("%s: more than %d files of git configuration", s.path, maxFiles)}
	}
	src, err := readLimited(s.path)
	if s.optional && errors.Is(err, fs.ErrPermission) {
		return nil, nil
	}
	if err != nil {
		return nil, located{placed(s.path, err)}
	}
	l.bytes += len(src)
	if len(src) > maxFileBytes || l.bytes > maxBytes {
		return nil, located{fmt.Errorf("%s: git configuration is larger than %d MiB, or all of it than %d MiB", s.path, maxFileBytes>>20, maxBytes>>20)}
	}
	return src, nil
}

// readLimited reads at most one byte more than the limit.
func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFileBytes+1))
}

// absent also holds when a parent is a file.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// placed puts the path first and drops the system call's name.
func placed(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", path, err)
}
