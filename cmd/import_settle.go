package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/adopt"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/specedit"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/zclconf/go-cty/cty"
)

// standing is how the files of a project stand to what its template renders.
type standing struct {
	InSync  []string `json:"in_sync"`
	Edited  []string `json:"edited"`
	Deleted []string `json:"deleted"`
	// Others are paths that want to change because of what is new in the spec.
	Others []string `json:"pending"`
}

func subFS(fsys fs.FS, dir string) (fs.FS, error) {
	if dir == "." {
		return fsys, nil
	}
	return fs.Sub(fsys, dir)
}

// compose writes the block into the spec, which is made where there is none.
func (t *translation) compose() error {
	s := t.s
	t.spec = adopt.File{Name: hclspec.MainFile}
	i := slices.IndexFunc(s.spec, func(src hclspec.Source) bool { return src.Name == hclspec.MainFile })
	if i < 0 && len(s.spec) > 0 {
		return fmt.Errorf("%s: %w", s.spec[0].Name, specedit.ErrJSON)
	}
	if i < 0 {
		t.fresh, i = true, 0
		s.spec = append(s.spec, hclspec.Source{Name: hclspec.MainFile})
	}
	t.spec.Old = t.original(i)
	var blocks []specedit.Block
	if t.fresh {
		name := filepath.Base(s.dir)
		if !namePattern().MatchString(name) {
			name = validName(name)
		}
		blocks = append(blocks, specedit.Block{Type: "project", Labels: []string{name}})
	}
	var err error
	t.spec.New, err = specedit.AppendBlocks(t.spec.Old, append(blocks, t.block())...)
	if err != nil {
		return fmt.Errorf("%s: %w", t.spec.Name, err)
	}
	s.spec[i].Src = t.spec.New
	return nil
}

func (t *translation) block() specedit.Block {
	b := specedit.Block{Type: "component", Labels: []string{t.o.name}, Attributes: []specedit.Attr{{Name: "source", Value: cty.StringVal(t.call.Source)}}}
	if len(t.inputs) > 0 {
		b.Attributes = append(b.Attributes, specedit.Attr{Name: "inputs", Expr: "{\n" + strings.Join(t.inputs, "\n") + "\n}"})
	}
	if len(t.remove) > 0 {
		var list []cty.Value
		for _, p := range t.remove {
			list = append(list, cty.StringVal(p))
		}
		b.Attributes = append(b.Attributes, specedit.Attr{Name: "remove", Value: cty.TupleVal(list)})
	}
	if t.o.ownership != "shared" {
		b.Attributes = append(b.Attributes, specedit.Attr{Name: "ownership", Value: cty.StringVal(t.o.ownership)})
	}
	return b
}

// mine reports whether an object is one of the new component.
func (t *translation) mine(address string) bool {
	return strings.HasPrefix(address, t.call.Address+".")
}

// settle makes the lock as it would be if mlops had generated the project: what the
// template renders at the pinned commit was written, and everything that differs from
// it came later.
func (t *translation) settle(context.Context) error {
	then, _, err := t.imagine(&t.flags, t.fetching.lock(), t.spec)
	if err != nil {
		return err
	}
	sides := then.sides
	sides.Disk = maps.Clone(sides.Disk)
	any := false
	for i := range sides.Tree.Entries {
		if e := &sides.Tree.Entries[i]; t.mine(e.Address) {
			sides.Disk[string(e.Path)] = &planner.Disk{}
			any = true
		}
	}
	if !any {
		return fmt.Errorf("%s: generates no file with these answers, so there is nothing to take over", t.call.Source)
	}
	sides.Chosen = func(address, _ string) bool { return t.mine(address) }
	made := planner.Diff(sides)
	if made.Lock == nil {
		return fmt.Errorf("%s: cannot be noted in the lock", t.call.Source)
	}
	t.lock = adopt.File{Name: planner.LockPath, Old: t.s.lockSrc, New: made.Blobs[made.Lock.After]}
	for _, s := range made.Store {
		if s.After != "" {
			t.bases = append(t.bases, newFile{name: s.Path, data: made.Blobs[s.After]})
		}
	}
	return t.stand()
}

