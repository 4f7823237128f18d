package hclspec

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hclfunc"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
)

// Assignment is a value given to a variable from outside the spec: an expression
// of a variable file, or raw text of a flag or an environment variable.
type Assignment struct {
	Name string
	// Origin says where it came from, such as "--var" or "MLOPS_VAR_x".
	Origin string
	Text   string
	Expr   hcl.Expression // nil: Text holds the value
	Range  hcl.Range
	// Value, if set, is what Expr came to: the input of a component. spec is the text
	// it stands in, inputs what it was made from.
	Value  cty.Value
	spec   []Source
	inputs map[string]string
	// Optional assignments of undeclared variables are no fault (environment).
	Optional bool
}

// ParseVars reads a variable file: one NAME = VALUE a line, values without
// references.
func ParseVars(src Source) ([]Assignment, hcl.Diagnostics) {
	body, diags := parse(src)
	if diags.HasErrors() {
		return nil, diags
	}
	attrs, diags := body.JustAttributes()
	var out []Assignment
	for _, attr := range inOrder(attrs) {
		out = append(out, Assignment{Name: attr.Name, Origin: src.Name, Expr: attr.Expr, Range: attr.NameRange})
	}
	return out, diags
}

// variables gives every declared variable its value and reports assignments to
// variables that are not declared.
func (e *evaluator) variables() hcl.Diagnostics {
	diags := e.undeclaredAssignments()
	given := map[string]*Assignment{}
	for i := range e.params.Vars {
		given[e.params.Vars[i].Name] = &e.params.Vars[i]
	}
	for _, n := range e.byKind["var"] {
		v := &variable{e: e, n: n, given: given[n.label]}
		v.read()
		v.withhold()
		n.failed = n.failed || v.diags.HasErrors()
		diags = append(diags, v.diags...)
		e.project.Variables = append(e.project.Variables, v.info)
	}
	sort.Slice(e.project.Variables, func(i, j int) bool { return e.project.Variables[i].Name < e.project.Variables[j].Name })
	return diags
}

func (e *evaluator) undeclaredAssignments() hcl.Diagnostics {
	var names []string
	for _, n := range e.byKind["var"] {
		names = append(names, n.label)
	}
	var diags hcl.Diagnostics
	for _, a := range e.params.Vars {
		if e.byKey["variable."+a.Name] != nil || a.Optional {
			continue
		}
		if e.up != nil {
			diags = append(diags, errorAt(a.Range, "Unknown input", fmt.Sprintf("%s has no input %q.%s", e.by.addr, a.Name, suggest(a.Name, names)+none(names))))
			continue
		}
		d := errorAt(a.Range, "Undeclared variable", fmt.Sprintf("%s gives a value to %q, but no variable of that name is declared.%s", a.Origin, a.Name, suggest(a.Name, names)))
		if a.Range.Filename == "" {
			d.Subject = nil
		}
		diags = append(diags, d)
	}
	return diags
}

func none(names []string) string {
	if len(names) == 0 {
		return " It takes none."
	}
	return ""
}

// variable reads one variable block.
type variable struct {
	e        *evaluator
	n        *node
	given    *Assignment
	typed    bool
	defaults *typeexpr.Defaults
	nullable bool
	info     Variable
	diags    hcl.Diagnostics
}

func (v *variable) read() {
	v.info = Variable{Name: v.n.label, Type: cty.DynamicPseudoType, Range: v.n.rng, Value: cty.NilVal}
	if !hclsyntax.ValidIdentifier(v.n.label) {
		v.diags = append(v.diags, errorAt(v.n.labelRng, "Invalid name", "The name of a variable is letters, digits, dashes and underscores, and starts with a letter."))
		return
	}
	attrs := v.n.content.Attributes
	v.readType(attrs["type"])
	v.info.Description = v.text("description", attrs["description"])
	v.info.Sensitive = v.flag("sensitive", attrs["sensitive"], false)
	v.nullable = v.flag("nullable", attrs["nullable"], true)
	if v.diags.HasErrors() {
		return
	}
	value, ok := v.readDefault(attrs["default"])
	if v.given != nil {
		value, ok = v.assigned(), true
	}
	if !ok {
		v.missing()
	}
	if v.diags.HasErrors() {
		return
	}
	v.settle(value)
}

// withhold keeps the text of a sensitive value out of the excerpts that faults
// are shown with.
func (v *variable) withhold() {
	if !v.info.Sensitive {
		return
	}
	for _, d := range v.diags {
		d.Extra = Withheld{}
	}
}

