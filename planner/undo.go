package planner

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// UndoSides is everything Undo compares: an apply's commit, its parent, and what
// is on disk now.
type UndoSides struct {
	// Name is what the apply is called in reasons, such as its short commit id.
	Name  string
	Files []UndoFile
	// After and Before are the locks of the commit and of its parent, Lock is the
	// one on disk; each has its bytes beside it, nil where there is no file.
	After, Before, Lock          *lockfile.Lock
	AfterSrc, BeforeSrc, LockSrc []byte
	// Bases are the files of BaseDir on disk, and Known those of the two commits,
	// by name.
	Bases, Known map[string][]byte
}

// UndoFile is one managed path of the commit or its parent.
type UndoFile struct {
	Path string
	// From is where the apply moved the file; otherwise it is Path.
	From string
	// Objects are those the file belongs to.
	Objects []lockfile.Object
	// After is what the apply left at From, Before what it found at Path.
	After, Before *FileVersion
	// Exact says that Before is known to be what stood there, and not only what
	// had been committed.
	Exact bool
	// Disk stands at From now, and At at Path.
	Disk, At *Disk
	// IsAfter and IsBefore say that git would store Disk as After, At as Before.
	IsAfter, IsBefore bool
	// Fault says why the file cannot be undone at all.
	Fault string
	// Committed says that HEAD has what is at Path now.
	Committed bool

	was, is *lockfile.Object // the whole file, in the two locks
}

// FileVersion is a file as a commit holds it; nil is a file that it does not.
type FileVersion struct {
	Content []byte
	Mode    string // "0644" or "0755"
}