// stand plans with the new lock, and says how the project stands.
func (t *translation) stand() error {
	next, err := lockOf(t.lock.New)
	if err != nil {
		return err
	}
	now, p, err := t.imagine(&t.flags, next, t.spec)
	if err != nil {
		return err
	}
	t.stands = standing{InSync: []string{}, Edited: []string{}, Deleted: []string{}}
	drift := map[string]string{}
	for _, d := range p.Drift {
		drift[d.Address] = d.Drift
	}
	addresses := map[string]bool{}
	for i := range now.tree.Entries {
		e := &now.tree.Entries[i]
		if !t.mine(e.Address) {
			continue
		}
		addresses[e.Address] = true
		to := &t.stands.Edited
		switch drift[e.Address] {
		case "":
			to = &t.stands.InSync
		case "deleted":
			to = &t.stands.Deleted
		}
		*to = append(*to, string(e.Path))
	}
	t.stands.Others = list(newlyPending(t.before, p, addresses))
	return nil
}

func (t *translation) confirm() error {
	if t.o.autoApprove {
		return nil
	}
	t.describe()
	if !t.s.a.Streams.InTTY {
		return &failure{kind: "aborted", msg: "there is no terminal to ask on: add --auto-approve"}
	}
	question := fmt.Sprintf("\nTake the project over into %s? Only 'yes' is accepted: ", t.spec.Name)
	answer, err := t.s.a.Streams.Ask(bufio.NewReader(t.s.a.Streams.In), question)
	if err != nil {
		return err
	}
	if answer != "yes" {
		return &failure{kind: "aborted", msg: "not imported; nothing was written"}
	}
	return nil
}

// write puts the bases in place, then spec and lock: all of them, or none.
func (t *translation) write(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p := &planted{root: t.s.root}
	for _, f := range t.bases {
		if err := p.add(f); err != nil && !errors.Is(err, fs.ErrExist) {
			return errors.Join(err, p.undo())
		}
	}
	if _, err := t.s.rewrite([]adopt.File{t.spec, t.lock}); err != nil {
		return errors.Join(err, p.undo())
	}
	return nil
}

func (t *translation) report() error {
	if t.o.json {
		return t.s.a.printJSON(map[string]any{
			"format_version": planner.FormatVersion, "dry_run": t.o.dryRun, "spec": t.spec.Name, "from": t.label,
			"components": t.fetching.report(), "files": t.stands, "notes": list(t.notes),
		})
	}
	if t.o.dryRun {
		t.s.a.showFiles([]adopt.File{t.spec})
	}
	if t.o.dryRun || t.o.autoApprove {
		t.describe()
	}
	if !t.o.dryRun {
		fmt.Fprintf(t.s.a.Streams.Out, "\nImported %s into %s. The next apply commits it.\n", show.Line(t.label), t.spec.Name)
	}
	return nil
}

// describe says what was found.
func (t *translation) describe() {
	w := t.s.a.Streams.Out
	t.printPins()
	fmt.Fprintf(w, "As the template renders it: %s\n", count(len(t.stands.InSync), "file"))
	lines := func(title string, paths []string) {
		if len(paths) == 0 {
			return
		}
		fmt.Fprintf(w, "%s: %d\n", title, len(paths))
		for _, p := range paths {
			fmt.Fprintf(w, "  %s\n", show.Line(path.Clean(p)))
		}
	}
	edited, deleted := "Edited since, and kept", "Deleted since, and not written again"
	if t.o.ownership == "spec" {
		edited, deleted = "Edited since; apply undoes it", "Deleted since; apply writes it again"
	}
	lines(edited, t.stands.Edited)
	lines(deleted, t.stands.Deleted)
	for _, note := range t.notes {
		fmt.Fprintf(w, "Note: %s.\n", show.Line(note))
	}
	for _, p := range t.stands.Others {
		fmt.Fprintf(w, "Note: %s has a pending change now; see `mlops plan`.\n", show.Line(p))
	}
}
