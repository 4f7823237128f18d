package lockfile

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestResolveText(t *testing.T) {
	t.Parallel()
	text := func(stanzas ...string) []byte { return []byte(objects(stanzas...)) }
	a1 := stanza("rendered", digest(1))
	a2 := stanza("rendered", digest(2), "mode", "0644")
	b := stanza("address", "b")
	for _, c := range []struct {
		name  string
		in    []byte
		want  string // addresses and digits of digests
		notes []Note
	}{
		{"no markers", text(a1), "a1", nil},
		{"twice, on disk", text(a1, a2), "a2", nil},
		{"one path", text(a1, b), "a1", []Note{{"b", SamePath, "a"}}},
		{"long markers", []byte("<<<<<<<<< x\n" + objects(a1) + "\n=========\n" + objects(a2) + "\n>>>>>>>>> y\n"), "a2", nil},
		{"CRLF", []byte("<<<<<<< x\r\n" + objects(a2) + "\r\n=======\r\n" + objects(a1) + "\r\n>>>>>>> y\r\n"), "a2", nil},
		{"deleted and unchanged", []byte("<<<<<<< x\n" + objects(a1) + "\n||||||| z\n" + objects(a1) + "\n=======\n" + objects() + "\n>>>>>>> y\n"), "", nil},
		{"deleted, not known", []byte("<<<<<<< x\n" + objects(a1) + "\n=======\n" + objects() + "\n>>>>>>> y\n"), "a1", nil},
		{"deleted and changed", []byte("<<<<<<< x\n" + objects(a1) + "\n||||||| z\n" + objects(a2) + "\n=======\n" + objects() + "\n>>>>>>> y\n"), "a1", []Note{{"a", DeletedAndChanged, ""}}},
		{"ancestor is no lock", []byte("<<<<<<< x\n" + objects(a1) + "\n||||||| z\n<<<<<<<<< w\n=======\n" + objects() + "\n>>>>>>> y\n"), "a1", nil},
		{"moved", []byte("<<<<<<< x\n" + objects(a1) + "\n||||||| z\n" + objects(a1) + "\n=======\n" + objects(b) + "\n>>>>>>> y\n"), "b", nil},
	} {
		got, notes, err := Resolve(c.in, disk{"p": digest(2)}.look)
		var list string
		for _, o := range got.Objects {
			list += o.Address + strings.TrimLeft(strings.TrimPrefix(o.Rendered, "sha256:"), "0")
		}
		if list != c.want || err != nil || cmp.Diff(c.notes, notes) != "" {
			t.Errorf("%s: %v: %q, %v", c.name, err, list, notes)
		}
	}
}

func TestResolveRefuses(t *testing.T) {
	t.Parallel()
	const pair = "1: has git conflict markers that do not pair: restore it from git (`git checkout --merge -- mlops.lock.json`)"
	for _, c := range []struct{ name, in, want string }{
		{"open", "a\n<<<<<<< x\nb\n", "2:" + pair},
		{"half", "<<<<<<< x\n=======\n", "1:" + pair},
		{"opened twice", "<<<<<<< x\n<<<<<<< x\n", "2:" + pair},
		{"no start", "{\n=======\n", "2:" + pair},
		{"no middle", "<<<<<<< x\n>>>>>>> y\n", "2:" + pair},
		{"base too late", "<<<<<<< x\n=======\n||||||| z\n>>>>>>> y\n", "3:" + pair},
		{"not JSON in ours", "<<<<<<< x\n{\n\"version\": 1\n,?}\n=======\n{}\n>>>>>>> y\n", "4:2: is corrupt: a string must stand here"},
		{"not JSON in theirs", "<<<<<<< x\n{\"version\": 1}\n=======\n{\n?\n>>>>>>> y\n", "5:1: is corrupt: a string must stand here"},
		{"theirs ends early", "{\n<<<<<<< x\n\"version\": 1}\n=======\n>>>>>>> y\n", "2:1: is corrupt: the text ends where a string must stand"},
		{"empty", "", "1:1: is corrupt: the text ends where '{' must stand"},
		{"newer", "{\"version\": 2}", "1:2: was written by a newer mlops"},
		{"not UTF-8", "\xff", "1:1: is corrupt: the text is not valid UTF-8"},
	} {
		_, _, err := Resolve([]byte(c.in), nil)
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), Name+":"+c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, _, err := Resolve(make([]byte, MaxSize+1), nil); err == nil || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Error(err)
	}
}

