package planner

import "github.com/hashicorp/hcl/v2"

// Diagnostics turns the library's diagnostics into the document's.
func Diagnostics(diags hcl.Diagnostics) []Diagnostic {
	out := []Diagnostic{}
	for _, d := range diags {
		severity := "error"
		if d.Severity == hcl.DiagWarning {
			severity = "warning"
		}
		one := Diagnostic{Severity: severity, Summary: d.Summary, Detail: d.Detail}
		if d.Subject != nil {
			one.Range = rangeOf(*d.Subject)
		}
		out = append(out, one)
	}
	return out
}
