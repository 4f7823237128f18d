package hclfunc

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// guard returns the function of an entry behind its guard. The guard accepts
// any argument, so that it sees (and charges) them before cty walks them, and
// leaves every other decision to the function inside.
func (e env) guard(x entry) function.Function {
	params, rest := x.fn.Params(), x.fn.VarParam()
	spec := &function.Spec{Description: x.doc, Type: function.StaticReturnType(cty.DynamicPseudoType)}
	for _, p := range params {
		spec.Params = append(spec.Params, loose(p))
	}
	if rest != nil {
		p := loose(*rest)
		spec.VarParam = &p
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		c := &call{budget: e.budget, args: make([]cty.Value, len(args)), sizes: make([]size, len(args))}
		for i, arg := range args {
			want := rest
			if i < len(params) {
				want = &params[i]
			}
			if err := c.take(i, arg, want.Type); err != nil {
				return cty.NilVal, c.describe(err)
			}
		}
		if x.cost != nil {
			if err := x.cost(c); err != nil {
				return cty.NilVal, c.describe(err)
			}
		}
		if v := quick(x.name, c.args); v != cty.NilVal {
			return v, nil
		}
		v, err := x.fn.Call(c.args)
		if err != nil {
			return cty.NilVal, c.describe(err)
		}
		return c.mark(v, x.name), tooLarge(v)
	}
	return function.New(spec)
}

// mark adds the marks of all arguments to the result, where the function forgot
// some: for unknown results and null arguments.
func (c *call) mark(v cty.Value, name string) cty.Value {
	if v.IsKnown() && chooses(name) {
		return v
	}
	for _, arg := range c.args {
		_, marks := arg.Unmark()
		v = v.WithMarks(marks)
	}
	return v
}

// chooses tells which functions may return one argument without a look at
// another, or nothing that is in any of them.
func chooses(name string) bool {
	switch name {
	case "can", "coalesce", "issensitive", "lookup", "try":
		return true
	}
	return false
}

// loose lets every value through, except where expressions are wanted.
func loose(p function.Parameter) function.Parameter {
	if !p.Type.IsCapsuleType() {
		p.Type = cty.DynamicPseudoType
	}
	p.AllowNull, p.AllowUnknown, p.AllowMarked, p.AllowDynamicType = true, true, true, true
	return p
}

// call is one call of a function: its arguments as the function gets them, and
// their sizes.
type call struct {
	budget *hcllimit.Budget
	args   []cty.Value
	sizes  []size
}

// size measures a value, at every level.
type size struct {
	nodes int64 // values
	text  int64 // bytes of strings, keys and written-out numbers
}

// take measures an argument, charges for reading it and converts it.
func (c *call) take(i int, arg cty.Value, want cty.Type) error {
	c.args[i] = arg
	if want.IsCapsuleType() {
		return nil
	}
	s := &c.sizes[i]
	if err := c.measure(arg, s); err != nil {
		return argError(i, err)
	}
	if err := c.budget.Steps(1 + s.nodes%stride + s.text/32); err != nil {
		return err
	}
	v, err := convertTo(c.budget, arg, want)
	if err != nil {
		return argError(i, err)
	}
	c.args[i] = v
	return nil
}

// stride is how many values are walked between two charges.
const stride = 1024

