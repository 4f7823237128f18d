package applier

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitwrite"
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/mlops-as-code/mlops/planner"
)

// role is what apply does with a path.
type role byte

const (
	roleWrite   role = iota // put the wanted bytes there
	roleRemove              // take the file away
	roleKeep                // leave the file and commit it as it is
	roleGone                // is not there: take it out of the commit
	roleMakeDir             // make a directory
	roleDropDir             // remove a directory if it is empty
)

// file is one path of the plan.
type file struct {
	path, full string
	role       role
	// read is true for a file that is committed only because the plan read it,
	// outside for one of those above the project root.
	read, outside bool
	// stored is true for one of mlops's own files, a merge base.
	stored bool
	// before is what the plan expects at path, nil for nothing.
	before *planner.State
	// after is what the plan says will be there.
	after *planner.State
	// content and exec are what a roleWrite wants.
	content []byte
	exec    bool
	digest  string // of content

	// What looking at the disk and the repository has shown:

	// pre is what stands at path, nil for nothing.
	pre fs.FileInfo
	// edit is what the commit will hold; without a mode the path is gone.
	edit gitwrite.Edit
	// load returns what edit.Hash names; sure is false when it reads the disk.
	load func() ([]byte, error)
	sure bool
	// loss is why git would refuse to add the file (core.safecrlf), "" if it would
	// not.
	loss string
	// lost means that attributes which no commit holds would change what a clone
	// gets.
	lost bool
	// ahead is set when work on content has begun already.
	ahead *ahead
	// settled means that HEAD and the index hold edit already.
	settled bool

	// What has been done:

	stage  string      // where the new file waits, and old is kept
	staged fs.FileInfo // the new file before it was renamed into place
	placed fs.FileInfo // and after
}

// commits reports whether the path is one of those the commit is about.
func (f *file) commits() bool { return f.role <= roleGone }

// reserved are names in .mlops that are apply's own.
var reserved = []string{stageDir, backupDir, lockName, ".mlops/apply.json"}

const (
	privateDir = ".mlops"
	stageDir   = ".mlops/stage"
	backupDir  = ".mlops/backup"
	lockName   = ".mlops/lock"
)

var planID = lazy.Regexp(`^sha256:[0-9a-f]{64}$`)

// loader turns a plan document, which it does not trust, into files.
type loader struct {
	plan    *planner.Plan
	at      map[string]*file
	objects map[[2]string]bool // by path and address
	// leaving are the files that move away; another may come to their place.
	leaving []*file
	moved   map[string]bool
}

// load returns the files of a plan, sorted by path, and the lock file by
// itself, nil when it stays as it is.
func load(p *planner.Plan) (files []*file, lock *file, err error) {
	if p.FormatVersion != planner.FormatVersion {
		return nil, nil, &PlanError{fmt.Sprintf("format version %q is not %q", p.FormatVersion, planner.FormatVersion)}
	}
	if !planID().MatchString(p.ID) {
		return nil, nil, &PlanError{"the plan id is damaged"}
	}
	if p.Commit.Enabled && strings.TrimSpace(p.Commit.Message) == "" {
		return nil, nil, &PlanError{"the commit message is empty"}
	}
	if err := conflicts(p); err != nil {
		return nil, nil, err
	}
	l := &loader{plan: p, at: make(map[string]*file, len(p.Changes)+len(p.Commit.Include)), moved: map[string]bool{}, objects: map[[2]string]bool{}}
	if err := l.all(); err != nil {
		return nil, nil, err
	}
	for _, f := range l.leaving {
		if l.at[f.path] == nil {
			l.at[f.path] = f
		}
	}
	for _, f := range l.at {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b *file) int { return strings.Compare(a.path, b.path) })
	for i, f := range files {
		f.stage = fmt.Sprint(i)
	}
	if lock, err = l.lock(); err != nil {
		return nil, nil, err
	}
	if lock != nil {
		lock.stage = "lock"
		files = slices.DeleteFunc(files, func(f *file) bool { return f.path == lock.path })
	}
	return files, lock, collisions(files, lock)
}

func conflicts(p *planner.Plan) error {
	var paths []string
	for i := range p.Changes {
		if slices.Contains(p.Changes[i].Actions, "conflict") {
			paths = append(paths, p.Changes[i].Path+": "+p.Changes[i].Message)
		}
	}
	if paths != nil {
		return &ConflictError{paths}
	}
	return nil
}

