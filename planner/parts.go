package planner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/block"
	"github.com/mlops-as-code/mlops/internal/keys"
	"github.com/mlops-as-code/mlops/internal/lockfile"
	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/zclconf/go-cty/cty"
)

// Part is a wanted piece of a file that is otherwise the user's: a marked region
// or some keys.
type Part struct {
	Path           safepath.Path
	Address, Kind  string
	PreventDestroy bool
	Block          *block.Want // of a file_block
	Format         keys.Format // of a file_keys, with its edits
	Edits          []keys.Edit
	// Rendered stands for what is wanted.
	Rendered string
	Inputs   []lockfile.Input
	Range    *Range
}

// part turns a part of the spec into what its file is edited with.
func (r *renderer) part(f *hclspec.File) Part {
	p := Part{
		Path: f.Path, Address: f.Address, Kind: f.Kind, PreventDestroy: f.PreventDestroy,
		Inputs: lockInputs(f.Inputs), Range: rangeOf(f.Range),
	}
	if f.Region != nil {
		p.Block = r.region(f)
		p.Rendered = Digest(block.Normal(p.Block.Body))
		return p
	}
	p.Format = r.format(f)
	p.Edits = r.edits(f, p.Format)
	all := sha256.New()
	for _, e := range p.Edits {
		fmt.Fprintf(all, "%d %q %s\n", e.Op, e.Key, keys.Canonical(append([]any{e.Value}, e.Elems...)))
	}
	p.Rendered = "sha256:" + hex.EncodeToString(all.Sum(nil))
	return p
}

// region is a file_block as the block package wants it.
func (r *renderer) region(f *hclspec.File) *block.Want {
	w := &block.Want{Address: f.Address, Body: []byte(f.Content), Position: block.Position{
		Place: map[string]block.Place{"start": block.Start, "end": block.End, "before": block.Before, "after": block.After}[f.Region.Position],
		Line:  f.Region.Line,
	}}
	prefix, suffix, _ := strings.Cut(f.Region.Comment, " ")
	w.Comment = block.Comment{Prefix: prefix, Suffix: suffix}
	if f.Region.Comment == "" {
		var ok bool
		if w.Comment, ok = block.CommentFor(string(f.Path)); !ok {
			r.fault(f.Range, "Unknown comment syntax", blame(fmt.Sprintf("It is not known how %s writes comments, which mark the region. Set `comment`, such as comment = \"#\".", f.Path), f.UsedBy()))
			return w
		}
	}
	if err := w.Check(); err != nil {
		r.fault(f.BodyRange, "Invalid region", blame(fmt.Sprintf("%s: %s.", f.Address, err), f.UsedBy()))
	}
	return w
}

func (r *renderer) format(f *hclspec.File) keys.Format {
	if known, ok := keys.FormatNamed(f.Keys.Format); ok {
		return known
	}
	known, ok := keys.FormatOf(string(f.Path))
	if !ok {
		r.fault(f.PathRange, "Unknown format", blame(fmt.Sprintf("The name %s does not say whether the file is JSON, YAML or TOML. Set `format`.", f.Path), f.UsedBy()))
	}
	return known
}

// edits are what the keys of an object ask for.
func (r *renderer) edits(f *hclspec.File, format keys.Format) []keys.Edit {
	var out []keys.Edit
	for _, asked := range []struct {
		op  keys.Op
		all []hclspec.KeyValue
	}{{keys.Set, f.Keys.Set}, {keys.Append, f.Keys.Append}, {keys.Unset, f.Keys.Unset}} {
		for _, kv := range asked.all {
			key, err := keys.ParseKey(kv.Key)
			if err != nil {
				r.fault(kv.Range, "Invalid key", blame(fmt.Sprintf("%q is no key: %s.", kv.Key, err), f.UsedBy()))
				continue
			}
			e := keys.Edit{Op: asked.op, Key: key}
			switch asked.op {
			case keys.Set:
				e.Value = plain(kv.Value)
			case keys.Append:
				e.Elems, _ = plain(kv.Value).([]any)
			}
			if err := e.Check(format); format != 0 && err != nil {
				r.fault(kv.Range, "Invalid value", blame(fmt.Sprintf("%s: %s.", f.Address, err), f.UsedBy()))
				continue
			}
			out = append(out, e)
		}
	}
	return out
}

// plain is a value of the language as package keys takes it.
func plain(v cty.Value) any {
	v, _ = v.Unmark()
	if v == cty.NilVal || v.IsNull() {
		return nil
	}
	switch ty := v.Type(); {
	case ty == cty.String:
		return v.AsString()
	case ty == cty.Bool:
		return v.True()
	case ty == cty.Number:
		return number(v.AsBigFloat())
	case ty.IsObjectType() || ty.IsMapType():
		out := keys.Map{}
		for it := v.ElementIterator(); it.Next(); {
			k, e := it.Element()
			out = append(out, keys.Pair{Key: k.AsString(), Value: plain(e)})
		}
		return out
	default:
		out := []any{}
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			out = append(out, plain(e))
		}
		return out
	}
}

