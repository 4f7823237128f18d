package jinja

import (
	"errors"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// undefined is a value that is not there. Its message is made when it is
// needed.
type undefined struct {
	hint  string
	obj   pyvalue.Value // whose attribute or item it is; nil for a variable
	name  pyvalue.Value
	class string // of the error; empty is UndefinedError
	kind  UndefinedKind
}

// IsUndefined says whether v is an undefined value of a template.
func IsUndefined(v pyvalue.Value) bool {
	_, ok := v.(*undefined)
	return ok
}

// newUndefined is an undefined of the environment's kind.
func (c *Context) newUndefined(u undefined) pyvalue.Value {
	u.kind = c.run.env.opts.Undefined
	return &u
}

func (u *undefined) TypeName() string {
	return [...]string{"Undefined", "StrictUndefined", "ChainableUndefined", "DebugUndefined"}[u.kind]
}

func (*undefined) module() string { return "jinja2.runtime" }

// fail is the error of using it.
func (u *undefined) fail() error {
	class := u.class
	if class == "" {
		class = classUndefined
	}
	return raise(class, "%s", u.message())
}

// strictly is the error when the kind is strict.
func (u *undefined) strictly() error {
	if u.kind == Strict {
		return u.fail()
	}
	return nil
}

func (u *undefined) message() string {
	if u.hint != "" {
		return u.hint
	}
	name := nameRepr(u.name)
	if u.obj == nil {
		return name + " is undefined"
	}
	if _, ok := pyvalue.TextOf(u.name); !ok {
		return typeRepr(u.obj) + " has no element " + name
	}
	return repr(typeRepr(u.obj)) + " has no attribute " + name
}

func nameRepr(v pyvalue.Value) string {
	s, err := pyvalue.Repr(nil, v)
	if err != nil {
		return v.TypeName()
	}
	return s
}

// typeRepr is Jinja's object_type_repr.
func typeRepr(v pyvalue.Value) string {
	switch v := v.(type) {
	case pyvalue.None:
		return "None"
	case pyvalue.Markup:
		return "markupsafe.Markup object"
	case interface{ module() string }:
		return v.module() + "." + v.(pyvalue.Value).TypeName() + " object"
	}
	return v.TypeName() + " object"
}

// Attr fails, but for what Python itself asks every object.
func (u *undefined) Attr(_ *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	if len(name) >= 4 && name[:2] == "__" && name[len(name)-2:] == "__" {
		return nil, false, nil
	}
	if u.kind == Chainable {
		return u, true, nil
	}
	return nil, false, u.fail()
}

// Index fails, or is itself.
func (u *undefined) Index(*pyvalue.Budget, pyvalue.Value) (pyvalue.Value, error) {
	if u.kind == Chainable {
		return u, nil
	}
	return nil, u.fail()
}

// Call fails.
func (u *undefined) Call(*pyvalue.Budget, pyvalue.Args) (pyvalue.Value, error) { return nil, u.fail() }

// Iterate yields nothing.
func (u *undefined) Iterate(*pyvalue.Budget) (pyvalue.Iterator, error) {
	return pyvalue.SliceIterator(nil), u.strictly()
}

// Len is 0.
func (u *undefined) Len(*pyvalue.Budget) (int, error) { return 0, u.strictly() }

// Truth is false.
func (u *undefined) Truth(*pyvalue.Budget) (bool, error) { return false, u.strictly() }

// Str is empty, or says what is missing.
func (u *undefined) Str(*pyvalue.Budget) (string, error) {
	if u.kind != Debug {
		return "", u.strictly()
	}
	switch {
	case u.hint != "":
		return "{{ undefined value printed: " + u.hint + " }}", nil
	case u.obj == nil:
		name, _ := pyvalue.TextOf(u.name)
		return "{{ " + name + " }}", nil
	}
	return "{{ no such element: " + typeRepr(u.obj) + "[" + nameRepr(u.name) + "] }}", nil
}

func (u *undefined) html() (string, error) { return u.Str(nil) }

// Repr is Undefined.
func (*undefined) Repr(*pyvalue.Budget) (string, error) { return "Undefined", nil }

// Equal is true for undefined values of one kind.
func (u *undefined) Equal(_ *pyvalue.Budget, other pyvalue.Value) (equal, known bool, err error) {
	if err := u.strictly(); err != nil {
		return false, true, err
	}
	o, ok := other.(*undefined)
	return ok && o.kind == u.kind, true, nil
}

// HashKey is one for all of a kind.
func (u *undefined) HashKey(*pyvalue.Budget) (any, error) {
	return undefined{kind: u.kind}, u.strictly()
}

// Contains is false.
func (u *undefined) Contains(*pyvalue.Budget, pyvalue.Value) (bool, error) {
	return false, u.strictly()
}

// Operate fails, but as the right side of a text's %, which str answers.
func (u *undefined) Operate(b *pyvalue.Budget, op pyvalue.Op, x, _ pyvalue.Value) (pyvalue.Value, bool, error) {
	if _, ok := pyvalue.TextOf(x); !ok || op != pyvalue.OpMod {
		return nil, true, u.fail()
	}
	v, err := pyvalue.Binary(b, op, x, pyvalue.NewTuple(u))
	var py *pyvalue.Error
	if errors.As(err, &py) {
		switch py.Message {
		case "not all arguments converted during string formatting":
			// Anything with items counts as a mapping, of which nothing need
			// be used.
			v, err = pyvalue.Binary(b, op, x, pyvalue.NewDict())
		case "format requires a mapping":
			return nil, true, u.fail()
		}
	}
	return v, true, err
}

// OperateUnary fails.
func (u *undefined) OperateUnary(*pyvalue.Budget, pyvalue.Op) (pyvalue.Value, bool, error) {
	return nil, true, u.fail()
}
