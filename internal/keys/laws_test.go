package keys

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// tally counts what the laws met.
type tally struct {
	keys, held, refused int
	reasons             map[string]int
	unsafe              error // the first refusal that no rule of the package gives
}

func (c *tally) refuse(err error) {
	c.refused++
	var e *Error
	if errors.As(err, &e) && c.reasons != nil {
		c.reasons[digitRuns.ReplaceAllString(e.Reason, "N")]++
		if strings.Contains(e.Reason, "safely") && c.unsafe == nil {
			c.unsafe = err
		}
	}
}

var digitRuns = regexp.MustCompile(`\d+`)

// keysOf returns the keys of a tree.
func keysOf(v any, at Key) (all []Key) {
	m, _ := v.(Map)
	for _, p := range m {
		if p.Key == "\x00" {
			continue
		}
		k := at.with(p.Key)
		all = append(append(all, k), keysOf(p.Value, k)...)
	}
	return all
}

// laws holds a sound file against what the package promises and returns the first
// promise that is broken. most is how many keys it tries.
func laws(text []byte, f Format, most int, c *tally) error {
	d, err := open(text, f)
	if err != nil {
		return nil
	}
	all := keysOf(d.tree(), nil)
	r := rand.New(rand.NewPCG(1, uint64(len(text))))
	if len(all) > most {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:most]
	}
	for _, k := range append(all, Key{"zz", "new"}) {
		c.keys++
		before := c.refused
		if err := lawsOf(text, f, k, c); err != nil {
			return fmt.Errorf("key %s: %w", k, err)
		}
		if c.refused == before {
			c.held++
		}
	}
	return nil
}

func lawsOf(text []byte, f Format, k Key, c *tally) error {
	v, found, err := Read(text, f, k)
	if err != nil {
		c.refuse(err)
		return nil
	}
	laws := []func([]byte, Format, Key, any, *tally) error{lawReplace, lawUnset, lawChild, lawAppend}
	if !found {
		laws = []func([]byte, Format, Key, any, *tally) error{lawInsert}
	} else if err := lawIdentity(text, f, k, v); err != nil {
		return err
	}
	for _, law := range laws {
		if err := law(text, f, k, v, c); err != nil {
			return err
		}
	}
	return nil
}

// do makes one edit; a refusal gives nil.
func do(text []byte, f Format, e Edit, c *tally) ([]byte, error) {
	out, _, err := Apply(text, f, []Edit{e})
	if err == nil {
		return out, nil
	}
	var refused *Error
	if !errors.As(err, &refused) {
		return nil, err
	}
	c.refuse(err)
	return nil, nil
}

func lawIdentity(text []byte, f Format, k Key, v any) error {
	if reason := unwritable(v, f, 0); reason != "" {
		return nil // a repeated key below, null in a file that cannot have it
	}
	out, changes, err := Apply(text, f, []Edit{{Op: Set, Key: k, Value: v}})
	if err != nil {
		return fmt.Errorf("set to its own value: %w", err)
	}
	if !bytes.Equal(out, text) || changes[0].Changed() {
		return fmt.Errorf("set to its own value changed bytes")
	}
	return nil
}

// lawReplace: another value is read back, and the old one restores the decode.
func lawReplace(text []byte, f Format, k Key, v any, c *tally) error {
	for _, other := range []any{"a: b # 'no'", Number("41"), Map{{"x", []any{"yes", true}}}, []any{"1.0", "#"}} {
		out, err := do(text, f, Edit{Op: Set, Key: k, Value: other}, c)
		if out == nil {
			return err
		}
		if got, ok, err := Read(out, f, k); err != nil || !ok || !Equal(got, other) {
			return fmt.Errorf("set to %v and read %v, %v, %v", other, got, ok, err)
		}
		if err := sameFrame(text, out); err != nil && !blankAbove(text, out) {
			return err
		}
		if err := lawUntouched(text, out, f, k); err != nil {
			return fmt.Errorf("set to %v: %w", other, err)
		}
		if _, scalar := v.(Map); !scalar && !isList(v) && !isList(other) {
			if _, isMap := other.(Map); !isMap && notes(f, out) < notes(f, text)-notes(f, []byte(fmt.Sprint(v))) {
				return fmt.Errorf("set to %v lost a comment", other)
			}
		}
		if unwritable(v, f, 0) != "" {
			continue
		}
		back, err := do(out, f, Edit{Op: Set, Key: k, Value: v}, c)
		if back == nil {
			return err
		}
		if err := sameTree(text, back, f); err != nil {
			return fmt.Errorf("set to %v and back: %w", other, err)
		}
	}
	return nil
}

