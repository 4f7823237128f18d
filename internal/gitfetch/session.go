package gitfetch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mlops-as-code/mlops/internal/show"
)

// session is one call of a Fetcher.
type session struct {
	f      *Fetcher
	remote remote
	limits Limits
	git    backend
	report *reporter
}

// backend is a way to talk to a remote.
type backend interface {
	// advertised lists all refs of the remote. cache is a sound bare repository.
	advertised(ctx context.Context, b *cache) ([]advert, error)
	// fetch brings objects into the cache, which is locked. It fails with
	// errRefused when the server does not let the objects be asked for this way,
	// with errAbsent when it says that it has none such.
	fetch(ctx context.Context, b *cache, w want) error
	// open reads the cache's objects.
	open(ctx context.Context, b *cache) (objects, error)
}

// objects reads the objects of a cache.
type objects interface {
	// stat returns kind and size of an object, without reading it; errMissing.
	stat(id string) (kind string, size int64, err error)
	// read returns kind and content of an object; a larger one than limit fails
	// before it is read, and nothing more may be read then.
	read(id string, limit int64) (kind string, content []byte, err error)
	// prefix returns the ids that start with the digits given.
	prefix(digits string) ([]string, error)
	close()
}

// want is what to fetch: an object without history, or all branches and tags.
type want struct {
	id  string
	all []advert // where this is set
}

// ids are those of all, each once.
func (w want) ids() []string {
	var out []string
	for _, a := range w.all {
		out = append(out, a.id)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var (
	errRefused = errors.New("the server does not let it be asked for")
	errAbsent  = errors.New("the server does not have it")
	errMissing = errors.New("missing")
	errTime    = errors.New("out of time")
)

// do runs one call within its limits and gives its error the URL.
func (f *Fetcher) do(ctx context.Context, url string, work func(context.Context, *session) error) error {
	r, reason := parseURL(url)
	if reason != "" {
		return &Error{URL: redact(url), Kind: KindURL, Reason: reason}
	}
	s := &session{f: f, remote: r, limits: f.Limits.orDefault()}
	s.report = newReporter(f.Progress, r.text)
	s.git = &program{s}
	if f.Git == "" {
		s.git = &library{s}
	}
	parent := ctx
	ctx, cancel := context.WithTimeoutCause(parent, s.limits.Time, errTime)
	defer cancel()
	err := work(ctx, s)
	if err == nil {
		return nil
	}
	return s.explain(ctx, parent, err)
}

// explain makes every error an *Error of this session's URL.
func (s *session) explain(ctx, parent context.Context, err error) error {
	var known *Error
	switch {
	case errors.As(err, &known) && known.Kind == KindLimit:
	case parent.Err() != nil:
		known = &Error{Kind: KindInterrupted, Reason: "interrupted", err: parent.Err()}
	case ctx.Err() != nil:
		known = overLimit("took longer than the limit of %s", s.limits.Time)
	case known == nil:
		known = &Error{Kind: KindOther, Reason: clean(err.Error()), err: err}
	}
	out := *known
	out.URL = show.Line(s.remote.text)
	return &out
}

func overLimit(format string, args ...any) *Error {
	return &Error{Kind: KindLimit, Reason: fmt.Sprintf(format, args...)}
}

// advertised asks the remote for its refs.
func (s *session) advertised(ctx context.Context) ([]advert, error) {
	b, err := s.cache(ctx, "")
	if err != nil {
		return nil, err
	}
	s.report.step("asking for refs")
	return s.git.advertised(ctx, b)
}

// tree returns the files of a commit below dir.
func (s *session) tree(ctx context.Context, commit, dir string) (*Tree, error) {
	if !fullID(commit) {
		return nil, &Error{Kind: KindRef, Reason: fmt.Sprintf("%q is not a full commit id", show.Clip(commit, 80))}
	}
	if reason := badDir(dir); reason != "" {
		return nil, &Error{Kind: KindDirectory, Reason: reason}
	}
	tree, err := s.collect(ctx, commit, dir)
	if !errors.Is(err, errMissing) {
		return tree, err
	}
	b, fault := s.cache(ctx, commit) // what it holds is damaged: all of it is fetched again
	if fault == nil {
		fault = s.locked(ctx, b, b.empty)
	}
	if fault != nil {
		return nil, fault
	}
	if tree, err = s.collect(ctx, commit, dir); errors.Is(err, errMissing) {
		err = &Error{Kind: KindOther, Reason: fmt.Sprintf("commit %s is not complete in the cache (%v), also when fetched anew: remove %s", short(commit), err, b.path), err: err}
	}
	return tree, err
}

// collect reads the files of a commit, which is fetched when it is not pinned.
func (s *session) collect(ctx context.Context, commit, dir string) (*Tree, error) {
	b, err := s.ensure(ctx, commit)
	if err != nil {
		return nil, err
	}
	objs, err := s.git.open(ctx, b)
	if err != nil {
		return nil, err
	}
	defer objs.close()
	s.report.step("reading files")
	return (&walker{ctx: ctx, objs: objs, limits: s.limits}).collect(commit, dir)
}

// Progress says what a call does and how far it is.
type Progress struct {
	URL            string        // the remote, without credentials
	Step           string        // "asking for refs", "receiving objects", "reading files", ...
	Objects, Total int64         // objects done, of all; Total is 0 while unknown
	Bytes          int64         // received so far
	Elapsed        time.Duration // since the call began
}

// reporter serves the caller's Progress function.
type reporter struct {
	mu    sync.Mutex
	to    func(Progress)
	start time.Time
	now   Progress
}

func newReporter(to func(Progress), url string) *reporter {
	return &reporter{to: to, start: time.Now(), now: Progress{URL: show.Line(url)}}
}

// step begins a step.
func (r *reporter) step(name string) {
	r.update(func(p *Progress) { p.Step, p.Objects, p.Total = name, 0, 0 })
}

// update changes what is known and tells it.
func (r *reporter) update(change func(*Progress)) {
	if r.to == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.now)
	r.now.Elapsed = time.Since(r.start)
	r.to(r.now)
}
