package pyvalue

// dictMethod is the table of dict's methods.
func dictMethod(name string) (method, bool) {
	switch name {
	case "clear":
		return none(func(c *call) (Value, error) {
			c.dict().clear()
			return None{}, nil
		})
	case "copy":
		return none(func(c *call) (Value, error) {
			if err := spend(c.b, 4*c.dict().Len()); err != nil {
				return nil, err
			}
			return c.dict().Copy(), nil
		})
	case "fromkeys":
		return plain(1, 2, dictFromKeys)
	case "get":
		return plain(1, 2, dictGet)
	case "items":
		return none(func(c *call) (Value, error) { return &DictView{dict: c.dict(), kind: viewItems}, nil })
	case "keys":
		return none(func(c *call) (Value, error) { return &DictView{dict: c.dict(), kind: viewKeys}, nil })
	case "values":
		return none(func(c *call) (Value, error) { return &DictView{dict: c.dict(), kind: viewValues}, nil })
	case "pop":
		return plain(1, 2, dictPop)
	case "popitem":
		return none(dictPopItem)
	case "setdefault":
		return plain(1, 2, dictSetDefault)
	case "update":
		return method{sig: sigAny, run: func(c *call) (Value, error) {
			return None{}, updateDict(c.b, c.dict(), c.raw, "update")
		}}, true
	}
	return method{}, false
}

func (c *call) dict() *Dict { return c.self.(*Dict) }

// put is Set that pays for a new key.
func (d *Dict) put(b *Budget, key, value Value) error {
	if err := spend(b, 4); err != nil {
		return err
	}
	return d.Set(b, key, value)
}

func dictGet(c *call) (Value, error) {
	v, ok, err := c.dict().Get(c.b, c.args[0])
	if err == nil && !ok {
		v = c.arg(1, None{})
	}
	return v, err
}

func dictPop(c *call) (Value, error) {
	if c.dict().Len() > 0 { // an empty one does not hash the key
		v, ok, err := c.dict().Delete(c.b, c.args[0])
		if err != nil || ok {
			return v, err
		}
	}
	if c.args[1] != nil {
		return c.args[1], nil
	}
	return nil, keyError(c.b, c.args[0])
}

func dictPopItem(c *call) (Value, error) {
	d := c.dict()
	for i := len(d.entries) - 1; i >= 0; i-- {
		if e := d.entries[i]; !e.dead {
			d.kill(i)
			d.entries = d.entries[:min(i, len(d.entries))]
			return NewTuple(e.key, e.value), nil
		}
	}
	return nil, Raise("KeyError", "'popitem(): dictionary is empty'")
}

func dictSetDefault(c *call) (Value, error) {
	v, ok, err := c.dict().Get(c.b, c.args[0])
	if err != nil || ok {
		return v, err
	}
	v = c.arg(1, None{})
	return v, c.dict().put(c.b, c.args[0], v)
}

func dictFromKeys(c *call) (Value, error) {
	it, err := Iterate(c.b, c.args[0])
	if err != nil {
		return nil, err
	}
	d := NewDict()
	for {
		k, ok, err := it.Next()
		if err != nil || !ok {
			return d, err
		}
		if err := d.put(c.b, k, c.arg(1, None{})); err != nil {
			return nil, err
		}
	}
}

// NewDictFrom is dict(...): of a dict or an iterable of pairs, then of keywords.
func NewDictFrom(b *Budget, args Args) (*Dict, error) {
	d := NewDict()
	return d, updateDict(b.orDefault(), d, args, "dict")
}

func updateDict(b *Budget, d *Dict, args Args, name string) error {
	if len(args.Pos) > 1 {
		return Raise("TypeError", "%s expected at most 1 argument, got %d", name, len(args.Pos))
	}
	if len(args.Pos) == 1 {
		if err := mergeInto(b, d, args.Pos[0]); err != nil {
			return err
		}
	}
	for _, kw := range args.Kw {
		if err := d.put(b, String(kw.Name), kw.Value); err != nil {
			return err
		}
	}
	return nil
}

func mergeInto(b *Budget, d *Dict, from Value) error {
	if from, ok := from.(*Dict); ok {
		if from == d {
			return nil
		}
		if err := spend(b, 4*from.Len()); err != nil {
			return err
		}
		for _, e := range from.entries {
			if !e.dead {
				d.set(e.hash, e.key, e.value)
			}
		}
		return nil
	}
	it, err := Iterate(b, from)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		e, ok, err := it.Next()
		if err != nil || !ok {
			return err
		}
		pair, err := Elements(b, e)
		if IsRaised(err, "TypeError") {
			return Raise("TypeError", "cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		if err != nil {
			return err
		}
		if len(pair) != 2 {
			return Raise("ValueError", "dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		if err := d.put(b, pair[0], pair[1]); err != nil {
			return err
		}
	}
}
