package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/components/hooks"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/effect"
	"github.com/mlops-as-code/mlops/internal/hookrun"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/spf13/pflag"
)

// hookFlags are those of the commands that can run hooks.
type hookFlags struct {
	run   bool
	trust []string
	limit time.Duration
}

// errHookFlags is for flags that mean nothing alone.
var errHookFlags = errors.New("--trust and --hook-timeout go with --run-hooks")

func (h *hookFlags) register(f *pflag.FlagSet) {
	f.BoolVar(&h.run, "run-hooks", false, "show the hooks of Cookiecutter templates, ask, run them once on a copy, and record what they did")
	f.StringArrayVar(&h.trust, "trust", nil, "run the hooks with this `print` without asking; may be repeated")
	f.DurationVar(&h.limit, "hook-timeout", time.Minute, "how long one hook may take")
}

func (h *hookFlags) check() error {
	switch {
	case !h.run && len(h.trust) > 0:
		return errHookFlags
	case h.limit <= 0 || h.limit > time.Hour:
		return errors.New("--hook-timeout is more than nothing and an hour at most, such as 90s")
	}
	for _, print := range h.trust {
		if hex, ok := strings.CutPrefix(print, "sha256:"); !ok || len(hex) != 64 {
			return fmt.Errorf("--trust %s: want the whole print, sha256: and 64 digits, as --run-hooks shows it", show.Clip(print, 80))
		}
	}
	return nil
}

// hooking is one run of the hooks of some components.
type hooking struct {
	f     *fetching
	flags *hookFlags
	plan  *planFlags
	// wants says which component blocks are meant.
	wants func(address string) bool
	next  *lockfile.Lock
	// files are those of the spec, as they will be.
	files []adopt.File

	found  []*hooked
	silent []string // addresses of templates without hooks
}

// hooked is a job, and what came of it.
type hooked struct {
	address string
	job     *hooks.Job
	trusted bool
	out     *hooks.Outcome
	record  string
}

// work runs the hooks and puts what they did into the lock that is to be written. It
// returns the records, which are to be written with it.
func (h *hooking) work(ctx context.Context) ([]adopt.File, error) {
	if err := h.find(ctx); err != nil {
		return nil, err
	}
	if err := h.consent(ctx); err != nil {
		return nil, err
	}
	for _, one := range h.found {
		if err := h.one(ctx, one); err != nil {
			return nil, err
		}
	}
	return h.records()
}

// find evaluates the project as far as that goes, to see from what its templates are
// generated: without their hooks it may be at fault, and be sound with them.
func (h *hooking) find(ctx context.Context) error {
	var mu sync.Mutex
	var seen []components.Watched
	was := h.f.s.watch
	h.f.s.watch = func(w components.Watched) {
		mu.Lock()
		defer mu.Unlock()
		if h.wants(w.Address) {
			seen = append(seen, w)
		}
	}
	_, _, fault := h.f.imagine(h.plan, h.next, h.files...)
	h.f.s.watch = was
	if len(seen) == 0 {
		return fault
	}
	for _, w := range seen {
		job, err := hooks.NewJob(ctx, w.Pin.Source, w.Pin.Commit, w)
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", w.Address, err)
		case job == nil:
			h.silent = append(h.silent, w.Address)
		default:
			h.found = append(h.found, &hooked{address: w.Address, job: job})
		}
	}
	slices.SortStableFunc(h.found, func(a, b *hooked) int { return strings.Compare(a.address, b.address) })
	return nil
}

// one runs the hooks of one rendering.
func (h *hooking) one(ctx context.Context, one *hooked) (err error) {
	a := h.f.s.a
	dir, err := h.f.s.scratch()
	if err != nil {
		return err
	}
	one.out, err = one.job.Run(ctx, hooks.Options{Dir: dir, Env: a.Env, Limit: h.flags.limit})
	if failed, ok := errors.AsType[*hookrun.FailedError](err); ok {
		return &failure{kind: "hook", json: h.f.json, msg: fmt.Sprintf("%s: the hook %s; nothing was written%s", one.address, failed, printed(failed.Output))}
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%s: %w; nothing was written", one.address, err)
	}
	return err
}

