package jinja

import (
	"math/rand/v2"
	"strings"
	"unicode"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

func builtinGlobals() map[string]pyvalue.Value {
	return map[string]pyvalue.Value{
		"range":     class("range", makeRange),
		"dict":      class("dict", makeDict),
		"lipsum":    &goFunction{"generate_lorem_ipsum", bound("generate_lorem_ipsum(n=, html=, min=, max=)", lipsum)},
		"cycler":    class("jinja2.utils.Cycler", makeCycler),
		"joiner":    class("jinja2.utils.Joiner", bound("Joiner.__init__(self, sep=)", makeJoiner)),
		"namespace": class("jinja2.utils.Namespace", makeNamespace),
	}
}

// pyClass is a class, which is called to make an object.
type pyClass struct{ goFunction }

func class(name string, make Function) *pyClass { return &pyClass{goFunction{name, make}} }

func (*pyClass) TypeName() string { return "type" }

// Repr names the class.
func (c *pyClass) Repr(*pyvalue.Budget) (string, error) { return "<class " + repr(c.name) + ">", nil }

func makeRange(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
	if len(args.Kw) > 0 {
		return nil, typeError("range() takes no keyword arguments")
	}
	if n := len(args.Pos); n == 0 {
		return nil, typeError("range expected at least 1 argument, got 0")
	} else if n > 3 {
		return nil, typeError("range expected at most 3 arguments, got %d", n)
	}
	var n [3]int64
	for i, v := range args.Pos {
		if u, ok := v.(*undefined); ok {
			return nil, typeError("'%s' object cannot be interpreted as an integer", u.TypeName())
		}
		x, err := intArg(v, 0)
		if err != nil {
			return nil, err
		}
		n[i] = int64(x)
	}
	switch len(args.Pos) {
	case 1:
		return pyvalue.Range{Stop: n[0], Step: 1}, nil
	case 2:
		return pyvalue.Range{Start: n[0], Stop: n[1], Step: 1}, nil
	}
	if n[2] == 0 {
		return nil, pyvalue.Raise("ValueError", "range() arg 3 must not be zero")
	}
	return pyvalue.Range{Start: n[0], Stop: n[1], Step: n[2]}, nil
}

// makeDict is dict(...).
func makeDict(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
	d := pyvalue.NewDict()
	if len(args.Pos) > 1 {
		return nil, typeError("dict expected at most 1 argument, got %d", len(args.Pos))
	}
	if len(args.Pos) == 1 {
		if _, err := c.method(d, "update", args.Pos[0]); err != nil {
			return nil, err
		}
	}
	for _, kw := range args.Kw {
		d.SetStr(kw.Name, kw.Value)
	}
	return d, nil
}

// cycler is Jinja's cycler.
type cycler struct {
	items []pyvalue.Value
	at    int
}

func makeCycler(_ *Context, args pyvalue.Args) (pyvalue.Value, error) {
	if len(args.Kw) > 0 {
		return nil, typeError("Cycler.__init__() got an unexpected keyword argument %s", repr(args.Kw[0].Name))
	}
	if len(args.Pos) == 0 {
		return nil, pyvalue.Raise("RuntimeError", "at least one item has to be provided")
	}
	return &cycler{items: args.Pos}, nil
}

func (*cycler) TypeName() string { return "Cycler" }
func (*cycler) module() string   { return "jinja2.utils" }

// Attr answers what a cycler has.
func (c *cycler) Attr(_ *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	switch name {
	case "current":
		return c.items[c.at], true, nil
	case "next":
		return pyvalue.NewFunction(name, func(*pyvalue.Budget, pyvalue.Args) (pyvalue.Value, error) {
			v := c.items[c.at]
			c.at = (c.at + 1) % len(c.items)
			return v, nil
		}), true, nil
	case "reset":
		return pyvalue.NewFunction(name, func(*pyvalue.Budget, pyvalue.Args) (pyvalue.Value, error) {
			c.at = 0
			return pyvalue.None{}, nil
		}), true, nil
	case "items":
		return pyvalue.NewTuple(c.items...), true, nil
	case "pos":
		return pyvalue.Int(c.at), true, nil
	}
	return nil, false, nil
}

// joiner is Jinja's joiner.
type joiner struct {
	sep  pyvalue.Value
	used bool
}

func makeJoiner(_ *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if a[0] == nil {
		a[0] = pyvalue.String(", ")
	}
	return &joiner{sep: a[0]}, nil
}

func (*joiner) TypeName() string { return "Joiner" }
func (*joiner) module() string   { return "jinja2.utils" }

// Call is empty at first and then the separator.
func (j *joiner) Call(_ *pyvalue.Budget, args pyvalue.Args) (pyvalue.Value, error) {
	if _, err := bind("Joiner.__call__", []param{{name: "self", hidden: true}}, args); err != nil {
		return nil, err
	}
	if !j.used {
		j.used = true
		return pyvalue.String(""), nil
	}
	return j.sep, nil
}

// Attr answers what a joiner has.
func (j *joiner) Attr(_ *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	switch name {
	case "sep":
		return j.sep, true, nil
	case "used":
		return pyvalue.Bool(j.used), true, nil
	}
	return nil, false, nil
}

// namespace is Jinja's namespace.
type namespace struct{ attrs *pyvalue.Dict }

func makeNamespace(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
	v, err := makeDict(c, args)
	if err != nil {
		return nil, err
	}
	return &namespace{v.(*pyvalue.Dict)}, nil
}

func (*namespace) TypeName() string { return "Namespace" }
func (*namespace) module() string   { return "jinja2.utils" }

// Attr is an attribute that was set.
func (n *namespace) Attr(_ *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	v, ok := n.attrs.GetStr(name)
	return v, ok, nil
}

// Repr is as Jinja's.
func (n *namespace) Repr(b *pyvalue.Budget) (string, error) {
	s, err := pyvalue.Repr(b, n.attrs)
	return "<Namespace " + s + ">", err
}

// loremIpsum are words of the old printers' text.
const loremIpsum = "a ac accumsan ad adipiscing aenean aliquam aliquet amet ante aptent arcu at auctor augue bibendum blandit class commodo condimentum congue consectetuer consequat conubia convallis cras cubilia cum curabitur curae cursus dapibus diam dictum dictumst dignissim dis dolor donec dui duis egestas eget eleifend elementum elit enim erat eros est et etiam eu euismod facilisi facilisis fames faucibus felis fermentum feugiat fringilla fusce gravida habitant habitasse hac hendrerit hymenaeos iaculis id imperdiet in inceptos integer interdum ipsum justo lacinia lacus laoreet lectus leo libero ligula litora lobortis lorem luctus maecenas magna magnis malesuada massa mattis mauris metus mi molestie mollis montes morbi mus nam nascetur natoque nec neque netus nibh nisi nisl non nonummy nostra nulla nullam nunc odio orci ornare parturient pede pellentesque penatibus per pharetra phasellus placerat platea porta porttitor posuere potenti praesent pretium primis proin pulvinar purus quam quis quisque rhoncus ridiculus risus rutrum sagittis sapien scelerisque sed sem semper senectus sit sociis sociosqu sodales sollicitudin suscipit suspendisse taciti tellus tempor tempus tincidunt torquent tortor tristique turpis ullamcorper ultrices ultricies urna ut varius vehicula vel velit venenatis vestibulum vitae vivamus viverra volutpat vulputate"

func lipsum(c *Context, a []pyvalue.Value) (pyvalue.Value, error) {
	if c.run.random == nil {
		return nil, raise(classRuntime, "lipsum needs random numbers, which this render has none of")
	}
	var n [3]int
	for i, p := range [...]struct{ arg, def int }{{0, 5}, {2, 20}, {3, 100}} {
		v, err := intArg(a[p.arg], p.def)
		if err != nil {
			return nil, err
		}
		n[i] = v
	}
	if n[1] >= n[2] || n[1] < 0 {
		return nil, pyvalue.Raise("ValueError", "empty range for randrange() (%d, %d, %d)", n[1], n[2], n[2]-n[1])
	}
	html := a[1] == nil
	if !html {
		yes, err := c.boolArg(a[1])
		if err != nil {
			return nil, err
		}
		html = yes
	}
	var out []string
	for range n[0] {
		size := n[1] + c.run.random.IntN(n[2]-n[1])
		if err := c.run.budget.Step(size + 1); err != nil {
			return nil, err
		}
		out = append(out, paragraph(c.run.random, size))
	}
	if !html {
		return pyvalue.String(strings.Join(out, "\n\n")), nil
	}
	for i, p := range out {
		out[i] = "<p>" + p + "</p>"
	}
	return pyvalue.Markup(strings.Join(out, "\n")), nil
}

// paragraph is so many words with commas and full stops.
func paragraph(r *rand.Rand, size int) string {
	all := strings.Fields(loremIpsum)
	var words []string
	capital, comma, stop, last := true, 0, 0, ""
	for i := range size {
		word := last
		for word == last {
			word = all[r.IntN(len(all))]
		}
		last = word
		if capital {
			word = string(unicode.ToUpper(rune(word[0]))) + word[1:]
			capital = false
		}
		if i-(3+r.IntN(5)) > comma {
			comma, stop = i, stop+2
			word += ","
		}
		if i-(10+r.IntN(10)) > stop {
			comma, stop, capital = i, i, true
			word += "."
		}
		words = append(words, word)
	}
	text := strings.TrimSuffix(strings.Join(words, " "), ",")
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}

// gettextAlias is _, which is gettext of the context.
func gettextAlias(c *Context, args pyvalue.Args) (pyvalue.Value, error) {
	f := c.resolve("gettext")
	if f == nil {
		f = c.newUndefined(undefined{name: pyvalue.String("gettext")})
	}
	return c.call(f, args)
}
