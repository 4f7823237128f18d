package planner

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/merge3"
)

// former is what stood at the path before the apply. Where only the parent's
// commit can tell, edits of a shared file that were committed together with the
// apply are brought in: they are the user's.
func (u *undoer) former(f *UndoFile) *FileVersion {
	if f.Exact || f.Before == nil || f.After == nil || f.was == nil || f.is == nil || f.is.Ownership != "shared" {
		return f.Before
	}
	was, ok := u.sides.Known[strings.TrimPrefix(f.was.Rendered, "sha256:")]
	is, also := u.sides.Known[strings.TrimPrefix(f.is.Rendered, "sha256:")]
	if !ok || !also {
		return f.Before
	}
	made, err := merge3.Merge(was, f.Before.Content, is)
	if err != nil || len(made.Conflicts) > 0 || bytes.Equal(made.Text, f.After.Content) {
		return f.Before
	}
	back, err := merge3.Merge(made.Text, f.After.Content, f.Before.Content)
	if err != nil || len(back.Conflicts) > 0 {
		return f.Before
	}
	return &FileVersion{Content: back.Text, Mode: f.Before.Mode}
}

// merge takes the apply's change out of a file that was edited since.
func (u *undoer) merge(f *UndoFile, before *FileVersion, mode string) {
	res, err := merge3.Merge(f.After.Content, f.Disk.stored(), before.Content)
	switch {
	case err != nil:
		u.drifted(f, "modified", "refuse")
		u.against(f, "was edited since and cannot be merged: "+undoFault(err)+"; make it as the apply left it")
	case len(res.Conflicts) > 0:
		u.drifted(f, "modified", "refuse")
		u.clash(f, Change{Merge: "conflict", Conflicts: excerpts(res.Conflicts), Message: clashes(res.Conflicts)})
	default:
		u.put(f, res.Text, mode, true)
	}
}

func clashes(list []merge3.Conflict) string {
	var where []string
	for _, x := range list {
		where = append(where, lineRange(x.Mine))
	}
	return fmt.Sprintf("was edited since at %s, where the apply had changed it; make these lines as the apply left them, or as they were before it", strings.Join(where, ", "))
}

func undoFault(err error) string {
	in, ok := errors.AsType[*merge3.InputError](err)
	if !ok {
		return err.Error()
	}
	side := map[merge3.Side]string{merge3.Base: "what the apply wrote", merge3.Mine: "the file", merge3.Theirs: "what it was before"}[in.Side]
	if in.Fault == merge3.TooLarge || in.Fault == merge3.TooLong {
		return side + " is too large"
	}
	return side + " is no text"
}
