package cmd

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/components"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"
)

// varFlags are the flags that give variables their values.
type varFlags struct {
	given []assignment
}

// assignment is one --var or --var-file, in the order given.
type assignment struct{ flag, value string }

func (v *varFlags) register(c *cobra.Command) {
	c.Flags().Var(&varFlag{v, "var"}, "var", "set a variable, `name=value`; may be repeated")
	c.Flags().Var(&varFlag{v, "var-file"}, "var-file", "read variables from a `file`; may be repeated")
}

// varFlag keeps the order of two flags, which decides who wins.
type varFlag struct {
	all  *varFlags
	flag string
}

func (f *varFlag) String() string { return "" }
func (f *varFlag) Type() string   { return "value" }
func (f *varFlag) Set(s string) error {
	if f.flag == "var" && !strings.Contains(s, "=") {
		return fmt.Errorf("want name=value, for example --var python=3.12")
	}
	f.all.given = append(f.all.given, assignment{f.flag, s})
	return nil
}

// session is one project opened for reading: the edges "read the spec" and "read
// the actual tree" and what they gave.
type session struct {
	a    *app
	dir  string
	root *os.Root

	spec     []hclspec.Source
	varFiles []hclspec.Source
	project  *hclspec.Project
	tree     *planner.Tree
	warnings hcl.Diagnostics

	reading func() error // the lock, once, also while something else goes on
	lock    *lockfile.Lock
	lockSrc []byte
	locked  map[string]bool // paths in the lock, once asked for
	repo    *repository
	// sides are what the plan was made from.
	sides planner.Sides
	// watch, if set, hears of each foreign template that is generated.
	watch func(components.Watched)
	// lean says that nobody asks how files were made once the tree has their bytes:
	// the recipes only cost memory then.
	lean bool
	// key stands for variables and options as they were when the run began.
	key string
}

func (s *session) close() {
	if s == nil {
		return
	}
	s.repo.close()
	if s.root != nil {
		s.root.Close()
	}
}

// enter opens the project root and reads nothing.
func (a *app) enter() (*session, error) {
	s := &session{a: a, dir: a.root()}
	s.reading = sync.OnceValue(s.readLock)
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.dir, bare(err))
	}
	s.root = root
	return s, nil
}

// open reads the spec of the project root and evaluates it.
func (a *app) open(vars varFlags, json bool) (*session, error) {
	s, err := a.enter()
	if err != nil {
		return nil, err
	}
	if err := s.load(vars, json); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// bare strips the path that package os already put in.
func bare(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}

func (s *session) load(vars varFlags, json bool) error {
	spec, err := hclspec.Find(s.root.FS())
	if errors.Is(err, hclspec.ErrNoSpec) {
		return s.a.noSpec()
	}
	if err != nil {
		return err
	}
	s.spec = spec
	s.a.limit(0)
	given, diags := s.assignments(vars)
	if diags.HasErrors() {
		return s.fault(diags, json)
	}
	project, diags := hclspec.Load(hclspec.Params{
		Spec: spec, FS: s.root.FS(), Vars: given, Sections: readme.Kinds(), Version: version(),
		Components: s.resolver(),
	})
	s.project = project
	if diags.HasErrors() {
		return s.fault(append(diags, s.moreFaults()...), json)
	}
	s.warnings = diags
	return nil
}

// moreFaults renders what a faulty spec still wants, so that one run reports the
// faults of templates too.
func (s *session) moreFaults() hcl.Diagnostics {
	if s.project.Facts.Value == cty.NilVal || !s.project.Sound() {
		return nil
	}
	part := *s.project
	part.Readme = nil // it may speak of files that could not be evaluated
	_, diags := planner.Desired(&part)
	// A warning may follow from what is not there.
	return slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool { return d.Severity != hcl.DiagError })
}

func (s *session) fault(diags hcl.Diagnostics, json bool) error {
	return &diagError{diags: hclspec.Sort(diags, s.spec), sources: s.source, json: json}
}

// source returns the text a diagnostic points into.
func (s *session) source(name string) []byte {
	for _, src := range append(s.spec, s.varFiles...) {
		if src.Name == name {
			return src.Src
		}
	}
	if s.project == nil {
		return nil
	}
	return s.project.Source(name)
}

// assignments gathers the values of variables in the order of precedence.
func (s *session) assignments(vars varFlags) ([]hclspec.Assignment, hcl.Diagnostics) {
	var out []hclspec.Assignment
	for _, kv := range s.a.Env {
		if name, value, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(name, "MLOPS_VAR_") {
			out = append(out, hclspec.Assignment{Name: strings.TrimPrefix(name, "MLOPS_VAR_"), Origin: name, Text: value, Optional: true})
		}
	}
	auto, err := hclspec.FindVars(s.root.FS())
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Unreadable file", Detail: err.Error()}}
	}
	s.varFiles = auto
	var diags hcl.Diagnostics
	for _, src := range auto {
		more, faults := hclspec.ParseVars(src)
		out, diags = append(out, more...), append(diags, faults...)
	}
	for _, g := range vars.given {
		more, faults := s.flag(g)
		out, diags = append(out, more...), append(diags, faults...)
	}
	return out, diags
}

