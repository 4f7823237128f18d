package pyvalue

import (
	"strings"
)

// Method is a built-in function, or a built-in method bound to its value.
type Method struct {
	name string
	self Value
	call func(b *Budget, args Args) (Value, error)
}

// NewFunction returns a built-in function of a name.
func NewFunction(name string, call func(b *Budget, args Args) (Value, error)) *Method {
	return &Method{name: name, call: call}
}

// TypeName is "builtin_function_or_method".
func (*Method) TypeName() string { return "builtin_function_or_method" }

// Call calls it.
func (m *Method) Call(b *Budget, args Args) (Value, error) { return m.call(b.orDefault(), args) }

// Repr is CPython's, without an address, which would not be the same twice.
func (m *Method) Repr(*Budget) (string, error) {
	if m.self == nil {
		return "<built-in function " + m.name + ">", nil
	}
	return "<built-in method " + m.name + " of " + m.self.TypeName() + " object>", nil
}

// Equal says whether both are the same method of the same value.
func (m *Method) Equal(_ *Budget, other Value) (equal, known bool, err error) {
	o, ok := other.(*Method)
	return ok && (m == o || m.self != nil && m.name == o.name && Identical(m.self, o.self)), true, nil
}

// IsCallable is callable(v).
func IsCallable(v Value) bool {
	_, ok := v.(Caller)
	return ok
}

// Call is f(args); a TypeError when f cannot be called.
func Call(b *Budget, f Value, args Args) (Value, error) {
	c, ok := f.(Caller)
	if !ok {
		return nil, Raise("TypeError", "'%s' object is not callable", f.TypeName())
	}
	b = b.orDefault()
	if err := b.Enter(); err != nil {
		return nil, err
	}
	defer b.Leave()
	if err := b.Step(1 + len(args.Pos)); err != nil {
		return nil, err
	}
	return c.Call(b, args)
}

// Attr is getattr(v, name): a method, an attribute such as real, or what the
// host value answers; false when there is none. Names with two leading
// underscores are not there.
func Attr(b *Budget, v Value, name string) (Value, bool, error) {
	if strings.HasPrefix(name, "__") {
		return nil, false, nil
	}
	if h, ok := v.(Attributer); ok {
		return h.Attr(b.orDefault(), name)
	}
	if m, ok := v.(Markup); ok {
		return markupAttr(m, name)
	}
	if f, ok := dataAttr(v, name); ok {
		return f, true, nil
	}
	m, ok := methodOf(v, name)
	if !ok {
		return nil, false, nil
	}
	return bind(v, name, m), true, nil
}

// bind makes the method a value.
func bind(v Value, name string, m method) *Method {
	return &Method{name: name, self: v, call: func(b *Budget, args Args) (Value, error) {
		c, err := m.accept(v, name, args)
		if err != nil {
			return nil, err
		}
		c.b = b
		if text, ok := TextOf(v); ok {
			if err := b.look(text); err != nil {
				return nil, err
			}
		}
		return m.run(c)
	}}
}

func methodOf(v Value, name string) (method, bool) {
	switch v.(type) {
	case String, Markup:
		return strMethod(name)
	case *List:
		return listMethod(name)
	case *Dict:
		return dictMethod(name)
	case *Tuple:
		return tupleMethod(name)
	case Range:
		return rangeMethod(name)
	case Bool, Int, *BigInt:
		return intMethod(name)
	case Float:
		return floatMethod(name)
	case Bytes:
		return bytesMethod(name)
	}
	return method{}, false
}

// signature is which of CPython's calling conventions a method has; they
// differ in the texts of their errors.
type signature uint8

const (
	sigNone    signature = iota // str.upper() takes no arguments
	sigOne                      // str.join() takes exactly one argument
	sigPlain                    // center expected at least 1 argument
	sigParsed                   // find() takes at least 1 argument
	sigKeyword                  // split() takes at most 2 arguments, by name too
	sigAny                      // the method looks for itself
)

// method is a method of a built-in type.
type method struct {
	sig      signature
	min, max int
	names    []string
	run      func(*call) (Value, error)
}

// call is a call whose arguments were counted: args has max elements, nil for
// those left out, or, for sigAny, all is in raw.
type call struct {
	b    *Budget
	self Value
	name string
	args []Value
	raw  Args
}

func none(run func(*call) (Value, error)) (method, bool) {
	return method{sig: sigNone, run: run}, true
}

func one(run func(*call) (Value, error)) (method, bool) {
	return method{sig: sigOne, min: 1, max: 1, run: run}, true
}

func plain(least, most int, run func(*call) (Value, error)) (method, bool) {
	return method{sig: sigPlain, min: least, max: most, run: run}, true
}

