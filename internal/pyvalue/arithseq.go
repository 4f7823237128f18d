package pyvalue

import (
	"strings"
	"unicode/utf8"
)

// Concat is what Jinja's ~ makes without autoescape: the texts of xs joined.
func Concat(b *Budget, xs ...Value) (Value, error) {
	b = b.orDefault()
	var sb strings.Builder
	for _, x := range xs {
		s, err := Str(b, x)
		if err != nil {
			return nil, err
		}
		if err := growBy(b, &sb, s); err != nil {
			return nil, err
		}
	}
	return String(sb.String()), nil
}

// growBy appends s within the limits.
func growBy(b *Budget, sb *strings.Builder, s string) error {
	if sb.Len()+len(s) > MaxSize {
		return &LimitError{What: "bytes in one value", Limit: MaxSize}
	}
	if err := b.Alloc(int64(len(s))); err != nil {
		return err
	}
	sb.WriteString(s)
	return nil
}

// sequenceArith is + and * of sequences and % of str.
func sequenceArith(b *Budget, op Op, x, y Value) (Value, bool, error) {
	switch op {
	case OpAdd:
		return addSequences(b, x, y)
	case OpMul:
		_, isMarkup := y.(Markup) // its __rmul__ goes first
		if isSequence(x) && !isMarkup {
			v, err := repeat(b, x, y)
			return v, true, err
		}
		if isSequence(y) {
			v, err := repeat(b, y, x)
			return v, true, err
		}
	case OpMod:
		switch x := x.(type) {
		case String:
			s, err := percentFormat(b, string(x), y)
			return String(s), true, err
		case Markup:
			v, err := markupPercent(b, x, y)
			return v, true, err
		}
	}
	return nil, false, nil
}

func isSequence(v Value) bool {
	switch v.(type) {
	case String, Markup, Bytes, *List, *Tuple:
		return true
	}
	return false
}

func addSequences(b *Budget, x, y Value) (Value, bool, error) {
	if v, ok, err := addMarkup(b, x, y); ok || err != nil {
		return v, ok, err
	}
	switch x := x.(type) {
	case String:
		if y, ok := y.(String); ok {
			if err := b.Alloc(int64(len(x)) + int64(len(y))); err != nil {
				return nil, true, err
			}
			return x + y, true, nil
		}
		return nil, true, Raise("TypeError", "can only concatenate str (not \"%s\") to str", y.TypeName())
	case Bytes:
		if y, ok := y.(Bytes); ok {
			if err := b.Alloc(int64(len(x)) + int64(len(y))); err != nil {
				return nil, true, err
			}
			return x + y, true, nil
		}
		return nil, true, Raise("TypeError", "can't concat %s to bytes", y.TypeName())
	case *List:
		if y, ok := y.(*List); ok {
			elems, err := joinElems(b, x.Elems, y.Elems)
			return &List{Elems: elems}, true, err
		}
		return nil, true, Raise("TypeError", "can only concatenate list (not \"%s\") to list", y.TypeName())
	case *Tuple:
		if y, ok := y.(*Tuple); ok {
			elems, err := joinElems(b, x.Elems, y.Elems)
			return &Tuple{Elems: elems}, true, err
		}
		return nil, true, Raise("TypeError", "can only concatenate tuple (not \"%s\") to tuple", y.TypeName())
	}
	return nil, false, nil
}

func joinElems(b *Budget, x, y []Value) ([]Value, error) {
	if err := spend(b, len(x)+len(y)); err != nil {
		return nil, err
	}
	return append(append(make([]Value, 0, len(x)+len(y)), x...), y...), nil
}

// repeat is seq * count.
func repeat(b *Budget, seq, count Value) (Value, error) {
	n, ok := Int64Of(count)
	if !ok {
		if _, big := count.(*BigInt); big {
			return nil, Raise("OverflowError", "cannot fit 'int' into an index-sized integer")
		}
		if _, isMarkup := seq.(Markup); isMarkup {
			return nil, Raise("TypeError", "'%s' object cannot be interpreted as an integer", count.TypeName())
		}
		return nil, Raise("TypeError", "can't multiply sequence by non-int of type '%s'", count.TypeName())
	}
	n = max(n, 0)
	text, isText := TextOf(seq)
	if isText && n > maxIndex/int64(max(utf8.RuneCountInString(text), 1)) {
		return nil, Raise("OverflowError", "repeated string is too long")
	}
	switch seq := seq.(type) {
	case *List:
		elems, err := repeatElems(b, seq.Elems, n)
		return &List{Elems: elems}, err
	case *Tuple:
		elems, err := repeatElems(b, seq.Elems, n)
		return &Tuple{Elems: elems}, err
	case Bytes:
		if n > maxIndex/int64(max(len(seq), 1)) {
			return nil, Raise("OverflowError", "repeated bytes are too long")
		}
		s, err := repeatText(b, string(seq), n)
		return Bytes(s), err
	case Markup:
		s, err := repeatText(b, string(seq), n)
		return Markup(s), err
	}
	s, err := repeatText(b, text, n)
	return String(s), err
}

func repeatText(b *Budget, s string, n int64) (string, error) {
	if s == "" || n == 0 {
		return "", nil
	}
	if n > MaxSize {
		return "", b.Alloc(MaxSize + 1)
	}
	if err := b.Alloc(int64(len(s)) * n); err != nil {
		return "", err
	}
	return strings.Repeat(s, int(n)), nil
}

func repeatElems(b *Budget, elems []Value, n int64) ([]Value, error) {
	if len(elems) == 0 || n == 0 {
		return nil, nil
	}
	if n > MaxSize || int64(len(elems))*n > MaxSize/elemSize {
		return nil, b.Alloc(MaxSize + 1)
	}
	if err := spend(b, len(elems)*int(n)); err != nil {
		return nil, err
	}
	out := make([]Value, 0, len(elems)*int(n))
	for range n {
		out = append(out, elems...)
	}
	return out, nil
}
