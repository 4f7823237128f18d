package cmd

import (
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/mlops-as-code/mlops/planner"
)

// extra are the paths, beside those of whole files, that a finished apply has in
// HEAD: merge bases and files with parts.
func (l *leftovers) extra(tree *planner.Tree) []string {
	var out []string
	for name := range l.s.sides.Bases {
		out = append(out, basePath(name))
	}
	for i := range tree.Parts {
		out = append(out, string(tree.Parts[i].Path))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func basePath(name string) string {
	if strings.Contains(name, "/") {
		return name
	}
	return planner.BaseDir + "/" + name
}

// more finds those of them that HEAD lacks.
func (l *leftovers) more(tree *planner.Tree) error {
	for name, content := range l.s.sides.Bases {
		p := basePath(name)
		if !l.stored(p) && !l.same(p, content, "0644") {
			l.keep(p, planner.Digest(content), "0644")
		}
	}
	if err := l.goneBases(); err != nil {
		return err
	}
	byPath := map[string][]planner.Part{}
	for _, part := range tree.Parts {
		byPath[string(part.Path)] = append(byPath[string(part.Path)], part)
	}
	for p, parts := range byPath {
		if err := l.parts(p, parts); err != nil {
			return err
		}
	}
	return nil
}

// goneBases finds merge bases, and their attributes, that HEAD has and the
// directory no longer does.
func (l *leftovers) goneBases() error {
	for _, dir := range []string{planner.BaseDir, path.Dir(planner.BaseDir)} {
		entries, err := l.s.repo.inHeadDir(dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			p := path.Join(dir, e.Name)
			_, there := l.s.sides.Bases[strings.TrimPrefix(p, planner.BaseDir+"/")]
			if e.Mode != filemode.Dir && !there && !l.stored(p) && (dir == planner.BaseDir || e.Name == ".gitattributes") {
				l.out = append(l.out, planner.FileRef{Path: p})
			}
		}
	}
	return nil
}

// stored reports whether the plan writes or removes a merge base.
func (l *leftovers) stored(p string) bool {
	return slices.ContainsFunc(l.p.Store, func(s planner.Stored) bool { return s.Path == p })
}

// parts asks whether the file in HEAD has the parts that the one on disk has.
func (l *leftovers) parts(p string, parts []planner.Part) error {
	d := l.disk[p]
	if d == nil || d.Type != "file" || l.changed[p] || !l.differ[p] && !planner.Satisfied(parts, d.Content) {
		return nil
	}
	if e, ok := l.head[l.s.repo.name(p)]; ok {
		if e.Hash == plumbing.Hash(blobHash(l.s.repo.clean(p, d.Content))) {
			return nil
		}
		text, err := l.s.repo.repo.Blob(e.Hash)
		if err != nil || !l.differ[p] && planner.Satisfied(parts, text) {
			return err
		}
	}
	l.keep(p, planner.Digest(d.Content), d.Mode)
	return nil
}
