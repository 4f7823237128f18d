package adopt

import (
	"bytes"
	"errors"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/internal/keys"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/zclconf/go-cty/cty"
)

// part looks at one region or one set of keys.
func (r *run) part(part *planner.Part, named bool) {
	p, d, o := string(part.Path), r.Disk[string(part.Path)], r.locked[part.Address]
	f := r.files[part.Address]
	switch {
	case f == nil || d == nil || planner.Satisfied([]planner.Part{*part}, d.Content) && d.Type == "file":
	case o == nil:
		if named {
			r.refuse(p, "%s was never applied, so what is there is no edit of it", part.Address)
		}
	case d.Type == "":
		r.refuse(p, "was deleted, and a deletion is not adopted; remove the block of %s at %s instead", part.Address, at(part.Range))
	case d.Type != "file":
		r.refuse(p, "is no regular file any more (%s), and only those are adopted", d.Type)
	case part.Block != nil:
		r.region(part, d.Content)
	default:
		r.keys(part, d.Content)
	}
}

// region adopts the body of a file_block.
func (r *run) region(part *planner.Part, content []byte) {
	p, f, o := string(part.Path), r.files[part.Address], r.locked[part.Address]
	found, err := find(content, part.Address)
	switch {
	case err != nil:
		r.refuse(p, "%s", err)
		return
	case found == nil:
		r.refuse(p, "has no region of %s any more, and a deletion is not adopted; remove its block at %s instead", part.Address, at(part.Range))
		return
	}
	body := block.Normal(found.Body)
	switch have := planner.Digest(body); {
	case have == part.Rendered || have == o.Rendered: // only the spec has something new
		return
	case r.pending(o, part.Rendered, ""):
		r.refuse(p, "%s", bothChanged)
		return
	}
	b, ok := r.block(f)
	if !ok {
		return
	}
	if !strings.HasSuffix(f.Content, "\n") && bytes.Count(body, []byte("\n")) == 1 {
		body = bytes.TrimSuffix(body, []byte("\n"))
	}
	text, err := literal(body)
	if err != nil {
		r.refuse(p, "the region of %s %s", part.Address, err)
		return
	}
	r.edits = append(r.edits, &edit{block: b, attr: "content", value: cty.StringVal(text), done: Done{
		Path: p, Address: part.Address, What: "content of " + part.Address,
	}})
}

// find returns the region of an address; nil is none.
func find(content []byte, address string) (*block.Region, error) {
	all, err := block.Find(content)
	for i := range all {
		if all[i].Address == address {
			return &all[i], nil
		}
	}
	return nil, err
}

// keys adopts the values of a file_keys that somebody changed.
func (r *run) keys(part *planner.Part, content []byte) {
	p, f := string(part.Path), r.files[part.Address]
	b, ok := r.block(f)
	if !ok {
		return
	}
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.Address != part.Address {
			continue
		}
		if c.Actions[0] == "conflict" {
			r.refuse(p, "%s", c.Message)
			return
		}
		for _, k := range c.Keys {
			if k.Drift {
				r.key(b, k, keyed{part, content})
			}
		}
	}
}

// keyed is the file that a key is read from.
type keyed struct {
	part    *planner.Part
	content []byte
}

func (r *run) key(b *place, k planner.KeyChange, in keyed) {
	p, address := string(in.part.Path), in.part.Address
	where := written(b.file.Keys, k.Key)
	switch {
	case k.Op == "append":
		r.refuse(p, "the list %s lacks what `append` of %s asks for at %s; take it out there", k.Key, address, at(in.part.Range))
		return
	case k.Op != "set" || where == nil:
		r.refuse(p, "the key %s is there again, which `unset` of %s at %s does not want; take it out there", k.Key, address, at(in.part.Range))
		return
	case k.Before == "":
		r.refuse(p, "the key %s was deleted, and a deletion is not adopted; take it out of %s at %s instead", k.Key, address, b.key(where.Key))
		return
	}
	value, err := read(in, where.Key)
	if err != nil {
		r.refuse(p, "the key %s %s; change it at %s", k.Key, err, b.key(where.Key))
		return
	}
	r.edits = append(r.edits, &edit{block: b, attr: "set", key: where.Key, value: value, done: Done{
		Path: p, Address: address, What: k.Key + " of " + address,
	}})
}

// written is how a key is spelled in the spec, and where.
func written(k *hclspec.Keys, key string) *hclspec.KeyValue {
	for i := range k.Set {
		if parsed, err := keys.ParseKey(k.Set[i].Key); err == nil && parsed.String() == key {
			return &k.Set[i]
		}
	}
	return nil
}

// read is the value on disk as a value of the language.
func read(in keyed, name string) (cty.Value, error) {
	key, err := keys.ParseKey(name)
	if err != nil {
		return cty.NilVal, err
	}
	v, _, err := keys.Read(in.content, in.part.Format, key)
	if err != nil {
		return cty.NilVal, err
	}
	return constant(v)
}

// constant turns a value of a file into one that HCL can write.
func constant(v any) (cty.Value, error) {
	switch t := v.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType), nil
	case bool:
		return cty.BoolVal(t), nil
	case string:
		if cty.NormalizeString(t) != t {
			return cty.NilVal, errors.New("has a character in decomposed form, which HCL would change")
		}
		return cty.StringVal(t), nil
	case keys.Number:
		n, err := cty.ParseNumberVal(string(t))
		if err != nil {
			return n, errors.New("holds a number that HCL does not have")
		}
		return n, nil
	case keys.Map:
		return object(t)
	case []any:
		elems := make([]cty.Value, len(t))
		for i := range t {
			var err error
			if elems[i], err = constant(t[i]); err != nil {
				return cty.NilVal, err
			}
		}
		return cty.TupleVal(elems), nil
	default:
		return cty.NilVal, errors.New("holds a date, or a value with a tag, which HCL does not have")
	}
}

func object(m keys.Map) (cty.Value, error) {
	attrs := make(map[string]cty.Value, len(m))
	for _, pair := range m {
		if cty.NormalizeString(pair.Key) != pair.Key {
			return cty.NilVal, errors.New("has a character in decomposed form, which HCL would change")
		}
		v, err := constant(pair.Value)
		if err != nil {
			return v, err
		}
		attrs[pair.Key] = v
	}
	return cty.ObjectVal(attrs), nil
}
