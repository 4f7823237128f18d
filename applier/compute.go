package applier

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/mlops-as-code/mlops/internal/gitconf"
	"github.com/mlops-as-code/mlops/internal/gitrepo"
	"github.com/mlops-as-code/mlops/internal/gitwrite"
)

// trailerKey is the trailer that makes a commit recognisable as ours.
const trailerKey = "Mlops-Plan"

// outcome is what a run is going to write into the repository.
type outcome struct {
	// objects are those of the commit and of the backup.
	objects []gitwrite.Object
	// dirs are the trees that change.
	dirs map[string]gitwrite.Change
	// commit is zero when HEAD's tree is already right.
	commit  plumbing.Hash
	subject string
	// who is the committer's line, for the reflog.
	who string
	// backup is the commit of the backup, zero for none, and ref its name.
	backup    plumbing.Hash
	backupRef string
}

// compute works out all objects. It writes nothing.
func (t *tx) compute() error {
	if t.plan.Commit.Enabled && t.plan.Commit.Backend == backendGit {
		if _, err := findProgram("git", t.req.Env); err != nil {
			return err
		}
		t.settle()
	}
	if t.plan.Commit.Enabled {
		if err := t.checkSparse(); err != nil {
			return err
		}
		if err := t.checkFilters(); err != nil {
			return err
		}
	}
	author, committer, err := t.identity()
	if err != nil {
		return err
	}
	t.out.who = committer
	if t.plan.Commit.Enabled && t.plan.Commit.Backend != backendGit {
		if err := t.computeCommit(author); err != nil {
			return err
		}
	}
	if t.plan.Commit.Enabled {
		if err := t.checkLineEndings(); err != nil {
			return err
		}
	}
	return t.computeBackup()
}

// backendGit is the value of Commit.Backend that asks for the real git.
const backendGit = "git"

// checkFilters refuses paths for which git would run a program.
func (t *tx) checkFilters() error {
	if t.plan.Commit.Backend == backendGit {
		return nil
	}
	for _, f := range t.all() {
		if f.role != roleWrite && f.role != roleKeep {
			continue
		}
		if what, ok := t.repo.rules.Filtered(f.full); ok {
			return &ObstacleError{fmt.Sprintf("%s has %s", f.path, what), `set git { backend = "git" }, or apply with --no-commit`}
		}
	}
	return nil
}

// checkLineEndings refuses what git refuses to add with core.safecrlf=true, and what
// a clone would not get as the spec has it.
func (t *tx) checkLineEndings() error {
	for _, f := range t.all() {
		if f.loss != "" && !f.settled {
			return &ObstacleError{
				f.path + ": " + f.loss + " by a checkout, which core.safecrlf=true forbids",
				"say in .gitattributes which line endings it has (text eol=lf), or set core.safecrlf to warn",
			}
		}
		if f.lost && !f.settled {
			return &ObstacleError{f.path + ": " + gitrepo.LostLineEndings, gitrepo.KeepLineEndings}
		}
	}
	return nil
}

// identity returns the author's and the committer's lines. Only a commit needs
// a real one; a backup alone is made in the tool's name.
func (t *tx) identity() (author, committer string, err error) {
	a, c, err := t.repo.config.Identity(t.req.Env, t.req.Now)
	if p := t.plan.Commit.Author; p != nil {
		a.Name, a.Email, c.Name, c.Email = p.Name, p.Email, p.Name, p.Email
		if errors.Is(err, gitconf.ErrNoIdentity) {
			err = nil
		}
	}
	if err != nil && !t.plan.Commit.Enabled {
		a.Name, a.Email, err = "mlops", "mlops@localhost", nil
		c.Name, c.Email = a.Name, a.Email
	}
	if err != nil {
		return "", "", err
	}
	// History that runs backwards misleads git's walks.
	if c.When.Before(t.repo.after) {
		c.When = t.repo.after.In(zone(c.When))
	}
	return a.String(), c.String(), nil
}

func zone(t time.Time) *time.Location {
	name, offset := t.Zone()
	return time.FixedZone(name, offset)
}

// computeCommit works out the new tree and the commit.
func (t *tx) computeCommit(author string) error {
	edits := t.edits()
	tree, err := gitwrite.Build(t.repo.readTree, t.repo.tree, edits)
	var clash *gitwrite.ClashError
	if errors.As(err, &clash) {
		return &ObstacleError{clash.Error(), "commit its removal first"}
	}
	if err != nil {
		return err
	}
	t.out.dirs = tree.Dirs
	t.settle()
	if tree.Root == t.repo.tree && !t.repo.head.IsZero() {
		return nil
	}
	message := gitwrite.WithTrailer(t.plan.Commit.Message, trailerKey, t.plan.ID)
	commit := gitwrite.NewCommit{Tree: tree.Root, Author: author, Committer: t.out.who, Message: message}
	if !t.repo.head.IsZero() {
		commit.Parents = []plumbing.Hash{t.repo.head}
	}
	o := commit.Object()
	t.out.commit = o.Hash
	t.out.subject, _, _ = strings.Cut(message, "\n")
	for _, f := range t.all() {
		if f.edit.Mode != 0 && t.repo.inHead[f.full].Hash != f.edit.Hash {
			o := gitwrite.Object{Kind: gitwrite.Blob, Hash: f.edit.Hash, Load: f.load, Unsure: !f.sure}
			if f.ahead != nil {
				o.Loose = f.ahead.loose
			}
			t.out.objects = append(t.out.objects, o)
		}
	}
	t.out.objects = append(append(t.out.objects, tree.Objects...), o)
	return nil
}

