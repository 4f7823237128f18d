package comptest

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/mlops-as-code/mlops/readme"
)

// Suite is a component and what its cases may use.
type Suite struct {
	// FS holds the component, in the folder Dir, and its neighbours.
	FS  fs.FS
	Dir string
	// Builtin holds the built-in components, a folder each.
	Builtin fs.FS
	// Version is that of the binary, for required_version.
	Version string
}

// outcome is what a case came to.
type outcome struct {
	files    map[string]member // of a project that was accepted
	diags    hcl.Diagnostics
	sources  func(name string) []byte
	accepted bool
}

// Run evaluates a case and compares. It does not fail: what is wrong with the case is
// in the result.
func (s *Suite) Run(c *Case) *Result {
	n := s.neighbours()
	o := s.evaluate(c, n)
	if !n.used && (o.accepted || c.refused == nil) {
		o.accepted = false
		o.diags = append(o.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Component not used",
			Detail: fmt.Sprintf("This case does not use the component under test. Write a component block with source = \"..\" into its %s.", hclspec.MainFile),
		})
		return &Result{Name: c.Name, File: c.File, Status: Failed, Diagnostics: o.diags, source: o.sources}
	}
	return c.judge(o)
}

func (s *Suite) evaluate(c *Case, n *neighbours) *outcome {
	o := &outcome{sources: c.source}
	spec, err := hclspec.Find(c.project)
	if err != nil {
		return o.fail(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Unreadable file", Detail: err.Error() + "."}})
	}
	given, diags := c.variables()
	if diags.HasErrors() {
		return o.fail(diags)
	}
	project, diags := hclspec.Load(hclspec.Params{
		Spec: spec, FS: c.project, Vars: given, Sections: readme.Kinds(), Version: s.Version, Components: n,
	})
	o.sources = func(name string) []byte {
		if src := c.source(name); src != nil {
			return src
		}
		return project.Source(name)
	}
	if diags.HasErrors() {
		return o.fail(diags)
	}
	return c.plan(o, project, diags)
}

func (o *outcome) fail(diags hcl.Diagnostics) *outcome {
	o.diags = append(o.diags, diags...)
	return o
}

// variables are those of the case's variable files.
func (c *Case) variables() ([]hclspec.Assignment, hcl.Diagnostics) {
	files, err := hclspec.FindVars(c.project)
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Unreadable file", Detail: err.Error() + "."}}
	}
	var out []hclspec.Assignment
	var diags hcl.Diagnostics
	for _, file := range files {
		more, faults := hclspec.ParseVars(file)
		out, diags = append(out, more...), append(diags, faults...)
	}
	return out, diags
}

// source is the text of a file of the project.
func (c *Case) source(name string) []byte {
	for i := range c.given {
		if c.given[i].name == name {
			return c.given[i].content
		}
	}
	return nil
}

// plan makes the plan that a first apply would carry out, and takes the files from it.
func (c *Case) plan(o *outcome, project *hclspec.Project, found hcl.Diagnostics) *outcome {
	o.diags = found
	tree, diags := planner.Desired(project)
	if o.diags = append(o.diags, diags...); diags.HasErrors() {
		return o
	}
	lock := &lockfile.Lock{Version: lockfile.Version}
	sides := planner.Sides{Mode: "apply", Tree: tree, Disk: c.disk(tree), Lock: lock, Intent: project.Intent()}
	plan := planner.Diff(sides)
	checks, diags := planner.Checks(project, sides, plan)
	o.diags = append(o.diags, diags...)
	for _, check := range checks {
		if check.Status == "fail" {
			o.diags = append(o.diags, failedCheck(check))
		}
	}
	o.files = map[string]member{}
	for i := range plan.Changes {
		o.take(plan, &plan.Changes[i])
	}
	o.accepted = !o.diags.HasErrors()
	return o
}

func failedCheck(check planner.Check) *hcl.Diagnostic {
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Check failed", Detail: check.Name + ": " + check.Message}
	if check.Severity == "warning" {
		d.Severity = hcl.DiagWarning
	}
	if r := check.Range; r != nil {
		d.Subject = &hcl.Range{
			Filename: r.Filename,
			Start:    hcl.Pos{Line: r.Start.Line, Column: r.Start.Column, Byte: r.Start.Byte},
			End:      hcl.Pos{Line: r.End.Line, Column: r.End.Column, Byte: r.End.Byte},
		}
	}
	return d
}

// take keeps what a change leaves at its path. What no change touches is as the
// project had it, and "adopt" only records what is there already.
func (o *outcome) take(plan *planner.Plan, change *planner.Change) {
	if slices.Contains(change.Actions, "conflict") {
		o.diags = append(o.diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Conflict",
			Detail: strings.TrimSpace(fmt.Sprintf("%s: %s", change.Path, change.Message)),
		})
		return
	}
	if change.After == nil {
		return
	}
	content, ok := plan.Blobs[change.After.Digest]
	if !ok {
		return
	}
	o.files[change.Path] = member{name: change.Path, content: content, executable: change.After.Mode == "0755"}
}

// disk is what stands at the paths of a tree before the first apply.
func (c *Case) disk(tree *planner.Tree) map[string]*planner.Disk {
	out := map[string]*planner.Disk{}
	wanted := map[string][]byte{}
	for i := range tree.Entries {
		wanted[string(tree.Entries[i].Path)] = tree.Entries[i].Content
		out[string(tree.Entries[i].Path)] = &planner.Disk{}
	}
	for i := range tree.Parts {
		out[string(tree.Parts[i].Path)] = &planner.Disk{}
	}
	for i := range c.given {
		m := &c.given[i]
		if out[m.name] == nil {
			continue
		}
		have := &planner.Disk{Type: "file", Mode: "0644", Size: int64(len(m.content)), Content: m.content}
		if m.executable {
			have.Mode = "0755"
		}
		want, whole := wanted[m.name]
		have.Same = whole && string(want) == string(m.content)
		out[m.name] = have
	}
	return out
}

var _ hclspec.Components = (*neighbours)(nil)