// UndoFiles pairs the paths of the locks before and after an apply, sorted by
// path: a file that was moved stands under its old path.
func UndoFiles(before, after *lockfile.Lock, intent *hclspec.Intent) []UndoFile {
	byAddress := map[string]*lockfile.Object{}
	for i := range after.Objects {
		if o := &after.Objects[i]; !isPart(o.Kind) {
			byAddress[o.Address] = o
		}
	}
	files, moved := map[string]*UndoFile{}, map[string]bool{}
	for i := range before.Objects {
		o := &before.Objects[i]
		f := undoFile(files, o)
		if isPart(o.Kind) {
			continue
		}
		f.was = o
		now, _ := intent.Moved(o.Address)
		if f.is = byAddress[now]; f.is == nil {
			f.is = byAddress[o.Address]
		}
		if f.is != nil && f.is.Path != o.Path {
			f.From = f.is.Path
			moved[f.From] = true
		}
	}
	for i := range after.Objects {
		o := &after.Objects[i]
		if moved[o.Path] && !isPart(o.Kind) {
			continue
		}
		if f := undoFile(files, o); !isPart(o.Kind) && f.From == f.Path {
			f.is = o
		}
	}
	out := make([]UndoFile, 0, len(files))
	for _, f := range files {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b UndoFile) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// undoFile notes that a file belongs to an object.
func undoFile(files map[string]*UndoFile, o *lockfile.Object) *UndoFile {
	f := files[o.Path]
	if f == nil {
		f = &UndoFile{Path: o.Path, From: o.Path}
		files[o.Path] = f
	}
	if !slices.ContainsFunc(f.Objects, func(other lockfile.Object) bool { return other.Address == o.Address }) {
		f.Objects = append(f.Objects, *o)
	}
	return f
}

// Undo computes the plan that takes an apply back and keeps what was edited
// since. What stands against that is a conflict. It is pure.
func Undo(s UndoSides) *Plan {
	p := &Plan{
		FormatVersion: FormatVersion, Mode: "undo",
		Changes: []Change{}, Drift: []Drift{}, Leftover: []FileRef{}, Checks: []Check{}, Diagnostics: []Diagnostic{},
		Blobs: map[string][]byte{},
	}
	u := &undoer{sides: s, plan: p, leaves: map[string]bool{}, comes: map[string]bool{}}
	for i := range s.Files {
		f := &s.Files[i]
		u.leaves[f.From] = u.leaves[f.From] || f.From != f.Path
		u.comes[f.Path] = f.Before != nil
	}
	for i := range s.Files {
		u.file(&s.Files[i])
	}
	u.lock()
	p.Summary = summarize(p)
	return p
}

// undoer is a plan of an undo in the making.
type undoer struct {
	sides UndoSides
	plan  *Plan
	// leaves are the paths whose file goes back to where it came from, and comes
	// those that hold something afterwards.
	leaves, comes map[string]bool
}

// file decides about one path, which the caller knows to differ between the two
// commits.
func (u *undoer) file(f *UndoFile) {
	before := u.former(f)
	switch {
	case f.Disk.Blocked != "" || f.At.Blocked != "":
		u.against(f, cmp.Or(f.Disk.Blocked, f.At.Blocked)+", where a directory is needed; move it away")
	case u.done(f, before):
		u.record(f, "it is as it was before already")
	case f.Fault != "":
		u.against(f, f.Fault)
	case f.After == nil || f.From == f.Path && u.leaves[f.Path]:
		u.recreate(f, before)
	case before == nil:
		u.drop(f)
	default:
		u.restore(f, before)
	}
}

// done reports whether the disk is as it was before the apply.
func (u *undoer) done(f *UndoFile, before *FileVersion) bool {
	switch {
	case f.From != f.Path && f.Disk.Type != "" && !u.comes[f.From]:
		return false
	case before == nil:
		return f.At.Type == ""
	}
	same := f.IsBefore || bytes.Equal(f.At.Content, before.Content)
	return f.At.Type == "file" && same && f.At.Mode == before.Mode
}

// record commits what needs no change any more.
func (u *undoer) record(f *UndoFile, why string) {
	switch {
	case f.Committed:
	case f.At.Type == "":
		u.add(f, Change{Actions: []string{"delete"}, Class: classConverged.String(), Because: []string{why}})
	default:
		u.add(f, Change{Actions: []string{"adopt"}, Class: classConverged.String(), Because: []string{why}, Before: f.At.state(), After: f.At.state()})
	}
}

// recreate brings back a file that the apply removed.
func (u *undoer) recreate(f *UndoFile, before *FileVersion) {
	if f.At.Type != "" && !u.leaves[f.Path] {
		u.drifted(f, "modified", "refuse")
		u.against(f, "the apply removed it, and something stands there again; move it away")
		return
	}
	u.put(f, before.Content, before.Mode, false)
}

// drop removes a file that the apply made, unless it is more than that.
func (u *undoer) drop(f *UndoFile) {
	switch {
	case f.is == nil && !slices.ContainsFunc(f.Objects, func(o lockfile.Object) bool { return o.Created }):
		u.against(f, "it was there before the apply and was committed by it first, and what it held then is not in this repository; restore it by hand")
	case f.Disk.Type == "file" && f.is != nil && (f.is.Ownership == "user" && !f.untouched() || f.was == nil && f.is.Applied != f.is.Rendered):
		u.keep(f)
	case f.untouched():
		u.add(f, Change{Actions: []string{"delete"}, Because: []string{u.why()}, Before: u.before(f.Disk)})
	default:
		u.drifted(f, driftOf(f), "refuse")
		u.against(f, "the apply made it, and it was changed since, so it is not deleted; move it away, or make it as the apply left it")
	}
}

// keep leaves a file to the user, who had or made text in it.
func (u *undoer) keep(f *UndoFile) {
	if !f.untouched() {
		u.drifted(f, driftOf(f), "keep")
	}
	u.add(f, Change{
		Actions: []string{"forget"}, Because: []string{u.why() + ", but the text is the user's and stays"},
		Before: f.Disk.state(),
	})
}

// untouched reports whether the disk is as the apply left it.
func (f *UndoFile) untouched() bool {
	return f.Disk.Type == "file" && f.IsAfter && f.Disk.Mode == f.After.Mode
}

// restore takes the apply's change out of a file.
func (u *undoer) restore(f *UndoFile, before *FileVersion) {
	switch {
	case f.Disk.Type == "" && f.At.Type == "file" && f.From != f.Path:
		u.against(f, "it was moved from "+f.From+" and changed since; make it as it was before the apply")
		return
	case f.Disk.Type == "":
		u.drifted(f, "deleted", "refuse")
		u.against(f, "it was deleted since, and the apply had changed it; restore it, or leave it as it was before the apply")
		return
	case f.Disk.Type != "file":
		u.drifted(f, driftOf(f), "refuse")
		u.against(f, driftWords[driftOf(f)]+" since; put the file back")
		return
	case f.From != f.Path && f.At.Type != "" && !u.leaves[f.Path]:
		u.against(f, "is to be moved back here from "+f.From+", and something is there; move it away")
		return
	}
	mode := f.Disk.Mode
	if mode == f.After.Mode {
		mode = before.Mode
	}
	switch {
	case f.IsAfter:
		u.put(f, before.Content, mode, f.Disk.Mode != f.After.Mode)
	case bytes.Equal(f.After.Content, before.Content), bytes.Equal(f.Disk.Content, before.Content):
		u.put(f, f.Disk.Content, mode, true)
	default:
		u.merge(f, before, mode)
	}
}

// put is the action that makes the path hold these bytes.
func (u *undoer) put(f *UndoFile, content []byte, mode string, edited bool) {
	c := Change{Actions: []string{"update"}, Because: []string{u.why()}, Before: u.before(f.At), After: u.after(content, mode)}
	if edited {
		u.drifted(f, driftOf(f), "merge")
	}
	switch {
	case f.From != f.Path:
		c.Actions, c.PreviousPath, c.Previous = []string{"move"}, f.From, u.before(f.Disk)
		if *c.Previous != *c.After {
			c.Actions = append(c.Actions, "update")
		}
	case c.Before == nil:
		c.Actions = []string{"create"}
	case *c.Before == *c.After:
		u.record(f, "the apply's change is not in it any more")
		return
	}
	if edited && !bytes.Equal(f.Disk.Content, content) {
		c.Merge = "clean"
	}
	u.add(f, c)
}

// add adds a change once for each object of the file.
func (u *undoer) add(f *UndoFile, c Change) {
	c.Path = f.Path
	if c.Class == "" {
		c.Class = undoClass(f).String()
	}
	for _, o := range f.Objects {
		c.Address, c.Kind = o.Address, o.Kind
		u.plan.Changes = append(u.plan.Changes, c)
	}
}

// against adds what stands against the undo.
func (u *undoer) against(f *UndoFile, message string) {
	u.clash(f, Change{Message: message})
}

func (u *undoer) clash(f *UndoFile, c Change) {
	c.Actions, c.Class, c.Before, c.Path = []string{"conflict"}, undoClass(f).String(), u.before(f.At), f.Path
	if before := u.former(f); before != nil {
		c.After = u.after(before.Content, before.Mode)
	}
	c.Address, c.Kind = f.Objects[0].Address, f.Objects[0].Kind
	u.plan.Changes = append(u.plan.Changes, c)
}

func (u *undoer) why() string { return u.sides.Name + " is undone" }

func (u *undoer) before(d *Disk) *State {
	s := d.state()
	if s != nil && !s.Binary && s.Digest != "" {
		u.plan.Blobs[s.Digest] = d.Content
	}
	return s
}

func (u *undoer) after(content []byte, mode string) *State {
	digest := Digest(content)
	u.plan.Blobs[digest] = content
	return &State{Type: "file", Digest: digest, Mode: mode, Size: int64(len(content)), Binary: isBinary(content)}
}

// undoClass is the row of Classes that a file stands in, where the spec wants what
// was before.
func undoClass(f *UndoFile) class {
	switch {
	case f.Before == nil && f.is != nil && f.is.Ownership == "user":
		return classReleased
	case f.Before == nil && f.untouched():
		return classOrphan
	case f.Before == nil:
		return classEditedGone
	case f.After == nil && f.At.Type == "":
		return classNew
	case f.After == nil:
		return classUnmanaged
	case f.Disk.Type == "":
		return classDeleted
	case f.untouched():
		return classPending
	}
	return classBoth
}

// driftOf says in the words of a plan how a file differs from what the apply left.
func driftOf(f *UndoFile) string {
	switch {
	case f.Disk.Type == "":
		return "deleted"
	case f.Disk.Type != "file":
		return f.Disk.Type
	case f.IsAfter:
		return "mode"
	}
	return "modified"
}

func (u *undoer) drifted(f *UndoFile, kind, will string) {
	u.plan.Drift = append(u.plan.Drift, Drift{Address: f.Objects[0].Address, Path: f.From, Drift: kind, Class: undoClass(f).String(), Will: will})
}

// lock takes the apply's change out of the lock, and plans the merge bases that
// belong to the result.
func (u *undoer) lock() {
	s := &u.sides
	next, src := *s.Before, s.BeforeSrc
	if !bytes.Equal(s.Lock.Bytes(), s.After.Bytes()) {
		next, src = u.mergeLock()
	}
	if s.LockSrc != nil {
		u.plan.Inputs.Lock = Digest(s.LockSrc)
	}
	u.bases(next.Objects)
	if bytes.Equal(s.Lock.Bytes(), next.Bytes()) && (src == nil) == (s.LockSrc == nil) {
		return
	}
	u.plan.Lock = &Transition{Before: u.plan.Inputs.Lock}
	if src != nil {
		u.plan.Lock.After = Digest(src)
		u.plan.Blobs[u.plan.Lock.After] = src
	}
}

// mergeLock undoes the apply in a lock that changed since.
func (u *undoer) mergeLock() (lockfile.Lock, []byte) {
	s := &u.sides
	next, notes := lockfile.Merge(*s.After, *s.Lock, *s.Before, nil)
	if len(notes) > 0 {
		list := make([]string, 0, len(notes))
		for _, n := range notes {
			list = append(list, n.Address)
		}
		u.plan.Changes = append(u.plan.Changes, Change{
			Path: LockPath, Kind: "lock", Class: classBoth.String(), Actions: []string{"conflict"},
			Message: fmt.Sprintf("a later change of the lock speaks of %s too; undo that first", strings.Join(slices.Compact(list), ", ")),
		})
	}
	if len(next.Objects)+len(next.Components) == 0 {
		return next, nil
	}
	return next, next.Bytes()
}

// bases plans the merge bases that a lock needs.
func (u *undoer) bases(objects []lockfile.Object) {
	tree := &Tree{}
	for name, content := range u.sides.Known {
		tree.Entries = append(tree.Entries, Entry{Ownership: "shared", Rendered: "sha256:" + name, Content: content})
	}
	d := &differ{plan: u.plan, sides: Sides{Mode: "undo", Tree: tree, Bases: u.sides.Bases}}
	d.store(objects)
}
