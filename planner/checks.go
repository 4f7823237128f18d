package planner

import (
	"fmt"
	"slices"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
)

// overlay lets checks see the tree as it will be after apply.
type overlay struct {
	*hclspec.Reads
	wanted map[string]*Entry
	gone   map[string]bool
}

func (o *overlay) ReadFile(name string) ([]byte, error) {
	if e := o.wanted[name]; e != nil {
		return e.Content, nil
	}
	if o.gone[name] {
		return nil, fmt.Errorf("%s: will be removed by this plan", name)
	}
	return o.Reads.ReadFile(name)
}

func (o *overlay) Exists(name string) (bool, error) {
	if o.wanted[name] != nil {
		return true, nil
	}
	if o.gone[name] {
		return false, nil
	}
	return o.Reads.Exists(name)
}

// Glob lists the planned files too.
func (o *overlay) Glob(pattern string) ([]string, error) {
	names, err := o.Reads.Glob(pattern)
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(n string) bool { return o.gone[n] && o.wanted[n] == nil })
	for name := range o.wanted {
		if ok, err := doublestar.Match(pattern, name); err == nil && ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Checks evaluates the project's checks over the tree as it will be.
func Checks(p *hclspec.Project, s Sides, plan *Plan) ([]Check, hcl.Diagnostics) {
	over := planned(p.Reads, s, plan)
	out := []Check{}
	var diags hcl.Diagnostics
	for _, c := range p.Checks {
		results, more := c.Eval(over, p.Budget())
		diags = append(diags, more...)
		for _, res := range results {
			status := "pass"
			if !res.Passed {
				status = "fail"
			}
			out = append(out, Check{Name: c.Name, Status: status, Severity: c.Severity, Message: res.Message, Range: rangeOf(res.Range)})
		}
	}
	return out, diags
}

// planned is the project's files as they will be: what the spec wants, with what
// a merge or a part makes of a file that is not the spec's alone.
func planned(reads *hclspec.Reads, s Sides, plan *Plan) *overlay {
	over := &overlay{Reads: reads, wanted: map[string]*Entry{}, gone: map[string]bool{}}
	for _, o := range s.Lock.Objects {
		over.gone[o.Path] = o.Ownership != "user" && !isPart(o.Kind)
	}
	for i := range s.Tree.Entries {
		e := &s.Tree.Entries[i]
		if disk := s.Disk[string(e.Path)]; e.Ownership == "spec" || disk == nil || disk.Type != "file" {
			over.wanted[string(e.Path)] = e
		}
	}
	for i := range plan.Changes {
		c := &plan.Changes[i]
		if content, ok := plan.Blobs[after(c)]; ok {
			over.wanted[c.Path] = &Entry{Content: content}
		}
	}
	return over
}

// after is the digest of what will stand at a change's path, "" for nothing new.
func after(c *Change) string {
	if c.After == nil || c.Actions[0] == "conflict" {
		return ""
	}
	return c.After.Digest
}

var _ hclfunc.Files = (*overlay)(nil)
