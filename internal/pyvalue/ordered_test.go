package pyvalue

import "testing"

// The texts are those of CPython 3.13.
func TestOrderedDict(t *testing.T) {
	t.Parallel()
	d := NewOrderedDict()
	check := func(v Value, want string) {
		t.Helper()
		if got, err := Repr(nil, v); err != nil || got != want {
			t.Errorf("%s, %v, want %s", got, err, want)
		}
	}
	check(d, "OrderedDict()")
	d.SetStr("a", Int(1))
	d.SetStr("b", NewDict())
	check(d, "OrderedDict({'a': 1, 'b': {}})")
	check(d.Copy(), "OrderedDict({'a': 1, 'b': {}})")
	for method, want := range map[string]string{
		"keys": "odict_keys(['a', 'b'])", "values": "odict_values([1, {}])", "items": "odict_items([('a', 1), ('b', {})])",
	} {
		f, _, err := Attr(nil, d, method)
		if err != nil {
			t.Fatal(err)
		}
		v, err := Call(nil, f, Args{})
		if err != nil {
			t.Fatal(err)
		}
		check(v, want)
	}
	if _, err := HashKey(nil, d); err == nil || err.Error() != "TypeError: unhashable type: 'collections.OrderedDict'" {
		t.Error(err)
	}
	d.clear()
	check(d, "OrderedDict()")
}
