package hclfunc

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hcltmpl"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func (e env) templateFunc() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{stringParam("path"), anyParam("vars")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if e.template {
				return cty.NilVal, errors.New("a template cannot render another template; pass the result in as a variable")
			}
			vars, err := templateVars(args[1])
			if err != nil {
				return cty.NilVal, err
			}
			name := args[0].AsString()
			data, err := e.read(name)
			if err != nil {
				return cty.NilVal, err
			}
			tmpl, diags := hcltmpl.Compile(name, data, e.budget)
			if diags.HasErrors() {
				return cty.NilVal, fault(diags)
			}
			inner := e
			inner.template = true
			ctx := &hcl.EvalContext{Variables: vars, Functions: table(inner)}
			text, marks, diags := tmpl.Render(ctx)
			if diags.HasErrors() {
				return cty.NilVal, fault(diags)
			}
			return cty.StringVal(string(text)).WithMarks(marks), nil
		},
	})
}

func templateVars(v cty.Value) (map[string]cty.Value, error) {
	if ty := v.Type(); !ty.IsObjectType() && !ty.IsMapType() {
		return nil, function.NewArgErrorf(1, "invalid vars value: must be a map or an object")
	}
	vars := map[string]cty.Value{}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		name := k.AsString()
		if !hclsyntax.ValidIdentifier(name) {
			return nil, function.NewArgErrorf(1, "invalid template variable name %q: must start with a letter, followed by zero or more letters, digits, and underscores", name)
		}
		vars[name] = e
	}
	return vars, nil
}

// templateError is the failure of a template: its first error as text, and all
// of them for hcltmpl.Explain, which gives each its place in the template.
type templateError struct {
	text string
	all  *hcltmpl.Error
}

func (e *templateError) Error() string { return e.text }

func (e *templateError) Unwrap() error { return e.all }

// fault is the error of a template that has some.
func fault(diags hcl.Diagnostics) error {
	out := &templateError{all: &hcltmpl.Error{Diags: diags}}
	for _, d := range diags {
		if d.Severity != hcl.DiagError {
			continue
		}
		out.text = fmt.Sprintf("%s: %s", d.Summary, d.Detail)
		if d.Subject != nil {
			out.text = fmt.Sprintf("%s:%d:%d: %s", d.Subject.Filename, d.Subject.Start.Line, d.Subject.Start.Column, out.text)
		}
		break
	}
	return out
}