// printed is the end of what a hook printed, as an appendix to a message.
func printed(output []byte) string {
	lines := tail(output, 20)
	if len(lines) == 0 {
		return ""
	}
	return "\nIt printed:\n  " + strings.Join(lines, "\n  ")
}

// tail are the last lines of an output that say something.
func tail(output []byte, n int) []string {
	text := strings.TrimRight(strings.ReplaceAll(string(output), "\r\n", "\n"), "\n \t")
	if text == "" {
		return nil
	}
	lines := strings.Split(show.Text(text), "\n")
	if len(lines) > n {
		lines = append([]string{fmt.Sprintf("(%d lines before that)", len(lines)-n)}, lines[len(lines)-n:]...)
	}
	return lines
}

// records are the files with what was done, by component block.
func (h *hooking) records() ([]adopt.File, error) {
	all := map[string]*effect.Record{}
	for _, one := range h.found {
		record := all[one.address]
		if record == nil {
			record = &effect.Record{}
			all[one.address] = record
		}
		if !slices.ContainsFunc(record.Effects, func(e effect.Effect) bool { return e.Before == one.out.Effect.Before }) {
			record.Effects = append(record.Effects, one.out.Effect)
		}
	}
	var files []adopt.File
	for i := range h.next.Components {
		pin := &h.next.Components[i]
		if slices.Contains(h.silent, pin.Address) {
			pin.Hooks = ""
		}
		record := all[pin.Address]
		if record == nil {
			continue
		}
		slices.SortFunc(record.Effects, func(a, b effect.Effect) int { return strings.Compare(a.Before, b.Before) })
		src, err := record.Bytes()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", pin.Address, err)
		}
		pin.Hooks = effect.Digest(src)
		for _, one := range h.found {
			if one.address == pin.Address {
				one.record = effect.Path(pin.Hooks)
			}
		}
		file := adopt.File{Name: effect.Path(pin.Hooks), New: src}
		if h.f.s.still(file.Name, src) == nil {
			continue
		}
		// One that was altered is written anew.
		if old, err := readOwn(h.f.s.root, file.Name, effect.MaxSize); err == nil {
			file.Old = append([]byte{}, old...)
		}
		files = append(files, file)
	}
	return files, nil
}

// scratch is the folder in which hooks get theirs: the system's for temporary files.
func (s *session) scratch() (string, error) {
	dir, name := s.a.getenv("TMPDIR"), "TMPDIR"
	switch {
	case runtime.GOOS == "windows":
		dir, name = s.a.getenv("TEMP"), "TEMP"
	case dir == "":
		dir = "/tmp"
	}
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("%s is no absolute path, and hooks run in a folder below it; set it to one", name)
	}
	if s.contains(dir) {
		return "", fmt.Errorf("%s is %s, in the project, and hooks run outside of it; set it to another folder", name, dir)
	}
	return dir, nil
}

// contains reports whether a path lies in the project or its repository, wherever links
// lead. One that cannot be told is taken for one that does.
func (s *session) contains(name string) bool {
	roots := []string{s.dir}
	if s.repo != nil && s.repo.repo.Top != "" {
		roots = append(roots, s.repo.repo.Top)
	}
	at := name
	for {
		if found, err := filepath.EvalSymlinks(at); err == nil {
			name = filepath.Join(found, strings.TrimPrefix(name, at))
			break
		}
		if filepath.Dir(at) == at {
			return true
		}
		at = filepath.Dir(at)
	}
	for _, root := range roots {
		found, err := filepath.EvalSymlinks(root)
		if err != nil {
			return true
		}
		if rel, err := filepath.Rel(found, name); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// trust is the user's file of trusted hooks; "" when there is no place for it that is
// the user's alone.
func (s *session) trust() hooks.Trust {
	dir := s.a.userDir(configDirs)
	if dir == "" {
		return ""
	}
	file := filepath.Join(dir, "mlops", hooks.TrustFile)
	if s.contains(file) {
		return ""
	}
	return hooks.Trust(file)
}