func isList(v any) bool { _, ok := v.([]any); return ok }

// sameFrame: the byte order mark and a missing final line end stay.
func sameFrame(a, b []byte) error {
	if bytes.HasPrefix(a, bom) != bytes.HasPrefix(b, bom) {
		return fmt.Errorf("the byte order mark changed")
	}
	if len(a) > 0 && len(b) > 0 && (a[len(a)-1] == '\n') != (b[len(b)-1] == '\n') {
		return fmt.Errorf("the final line end changed")
	}
	return nil
}

func sameTree(a, b []byte, f Format) error {
	x, err := open(a, f)
	if err != nil {
		return err
	}
	y, err := open(b, f)
	if err != nil {
		return err
	}
	v, w := x.tree(), y.tree()
	if f == YAML && len(x.yaml.anchors) > 0 {
		left := maxNodes
		v, _ = x.root.resolve(&left, maxDepth)
		w, _ = y.root.resolve(&left, maxDepth)
	}
	if !Equal(v, w) {
		return fmt.Errorf("the files decode differently")
	}
	return nil
}

var note = map[Format]*regexp.Regexp{
	JSON: regexp.MustCompile(`(?m)//|/\*`),
	YAML: regexp.MustCompile(`(?m)(^|\s)#`),
	TOML: regexp.MustCompile(`(?m)(^|\s)#`),
}

// notes counts what looks like the start of a comment.
func notes(f Format, text []byte) int { return len(note[f].FindAll(text, -1)) }

// lawUnset: everything else decodes the same (the package verifies that itself),
// and what is left are lines of the file, but for a comma, a {} or a bracketed line.
func lawUnset(text []byte, f Format, k Key, _ any, c *tally) error {
	out, err := do(text, f, Edit{Op: Unset, Key: k}, c)
	if out == nil {
		return err
	}
	if _, found, err := Read(out, f, k); err != nil || found && !bytes.Contains(text, []byte("<<")) {
		return fmt.Errorf("unset and still there: %w", err)
	}
	if err := sameFrame(text, out); err != nil && !bytes.HasPrefix(text, out) && !blankAbove(text, out) {
		return fmt.Errorf("unset: %w", err)
	}
	return fewerLines(text, out)
}

// blankAbove: what was the last line is gone, and the one above it was blank. It
// stays, so that the text has a final line end now.
func blankAbove(text, out []byte) bool {
	last := bytes.TrimSuffix(bytes.TrimRight(out, "\r\n"), []byte(" {}"))
	last = last[bytes.LastIndexByte(last, '\n')+1:]
	return bytes.Contains(bytes.ReplaceAll(text, []byte("\r"), nil), append(bytes.Clone(last), "\n\n"...))
}

// fewerLines: b is a with lines removed and at most two lines changed.
func fewerLines(a, b []byte) error {
	old, now := bytes.SplitAfter(a, []byte("\n")), bytes.SplitAfter(b, []byte("\n"))
	for len(old) > 0 && len(now) > 0 && bytes.Equal(old[0], now[0]) {
		old, now = old[1:], now[1:]
	}
	for len(old) > 0 && len(now) > 0 && bytes.Equal(old[len(old)-1], now[len(now)-1]) {
		old, now = old[:len(old)-1], now[:len(now)-1]
	}
	changed := 0
	for _, line := range now {
		i := slices.IndexFunc(old, func(l []byte) bool { return bytes.Equal(l, line) })
		if i < 0 {
			changed++
			continue
		}
		old = old[i+1:]
	}
	if changed > 2 {
		return fmt.Errorf("unset changed %d lines that are not its own", changed)
	}
	return nil
}