func TestMergeAsksTheDisk(t *testing.T) {
	t.Parallel()
	entry := func(address, kind string, n int) Object {
		return Object{Address: address, Path: "p", Kind: kind, Mode: "0644", Rendered: digest(n), Applied: digest(n)}
	}
	with := func(o Object, edit func(*Object)) Object {
		edit(&o)
		return o
	}
	one := entry("a", "file", 1)
	mode := with(one, func(o *Object) { o.Mode = "0755" })
	inputs := with(one, func(o *Object) { o.Inputs = []Input{{"template", digest(9)}} })
	wanted := with(one, func(o *Object) { o.Rendered = digest(3) })
	users := func(address string) Object {
		return with(entry(address, "file", 5), func(o *Object) { o.Ownership = "user" })
	}
	twice := func(address, other string) []Note { return []Note{{address, SamePath, other}} }
	for _, c := range []struct {
		name               string
		ours, theirs, want []Object
		notes              []Note
	}{
		{"other mode", []Object{mode}, []Object{one}, []Object{one}, nil},
		{"other inputs only", []Object{inputs}, []Object{one}, []Object{inputs}, nil},
		{"both applied, other rendering", []Object{wanted}, []Object{one}, []Object{wanted}, []Note{{Address: "a", Clash: BothChanged}}},
		{"one path, ours", []Object{entry("a", "file", 2)}, []Object{entry("0", "file", 3)}, []Object{entry("a", "file", 2)}, twice("0", "a")},
		{"one path, on disk", []Object{entry("b", "file", 2)}, []Object{one}, []Object{one}, twice("b", "a")},
		{"parts", []Object{entry("b", "file_block", 2)}, []Object{entry("c", "file_keys", 2)}, []Object{entry("b", "file_block", 2), entry("c", "file_keys", 2)}, nil},
		{"part and file", []Object{entry("b", "file_block", 2)}, []Object{one}, []Object{one}, twice("b", "a")},
		{"file and part", []Object{entry("b", "file", 2)}, []Object{entry("0", "file_block", 3)}, []Object{entry("b", "file", 2)}, twice("0", "b")},
		{"our part and file", []Object{entry("b", "file_block", 2)}, []Object{entry("c", "file", 2)}, []Object{entry("b", "file_block", 2)}, twice("c", "b")},
		{"part in the user's file", []Object{entry("b", "file_block", 2)}, []Object{users("c")}, []Object{entry("b", "file_block", 2), users("c")}, nil},
		{"two of the user's", []Object{entry("b", "file_block", 2), users("d")}, []Object{users("c")}, []Object{entry("b", "file_block", 2), users("d")}, twice("c", "d")},
	} {
		got, notes := Merge(Lock{}, Lock{Objects: c.ours}, Lock{Objects: c.theirs}, disk{"p": digest(1)}.look)
		if diff := cmp.Diff(Lock{Version: Version, Objects: c.want}, got) + cmp.Diff(c.notes, notes); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
		reads(t, got)
	}
}

func TestMergeComponents(t *testing.T) {
	t.Parallel()
	pin := func(version string) Lock {
		return Lock{Version: 1, Components: []Component{{Address: "component.x", Source: "s", Version: version}}, Extra: []Extra{{"note", `"` + version + `"`}}}
	}
	got, notes := Merge(pin("1"), pin("1"), pin("2"), nil)
	if diff := cmp.Diff(pin("2"), got); diff != "" || notes != nil {
		t.Errorf("%v\n%s", notes, diff)
	}
	got, notes = Merge(pin("1"), pin("3"), pin("2"), nil)
	want := []Note{{Address: "component.x", Clash: BothChanged}, {Address: "note", Clash: BothChanged}}
	if diff := cmp.Diff(pin("3"), got) + cmp.Diff(want, notes); diff != "" {
		t.Error(diff)
	}
}

func FuzzResolve(f *testing.F) {
	f.Add([]byte(sampleText))
	f.Add([]byte("<<<<<<< x\n" + objects(stanza()) + "\n||||||| z\n=======\n" + objects(stanza("address", "b")) + "\n>>>>>>> y\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, notes, err := Resolve(text, disk{"p": digest(1)}.look)
		var e *Error
		if err != nil {
			if !errors.As(err, &e) || e.Line < 1 || e.Line > bytes.Count(text, []byte("\n"))+1 || e.Column < 1 {
				t.Fatalf("%#v\n%s", err, text)
			}
			return
		}
		reads(t, l)
		if p, err := Parse(text); err == nil && (!reflect.DeepEqual(p, &l) || notes != nil) {
			t.Fatalf("a good file is not left alone: %v\n%s", notes, cmp.Diff(p, &l))
		}
	})
}
