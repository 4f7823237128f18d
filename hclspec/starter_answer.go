package hclspec

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/mlops-as-code/mlops/internal/hcltmpl"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Answer is the answer to the question of that name as a person writes it: plain text
// for a string, words with commas for a list of strings, else an expression without
// references. Origin says where it came from, such as "--answer".
func (s *Starter) Answer(name, text, origin string) Assignment {
	for i := range s.Questions {
		q := &s.Questions[i]
		trimmed := strings.TrimSpace(text)
		if q.Name == name && q.Words() && !strings.HasPrefix(trimmed, "[") {
			var words []cty.Value
			for word := range strings.SplitSeq(trimmed, ",") {
				if word = strings.TrimSpace(word); word != "" {
					words = append(words, cty.StringVal(word))
				}
			}
			text = literal(cty.TupleVal(words))
		}
	}
	return Assignment{Name: name, Origin: origin, Text: text}
}

// Words reports whether the answer is a list of strings.
func (q *Question) Words() bool {
	return (q.Type.IsListType() || q.Type.IsSetType()) && q.Type.ElementType() == cty.String
}

// Check says what is wrong with the last of the answers, for the person who gives it;
// those before it are taken to hold. A rule that needs an answer not given yet is
// left to Values.
func (s *Starter) Check(given []Assignment) error {
	if len(given) == 0 {
		return nil
	}
	last := given[len(given)-1].Name
	known := map[string]bool{}
	for _, a := range given {
		known[a.Name] = true
	}
	for i := range s.Questions {
		known[s.Questions[i].Name] = known[s.Questions[i].Name] || s.Questions[i].Default != nil
	}
	_, diags := s.evaluate(given, func(name string) bool { return known[name] })
	for _, d := range diags {
		if d.Severity == hcl.DiagError && s.concerns(d, last) {
			return errors.New(plainly(d, last))
		}
	}
	return nil
}

// concerns reports whether a fault is that of one answer, and no reference to what is
// not there yet.
func (s *Starter) concerns(d *hcl.Diagnostic, name string) bool {
	if d.Subject == nil || d.Subject.Filename != s.src.Name {
		return d.Summary != "Undeclared variable"
	}
	for i := range s.Questions {
		if q := &s.Questions[i]; q.Name == name {
			return strings.HasPrefix(d.Summary, "Invalid value") && strings.HasPrefix(d.Detail, refusal(name)) || d.Subject.Start.Byte == q.Range.Start.Byte
		}
	}
	return false
}

func refusal(name string) string {
	return fmt.Sprintf("The value of the variable %q was refused: ", name)
}

// plainly is what a fault says, without what the person sees anyway.
func plainly(d *hcl.Diagnostic, name string) string {
	text := strings.TrimPrefix(d.Detail, refusal(name))
	if _, why, ok := strings.Cut(text, "This value does not fit: "); ok {
		text = why
	}
	if text == "" {
		text = d.Summary
	}
	return text
}

// Values evaluates the answers, later ones winning, and the defaults of what is not
// answered. All must hold to their types and rules.
func (s *Starter) Values(given []Assignment) (map[string]cty.Value, hcl.Diagnostics) {
	values, diags := s.evaluate(given, func(string) bool { return true })
	last := map[int]Assignment{}
	for _, a := range given {
		for i := range s.Questions {
			if q := &s.Questions[i]; q.Name == a.Name {
				last[q.Range.Start.Byte] = a
			}
		}
	}
	for _, d := range diags {
		if d.Subject == nil || d.Subject.Filename != s.src.Name {
			continue
		}
		// The place is that of the question or its rule, since a flag has none.
		a, ok := last[d.Subject.Start.Byte]
		for _, of := range last {
			if strings.HasPrefix(d.Detail, refusal(of.Name)) {
				a, ok = of, true
			}
		}
		if ok && a.Expr == nil {
			d.Detail += fmt.Sprintf(" (%s says %.60q.)", a.Origin, a.Text)
		}
	}
	return values, Sort(diags, []Source{s.src})
}