func (l *loader) all() error {
	for i := range l.plan.Changes {
		if err := l.change(&l.plan.Changes[i]); err != nil {
			return err
		}
	}
	for _, stored := range l.plan.Store {
		if err := l.stored(stored); err != nil {
			return err
		}
	}
	for _, ref := range l.plan.Leftover {
		if err := l.ref(ref, false); err != nil {
			return err
		}
	}
	for _, ref := range l.plan.Commit.Include {
		if err := l.ref(ref, true); err != nil {
			return err
		}
	}
	return nil
}

// change adds one change of the plan.
func (l *loader) change(c *planner.Change) error {
	if err := checkPath(c.Path); err != nil {
		return err
	}
	if c.Path == planner.LockPath {
		return &PlanError{c.Path + " stands in the plan twice"}
	}
	if l.objects[[2]string{c.Path, c.Address}] {
		return &PlanError{c.Path + " stands in the plan twice"}
	}
	l.objects[[2]string{c.Path, c.Address}] = true
	if other := l.at[c.Path]; other != nil {
		return l.again(other, c)
	}
	return l.first(c)
}

// first adds the change of a path that no other has touched.
func (l *loader) first(c *planner.Change) error {
	f := &file{path: c.Path, before: c.Before, after: c.After}
	dir := isDir(c.Before) || c.Before == nil && isDir(c.After)
	switch action := strings.Join(c.Actions, "+"); {
	case strings.HasPrefix(action, "move"):
		return l.move(f, c)
	case action == "create" && c.Before == nil && isDir(c.After):
		f.role = roleMakeDir
	case action == "create" && c.Before == nil, action == "update" && c.Before != nil:
		return l.write(f, c.After)
	case action == "delete" && c.After == nil && dir:
		f.role = roleDropDir
	case action == "delete" && c.After == nil && c.Before != nil:
		f.role = roleRemove
	case (action == "delete" || action == "forget") && c.Before == nil:
		f.role = roleGone
	case action == "adopt" && c.Before != nil && c.Before.Type == "file":
		f.role = roleKeep
	case action == "forget" || action == "adopt":
		return nil // the file is, or becomes, the user's; only the lock changes
	default:
		return &PlanError{fmt.Sprintf("%s: cannot do %q with what stands before and after", c.Path, action)}
	}
	l.at[c.Path] = f
	return nil
}

// again adds a change of a file that another object has a part in: all of them
// tell the same of the whole file.
func (l *loader) again(f *file, c *planner.Change) error {
	if !sameState(f.before, c.Before) {
		return &PlanError{c.Path + " stands in the plan twice, with different states"}
	}
	if (f.role == roleKeep || f.role == roleGone) && c.Actions[0] != "adopt" && c.Actions[0] != "forget" {
		delete(l.at, c.Path)
		return l.first(c)
	}
	if c.Actions[0] != "adopt" && c.Actions[0] != "forget" && !sameState(f.after, c.After) {
		return &PlanError{c.Path + " stands in the plan twice, with different states"}
	}
	return nil
}

func sameState(a, b *planner.State) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// move adds a file that comes from another path.
func (l *loader) move(f *file, c *planner.Change) error {
	if err := checkPath(c.PreviousPath); err != nil {
		return err
	}
	if c.Previous == nil || c.Previous.Type != "file" || c.PreviousPath == c.Path {
		return &PlanError{c.Path + ": comes from nowhere"}
	}
	if err := l.write(f, c.After); err != nil {
		return err
	}
	if l.moved[c.PreviousPath] {
		return &PlanError{c.PreviousPath + ": goes to two places"}
	}
	l.moved[c.PreviousPath] = true
	l.leaving = append(l.leaving, &file{path: c.PreviousPath, before: c.Previous, role: roleRemove})
	return nil
}