// measure charges as it walks, because values that share structure may take for
// ever to walk.
func (c *call) measure(v cty.Value, s *size) error {
	s.nodes++
	if s.nodes%stride == 0 {
		if err := c.budget.Steps(stride); err != nil {
			return err
		}
	}
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() {
		return nil
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		s.text += int64(len(v.AsString()))
		// Some functions of cty never return for such strings.
		if !utf8.ValidString(v.AsString()) {
			return errors.New("a string is not valid UTF-8")
		}
	case ty == cty.Number:
		n := digits(v)
		s.text += n
		if n > maxDigits {
			return tooLarge(v)
		}
	case v.CanIterateElements():
		if ty.IsSetType() {
			if err := c.budget.Steps(3 * hcllimit.SetSteps(v)); err != nil {
				return err
			}
		}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			if ty.IsMapType() || ty.IsObjectType() {
				s.text += int64(len(k.AsString()))
			}
			if err := c.measure(e, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// digits bounds the length of a number that is written out.
func digits(v cty.Value) int64 {
	f := v.AsBigFloat()
	exp := int64(f.MantExp(nil))
	return 4 + int64(f.MinPrec())/3 + max(exp, -exp)/3
}

// Writable refuses a value with a number that nobody can write out, such as text
// like 1e600000000 that became one.
func Writable(v cty.Value) error {
	v, _ = v.UnmarkDeep()
	return cty.Walk(v, func(_ cty.Path, e cty.Value) (bool, error) { return true, tooLarge(e) })
}

// tooLarge refuses numbers nobody can write out.
func tooLarge(v cty.Value) error {
	v, _ = v.Unmark()
	if v.IsKnown() && !v.IsNull() && v.Type() == cty.Number && !v.AsBigFloat().IsInf() && digits(v) > maxDigits {
		return errors.New("a number has more than 4096 digits")
	}
	return nil
}

const maxDigits = 8_192

// describe turns an error into one fit to be shown.
func (c *call) describe(err error) error {
	if over, ok := errors.AsType[*hcllimit.Excess](err); ok {
		return over
	}
	if p, ok := errors.AsType[function.PanicError](err); ok {
		if over, ok := p.Value.(*hcllimit.Excess); ok {
			return over
		}
		err = errors.New("the arguments do not fit together")
	}
	arg, isArg := errors.AsType[function.ArgError](err)
	if c.sensitive() {
		err = errors.New("an argument is sensitive, so the reason is not shown")
	}
	if isArg {
		return argError(arg.Index, err)
	}
	return err
}

// argError blames an argument, once.
func argError(i int, err error) error {
	if _, ok := errors.AsType[*hcllimit.Excess](err); ok {
		return err
	}
	if _, ok := errors.AsType[function.ArgError](err); ok {
		return err
	}
	return function.NewArgErrorf(i, "%s", strings.TrimSuffix(err.Error(), "."))
}

func (c *call) sensitive() bool {
	for _, v := range c.args {
		if v != cty.NilVal && v.ContainsMarked() {
			return true
		}
	}
	return false
}

func (c *call) bytes(n int64) error { return c.budget.Bytes(n) }

func (c *call) steps(n int64) error { return c.budget.Steps(n) }

// text returns the string of argument i, or "" where there is none.
func (c *call) text(i int) string {
	if i >= len(c.args) {
		return ""
	}
	v, _ := c.args[i].Unmark()
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return ""
	}
	return v.AsString()
}

// number returns the number of argument i, cut to 64 bits, or 0 where there is
// none.
func (c *call) number(i int) int64 {
	if i >= len(c.args) {
		return 0
	}
	v, _ := c.args[i].Unmark()
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return 0
	}
	n, _ := v.AsBigFloat().Int64()
	return n
}

// length returns the number of elements of argument i, 0 where that is unknown.
func (c *call) length(i int) int64 {
	v, _ := c.args[i].Unmark()
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	return int64(v.LengthInt())
}

func (c *call) total() size {
	var t size
	for _, s := range c.sizes {
		t.nodes += s.nodes
		t.text += s.text
	}
	return t
}

// copies charges for a result as long as the texts of all arguments, twice as
// long at worst.
func copies(c *call) error { return c.bytes(2 * c.total().text) }

// walks charges for building collections of all the arguments' elements.
func walks(c *call) error { return c.steps(c.total().nodes) }

// builds charges for building one collection of all the arguments' elements,
// which costs more than looking at them.
func builds(c *call) error { return c.steps(3 * c.total().nodes) }

// add and mul stay at the largest number instead of overflowing. The operands
// are not negative.
func add(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func mul(a, b int64) int64 {
	if a > 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}