// Withheld as the Extra of a diagnostic asks for no source excerpt: the text at
// its place is a secret.
type Withheld struct{}

func (v *variable) settle(value cty.Value) {
	if value.IsNull() && !v.nullable {
		if v.info.Default == nil {
			at := v.n.rng
			if v.given != nil && v.given.Value != cty.NilVal {
				at = v.given.Range
			}
			v.diags = append(v.diags, errorAt(at, "Null value", fmt.Sprintf("The %s may not be null.", v.called())))
			return
		}
		value = *v.info.Default
	}
	v.info.Value = value
	if v.info.Sensitive {
		value = value.Mark(hclfunc.Sensitive)
	}
	v.n.value = value
	if v.given != nil {
		maps.Copy(v.n.inputs, v.given.inputs)
		v.n.given = v.given
	}
	if !v.info.Sensitive {
		v.e.addInput(v.n, v.n.addr, value)
	}
}

func (v *variable) readType(attr *hcl.Attribute) {
	if attr == nil {
		return
	}
	v.typed = true
	ty, defaults, diags := typeexpr.TypeConstraintWithDefaults(attr.Expr)
	v.diags = append(v.diags, diags...)
	v.info.Type, v.defaults = ty, defaults
}

func (v *variable) constant(name string, attr *hcl.Attribute) (cty.Value, bool) {
	a, _ := v.n.sch.Attr(name)
	if attr == nil {
		return cty.NilVal, false
	}
	if v.refers(attr.Expr) {
		return cty.NilVal, false
	}
	val, diags := v.e.attr(a, attr, nil)
	v.diags = append(v.diags, diags...)
	return val, !diags.HasErrors() && !val.IsNull()
}

func (v *variable) refers(x hcl.Expression) bool {
	vars := x.Variables()
	if len(vars) > 0 {
		v.diags = append(v.diags, errorAt(vars[0].SourceRange(), "Reference not allowed", "Declarations and values of variables are constant: they may not refer to other values. Use a local value instead."))
	}
	return len(vars) > 0
}

func (v *variable) text(name string, attr *hcl.Attribute) string {
	if val, ok := v.constant(name, attr); ok {
		return val.AsString()
	}
	return ""
}

func (v *variable) flag(name string, attr *hcl.Attribute, def bool) bool {
	if val, ok := v.constant(name, attr); ok {
		return val.True()
	}
	return def
}

func (v *variable) readDefault(attr *hcl.Attribute) (cty.Value, bool) {
	if attr == nil || v.refers(attr.Expr) {
		return cty.NilVal, false
	}
	val, ok := v.value(attr.Expr, attr.Expr.Range())
	if ok {
		v.info.Default = &val
	}
	return val, ok
}

// value evaluates an expression and fits it to the variable's type.
func (v *variable) value(x hcl.Expression, rng hcl.Range) (cty.Value, bool) {
	x, diags := v.e.native(x)
	if diags = append(diags, unquoted(x, v.info.Type, v.e.params.Spec)...); !diags.HasErrors() {
		val, more := v.e.expr(x, nil)
		diags = append(diags, more...)
		if !diags.HasErrors() {
			return v.fit(val, x, rng)
		}
	}
	v.diags = append(v.diags, diags...)
	return cty.NilVal, false
}

func (v *variable) fit(val cty.Value, x hcl.Expression, rng hcl.Range) (cty.Value, bool) {
	want := v.info.Type
	if key, path, known := extraKey(val, want, nil); key != "" {
		v.diags = append(v.diags, errorAt(locate(x, path), "Unknown key", fmt.Sprintf("The type of the %s has no key %q.%s", v.called(), key, suggest(key, known))))
		return cty.NilVal, false
	}
	if v.defaults != nil && !val.IsNull() {
		val = v.defaults.Apply(val)
	}
	out, diags := v.e.convert(val, want, x)
	if !diags.HasErrors() {
		if err := hclfunc.Writable(out); err != nil {
			diags = append(diags, errorAt(rng, "Number too long", fmt.Sprintf("In this value %s. If it is no number to calculate with, make the type string.", err)))
		}
	}
	for _, d := range diags {
		d.Detail = fmt.Sprintf("The %s is declared as %s. %s", v.called(), typeexpr.TypeString(want.WithoutOptionalAttributesDeep()), d.Detail)
		if d.Subject == nil || d.Subject.Filename == "" {
			d.Subject = rng.Ptr()
		}
	}
	v.diags = append(v.diags, diags...)
	return out, !diags.HasErrors()
}