func parsed(least, most int, run func(*call) (Value, error)) (method, bool) {
	return method{sig: sigParsed, min: least, max: most, run: run}, true
}

func keyword(run func(*call) (Value, error), names ...string) (method, bool) {
	return method{sig: sigKeyword, max: len(names), names: names, run: run}, true
}

// accept counts the arguments, with CPython's errors.
func (m method) accept(self Value, name string, args Args) (*call, error) {
	c := &call{self: self, name: name, raw: args}
	if m.sig == sigAny {
		return c, nil
	}
	if m.sig == sigKeyword {
		return c, m.acceptNamed(c, args)
	}
	full := self.TypeName() + "." + name
	if _, ok := self.(Bool); ok {
		full = "int." + name // bool has none of its own
	}
	if len(args.Kw) > 0 {
		if m.sig == sigParsed {
			full = name
		}
		return nil, Raise("TypeError", "%s() takes no keyword arguments", full)
	}
	n := len(args.Pos)
	if n < m.min || n > m.max {
		return nil, m.miscount(full, name, n)
	}
	c.args = append(make([]Value, 0, m.max), args.Pos...)[:m.max]
	return c, nil
}

func (m method) miscount(full, name string, n int) error {
	bound, word := m.min, "at least "
	if n > m.max {
		bound, word = m.max, "at most "
	}
	s := "s"
	if bound == 1 {
		s = ""
	}
	switch m.sig {
	case sigNone:
		return Raise("TypeError", "%s() takes no arguments (%d given)", full, n)
	case sigOne:
		return Raise("TypeError", "%s() takes exactly one argument (%d given)", full, n)
	case sigParsed:
		return Raise("TypeError", "%s() takes %s%d argument%s (%d given)", name, word, bound, s, n)
	}
	if m.min == m.max {
		word = ""
	}
	return Raise("TypeError", "%s expected %s%d argument%s, got %d", name, word, bound, s, n)
}

func (m method) acceptNamed(c *call, args Args) error {
	n := len(args.Pos) + len(args.Kw)
	if n > m.max {
		s, kind := "s", ""
		if m.max == 1 {
			s = ""
		}
		if len(args.Pos) == 0 {
			kind = "keyword "
		}
		return Raise("TypeError", "%s() takes at most %d %sargument%s (%d given)", c.name, m.max, kind, s, n)
	}
	c.args = append(make([]Value, 0, m.max), args.Pos...)[:m.max]
	for _, kw := range args.Kw {
		i := 0
		for i < len(m.names) && m.names[i] != kw.Name {
			i++
		}
		if i == len(m.names) {
			return Raise("TypeError", "'%s' is an invalid keyword argument for %s()", kw.Name, c.name)
		}
		if i < len(args.Pos) {
			return Raise("TypeError", "argument for %s() given by name ('%s') and position (%d)", c.name, kw.Name, i+1)
		}
		c.args[i] = kw.Value
	}
	return nil
}

// arg is an argument, or missing when it was left out.
func (c *call) arg(i int, missing Value) Value {
	if i >= len(c.args) || c.args[i] == nil {
		return missing
	}
	return c.args[i]
}

// integer is an argument that must be an int of 64 bits.
func (c *call) integer(i int, missing int64) (int64, error) {
	v := c.arg(i, Int(missing))
	if n, ok := Int64Of(v); ok {
		return n, nil
	}
	if _, ok := v.(*BigInt); ok {
		return 0, Raise("OverflowError", "Python int too large to convert to C ssize_t")
	}
	return 0, Raise("TypeError", "'%s' object cannot be interpreted as an integer", v.TypeName())
}

// cint is an argument that must be an int of 32 bits.
func (c *call) cint(i int, missing int64) (int64, error) {
	n, err := c.integer(i, missing)
	if n > 1<<31-1 || n < -1<<31 || IsRaised(err, "OverflowError") {
		return 0, Raise("OverflowError", "Python int too large to convert to C int")
	}
	return n, err
}

// argType is what the type of a wrong argument is called in messages.
func argType(v Value) string {
	if v == (None{}) {
		return "None"
	}
	return v.TypeName()
}

// span is the optional start and end arguments from i on, as bounds within n.
func (c *call) span(i int, n int64) (lo, hi int64, err error) {
	s := Slice{Start: c.arg(i, None{}), Stop: c.arg(i+1, None{}), Step: None{}}
	if lo, err = slicePart(s.Start, 0, [3]int64{n, 0, maxIndex}); err != nil {
		return 0, 0, err
	}
	hi, err = slicePart(s.Stop, n, [3]int64{n, 0, n})
	return lo, hi, err
}