func (s *session) flag(g assignment) ([]hclspec.Assignment, hcl.Diagnostics) {
	if g.flag == "var" {
		name, value, _ := strings.Cut(g.value, "=")
		return []hclspec.Assignment{{Name: strings.TrimSpace(name), Origin: "--var", Text: value}}, nil
	}
	path := g.value
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.a.Dir, path)
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Unreadable file", Detail: fmt.Sprintf("--var-file %s: %s.", g.value, bare(err))}}
	}
	file := hclspec.Source{Name: g.value, Src: src}
	s.varFiles = append(s.varFiles, file)
	return hclspec.ParseVars(file)
}

// readLock reads the lock file; none is an empty lock.
func (s *session) readLock() error {
	src, err := readOwn(s.root, planner.LockPath, lockfile.MaxSize)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		s.lock = &lockfile.Lock{Version: lockfile.Version}
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", planner.LockPath, bare(err))
	}
	s.lockSrc = src
	s.lock, err = lockfile.Parse(src)
	return err
}

// overtaken reports whether another run replaced the lock since this one read it:
// what looks like a conflict then may be that run's work.
func (s *session) overtaken() bool {
	now, err := readOwn(s.root, planner.LockPath, lockfile.MaxSize)
	return (err == nil || errors.Is(err, fs.ErrNotExist)) && !bytes.Equal(now, s.lockSrc)
}

// planFlags choose what is planned.
type planFlags struct {
	vars        varFlags
	targets     []string
	excludes    []string
	destroy     bool
	refreshOnly bool
	noCommit    bool
	json        bool
	// resolve settles conflicts, by path.
	resolve map[string]planner.Resolution
}

func (f *planFlags) register(a *app, c *cobra.Command) {
	f.vars.register(c)
	c.Flags().StringArrayVar(&f.targets, "target", nil, "plan only this `address` or path glob; may be repeated")
	c.Flags().StringArrayVar(&f.excludes, "exclude", nil, "plan all but this `address` or path glob; may be repeated")
	for _, name := range []string{"target", "exclude"} {
		// It fails only for a flag that is not there.
		_ = c.RegisterFlagCompletionFunc(name, a.completeObjects)
	}
}

func (f *planFlags) mode() string {
	switch {
	case f.destroy:
		return "destroy"
	case f.refreshOnly:
		return "refresh-only"
	default:
		return "apply"
	}
}

// plan answers from the cache of the last apply where that still holds, and else
// evaluates the spec and compares. The session must be closed also on error.
func (a *app) plan(f *planFlags) (*session, *planner.Plan, error) {
	s, err := a.enter()
	if err != nil {
		return nil, nil, err
	}
	if s.repo, err = a.openRepository(s.dir); err != nil {
		return s, nil, err
	}
	s.key = s.cacheKey(f)
	if p := s.cached(f); p != nil {
		return s, p, nil
	}
	var wg sync.WaitGroup
	wg.Go(func() { _ = s.reading() }) // compute hears of the error
	defer wg.Wait()
	if err := s.load(f.vars, f.json); err != nil {
		return s, nil, err
	}
	s.lean = true
	p, err := s.compute(f)
	return s, p, err
}

// compute makes the plan of an evaluated project.
func (s *session) compute(f *planFlags) (*planner.Plan, error) {
	if err := s.reading(); err != nil {
		return nil, err
	}
	tree, diags := planner.Desired(s.project)
	if diags.HasErrors() {
		return nil, s.fault(diags, f.json)
	}
	s.tree, s.warnings = tree, append(s.warnings, diags...)
	if s.lean {
		s.project.Files = nil
	}
	s.a.limit(tree.Bytes())
	return s.diff(f, tree)
}

func (s *session) diff(f *planFlags, tree *planner.Tree) (*planner.Plan, error) {
	if f.destroy {
		if err := destroyable(tree); err != nil {
			return nil, err
		}
		tree = &planner.Tree{}
	}
	chosen, err := planner.Selection{Targets: f.targets, Excludes: f.excludes}.Choose(tree, s.lock)
	if err != nil {
		return nil, err
	}
	disk, err := planner.Actual(s.root, tree, s.lock, s.repo.checkout())
	if err != nil {
		return nil, err
	}
	bases, err := planner.Bases(s.root)
	if err != nil {
		return nil, err
	}
	s.sides = planner.Sides{
		Mode: f.mode(), Tree: tree, Disk: disk, Bases: bases, Lock: s.lock, LockSrc: s.lockSrc, Chosen: chosen,
		Intent: s.project.Intent(), Resolve: f.resolve, Pins: s.pinned(),
	}
	p := planner.Diff(s.sides)
	return p, s.complete(p, f, sides{tree, disk})
}