// stored adds one of mlops's own files.
func (l *loader) stored(s planner.Stored) error {
	if s.Path != ".mlops/.gitattributes" && path.Dir(s.Path) != planner.BaseDir {
		return &PlanError{s.Path + ": is no place for a merge base"}
	}
	if err := checkPath(s.Path); err != nil {
		return err
	}
	f := &file{path: s.Path, stored: true}
	if s.Before != "" {
		f.before = &planner.State{Type: "file", Digest: s.Before, Size: -1}
	}
	if s.After == "" {
		f.role = roleRemove
		l.at[s.Path] = f
		return nil
	}
	content, ok := l.plan.Blobs[s.After]
	if !ok {
		return &PlanError{s.Path + ": the bytes to write are not in the plan"}
	}
	return l.write(f, &planner.State{Type: "file", Digest: s.After, Mode: "0644", Size: int64(len(content))})
}

func isDir(s *planner.State) bool { return s != nil && s.Type == "directory" }

// write adds a file with its wanted bytes.
func (l *loader) write(f *file, after *planner.State) error {
	if after == nil || after.Type != "file" {
		return &PlanError{f.path + ": mlops writes only plain files"}
	}
	switch after.Mode {
	case "0755":
		f.exec = true
	case "0644":
	default:
		return &PlanError{fmt.Sprintf("%s: mode %q is neither 0644 nor 0755", f.path, after.Mode)}
	}
	content, ok := l.plan.Blobs[after.Digest]
	if !ok || int64(len(content)) != after.Size {
		return &PlanError{f.path + ": the bytes to write are not in the plan"}
	}
	f.content, f.digest = content, after.Digest
	l.at[f.path] = f
	return nil
}

// ref adds a file that is committed as it is on disk. Only a file that the plan
// read may lie above the project root.
func (l *loader) ref(ref planner.FileRef, read bool) error {
	inner := ref.Path
	for read && strings.HasPrefix(inner, "../") {
		inner = inner[3:]
	}
	check := safepath.Parse
	if read {
		check = safepath.Existing
	}
	if err := checkBy(check, inner); err != nil {
		return err
	}
	if l.at[ref.Path] != nil {
		return nil
	}
	f := &file{path: ref.Path, read: read, outside: inner != ref.Path, role: roleGone}
	if ref.Digest != "" {
		f.role = roleKeep
		f.before = &planner.State{Type: "file", Digest: ref.Digest, Mode: ref.Mode, Size: -1}
	}
	l.at[ref.Path] = f
	return nil
}

// lock returns the lock file's transition.
func (l *loader) lock() (*file, error) {
	tr := l.plan.Lock
	if tr == nil {
		return nil, nil
	}
	f := &file{path: planner.LockPath}
	if tr.Before != "" {
		f.before = &planner.State{Type: "file", Digest: tr.Before, Size: -1}
	}
	if tr.After == "" {
		f.role = roleRemove
		if tr.Before == "" {
			f.role = roleGone
		}
		return f, nil
	}
	content, ok := l.plan.Blobs[tr.After]
	if !ok {
		return nil, &PlanError{"the bytes of the lock file are not in the plan"}
	}
	f.content, f.digest = content, tr.After
	return f, nil
}

func checkPath(p string) error { return checkBy(safepath.Parse, p) }

func checkBy(parse func(string) (safepath.Path, error), p string) error {
	clean, err := parse(p)
	if err != nil {
		return &PlanError{err.Error()}
	}
	key := safepath.Fold(clean)
	for _, own := range reserved {
		if key == own || strings.HasPrefix(key, own+"/") {
			return &PlanError{p + ": the name is reserved for apply itself"}
		}
	}
	return nil
}

// collisions refuses a plan after which two paths would be one on some system.
func collisions(files []*file, lock *file) error {
	var paths []safepath.Path
	add := func(f *file) {
		if (f.role == roleWrite || f.role == roleKeep) && !f.outside {
			paths = append(paths, safepath.Path(f.path))
		}
	}
	for _, f := range files {
		add(f)
	}
	if lock != nil {
		add(lock)
	}
	if found := safepath.Collisions(paths); len(found) > 0 {
		return &PlanError{fmt.Sprintf("%s and %s %s", found[0].A, found[0].B, found[0].Why)}
	}
	return nil
}

// digestOf is a State's digest of bytes.
func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// fullPath is p relative to the top of the repository, and false when it lies
// outside of it.
func fullPath(prefix, p string) (string, bool) {
	full := path.Join(prefix, p)
	return full, full != ".." && !strings.HasPrefix(full, "../")
}