func number(f *big.Float) keys.Number { return keys.Number(f.Text('f', -1)) }

// partFaults refuses parts that can never be right at the same time. A part whose
// wish does not survive the others, in a file that holds nothing else, is one.
func (r *renderer) partFaults(parts []Part, files []*hclspec.File) {
	named := map[string]*hclspec.File{}
	for _, f := range files {
		named[f.Address] = f
	}
	byPath := map[safepath.Path][]*Part{}
	for i := range parts {
		if len(parts[i].Edits) > 0 && parts[i].Format != 0 {
			byPath[parts[i].Path] = append(byPath[parts[i].Path], &parts[i])
		}
	}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		group := byPath[path]
		if p, e, ok := clash(group); ok {
			other := ""
			for _, q := range group {
				if q != p {
					other += fmt.Sprintf(", %s (%s)", q.Address, at(named[q.Address].Range))
				}
			}
			rng, why := named[p.Address].Range, ""
			if other != "" {
				other = " Others with keys in it:" + other[1:] + "."
			} else {
				rng, why = keyRange(named[p.Address], e), clashReason(p)
			}
			r.fault(rng, "Key claimed twice", blame(fmt.Sprintf("%s wants the key %s of %s to be what it cannot be beside what else is asked for%s.%s Leave the key to one of them.", p.Address, e.Key, path, why, other), named[p.Address].UsedBy()))
		}
	}
}

// clash finds an edit that another undoes: all are made in a file of their own, and
// each has to be there in the end.
func clash(group []*Part) (*Part, keys.Edit, bool) {
	var text []byte
	for _, p := range group {
		next, _, err := keys.Apply(text, p.Format, p.Edits)
		if err != nil {
			return p, blamed(p, err), true
		}
		text = next
	}
	for _, p := range group {
		_, changes, err := keys.Apply(text, p.Format, p.Edits)
		if err != nil {
			return p, blamed(p, err), true
		}
		if i := slices.IndexFunc(changes, keys.Change.Changed); i >= 0 {
			return p, p.Edits[i], true
		}
	}
	return nil, keys.Edit{}, false
}

// blamed is the edit of a part that an error speaks of.
func blamed(p *Part, err error) keys.Edit {
	if fault, ok := errors.AsType[*keys.Error](err); ok {
		for _, e := range p.Edits {
			if slices.Equal(e.Key, fault.Key) {
				return e
			}
		}
	}
	return p.Edits[0]
}

// clashReason is why the edits of a part cannot be made in a file of their own, as the end
// of a sentence.
func clashReason(p *Part) string {
	_, _, err := keys.Apply(nil, p.Format, p.Edits)
	if fault, ok := errors.AsType[*keys.Error](err); ok {
		return ": " + fault.Reason
	}
	return ""
}

// keyRange is where an object says what it wants of the key.
func keyRange(f *hclspec.File, e keys.Edit) hcl.Range {
	for _, kv := range slices.Concat(f.Keys.Set, f.Keys.Append, f.Keys.Unset) {
		if key, err := keys.ParseKey(kv.Key); err == nil && slices.Equal(key, e.Key) {
			return kv.Range
		}
	}
	return f.Range
}

func at(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }

// Satisfied reports whether a text has every part as it is wanted.
func Satisfied(parts []Part, text []byte) bool {
	for i := range parts {
		out, err := parts[i].apply(text)
		if err != nil || !bytes.Equal(out, text) {
			return false
		}
	}
	return true
}

// apply brings one part into a text.
func (p *Part) apply(text []byte) ([]byte, error) {
	if p.Block != nil {
		return block.Put(text, *p.Block)
	}
	out, _, err := keys.Apply(text, p.Format, p.Edits)
	return out, err
}

// textFault puts what block and keys say of a file into the words of a conflict.
func textFault(err error) string {
	if syntax, ok := errors.AsType[*keys.SyntaxError](err); ok {
		where := fmt.Sprintf("line %d", syntax.Line)
		if syntax.Column > 0 {
			where += fmt.Sprintf(", column %d", syntax.Column)
		}
		return where + ": cannot be read: " + syntax.Reason + "; correct it and plan again"
	}
	return err.Error() + "; correct it and plan again"
}

func sortParts(parts []Part) {
	slices.SortStableFunc(parts, func(a, b Part) int { return strings.Compare(string(a.Path), string(b.Path)) })
}
