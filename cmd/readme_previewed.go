package cmd

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/previewserver"
	"github.com/mlops-as-code/mlops/planner"
)

// maxDocuments is how many documents the page lists.
const maxDocuments = 60

// previewed is the project as the preview has it: planned when it was asked for last,
// and planned anew when something changed since.
type previewed struct {
	a    *app
	o    *previewOptions
	root *os.Root

	mu sync.Mutex
	// seen is the state that the rest was made in.
	seen string
	// fault is why there is no plan; what was planned before then stays unknown.
	fault error
	// spec is false where there is none.
	spec  bool
	title string
	docs  []string
	// text are the Markdown files as the next apply leaves them, faults those that a
	// person must decide on first.
	text   map[string][]byte
	faults map[string]error
	// files and globs are what all that depends on.
	files, globs []string
}

// newPreviewed plans the project once. Faults of the spec are kept to be shown; only
// what was asked for and is not there is an error.
func newPreviewed(a *app, o *previewOptions) (*previewed, error) {
	root, err := os.OpenRoot(a.root())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.root(), bare(err))
	}
	v := &previewed{a: a, o: o, root: root}
	if err := v.load(); err != nil {
		root.Close()
		return nil, err
	}
	v.seen = v.state()
	return v, nil
}

// disk says whether files are shown as they are on disk.
func (v *previewed) disk() bool { return v.o.actual || !v.spec }

// Documents are what there is to see.
func (v *previewed) Documents() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refresh()
	return v.docs
}

// Markdown is one document.
func (v *previewed) Markdown(name string, disk bool) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refresh()
	if !disk && v.spec {
		switch text, planned := v.text[name]; {
		case v.fault != nil:
			return nil, errors.New(v.a.told(v.fault))
		case v.faults[name] != nil:
			return nil, v.faults[name]
		case planned:
			return text, nil
		}
	}
	text, err := previewserver.ReadFile(v.root, name, hclspec.MaxFileBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: is not there", name)
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}

// State stands for everything that the documents are made of.
func (v *previewed) State() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.state()
}

func (v *previewed) refresh() {
	if now := v.state(); now != v.seen {
		v.seen = now
		if err := v.load(); err != nil {
			v.fault = err
		}
		v.seen = v.state() // what it depends on may be more by now
	}
}

// state takes the stat data of the files, and the names that patterns find.
func (v *previewed) state() string {
	sum := sha256.New()
	stamp := func(name string) {
		info, err := v.root.Stat(name)
		if err != nil {
			fmt.Fprintf(sum, "%q -\n", name)
			return
		}
		fmt.Fprintf(sum, "%q %d %d %s\n", name, info.Size(), info.ModTime().UnixNano(), info.Mode())
	}
	names, _ := (&session{dir: v.a.root()}).specNames()
	for _, name := range append(append(names, v.files...), v.docs...) {
		stamp(name)
	}
	for _, pattern := range v.globs {
		digest, err := hclspec.GlobDigest(v.root.FS(), pattern)
		fmt.Fprintln(sum, digest, err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// load plans the project and keeps its Markdown.
func (v *previewed) load() error {
	f := planFlags{vars: v.o.vars, noCommit: true}
	s, plan, err := v.a.planOrNone(&f)
	defer s.close()
	v.fault, v.faults, v.text = err, map[string]error{}, map[string][]byte{}
	if s == nil {
		return err
	}
	v.spec = err != nil || plan != nil
	v.title = cmp.Or(v.title, filepath.Base(v.a.root()))
	if plan != nil {
		v.title = cmp.Or(s.project.Facts.Title, s.project.Facts.Name)
	}
	if v.spec {
		v.depend(s)
	}
	first, ferr := v.first(s.project)
	if err == nil && ferr != nil {
		return ferr
	}
	docs := []string{first}
	if ferr != nil || err != nil && v.docs != nil {
		docs = v.docs
	}
	if plan != nil {
		docs = append(docs, v.keep(s, plan)...)
	}
	v.docs = v.docs[:0:0]
	for _, name := range docs {
		if name != "" && !slices.Contains(v.docs, name) && len(v.docs) < maxDocuments {
			v.docs = append(v.docs, name)
		}
	}
	if len(v.docs) == 0 {
		v.docs = []string{"README.md"}
	}
	return nil
}

// depend notes the files that the plan was made from.
func (v *previewed) depend(s *session) {
	v.files, v.globs = []string{planner.LockPath}, nil
	if s.project == nil || s.project.Reads == nil {
		return
	}
	for _, r := range s.project.Reads.Files() {
		v.files = append(v.files, r.Path)
	}
	for _, p := range s.project.Reads.Probes() {
		v.files = append(v.files, p.Path)
	}
	for _, g := range s.project.Reads.Globs() {
		v.globs = append(v.globs, g.Pattern)
	}
}

// keep holds the Markdown of a plan and lists it, the README and its translations
// first.
func (v *previewed) keep(s *session, plan *planner.Plan) []string {
	var docs []string
	right := s.right(plan)
	for _, doc := range s.project.Readmes() {
		name := string(doc.Path)
		docs = append(docs, name)
		if v.text[name], v.faults[name] = s.rendered(doc.Address, false); v.faults[name] == nil {
			delete(v.faults, name)
		}
		delete(right, name)
	}
	at := len(docs)
	for i := range s.tree.Entries {
		name := string(s.tree.Entries[i].Path)
		if text, there := right[name]; there && strings.EqualFold(path.Ext(name), ".md") {
			docs, v.text[name] = append(docs, name), text
		}
	}
	slices.Sort(docs[at:])
	return docs
}

// told is an error as the command would print it.
func (a *app) told(err error) string {
	if d, ok := errors.AsType[*diagError](err); ok {
		var b strings.Builder
		w := diagWriter{w: &b, sources: d.sources}
		for _, diag := range d.diags {
			w.write(diag)
		}
		return b.String()
	}
	return a.explained(err)
}
