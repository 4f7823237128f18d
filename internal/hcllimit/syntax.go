package hcllimit

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
)

// ExplainSyntax replaces the syntax errors that come from text of another
// language, with sequences that HCL takes for its own, by an explanation with
// the remedy: a GitHub Actions expression "${{ ... }}", and a "%{" that opens
// no directive. All other diagnostics of src are returned as they are.
func ExplainSyntax(src []byte, diags hcl.Diagnostics) hcl.Diagnostics {
	var ret hcl.Diagnostics
	last := -1
	for _, d := range diags {
		if d.Severity != hcl.DiagError || d.Subject == nil {
			ret = append(ret, d)
			continue
		}
		if at, end, ok := workflowExpr(src, d.Subject.Start.Byte); ok {
			if at != last {
				ret = append(ret, workflowDiagnostic(src, d, at, end))
			}
			last = at
			continue
		}
		if d.Summary == "Invalid template control keyword" || d.Summary == "Invalid template directive" {
			d.Detail += " To write \"%{\" as it is, double the percent sign: \"%%{\"."
		}
		ret = append(ret, d)
	}
	return ret
}

func workflowDiagnostic(src []byte, d *hcl.Diagnostic, at, end int) *hcl.Diagnostic {
	rng := Range(d.Subject.Filename, src, at, end)
	return &hcl.Diagnostic{
		Severity: hcl.DiagError,
		Summary:  "Unescaped workflow expression",
		Detail:   "This looks like a GitHub Actions expression, but \"${\" begins an interpolation here. To write it as it is, double the dollar sign: \"$" + string(src[at:end]) + "\". A file that needs no interpolation at all can be copied with \"source\".",
		Subject:  &rng,
	}
}

// workflowExpr finds the "${{ ... }}" around byte off, on one line.
func workflowExpr(src []byte, off int) (start, end int, ok bool) {
	off = min(off, len(src))
	line := bytes.LastIndexByte(src[:off], '\n') + 1
	eol := len(src)
	if n := bytes.IndexByte(src[off:], '\n'); n >= 0 {
		eol = off + n
	}
	const open = "${{"
	start = bytes.LastIndex(src[line:min(off+len(open), eol)], []byte(open))
	if start < 0 {
		return 0, 0, false
	}
	start += line
	if start > line && src[start-1] == '$' {
		return 0, 0, false
	}
	n := bytes.Index(src[start:eol], []byte("}}"))
	if n < 0 || start+n+2 < off {
		return 0, 0, false
	}
	return start, start + n + 2, true
}
