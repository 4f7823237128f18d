package planner

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/keys"
	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// keyDigests are what the lock remembers of a file_keys object: each value it
// set, and each element that it brought into a list.
func (x *partChange) keyDigests() []lockfile.Input {
	if x.part == nil || x.part.Block != nil {
		return nil
	}
	var out []lockfile.Input
	for _, e := range x.part.Edits {
		if e.Op != keys.Append {
			name, digest := keyName(e.Op, e.Key, nil), shortDigest(e.Value)
			if x.holds(name, digest) {
				name = "held" + strings.TrimPrefix(name, "set")
			}
			out = append(out, lockfile.Input{Name: name, Digest: digest})
			continue
		}
		for _, elem := range e.Elems {
			name := keyName(e.Op, e.Key, elem)
			if x.foreign(name) {
				name = "found" + strings.TrimPrefix(name, "append")
			}
			out = append(out, lockfile.Input{Name: name, Digest: shortDigest(elem)})
		}
	}
	for _, name := range slices.Concat(x.made, x.estate()) {
		out = append(out, lockfile.Input{Name: name, Digest: noDigest})
	}
	if known, ok := keys.FormatOf(x.c.path); !ok || known != x.part.Format {
		out = append(out, lockfile.Input{Name: formatPrefix + strings.ToLower(x.part.Format.String()), Digest: noDigest})
	}
	if x.o != nil {
		for _, k := range x.o.Keys {
			if strings.HasPrefix(k.Name, "made ") {
				out = append(out, k)
			}
		}
	}
	slices.SortFunc(out, func(a, b lockfile.Input) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(out)
}

// noDigest stands where the name says all.
const noDigest = "0000000000000000"

// parents names the tables and lists that an edit had to make.
func parents(e keys.Edit, ch keys.Change) []string {
	key := e.Key
	if e.Op != keys.Append {
		key = key[:len(key)-1]
	}
	var out []string
	for n := 0; n < ch.Created && len(key) > 0; n++ {
		out = append(out, "made "+key.String())
		key = key[:len(key)-1]
	}
	return out
}

// prune is how many parents of a key were made for it, from the nearest on, and
// go with it when they are empty.
func (x *partChange) prune(key keys.Key) int {
	n := 0
	for ; len(key) > 0; key = key[:len(key)-1] {
		name := "made " + key.String()
		if !slices.ContainsFunc(x.o.Keys, func(k lockfile.Input) bool { return k.Name == name }) {
			break
		}
		n++
	}
	return n
}

// foreign reports whether an element was in its list before we asked for it, so
// that it stays when we no longer do.
func (x *partChange) foreign(name string) bool {
	if x.inherits(name) {
		return false
	}
	if x.o != nil {
		for _, k := range x.o.Keys {
			switch k.Name {
			case name:
				return false
			case "found" + strings.TrimPrefix(name, "append"):
				return true
			}
		}
	}
	return x.c.had[name]
}

// holds reports whether a value was there, as it is wanted, before we asked for it,
// so that it stays when we no longer do.
func (x *partChange) holds(name, digest string) bool {
	if x.inherits(name) {
		return false
	}
	if x.o == nil {
		return x.c.had[name]
	}
	old := lockfile.Input{Name: "held" + strings.TrimPrefix(name, "set"), Digest: digest}
	return slices.Contains(x.o.Keys, old) || x.c.had[name] && !slices.ContainsFunc(x.o.Keys, func(k lockfile.Input) bool {
		return k.Name == name || k.Name == old.Name
	})
}

// enterKeys sets, appends and unsets, after taking back what is no longer asked
// for.
func (x *partChange) enterKeys() {
	if x.o != nil && !x.takeBack(x.part.Edits, true) {
		return
	}
	x.c.note(x.part)
	text, changes, err := keys.Apply(x.c.text, x.part.Format, x.part.Edits)
	if err != nil {
		x.conflict(textFault(err))
		return
	}
	x.c.text = text
	var drift []string
	applied := x.applied()
	for i, ch := range changes {
		x.made = append(x.made, parents(x.part.Edits[i], ch)...)
		if !ch.Changed() {
			continue
		}
		k := keyChange(ch, map[keys.Op]string{keys.Set: "set", keys.Append: "append", keys.Unset: "unset"}[x.part.Edits[i].Op])
		if k.Drift = drifts(applied, x.part.Edits[i]); k.Drift {
			drift = append(drift, k.Key)
		}
		x.out.Keys = append(x.out.Keys, k)
	}
	x.out.Class = classify(standing{
		wanted: true, locked: x.o != nil, onDisk: !x.c.fresh && (x.o != nil || len(x.out.Keys) == 0), diskIsWanted: len(x.out.Keys) == 0,
		diskIsLocked: x.o != nil && len(drift) == 0, lockIsWanted: x.o != nil && x.o.Rendered == x.part.Rendered,
	}).String()
	if len(drift) > 0 {
		kind := "modified"
		if x.c.fresh {
			kind = "deleted"
		}
		x.drifted(kind, "overwrite", drift...)
	}
	x.because()
}

// applied are the digests of what the last apply set, by name; nil before the first.
func (x *partChange) applied() map[string]string {
	if x.o == nil {
		return nil
	}
	known := map[string]string{}
	for _, k := range x.o.Keys {
		known[k.Name] = k.Digest
	}
	return known
}

// drifts reports whether an edit that changes the file was there as of the last
// apply: somebody changed it since.
func drifts(known map[string]string, e keys.Edit) bool {
	if known == nil {
		return false
	}
	if e.Op != keys.Append {
		name, digest := keyName(e.Op, e.Key, nil), shortDigest(e.Value)
		return known[name] == digest || known["held"+strings.TrimPrefix(name, "set")] == digest
	}
	for _, elem := range e.Elems {
		name := keyName(e.Op, e.Key, elem)
		if known[name] == "" && known["found"+strings.TrimPrefix(name, "append")] == "" {
			return false
		}
	}
	return true
}

// note remembers which elements the lists hold before this object asks for them.
func (c *composite) note(p *Part) {
	if c.had == nil {
		c.had = map[string]bool{}
	}
	file, err := keys.Open(c.text, p.Format)
	if err != nil {
		return // whoever edits it says so
	}
	for _, e := range p.Edits {
		v, found, err := file.Read(e.Key)
		if e.Op == keys.Set && err == nil && found && keys.Equal(v, e.Value) {
			c.had[keyName(e.Op, e.Key, nil)] = true
		}
		if e.Op != keys.Append {
			continue
		}
		list := v
		have, ok := list.([]any)
		if err != nil || !ok {
			continue
		}
		for _, elem := range e.Elems {
			if slices.ContainsFunc(have, func(v any) bool { return keys.Equal(v, elem) }) {
				c.had[keyName(e.Op, e.Key, elem)] = true
			}
		}
	}
}

// leaveKeys takes back everything the object brought, unless somebody changed it.
func (x *partChange) leaveKeys(force bool) {
	x.out.Class = classOrphan.String()
	if x.takeBack(nil, force) {
		x.drop = true
	} else {
		x.out.Class = classEditedGone.String()
	}
}

// takeBack undoes what the lock says the object brought and still does not want.
// A value that was changed since stays: without force that is a conflict.
func (x *partChange) takeBack(still []keys.Edit, force bool) bool {
	format, ok := x.format()
	if !ok {
		x.out.Actions = []string{"forget"} // an alien lock; nothing follows
		return true
	}
	keep := map[string]bool{}
	for _, e := range still {
		keep[keyName(e.Op, e.Key, nil)] = true
		for _, elem := range e.Elems {
			keep[keyName(e.Op, e.Key, elem)] = true
		}
	}
	file, err := keys.Open(x.c.text, format)
	if err != nil {
		x.conflict(textFault(err))
		return false
	}
	var edits []keys.Edit
	for _, k := range x.o.Keys {
		op, rest, _ := strings.Cut(k.Name, " ")
		if keep[k.Name] || x.c.heirs[k.Name] != nil || op != "set" && op != "append" {
			continue
		}
		e, touched, err := x.undoing(file, k)
		switch {
		case err != nil:
			x.conflict(textFault(err))
			return false
		case touched && !force:
			x.edited("the key " + rest)
			return false
		case e != nil && !touched:
			edits = append(edits, *e)
		}
	}
	if x.c.disk.Type == "" && x.c.text == nil {
		return true
	}
	text, changes, err := keys.Apply(x.c.text, format, edits)
	if err != nil {
		x.conflict(textFault(err))
		return false
	}
	x.c.text = text
	for _, ch := range changes {
		if ch.Changed() {
			x.out.Keys = append(x.out.Keys, keyChange(ch, "remove"))
		}
	}
	return true
}

// undoing is the edit that takes one thing of the lock back; nil when it is gone
// already. touched says that the value is another than the one we set.
func (x *partChange) undoing(file *keys.File, k lockfile.Input) (e *keys.Edit, touched bool, err error) {
	op, rest, _ := strings.Cut(k.Name, " ")
	if op == "set" {
		key, err := keys.ParseKey(rest)
		if err != nil {
			return nil, false, nil // an alien lock; nothing follows
		}
		v, found, err := file.Read(key)
		if err != nil || !found {
			return nil, false, err
		}
		return &keys.Edit{Op: keys.Unset, Key: key, Prune: x.prune(key[:len(key)-1])}, shortDigest(v) != k.Digest, nil
	}
	name, elem, ok := cutElem(rest)
	if !ok {
		return nil, false, nil
	}
	return &keys.Edit{Op: keys.Remove, Key: name, Elems: []any{elem}, Prune: x.prune(name)}, false, nil
}

// cutElem splits "key element", where the key may hold quoted blanks.
func cutElem(rest string) (keys.Key, any, bool) {
	for i := range len(rest) {
		if rest[i] != ' ' {
			continue
		}
		key, err := keys.ParseKey(rest[:i])
		if err != nil {
			continue
		}
		var v any
		dec := json.NewDecoder(strings.NewReader(rest[i+1:]))
		dec.UseNumber()
		if dec.Decode(&v) == nil {
			return key, neutral(v), true
		}
	}
	return nil, nil, false
}

// neutral turns decoded JSON into values of package keys.
func neutral(v any) any {
	switch t := v.(type) {
	case json.Number:
		return keys.Number(t)
	case map[string]any:
		out := keys.Map{}
		for name, e := range t {
			out = append(out, keys.Pair{Key: name, Value: neutral(e)})
		}
		return out
	case []any:
		for i := range t {
			t[i] = neutral(t[i])
		}
	}
	return v
}

// formatPrefix begins what the lock says of a file whose name does not tell its
// format.
const formatPrefix = "format "

func (x *partChange) format() (keys.Format, bool) {
	if x.part != nil {
		return x.part.Format, true
	}
	for _, k := range x.o.Keys {
		if name, is := strings.CutPrefix(k.Name, formatPrefix); is {
			return keys.FormatNamed(name)
		}
	}
	return keys.FormatOf(x.c.path)
}

// keyChange is one key before and after, as JSON.
func keyChange(ch keys.Change, op string) KeyChange {
	k := KeyChange{Key: ch.Key.String(), Op: op}
	if ch.HadBefore {
		k.Before = string(keys.Canonical(ch.Before))
	}
	if ch.HasAfter {
		k.After = string(keys.Canonical(ch.After))
	}
	return k
}
