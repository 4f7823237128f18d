package jinja

import (
	"errors"
	"math"
	"slices"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// Jinja's compiler evaluates what is constant itself, by rules of its own: a
// slice of what cannot be sliced is undefined, ~ forgets that its parts are
// Markup, and what a short cut leaves out is never looked at, so that its
// filters need not exist. This file does the same where it matters.

// errImpossible is met where an expression is not constant.
var errImpossible = errors.New("not constant")

// What the compiler may spend on one expression, and on all of an environment.
const (
	foldSteps    = 100_000
	foldBytes    = 4 << 20
	allFoldSteps = 2_000_000
	allFoldBytes = 64 << 20
)

// folded compiles a constant expression by the compiler's rules; nil when they
// make no difference, or when Jinja would leave e to the run.
func (c *compiler) folded(e expr, f *frame) evalFn {
	if c.folding || f.esc.volatile || !isOptimized(e) || !mayFold(e) || !c.foldMatters(e, f) {
		return nil
	}
	c.folding = true
	defer func() { c.folding = false }()
	fn := c.compileExpr(e, f)
	v, err := c.evaluate(fn, f, e.at())
	if err != nil && isClass(err, classUndefined) {
		panic(parseError{err, e.at()}) // Jinja's compiler fails, too
	}
	if err != nil || !isPlain(v) {
		return nil
	}
	return fn
}

// foldedOutput is folded for what is printed, where Jinja takes any constant.
func (c *compiler) foldedOutput(e expr, f *frame) evalFn {
	if c.folding || !mayFold(e) || !f.esc.volatile && !c.foldMatters(e, f) {
		return nil
	}
	c.folding = true
	defer func() { c.folding = false }()
	fn := c.compileExpr(e, f)
	v, err := c.evaluate(fn, f, e.at())
	u, ok := v.(*undefined)
	if err != nil || ok && u.kind == Strict {
		return nil
	}
	return fn
}

// fold is the value of a constant expression.
func (c *compiler) fold(e expr, f *frame) (pyvalue.Value, bool) {
	if f.esc.volatile {
		return nil, false
	}
	before := c.folding
	c.folding = true
	defer func() { c.folding = before }()
	v, err := c.evaluate(c.compileExpr(e, f), f, e.at())
	return v, err == nil
}

func (c *compiler) evaluate(fn evalFn, f *frame, at pos) (pyvalue.Value, error) {
	s := &state{run: newRun(c.env, Input{Limits: Limits{Steps: foldSteps, Memory: foldBytes}}), rec: newRecord(f.fn, nil)}
	s.ctx = c.t.newContext(s.run, nil, nil)
	s.ctx.eval.autoescape = f.esc.on
	v, err := fn(s)
	c.env.mu.Lock()
	defer c.env.mu.Unlock()
	s.run.account(&c.env.folded)
	if c.env.folded.Steps > allFoldSteps || c.env.folded.Memory > allFoldBytes {
		panic(parseError{&pyvalue.LimitError{What: "steps for constant expressions", Limit: allFoldSteps}, at})
	}
	return v, err
}

// foldMatters says whether the compiler's rules can make a difference for e.
func (c *compiler) foldMatters(e expr, f *frame) (matters bool) {
	visit := func(n node) bool {
		switch n := n.(type) {
		case *sliceExpr, *boolExpr, *condExpr:
			matters = true
		case *concatExpr:
			matters = matters || f.esc.on || c.env.opts.Undefined == Strict
		case *constExpr:
			matters = matters || isInfinite(n)
		}
		return !matters
	}
	if visit(e) {
		walk(e, visit)
	}
	return matters
}

// isOptimized says whether Jinja's optimizer looks at e and all below it.
func isOptimized(e expr) bool {
	switch e.(type) {
	case *nameExpr, *constExpr, *tupleExpr, *listExpr, *dictExpr, *sliceExpr, *safeExpr, *tagExpr:
		return false
	}
	return true
}

// checkDicts refuses dict literals below e with a constant key that cannot be
// one, as the optimizer does.
func (c *compiler) checkDicts(e expr, f *frame) {
	walk(e, func(n node) bool {
		d, ok := n.(*dictExpr)
		for i := 0; ok && i < len(d.items); i += 2 {
			var key pyvalue.Value
			if key, ok = c.fold(d.items[i], f); ok {
				_, ok = c.fold(d.items[i+1], f)
			}
			if !ok {
				break
			}
			if err := pyvalue.Hashable(nil, key); err != nil {
				panic(parseError{err, d.pos})
			}
		}
		return true
	})
}

// isInfinite says whether e is a number too large for a float. Jinja prints it
// as inf when it is constant and else writes a name into its code that no one
// has defined.
func isInfinite(e *constExpr) bool {
	f, ok := e.value.(pyvalue.Float)
	return ok && math.IsInf(float64(f), 0)
}

// mayFold says whether an evaluation of e by the compiler gets past its first
// parts.
func mayFold(e expr) bool {
	switch e := e.(type) {
	case *nameExpr, *callExpr, *tagExpr, *safeExpr:
		return false
	case *boolExpr:
		return mayFold(e.left)
	case *condExpr:
		return mayFold(e.test)
	case *concatExpr:
		return mayFold(e.items[0])
	case *filterExpr:
		return e.subject != nil && mayFold(e.subject)
	}
	for _, c := range e.children() {
		if ce, ok := c.(expr); ok && !mayFold(ce) {
			return false
		}
	}
	return true
}

// constExpr compiles an expression for evaluation by the compiler.
func (c *compiler) constExpr(e expr, f *frame) evalFn {
	impossible := func(*state) (pyvalue.Value, error) { return nil, errImpossible }
	switch n := e.(type) {
	case *nameExpr, *callExpr, *tagExpr, *safeExpr:
		return impossible
	case *filterExpr:
		if n.subject == nil || f.esc.volatile || slices.Contains([]string{"map", "select", "reject", "selectattr", "rejectattr", "random"}, n.name) {
			return impossible
		}
	case *testExpr:
		if f.esc.volatile {
			return impossible
		}
	case *boolExpr, *condExpr, *concatExpr, *constExpr, *tupleExpr, *listExpr, *dictExpr, *sliceExpr:
		// An error of these ends the compilation.
		return c.anyExpr(e, f)
	}
	fn := c.anyExpr(e, f)
	return func(s *state) (pyvalue.Value, error) {
		v, err := fn(s)
		if err != nil {
			return nil, errImpossible
		}
		return v, nil
	}
}

// constConcat makes a text of each part before it looks at the next.
func constConcat(parts []evalFn) evalFn {
	return func(s *state) (pyvalue.Value, error) {
		var texts []pyvalue.Value
		for _, p := range parts {
			v, err := p(s)
			if err == nil {
				v, err = s.ctx.soft(v)
			}
			if err != nil {
				return nil, err
			}
			texts = append(texts, v)
		}
		return s.ctx.join(texts, false)
	}
}

// isPlain says whether Jinja can write v as a literal.
func isPlain(v pyvalue.Value) bool {
	switch v := v.(type) {
	case pyvalue.Float:
		return !math.IsInf(float64(v), 0) && !math.IsNaN(float64(v))
	case pyvalue.None, pyvalue.Bool, pyvalue.Int, *pyvalue.BigInt, pyvalue.String, pyvalue.Markup, pyvalue.Range:
		return true
	case *pyvalue.List:
		return !slices.ContainsFunc(v.Elems, func(e pyvalue.Value) bool { return !isPlain(e) })
	case *pyvalue.Tuple:
		return !slices.ContainsFunc(v.Elems, func(e pyvalue.Value) bool { return !isPlain(e) })
	case *pyvalue.Dict:
		for k, e := range v.All() {
			if !isPlain(k) || !isPlain(e) {
				return false
			}
		}
		return true
	}
	return false
}
