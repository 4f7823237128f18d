package jinja

import (
	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// builtinFilters are Jinja's filters by name.
func builtinFilters() map[string]Function {
	fs := map[string]Function{}
	for _, more := range []map[string]Function{textFilters(), numberFilters(), sequenceFilters(), attrFilters(), htmlFilters()} {
		for name, f := range more {
			fs[name] = f
		}
	}
	return fs
}

// builtin is a function of CPython that takes exactly one argument.
func builtin(name string, fn func(b *pyvalue.Budget, v pyvalue.Value) (pyvalue.Value, error)) Function {
	return func(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
		if len(args.Kw) > 0 {
			return nil, typeError("%s() takes no keyword arguments", name)
		}
		if len(args.Pos) != 1 {
			return nil, typeError("%s() takes exactly one argument (%d given)", name, len(args.Pos))
		}
		return fn(c.run.budget, args.Pos[0])
	}
}

func length(b *pyvalue.Budget, v pyvalue.Value) (pyvalue.Value, error) {
	n, err := pyvalue.Len(b, v)
	return pyvalue.Int(n), err
}

func numberFilters() map[string]Function {
	return map[string]Function{
		"abs":            builtin("abs", pyvalue.Abs),
		"count":          builtin("len", length),
		"length":         builtin("len", length),
		"int":            bound("do_int(value, default=, base=)", doInt),
		"float":          bound("do_float(value, default=)", doFloat),
		"round":          bound("do_round(value, precision=, method=)", doRound),
		"filesizeformat": bound("do_filesizeformat(value, binary=)", doFileSize),
	}
}

func doInt(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if u, ok := a[0].(*undefined); ok {
		return nil, u.fail()
	}
	base, err := intArg(a[2], 10)
	if err != nil {
		if _, ok := pyvalue.TextOf(a[0]); ok && pyvalue.IsRaised(err, "TypeError") {
			return c.floatInt(a[0], a[1])
		}
		base = 10
	}
	var v pyvalue.Value
	if text, ok := pyvalue.TextOf(a[0]); ok {
		v, err = pyvalue.ParseInt(c.run.budget, text, base)
	} else {
		v, err = pyvalue.ToInt(c.run.budget, a[0])
	}
	if pyvalue.IsRaised(err, "TypeError", "ValueError") {
		return c.floatInt(a[0], a[1])
	}
	return v, err
}

// floatInt is int(float(v)), or the default.
func (c *Context) floatInt(v, def pyvalue.Value) (pyvalue.Value, error) {
	f, err := pyvalue.ToFloat(c.run.budget, v)
	if err == nil {
		v, err = pyvalue.ToInt(c.run.budget, f)
	}
	if !pyvalue.IsRaised(err, "TypeError", "ValueError", "OverflowError") {
		return v, err
	}
	if def == nil {
		return pyvalue.Int(0), nil
	}
	return def, nil
}

func doFloat(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if u, ok := a[0].(*undefined); ok {
		return nil, u.fail()
	}
	v, err := pyvalue.ToFloat(c.run.budget, a[0])
	if !pyvalue.IsRaised(err, "TypeError", "ValueError") {
		return v, err
	}
	if a[1] == nil {
		return pyvalue.Float(0), nil
	}
	return a[1], nil
}

func textFilters() map[string]Function {
	return map[string]Function{
		"capitalize": bound("do_capitalize(s)", softly("capitalize")),
		"lower":      bound("do_lower(s)", softly("lower")),
		"upper":      bound("do_upper(s)", softly("upper")),
		"title":      bound("do_title(s)", doTitle),
		"center":     bound("do_center(value, width=)", doCenter),
		"trim":       bound("do_trim(value, chars=)", doTrim),
		"replace":    bound("do_replace(eval_ctx, s, old, new, count=)", doReplace),
		"format":     doFormat,
		"indent":     bound("do_indent(s, width=, first=, blank=)", doIndent),
		"truncate":   bound("do_truncate(environment, s, length=, killwords=, end=, leeway=)", doTruncate),
		"wordcount":  bound("do_wordcount(s)", doWordcount),
		"wordwrap":   bound("do_wordwrap(environment, s, width=, break_long_words=, wrapstring=, break_on_hyphens=)", doWordwrap),
		"string":     bound("soft_str(s)", func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) { return c.soft(a[0]) }),
		"pprint":     bound("do_pprint(value)", doPprint),
		"join":       bound("sync_do_join(eval_ctx, value, d=, attribute=)", doJoin),
	}
}

