package cmd

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/planner"
)

// importing judges the import blocks of a spec against the disk.
type importing struct {
	s       *session
	managed map[string]bool // addresses in the lock, as they are called now
	ignores *ignores        // read when it is needed
	diags   hcl.Diagnostics
}

// importable reports import blocks that nothing can come of. What is managed
// already is none of them: a block is harmless once it has done its work.
func (s *session) importable(x sides) (hcl.Diagnostics, error) {
	if len(s.project.Imports) == 0 {
		return nil, nil
	}
	i := &importing{s: s, managed: map[string]bool{}}
	intent := s.project.Intent()
	for n := range s.lock.Objects {
		address, _ := intent.Moved(s.lock.Objects[n].Address)
		i.managed[address] = true
	}
	for _, imp := range s.project.Imports {
		if err := i.judge(imp, x); err != nil {
			return nil, err
		}
	}
	return i.diags, nil
}

// judge looks at everything that one block covers.
func (i *importing) judge(imp hclspec.Import, x sides) error {
	var missing []string
	found := false
	look := func(path string, there bool) {
		if found = found || there; !there {
			missing = append(missing, path)
		}
	}
	for n := range x.tree.Entries {
		e := &x.tree.Entries[n]
		if i.asked(imp, e.Address, string(e.Path)) {
			there, err := i.file(imp, string(e.Path), x.disk[string(e.Path)])
			if err != nil {
				return err
			}
			look(string(e.Path), there)
		}
	}
	for n := range x.tree.Parts {
		if p := &x.tree.Parts[n]; i.asked(imp, p.Address, string(p.Path)) {
			look(string(p.Path), present(p, x.disk[string(p.Path)]))
		}
	}
	if len(missing) > 0 && !found {
		i.fault(imp, "Nothing to import", fmt.Sprintf("There is nothing of %s at %s that could be taken over. Drop this block, and apply makes it.", imp.To, strings.Join(missing[:min(3, len(missing))], ", ")))
	}
	return nil
}

// asked reports whether an object is to be taken over now.
func (i *importing) asked(imp hclspec.Import, address, path string) bool {
	if address != imp.To && !strings.HasPrefix(address, imp.To+"[") || i.managed[address] {
		return false
	}
	return i.s.sides.Chosen == nil || i.s.sides.Chosen(address, path)
}

// file judges a whole file; a fault counts as something there.
func (i *importing) file(imp hclspec.Import, path string, d *planner.Disk) (there bool, err error) {
	switch d.Type {
	case "":
		return false, nil
	case "file":
	default:
		what := map[string]string{"directory": "a directory", "symlink": "a symbolic link", "other": "no regular file"}[d.Type]
		i.fault(imp, "Not a regular file", fmt.Sprintf("%s is %s, and only regular files are taken over. Move it away, and drop this block.", path, what))
		return true, nil
	}
	if i.ignores == nil {
		if i.ignores, err = i.s.ignores(); err != nil {
			return true, err
		}
	}
	if by, ignored := i.ignores.by(path, false); ignored {
		i.fault(imp, "Ignored path", fmt.Sprintf("git ignores %s (%s:%d: %s), so it is in no commit of yours that could be gone back to. Drop the rule, or this block and give the object another path.", path, by.File, by.Line, by.Text))
	}
	return true, nil
}

// present reports whether a file has a region of the part, or may have its keys.
// A file that cannot be read is the plan's to speak of.
func present(p *planner.Part, d *planner.Disk) bool {
	if d.Type == "" || p.Block == nil {
		return d.Type != ""
	}
	regions, err := block.Find(d.Content)
	for i := range regions {
		if regions[i].Address == p.Address {
			return true
		}
	}
	return err != nil
}

func (i *importing) fault(imp hclspec.Import, summary, detail string) {
	i.diags = append(i.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: imp.Range.Ptr()})
}
