package comptest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/internal/textdiff"
)

// The statuses of a result.
const (
	Passed = "pass"
	Failed = "fail"
)

// Result is what became of a case.
type Result struct {
	Name, File string
	Status     string // Passed or Failed
	// Diffs are the files that are not as expected, by path; "refused" and "warnings"
	// are the diagnostics.
	Diffs []Diff
	// Diagnostics are faults that were not expected.
	Diagnostics hcl.Diagnostics
	// Updated is the case as it would be right; nil when it is, or when the project is
	// refused and the case does not say so, or the other way round.
	Updated []byte

	source func(name string) []byte
}

// Diff is one difference. Patch is text, safe to print.
type Diff struct {
	Path  string `json:"path"`
	Patch string `json:"patch"`
}

// Source is the text that a diagnostic points into, or nil.
func (r *Result) Source(name string) []byte { return r.source(name) }

// judge compares what a case came to with what it expects.
func (c *Case) judge(o *outcome) *Result {
	r := &Result{Name: c.Name, File: c.File, Status: Passed, source: o.sources}
	switch {
	case !o.accepted && c.refused == nil:
		r.Status, r.Diagnostics = Failed, o.diags
		return r
	case o.accepted && c.refused != nil:
		r.Status = Failed
		r.Diagnostics = hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Not refused",
			Detail: fmt.Sprintf("The case says that its project is refused, and it is accepted. Leave out the file %q at line %d of %s to expect files.", refused, c.refused.line, c.File),
		}}
		return r
	}
	next := &Case{comment: c.comment, given: c.given, want: o.files}
	told := describe(o.diags)
	if o.accepted {
		next.warnings = told.member(warnings)
	} else {
		next.want, next.refused = nil, &member{name: refused, content: []byte(told)}
	}
	r.compare(c, next)
	if len(r.Diffs) > 0 {
		r.Status = Failed
		r.Updated = next.archive()
	}
	return r
}

// compare lists the differences between two versions of a case.
func (r *Result) compare(have, next *Case) {
	paths := map[string]bool{}
	for p := range have.want {
		paths[p] = true
	}
	for p := range next.want {
		paths[p] = true
	}
	for _, p := range slices.Sorted(maps.Keys(paths)) {
		r.differ(expected+p, at(have.want, p), at(next.want, p))
	}
	r.differ(refused, have.refused, next.refused)
	r.differ(warnings, have.warnings, next.warnings)
}

func at(all map[string]member, path string) *member {
	if m, ok := all[path]; ok {
		return &m
	}
	return nil
}

func (r *Result) differ(path string, want, got *member) {
	if want != nil && got != nil && want.executable == got.executable && same(want, got) {
		return
	}
	if want == nil && got == nil {
		return
	}
	patch := textdiff.Patch(want.version(path), got.version(path))
	text, _ := textdiff.Shown(patch)
	r.Diffs = append(r.Diffs, Diff{Path: path, Patch: show.Text(string(text))})
}

func same(want, got *member) bool {
	if want.digest != "" {
		return want.digest == got.sum()
	}
	return bytes.Equal(want.content, got.content)
}

// sum is the SHA-256 of what a file is or has to be.
func (m *member) sum() string {
	if m.digest != "" {
		return m.digest
	}
	sum := sha256.Sum256(m.content)
	return hex.EncodeToString(sum[:])
}

// version is a file for the diff; a binary one stands there as its digest.
func (m *member) version(path string) *textdiff.File {
	if m == nil {
		return nil
	}
	f := &textdiff.File{Path: path, Mode: "0644", Data: m.content}
	if m.executable {
		f.Mode = "0755"
	}
	if m.digest != "" || textdiff.IsBinary(m.content) {
		f.Data = []byte("binary, SHA-256 " + m.sum() + "\n")
	}
	return f
}

// archive writes a case as its file has it.
func (c *Case) archive() []byte {
	out := slices.Clone(c.comment)
	for _, m := range c.given {
		out = appendMember(out, m)
	}
	for _, p := range slices.Sorted(maps.Keys(c.want)) {
		m := c.want[p]
		m.name = expected + p
		out = appendMember(out, m)
	}
	for _, m := range []*member{c.warnings, c.refused} {
		if m != nil {
			out = appendMember(out, *m)
		}
	}
	return out
}

// telling is diagnostics as a case holds them.
type telling string

// member is the file that holds them; nil when there are none.
func (t telling) member(name string) *member {
	if t == "" {
		return nil
	}
	return &member{name: name, content: []byte(t)}
}

// describe writes diagnostics for people, without excerpts.
func describe(diags hcl.Diagnostics) telling {
	var b strings.Builder
	for _, d := range diags {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		head := "Error"
		if d.Severity == hcl.DiagWarning {
			head = "Warning"
		}
		fmt.Fprintf(&b, "%s: %s\n", head, show.Line(d.Summary))
		if d.Subject != nil && d.Subject.Filename != "" {
			fmt.Fprintf(&b, "  at %s:%d:%d\n", show.Line(d.Subject.Filename), d.Subject.Start.Line, d.Subject.Start.Column)
		}
		for line := range strings.SplitSeq(strings.TrimSpace(d.Detail), "\n") {
			b.WriteString(strings.TrimRight("  "+show.Line(line), " ") + "\n")
		}
	}
	return telling(b.String())
}