// softly calls a method of the text.
func softly(name string) boundFn {
	return func(c *Context, a []pyvalue.Value) (pyvalue.Value, error) { return c.softMethod(a[0], name) }
}

func doCenter(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if a[1] == nil {
		a[1] = pyvalue.Int(80)
	}
	return c.softMethod(a[0], "center", a[1])
}

func doTrim(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if a[1] == nil {
		a[1] = pyvalue.None{}
	}
	return c.softMethod(a[0], "strip", a[1])
}

func doReplace(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if !given(a[3]) {
		a[3] = pyvalue.Int(-1)
	}
	var err error
	if !c.eval.autoescape {
		for i := range 3 {
			var s string
			if s, err = pyvalue.Str(c.run.budget, a[i]); err != nil {
				return nil, err
			}
			a[i] = pyvalue.String(s)
		}
		return c.method(a[0], "replace", a[1:]...)
	}
	if hasHTML(a[1]) || hasHTML(a[2]) && !hasHTML(a[0]) {
		a[0], err = c.escape(a[0])
	} else {
		a[0], err = c.soft(a[0])
	}
	for i := 1; i < 3 && err == nil; i++ {
		a[i], err = c.soft(a[i])
	}
	if err != nil {
		return nil, err
	}
	return c.method(a[0], "replace", a[1:]...)
}

func doFormat(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
	if len(args.Pos) == 0 {
		return nil, tooFew("do_format", []string{"'value'"})
	}
	if len(args.Pos) > 1 && len(args.Kw) > 0 {
		return nil, raise(classFilterArg, "can't handle positional and keyword arguments at the same time")
	}
	s, err := c.soft(args.Pos[0])
	if err != nil {
		return nil, err
	}
	if len(args.Kw) == 0 {
		return pyvalue.Binary(c.run.budget, pyvalue.OpMod, s, pyvalue.NewTuple(args.Pos[1:]...))
	}
	d := pyvalue.NewDict()
	for _, kw := range args.Kw {
		d.SetStr(kw.Name, kw.Value)
	}
	return pyvalue.Binary(c.run.budget, pyvalue.OpMod, s, d)
}

// like is text as Markup when v is one.
func like(v pyvalue.Value, text string) pyvalue.Value {
	if _, ok := v.(pyvalue.Markup); ok {
		return pyvalue.Markup(text)
	}
	return pyvalue.String(text)
}

func doTruncate(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	b := c.run.budget
	s, length, end, leeway := a[0], a[1], a[3], a[4]
	if length == nil {
		length = pyvalue.Int(255)
	}
	if end == nil {
		end = pyvalue.String("...")
	}
	if !given(leeway) {
		leeway = pyvalue.Int(5)
	}
	endLen, err := pyvalue.Len(b, end)
	if err == nil {
		err = c.assertAtLeast("length", length, endLen)
	}
	if err == nil {
		err = c.assertAtLeast("leeway", leeway, 0)
	}
	if err != nil {
		return nil, err
	}
	n, err := pyvalue.Len(b, s)
	if err != nil {
		return nil, err
	}
	most, err := pyvalue.Binary(b, pyvalue.OpAdd, length, leeway)
	if err != nil {
		return nil, err
	}
	if fits, err := pyvalue.Compare(b, pyvalue.OpLe, pyvalue.Int(n), most); err != nil || fits {
		return s, err
	}
	stop, err := pyvalue.Binary(b, pyvalue.OpSub, length, pyvalue.Int(endLen))
	if err != nil {
		return nil, err
	}
	cut, err := pyvalue.Index(b, s, pyvalue.Slice{Start: pyvalue.None{}, Stop: stop, Step: pyvalue.None{}})
	if err != nil {
		return nil, err
	}
	kill, err := c.boolArg(a[2])
	if err == nil && !kill {
		if cut, err = c.method(cut, "rsplit", pyvalue.String(" "), pyvalue.Int(1)); err == nil {
			cut, err = pyvalue.Index(b, cut, pyvalue.Int(0))
		}
	}
	if err != nil {
		return nil, err
	}
	return pyvalue.Binary(b, pyvalue.OpAdd, cut, end)
}

