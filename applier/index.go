package applier

import (
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gitindex"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// newIndex is the index with the commit's files as they are on disk.
func (t *tx) newIndex() ([]byte, error) {
	var edits []gitindex.Edit
	for _, f := range t.all() {
		if !f.commits() || f.settled {
			continue
		}
		edit := gitindex.Edit{Path: f.full, Remove: f.edit.Mode == 0, Mode: f.edit.Mode, Hash: f.edit.Hash}
		if !edit.Remove {
			edit.Stat = t.indexStat(f)
		}
		edits = append(edits, edit)
	}
	slices.SortFunc(edits, func(a, b gitindex.Edit) int { return strings.Compare(a.Path, b.Path) })
	trees := make(map[string]gitindex.Tree, len(t.out.dirs))
	for dir, c := range t.out.dirs {
		trees[dir] = gitindex.Tree{Old: c.Old, New: c.New}
	}
	return t.repo.index.Rewrite(t.repo.change(edits, trees))
}

// indexStat is what the index records of a file. Without a size git reads the
// file when it next looks, which is right when somebody may have changed it.
func (t *tx) indexStat(f *file) gitindex.Stat {
	info := f.placed
	if f.role == roleKeep {
		dir, name := t.reader(f)
		now, err := dir.Lstat(name)
		if err != nil || gitindex.StatOf(now) != gitindex.StatOf(f.pre) || t.young(now) {
			return gitindex.Stat{}
		}
		info = now
	} else if !sameContent(info, f.staged) {
		return gitindex.Stat{}
	}
	return gitindex.StatOf(info)
}

// change completes a rewrite of the index that was read.
func (r *repository) change(edits []gitindex.Edit, trees map[string]gitindex.Tree) gitindex.Change {
	c := gitindex.Change{Edits: edits, Trees: trees}
	if r.indexInfo != nil {
		at := gitindex.StatOf(r.indexInfo)
		c.ModifiedSec = at.MTimeSec
		c.Unproven = func(e gitindex.Entry) bool { return r.unproven(e, at) }
	}
	return c
}

// unproven reports whether git can tell an edit of a file that is as young as
// the index only from the index's age (see racy-git in git's documentation).
func (r *repository) unproven(e gitindex.Entry, index gitindex.Stat) bool {
	info, err := r.top.Lstat(string(e.Path))
	if err != nil {
		return false // git sees that too
	}
	now := gitindex.StatOf(info)
	older := e.Stat.MTimeSec < index.MTimeSec || e.Stat.MTimeSec == index.MTimeSec && e.Stat.MTimeNsec < index.MTimeNsec
	if now == e.Stat && older {
		return false
	}
	if now.Size != e.Stat.Size || now.MTimeSec != e.Stat.MTimeSec || now.Ino != e.Stat.Ino {
		return false // git sees that too
	}
	const affordable = 1 << 20
	if info.Size() > affordable {
		return true
	}
	data, err := read(r.top, string(e.Path), info)
	return err != nil || gitwrite.HashOf(gitwrite.Blob, data) != e.Hash
}