// evaluate evaluates the variables that are wanted.
func (s *Starter) evaluate(given []Assignment, want func(string) bool) (map[string]cty.Value, hcl.Diagnostics) {
	e := s.evaluator(given)
	body, diags := s.parse(e)
	if diags.HasErrors() {
		return nil, diags
	}
	content, _, _ := body.PartialContent(hclSchema(&s.lang))
	for _, block := range content.Blocks {
		if block.Type == "variable" && want(block.Labels[0]) {
			diags = append(diags, e.declare(block)...)
		}
	}
	for _, n := range e.byKind["var"] {
		n.ownRules() // reported when they were read
	}
	diags = append(diags, e.variables()...)
	diags = append(diags, e.resolve()...)
	sorted, cycles := e.order()
	diags = append(append(diags, cycles...), e.evaluateAll(sorted)...)
	out := map[string]cty.Value{}
	for _, n := range e.byKind["var"] {
		if !n.failed && n.value != cty.NilVal {
			out[n.label], _ = n.value.UnmarkDeep()
		}
	}
	return out, diags
}

// Render makes the text of the spec from the answers. The template sees them as `var`,
// and beside the functions of the language it has `literal`, which writes a value as
// an expression. The text is formatted and within the limits of a spec file.
func (s *Starter) Render(values map[string]cty.Value) ([]byte, hcl.Diagnostics) {
	e := s.evaluator(nil)
	name := e.reads.Name(StarterTemplate)
	src, err := e.reads.ReadFile(StarterTemplate)
	if _, missing := fs.Stat(s.params.FS, StarterTemplate); errors.Is(missing, fs.ErrNotExist) {
		err = fmt.Errorf("%s: there is no such file, and a starter makes the spec from it", name)
	}
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Unreadable file", Detail: err.Error() + "."}}
	}
	tmpl, diags := hcltmpl.Compile(name, src, e.budget)
	if diags.HasErrors() {
		return nil, diags
	}
	e.funcs["literal"] = literalFunc(e.budget)
	out, _, more := tmpl.Render(&hcl.EvalContext{Functions: e.funcs, Variables: map[string]cty.Value{"var": cty.ObjectVal(values)}})
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	if more := hcllimit.Scan(MainFile, out); more.HasErrors() {
		return nil, append(diags, made(name, out, more)...)
	}
	_, faults := hclsyntax.ParseConfig(out, MainFile, hcl.InitialPos)
	if faults.HasErrors() {
		return nil, append(diags, made(name, out, hcllimit.ExplainSyntax(out, faults))...)
	}
	return hclwrite.Format(out), diags
}

// made puts faults of a text that nobody wrote where it comes from.
func made(template string, text []byte, diags hcl.Diagnostics) hcl.Diagnostics {
	lines := strings.Split(string(text), "\n")
	var out hcl.Diagnostics
	for _, d := range diags {
		c := *d
		if c.Subject != nil {
			at := c.Subject.Start.Line
			c.Detail = fmt.Sprintf("Line %d of the %s that it makes: %s", at, MainFile, c.Detail)
			if at >= 1 && at <= len(lines) && len(lines[at-1]) <= 200 {
				c.Detail += fmt.Sprintf("\n\n  %s\n\nAn answer is written with literal(...), which quotes and escapes it.", strings.TrimSpace(lines[at-1]))
			}
		}
		c.Subject = &hcl.Range{Filename: template, Start: hcl.InitialPos, End: hcl.InitialPos}
		c.Context = nil
		out = append(out, &c)
	}
	return out
}

// literal writes a value as an expression that gives it.
func literal(val cty.Value) string { return string(hclwrite.TokensForValue(val).Bytes()) }

func literalFunc(budget *hcllimit.Budget) function.Function {
	return function.New(&function.Spec{
		Description: "Writes a value as an expression of the language.",
		Params:      []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true, AllowDynamicType: true}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(cty.String), nil
			}
			if err := budget.Encode(args[0]); err != nil {
				return cty.NilVal, err
			}
			return cty.StringVal(literal(args[0])), nil
		},
	})
}