// assertAtLeast is Jinja's assert that an argument is not below least.
func (c *Context) assertAtLeast(name string, v pyvalue.Value, least int) error {
	ok, err := pyvalue.Compare(c.run.budget, pyvalue.OpGe, v, pyvalue.Int(least))
	if err != nil || ok {
		return err
	}
	got, err := pyvalue.Str(c.run.budget, v)
	if err != nil {
		return err
	}
	return pyvalue.Raise("AssertionError", "expected %s >= %d, got %s", name, least, got)
}

func doJoin(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	b := c.run.budget
	if a[1] == nil {
		a[1] = pyvalue.String("")
	}
	get := func(v pyvalue.Value) (pyvalue.Value, error) { return v, nil }
	if given(a[2]) {
		get = c.getter(a[2], getterOpts{})
		if _, err := pyvalue.Iterate(b, a[0]); err != nil {
			return nil, err
		}
	}
	if !c.eval.autoescape {
		sep, err := pyvalue.Str(b, a[1])
		if err != nil {
			return nil, err
		}
		return c.joinText(sep, a[0], func(v pyvalue.Value) (pyvalue.Value, error) {
			if v, err = get(v); err != nil {
				return nil, err
			}
			s, err := pyvalue.Str(b, v)
			return pyvalue.String(s), err
		})
	}
	vals, err := c.each(a[0], get)
	if err != nil {
		return nil, err
	}
	return c.joinMarkup(a[1], vals)
}

// each is get of each item of v.
func (c *Context) each(v pyvalue.Value, get getFn) ([]pyvalue.Value, error) {
	it, err := pyvalue.Iterate(c.run.budget, v)
	if err != nil {
		return nil, err
	}
	var vals []pyvalue.Value
	for {
		v, ok, err := it.Next()
		if err == nil && ok {
			err = c.run.step()
		}
		if err != nil || !ok {
			return vals, err
		}
		if v, err = get(v); err != nil {
			return nil, err
		}
		vals = append(vals, v)
	}
}

// joinText is sep.join of what text makes of the items of v.
func (c *Context) joinText(sep string, v pyvalue.Value, text getFn) (pyvalue.Value, error) {
	texts, err := c.each(v, text)
	if err != nil {
		return nil, err
	}
	return c.method(pyvalue.String(sep), "join", pyvalue.NewList(texts...))
}

// joinMarkup joins where one Markup among the parts makes all of it Markup.
func (c *Context) joinMarkup(sep pyvalue.Value, vals []pyvalue.Value) (pyvalue.Value, error) {
	safe := hasHTML(sep)
	parts := make([]pyvalue.Value, len(vals))
	for i, v := range vals {
		parts[i] = v
		if hasHTML(v) && !hasHTML(sep) {
			safe = true
			continue
		}
		t, err := c.soft(v)
		if err != nil {
			return nil, err
		}
		parts[i] = t
	}
	if !safe {
		text, err := pyvalue.Str(c.run.budget, sep)
		if err != nil {
			return nil, err
		}
		return c.joinText(text, pyvalue.NewList(parts...), func(v pyvalue.Value) (pyvalue.Value, error) { return v, nil })
	}
	m, err := c.escape(sep)
	if err != nil {
		return nil, err
	}
	return c.method(m, "join", pyvalue.NewList(parts...))
}