// edits are what the commit changes in HEAD's tree.
func (t *tx) edits() []gitwrite.Edit {
	var edits []gitwrite.Edit
	for _, f := range t.all() {
		if f.commits() {
			f.edit.Path = f.full
			edits = append(edits, f.edit)
		}
	}
	return edits
}

// settle marks the files that HEAD and the index hold already as they are.
func (t *tx) settle() {
	for _, f := range t.all() {
		if f.role != roleKeep && f.role != roleGone {
			continue
		}
		inHead, inIndex := t.repo.inHead[f.full], t.repo.indexed[f.full]
		f.settled = inHead.Mode == f.edit.Mode && inHead.Hash == f.edit.Hash
		if !f.read && (inIndex.Mode != f.edit.Mode || inIndex.Hash != f.edit.Hash || inIndex.IntentToAdd) {
			f.settled = false
		}
	}
}

// computeBackup works out the commit that keeps what is overwritten: the files
// on disk and, beside them, what the user has staged of them.
func (t *tx) computeBackup() error {
	t.backup.addStaged()
	if len(t.backup.saved) == 0 || t.repo.fresh {
		return nil
	}
	slices.SortFunc(t.backup.saved, func(a, b saved) int { return strings.Compare(a.full, b.full) })
	var edits []gitwrite.Edit
	for _, s := range t.backup.saved {
		edits = append(edits, gitwrite.Edit{Path: s.full, Mode: s.mode, Hash: s.object.Hash})
		if !s.there {
			t.out.objects = append(t.out.objects, s.object)
		}
		t.result.BackupPaths = append(t.result.BackupPaths, s.path)
	}
	tree, err := gitwrite.Build(nil, plumbing.ZeroHash, edits)
	if err != nil {
		return err
	}
	commit := gitwrite.NewCommit{
		Tree: tree.Root, Author: t.out.who, Committer: t.out.who,
		Message: gitwrite.WithTrailer("mlops: what was overwritten", trailerKey, t.plan.ID),
	}
	o := commit.Object()
	t.out.backup = o.Hash
	t.out.objects = append(append(t.out.objects, tree.Objects...), o)
	t.out.backupRef, err = t.freeRef("refs/mlops/backup/"+t.shortID(), tree.Root)
	return err
}

func (t *tx) shortID() string { return strings.TrimPrefix(t.plan.ID, "sha256:")[:12] }

// maxBackupRefs bounds how many names are tried for one backup.
const maxBackupRefs = 100

// freeRef returns a name for the backup that is free, or that holds this very
// commit: within one second the same plan may overwrite the same bytes again. It
// may also have kept something before, when it was carried out on other bytes.
func (t *tx) freeRef(name string, tree plumbing.Hash) (string, error) {
	ref := name
	for n := range maxBackupRefs {
		value, err := t.repo.read.RefValue(ref)
		if err != nil {
			return "", err
		}
		if value.IsZero() || value == t.out.backup {
			return ref, nil
		}
		switch n {
		case 0:
			ref = name + "-" + tree.String()[:6]
		case 1:
			ref = name + "-" + t.out.backup.String()
		default:
			ref = fmt.Sprintf("%s-%s-%d", name, t.out.backup, n)
		}
	}
	return "", fmt.Errorf("%s: the names for a backup are all taken", name)
}

// addStaged adds what the user has staged of the plan's paths when it is
// neither in HEAD nor among what is kept, nor what will be there.
func (b *backup) addStaged() {
	kept, names := map[plumbing.Hash]bool{}, map[string]bool{}
	for _, s := range b.saved {
		kept[s.object.Hash], names[s.full] = true, true
	}
	if !b.t.plan.Commit.Enabled {
		return
	}
	for _, f := range b.t.all() {
		e, ok := b.t.repo.indexed[f.full]
		if !ok || !f.commits() || f.settled || e.IntentToAdd || kept[e.Hash] || e.Hash == f.edit.Hash || e.Hash == b.t.repo.inHead[f.full].Hash {
			continue
		}
		name := ".staged"
		for names[f.full+name] {
			name += ".staged"
		}
		b.saved = append(b.saved, saved{
			path: f.path + name, full: f.full + name, mode: e.Mode, there: true,
			object: gitwrite.Object{Kind: gitwrite.Blob, Hash: e.Hash},
		})
	}
}