// lawChild: a new key in a map is read back, and removing it restores every byte.
func lawChild(text []byte, f Format, k Key, v any, c *tally) error {
	m, ok := v.(Map)
	if !ok {
		return nil
	}
	return lawInsert(text, f, k.with("zz-new"), m, c)
}

func lawInsert(text []byte, f Format, k Key, _ any, c *tally) error {
	for _, v := range []any{"on", Map{{"a", Number("1")}, {"on", []any{"x"}}}, []any{"a", Map{{"b", "c"}}}} {
		out, changes, err := Apply(text, f, []Edit{{Op: Set, Key: k, Value: v}})
		if err != nil {
			c.refuse(err)
			return nil
		}
		if got, ok, err := Read(out, f, k); err != nil || !ok || !Equal(got, v) {
			return fmt.Errorf("inserted %v and read %v, %v, %v", v, got, ok, err)
		}
		if err := fewerLines(out, text); err != nil {
			return fmt.Errorf("insert: %w", err)
		}
		if err := lawUntouched(text, out, f, k); err != nil {
			return fmt.Errorf("insert of %v: %w", v, err)
		}
		back, err := do(out, f, Edit{Op: Unset, Key: k, Prune: changes[0].Created}, c)
		if back == nil {
			return err
		}
		if !bytes.Equal(back, text) && !bytes.HasSuffix(text, []byte("\n\n")) {
			if err := sameTree(text, back, f); err != nil {
				return fmt.Errorf("insert and unset: %w", err)
			}
			if rootless := f == JSON && !bytes.Contains(text, []byte("{")); !rootless && !emptyBrackets(text) {
				return fmt.Errorf("insert of %v and unset is not the same text:\n%s", v, firstDifference(text, back))
			}
		}
	}
	return nil
}

// emptyBrackets: an empty map is opened by an insert and stays so.
func emptyBrackets(text []byte) bool {
	return regexp.MustCompile(`[{\[]\s*[\]}]`).Match(text) || len(bytes.TrimSpace(text)) == 0
}

func firstDifference(a, b []byte) string {
	x, y := strings.SplitAfter(string(a), "\n"), strings.SplitAfter(string(b), "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return fmt.Sprintf("line %d: %q\nwas     %q", i+1, y[min(i, len(y)-1)], x[i])
		}
	}
	return "more lines than before"
}

var nl = []byte("\n")

// squeeze leaves out what spreading a list over lines may change.
func squeeze(text []byte) []byte {
	return regexp.MustCompile(`[\s,]+`).ReplaceAll(text, nil)
}

// lawAppend: a new element is there, and removing it restores every byte but for the
// lines of a list that outgrew its own.
func lawAppend(text []byte, f Format, k Key, v any, c *tally) error {
	l, ok := v.([]any)
	if !ok {
		return nil
	}
	add := []any{"zz-new"}
	out, err := do(text, f, Edit{Op: Append, Key: k, Elems: add}, c)
	if out == nil {
		return err
	}
	if got, _, err := Read(out, f, k); err != nil || !Equal(got, append(slices.Clone(l), add...)) {
		return fmt.Errorf("appended to %v and read %v, %v", l, got, err)
	}
	if err := lawUntouched(text, out, f, k); err != nil {
		return fmt.Errorf("append: %w", err)
	}
	if again, err := do(out, f, Edit{Op: Append, Key: k, Elems: add}, c); err != nil || !bytes.Equal(again, out) {
		return fmt.Errorf("a second append changed something: %w", err)
	}
	back, err := do(out, f, Edit{Op: Remove, Key: k, Elems: add}, c)
	if err != nil || back == nil {
		return fmt.Errorf("remove after append: %w", err)
	}
	if spread := f == TOML && bytes.Count(out, nl) > bytes.Count(text, nl); spread {
		text, back = squeeze(text), squeeze(back) // lines stay as many as they became
	}
	if !bytes.Equal(back, text) && !emptyBrackets(text) {
		return fmt.Errorf("append and remove is not the same text:\n%s", firstDifference(text, back))
	}
	return nil
}
