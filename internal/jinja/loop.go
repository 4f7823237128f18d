package jinja

import (
	"fmt"

	"github.com/mlops-as-code/mlops/internal/pyvalue"
)

// loopContext is the variable loop, and the iterator of the loop it is of.
type loopContext struct {
	ctx     *Context
	sized   pyvalue.Value // what is looped over, nil when it has no length
	it      pyvalue.Iterator
	recurse recurseFn
	depth0  int
	index0  int
	length  int           // -1 until it is known
	after   pyvalue.Value // peeked, or nil
	current pyvalue.Value
	before  pyvalue.Value
	last    pyvalue.Value // what changed was called with
}

func (*loopContext) TypeName() string { return "LoopContext" }
func (*loopContext) module() string   { return "jinja2.runtime" }

// Next is the next item.
func (l *loopContext) Next() (pyvalue.Value, bool, error) {
	v := l.after
	l.after = nil
	if v == nil {
		var ok bool
		var err error
		if v, ok, err = l.it.Next(); err != nil || !ok {
			return nil, false, err
		}
	}
	l.index0++
	l.before, l.current = l.current, v
	return v, true, nil
}

func (l *loopContext) peek() (pyvalue.Value, error) {
	if l.after == nil {
		v, ok, err := l.it.Next()
		if err != nil {
			return nil, err
		}
		if ok {
			l.after = v
		}
	}
	return l.after, nil
}

// Len is the number of items; what has no length is read to its end.
func (l *loopContext) Len(b *pyvalue.Budget) (int, error) {
	if l.length >= 0 {
		return l.length, nil
	}
	if l.sized != nil {
		n, err := pyvalue.Len(b, l.sized)
		if err == nil {
			l.length = n
			return n, nil
		}
		if !pyvalue.IsRaised(err, "TypeError") {
			return 0, err
		}
	}
	var rest []pyvalue.Value
	for {
		v, ok, err := l.it.Next()
		if err != nil {
			return 0, err
		}
		if !ok {
			break
		}
		if err := b.Step(1); err != nil {
			return 0, err
		}
		rest = append(rest, v)
	}
	l.it = pyvalue.SliceIterator(rest)
	l.length = len(rest) + l.index0 + 1
	if l.after != nil {
		l.length++
	}
	return l.length, nil
}

// Attr answers the attributes and methods of loop.
func (l *loopContext) Attr(b *pyvalue.Budget, name string) (pyvalue.Value, bool, error) {
	switch name {
	case "index":
		return pyvalue.Int(l.index0 + 1), true, nil
	case "index0":
		return pyvalue.Int(l.index0), true, nil
	case "first":
		return pyvalue.Bool(l.index0 == 0), true, nil
	case "depth":
		return pyvalue.Int(l.depth0 + 1), true, nil
	case "depth0":
		return pyvalue.Int(l.depth0), true, nil
	case "cycle":
		return pyvalue.NewFunction("cycle", l.cycle), true, nil
	case "changed":
		return pyvalue.NewFunction("changed", l.changed), true, nil
	case "length", "revindex", "revindex0":
		n, err := l.Len(b)
		if err != nil {
			return nil, false, err
		}
		switch name {
		case "revindex":
			n -= l.index0
		case "revindex0":
			n -= l.index0 + 1
		}
		return pyvalue.Int(n), true, nil
	}
	return l.neighbour(name)
}

// neighbour answers what asks for the items around the current one.
func (l *loopContext) neighbour(name string) (pyvalue.Value, bool, error) {
	switch name {
	case "last":
		v, err := l.peek()
		return pyvalue.Bool(v == nil), true, err
	case "nextitem":
		v, err := l.peek()
		if v == nil {
			v = l.ctx.newUndefined(undefined{hint: "there is no next item"})
		}
		return v, true, err
	case "previtem":
		if l.index0 == 0 {
			return l.ctx.newUndefined(undefined{hint: "there is no previous item"}), true, nil
		}
		return l.before, true, nil
	}
	return nil, false, nil
}

func (l *loopContext) cycle(_ *pyvalue.Budget, args pyvalue.Args) (pyvalue.Value, error) {
	if len(args.Kw) > 0 {
		return nil, typeError("LoopContext.cycle() got an unexpected keyword argument %s", repr(args.Kw[0].Name))
	}
	if len(args.Pos) == 0 {
		return nil, typeError("no items for cycling given")
	}
	return args.Pos[l.index0%len(args.Pos)], nil
}

func (l *loopContext) changed(b *pyvalue.Budget, args pyvalue.Args) (pyvalue.Value, error) {
	if len(args.Kw) > 0 {
		return nil, typeError("LoopContext.changed() got an unexpected keyword argument %s", repr(args.Kw[0].Name))
	}
	value := pyvalue.NewTuple(args.Pos...)
	if l.last != nil {
		same, err := pyvalue.Equal(b, l.last, value)
		if err != nil || same {
			return pyvalue.Bool(false), err
		}
	}
	l.last = value
	return pyvalue.Bool(true), nil
}

// Call renders a recursive loop again.
func (l *loopContext) Call(_ *pyvalue.Budget, args pyvalue.Args) (pyvalue.Value, error) {
	v, err := bind("LoopContext.__call__", []param{{name: "self", hidden: true}, {name: "iterable"}}, args)
	if err != nil {
		return nil, err
	}
	if l.recurse == nil {
		return nil, typeError("The loop must have the 'recursive' marker to be called recursively.")
	}
	return l.recurse(v[0])
}

type loopIter struct{ l *loopContext }

func (i loopIter) Next() (pyvalue.Value, bool, error) {
	v, ok, err := i.l.Next()
	if err != nil || !ok {
		return nil, false, err
	}
	return pyvalue.NewTuple(v, i.l), true, nil
}

// Iterate yields the remaining items, each with the loop.
func (l *loopContext) Iterate(*pyvalue.Budget) (pyvalue.Iterator, error) { return loopIter{l}, nil }

// Repr tells how far the loop is.
func (l *loopContext) Repr(b *pyvalue.Budget) (string, error) {
	n, err := l.Len(b)
	return fmt.Sprintf("<LoopContext %d/%d>", l.index0+1, n), err
}