// called is how messages name the variable: outside of a component, it is an input.
func (v *variable) called() string {
	if v.e.up != nil {
		return fmt.Sprintf("input %q of %s", v.n.label, v.e.by.addr)
	}
	return fmt.Sprintf("variable %q", v.n.label)
}

func (v *variable) missing() {
	if v.diags.HasErrors() {
		return
	}
	name := v.n.label
	if by := v.e.by; v.e.up != nil {
		v.diags = append(v.diags, errorAt(by.rng, "Missing input", fmt.Sprintf("%s needs the input %q%s. Write it into inputs: inputs = { %s = ... }.", by.addr, name, described(v.info.Description), name)))
		return
	}
	v.diags = append(v.diags, errorAt(v.n.rng, "Missing variable value", fmt.Sprintf(
		"The variable %q has no default and no value was given. Write `%s = ...` in mlops.vars.hcl, or give --var '%s=...' or MLOPS_VAR_%s.", name, name, name, name)))
}

// described is a description in brackets.
func described(text string) string {
	if text == "" {
		return ""
	}
	return " (" + strings.TrimSuffix(text, ".") + ")"
}

// assigned reads the value given from outside.
func (v *variable) assigned() cty.Value {
	a := v.given
	at := a.Range
	if at.Filename == "" {
		at = v.n.rng
	}
	if a.Value != cty.NilVal {
		return v.input(a)
	}
	if a.Expr != nil {
		if v.refers(a.Expr) {
			return cty.NullVal(cty.DynamicPseudoType)
		}
		val, _ := v.value(a.Expr, at)
		return val
	}
	return v.fromText(a, at)
}

// fromText reads a flag or an environment variable: literal text where the type
// is a primitive or left out, else an expression, as Terraform does.
func (v *variable) fromText(a *Assignment, at hcl.Range) cty.Value {
	if v.typed && v.info.Type != cty.String && strings.TrimSpace(a.Text) == "null" {
		return cty.NullVal(v.info.Type.WithoutOptionalAttributesDeep())
	}
	if !v.typed || v.info.Type.IsPrimitiveType() {
		lit := &hclsyntax.LiteralValueExpr{Val: cty.StringVal(a.Text), SrcRange: at}
		val, _ := v.fit(lit.Val, lit, at)
		return val
	}
	name := "value of " + a.Origin
	if diags := hcllimit.Scan(name, []byte(a.Text)); diags.HasErrors() {
		v.diags = append(v.diags, diags...)
		return cty.NilVal
	}
	x, diags := hclsyntax.ParseExpression([]byte(a.Text), name, hcl.InitialPos)
	if diags.HasErrors() || v.refers(x) {
		v.diags = append(v.diags, diags...)
		return cty.NilVal
	}
	val, _ := v.value(x, at)
	return val
}

// evalValidations checks a variable's rules.
func (e *evaluator) evalValidations(n *node) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, block := range n.content.Blocks {
		ctx := e.scope(n)
		self := map[string]cty.Value{n.label: n.value}
		if others, ok := ctx.Variables["var"]; ok {
			for name, v := range others.AsValueMap() {
				self[name] = v
			}
		}
		ctx.Variables["var"] = cty.ObjectVal(self)
		sub, _ := n.sch.Block(block.Type)
		c, more := newCondition(sub, block)
		diags = append(diags, more...)
		if c != nil {
			diags = append(diags, n.refused(c.check(e, ctx, verdict{"Invalid value for variable", fmt.Sprintf("The value of the %s was refused: ", (&variable{e: e, n: n}).called())}))...)
		}
	}
	return diags
}

// refused puts a broken rule at the input that broke it.
func (n *node) refused(diags hcl.Diagnostics) hcl.Diagnostics {
	for _, d := range diags {
		if n.given != nil && n.given.Value != cty.NilVal && d.Summary == "Invalid value for variable" {
			d.Detail += fmt.Sprintf(" (The rule stands at %s:%d.)", d.Subject.Filename, d.Subject.Start.Line)
			d.Subject = n.given.Range.Ptr()
			if hasSensitive(n.value) {
				d.Extra = Withheld{}
			}
		}
	}
	return diags
}

// varsDigest stands for the values of all variables that are not sensitive.
func (e *evaluator) varsDigest() string {
	sum := sha256.New()
	for _, v := range e.project.Variables {
		if !v.Sensitive && v.Value != cty.NilVal {
			fmt.Fprintf(sum, "%s=%s\n", v.Name, valueDigest(v.Value))
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}