// pinned are the addresses that the lock may pin.
func (s *session) pinned() map[string]bool {
	out := map[string]bool{}
	for _, address := range s.project.Pins {
		out[address] = true
	}
	return out
}

// sides are the two trees a plan was made between.
type sides struct {
	tree *planner.Tree
	disk map[string]*planner.Disk
}

// destroyable refuses to destroy what the spec protects.
func destroyable(tree *planner.Tree) error {
	for i := range tree.Entries {
		if e := &tree.Entries[i]; e.PreventDestroy {
			return fmt.Errorf("%s: prevent_destroy is set for it at %s:%d; set it to false first", e.Path, e.Range.Filename, e.Range.Start.Line)
		}
	}
	for i := range tree.Parts {
		if p := &tree.Parts[i]; p.PreventDestroy {
			return fmt.Errorf("%s: prevent_destroy is set for %s at %s:%d; set it to false first", p.Path, p.Address, p.Range.Filename, p.Range.Start.Line)
		}
	}
	return nil
}

// complete adds what a plan says beside its changes.
func (s *session) complete(p *planner.Plan, f *planFlags, x sides) error {
	p.MlopsVersion, p.Project = version(), s.project.Facts.Name
	s.inputs(p)
	if p.Mode == "apply" {
		if diags, err := s.importable(x); err != nil || diags.HasErrors() {
			return cmp.Or(err, s.fault(diags, f.json))
		}
		checks, diags := planner.Checks(s.project, s.sides, p)
		if diags.HasErrors() {
			return s.fault(diags, f.json)
		}
		p.Checks = checks
	}
	p.Diagnostics = planner.Diagnostics(s.warnings)
	for i := range s.project.Components {
		if use := &s.project.Components[i]; use.Hooked != "" && p.HasChanges() && p.Mode == "apply" {
			p.Notes = append(p.Notes, use.Address+": "+use.Hooked)
		}
	}
	if p.Mode != "refresh-only" {
		if err := s.commit(p, f, x); err != nil {
			return err
		}
	}
	return p.Seal()
}

func (s *session) inputs(p *planner.Plan) {
	p.Inputs.Spec = "sha256:" + s.project.SpecDigest
	p.Inputs.Variables = "sha256:" + s.project.VarsDigest
	p.Inputs.Files, p.Inputs.Globs = map[string]string{}, map[string]string{}
	for _, src := range s.varFiles {
		if filepath.IsLocal(src.Name) && s.isAuto(src.Name) {
			p.Inputs.Files[src.Name] = planner.Digest(src.Src)
		}
	}
	for _, g := range s.project.Reads.Globs() {
		p.Inputs.Globs[g.Pattern] = "sha256:" + g.Digest
	}
	p.Inputs.Probes = map[string]bool{}
	for _, q := range s.project.Reads.Probes() {
		p.Inputs.Probes[q.Path] = q.Exists
	}
}

// isAuto tells variable files that apply by themselves from named ones, which
// may lie anywhere.
func (s *session) isAuto(name string) bool {
	return !strings.ContainsAny(name, `/\`)
}

// commit says what goes into the commit beside the changes.
func (s *session) commit(p *planner.Plan, f *planFlags, x sides) error {
	g := s.project.Git
	p.Commit = planner.Commit{Enabled: g.Commit && !f.noCommit, Backend: g.Backend, DefaultBranch: g.DefaultBranch}
	if g.Author != nil {
		p.Commit.Author = &planner.Person{Name: g.Author.Name, Email: g.Author.Email}
	}
	for _, r := range s.project.Spec {
		p.Commit.Include = append(p.Commit.Include, planner.FileRef{Path: r.Path, Digest: "sha256:" + r.Digest})
	}
	managed := map[string]bool{}
	for i := range x.tree.Entries {
		managed[string(x.tree.Entries[i].Path)] = true
	}
	for _, r := range s.project.Reads.Files() {
		if !managed[r.Path] && !isVarFile(r.Path) {
			p.Commit.Include = append(p.Commit.Include, planner.FileRef{Path: r.Path, Digest: "sha256:" + r.Digest})
		}
	}
	if p.Commit.Enabled {
		gone, err := s.repo.goneSpec(s.spec)
		if err != nil {
			return err
		}
		records, err := s.goneRecords()
		if err != nil {
			return err
		}
		p.Commit.Include = append(append(p.Commit.Include, gone...), records...)
		left, err := s.leftover(p, x.tree, x.disk)
		if err != nil {
			return err
		}
		p.Leftover = left
	}
	message, diags := s.project.Message(p.Short())
	if diags.HasErrors() {
		return s.fault(diags, f.json)
	}
	p.Commit.Message = message
	p.Notes = append(p.Notes, s.repo.notes(p)...)
	return nil
}

func isVarFile(name string) bool {
	name = strings.TrimSuffix(name, ".json")
	return strings.HasSuffix(name, ".vars.hcl")
}
