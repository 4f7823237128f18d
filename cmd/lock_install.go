package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/fsops"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
)

// The merge driver, as gitattributes(5) and git-config(1) have it.
const (
	driverName    = "mlops-lock"
	driverCommand = "mlops lock --merge-driver %O %A %B"
	driverHead    = "[merge \"" + driverName + "\"]"
	driverBody    = "\n\tname = mlops.lock.json, merged entry by entry\n\tdriver = " + driverCommand + "\n"
)

// maxGitFile is the largest file of a git directory that is amended, in bytes.
const maxGitFile = 16 << 20

// amended is a file of the git directory and the line that was added to it.
type amended struct{ file, line string }

func (a *app) installDriverNow(json bool) error {
	repo, err := a.driverRepository()
	if err != nil {
		return err
	}
	defer repo.close()
	done, err := repo.installDriver()
	if err != nil {
		return err
	}
	if json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "written": a.names(done)})
	}
	a.reportDriver(done)
	return nil
}

// driverRepository opens the repository that the driver is for.
func (a *app) driverRepository() (*repository, error) {
	repo, err := a.openRepository(a.root())
	if err == nil && repo == nil {
		return nil, fmt.Errorf("%s: is in no git repository, so there is nowhere to install a merge driver; run git init first", a.root())
	}
	return repo, err
}

// names are the files as seen from the project.
func (a *app) names(done []amended) []string {
	out := []string{}
	for _, d := range done {
		out = append(out, a.relative(d.file))
	}
	return out
}

func (a *app) reportDriver(done []amended) {
	w := a.Streams.Out
	if len(done) == 0 {
		fmt.Fprintln(w, "The merge driver is installed already.")
		return
	}
	fmt.Fprintf(w, "Installed the merge driver for %s in this clone:\n", planner.LockPath)
	for _, d := range done {
		fmt.Fprintf(w, "  %s: %s\n", show.Line(a.relative(d.file)), show.Line(d.line))
	}
}

// installDriver makes git merge the project's lock with mlops, in this clone and
// all its working trees. What is there already is not written again.
func (r *repository) installDriver() ([]amended, error) {
	dir, err := fsops.OpenOS(r.repo.CommonDir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.repo.CommonDir, bare(err))
	}
	defer dir.Close()
	var done []amended
	add := func(name, line, text string) error {
		err := amend(dir, name, text)
		if err == nil {
			done = append(done, amended{filepath.Join(r.repo.CommonDir, filepath.FromSlash(name)), line})
		}
		return err
	}
	if now, _ := r.repo.Config.Get("merge." + driverName + ".driver"); now != driverCommand {
		if err := add("config", driverHead, driverHead+driverBody); err != nil {
			return done, err
		}
	}
	line := attributePattern(r.full(planner.LockPath)) + " merge=" + driverName
	have, err := fsops.ReadFile(dir, "info/attributes", maxGitFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return done, named("info/attributes", err)
	}
	if slices.Contains(strings.Split(strings.ReplaceAll(string(have), "\r\n", "\n"), "\n"), line) {
		return done, nil
	}
	return done, add("info/attributes", line, line+"\n")
}

// named puts the path before an error that does not begin with it.
func named(name string, err error) error {
	if reason := bare(err); reason != err {
		return fmt.Errorf("%s: %w", name, reason)
	}
	return err
}

// amend adds text to a file of the git directory as git changes it: the new file is
// NAME.lock, which nobody else can make meanwhile, and takes the name's place.
func amend(dir fsops.Dir, name, text string) error {
	perm := fs.FileMode(0o666)
	info, err := dir.Lstat(name)
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s: is a symbolic link, which mlops does not replace", name)
	case err == nil:
		perm = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w", name, bare(err))
	}
	if _, err := fsops.MkdirAll(dir, path.Dir(name), 0o777); err != nil {
		return fmt.Errorf("%s: %w", path.Dir(name), bare(err))
	}
	f, err := dir.Create(name+".lock", perm)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s.lock: held by another program", name)
	}
	if err != nil {
		return fmt.Errorf("%s.lock: %w", name, bare(err))
	}
	err = fill(dir, f, name, text)
	if err == nil {
		err = dir.Rename(name+".lock", name)
	}
	if err != nil {
		_ = dir.Remove(name + ".lock")
		return named(name, err)
	}
	return nil
}

// fill writes the file as it is now, and the text after it. It closes f.
func fill(dir fsops.Dir, f fsops.File, name, text string) error {
	have, err := fsops.ReadFile(dir, name, maxGitFile)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		_, err = f.Write(append(ended(have), text...))
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return dir.Sync()
}

// ended returns a text to which lines can be added: its last line is ended, also
// where a backslash makes git go on reading.
func ended(text []byte) []byte {
	out := slices.Clip(text)
	if len(out) > 0 && !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	if bytes.HasSuffix(bytes.TrimRight(out, "\r\n"), []byte(`\`)) {
		out = append(out, '\n')
	}
	return out
}

// attributePattern names one path in a gitattributes file. One without a folder is
// matched in any.
func attributePattern(p string) string {
	var b strings.Builder
	for i, r := range p {
		if strings.ContainsRune(`*?[\`, r) || i == 0 && strings.ContainsRune(`#!"`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	pattern := b.String()
	if !strings.ContainsFunc(pattern, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return pattern
	}
	return quoted(pattern)
}

// quoted is git's C style, in which blanks do not end a pattern.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
