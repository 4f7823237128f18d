package lockfile

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// side is what one branch does to the lock.
type side func(*Lock)

func change(address string, n int) side {
	return func(l *Lock) {
		o := l.Find(address)
		o.Rendered, o.Applied = digest(n), digest(n)
		if len(o.Inputs) > 0 {
			o.Inputs[0].Digest = digest(n + 1)
		}
	}
}

func add(address string) side {
	return func(l *Lock) {
		o := entry(address)
		at, _ := slices.BinarySearchFunc(l.Objects, o, func(a, b Object) int { return strings.Compare(a.Address, b.Address) })
		l.Objects = slices.Insert(l.Objects, at, o)
	}
}

func remove(address string) side {
	return func(l *Lock) {
		l.Objects = slices.DeleteFunc(l.Objects, func(o Object) bool { return o.Address == address })
	}
}

func entry(address string) Object {
	return Object{
		Address: address, Path: "p/" + address, Kind: "file", Mode: "0644", Rendered: digest(7), Applied: digest(7),
		Inputs: []Input{{"template", digest(3)}, {"vars", digest(4)}},
	}
}

// base has ten entries, e00 to e90, so that others fit in between.
func base() *Lock {
	l := &Lock{Version: 1}
	for i := range 10 {
		l.Objects = append(l.Objects, entry(fmt.Sprintf("e%d0", i)))
	}
	return l
}

// Two branches edit the lock and git merges them: the table of scenarios that a
// lock's layout is judged by. Only what is truly ambiguous may conflict, and
// what merges cleanly must be right.
func TestGitMergesBranches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		ours, theirs side
		conflict     bool
	}{
		{"change entries far apart", change("e10", 50), change("e80", 60), false},
		{"change adjacent entries", change("e40", 50), change("e50", 60), false},
		{"add entries far apart", add("e15"), add("e75"), false},
		{"add two in the same gap", add("e43"), add("e47"), true},
		{"add two at the end", add("e93"), add("e97"), true},
		{"same change in both", change("e40", 50), change("e40", 50), false},
		{"same entry, different", change("e40", 50), change("e40", 60), true},
		{"delete next to a change", remove("e40"), change("e50", 60), false},
		{"delete after a change", remove("e50"), change("e40", 60), false},
		{"add beside a change", add("e45"), change("e50", 60), false},
		{"delete the last, change the first", remove("e90"), change("e00", 60), false},
		{"add a component, change an entry", func(l *Lock) {
			l.Components = []Component{{Address: "component.x", Source: "./x"}}
		}, change("e50", 60), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			merged, conflict := gitMerge(t, c.ours, c.theirs)
			got, err := Parse(merged)
			if conflict != c.conflict {
				t.Fatalf("conflict = %v, want %v\n%s", conflict, c.conflict, merged)
			}
			if conflict {
				wantMarkers(t, err)
				return
			}
			want := base()
			c.ours(want)
			c.theirs(want)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("merged cleanly into a wrong file: %v\n-want +got\n%s", err, diff)
			}
			if string(want.Bytes()) != string(merged) {
				t.Error("the merged file is not canonical")
			}
		})
	}
}

func wantMarkers(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Reason, "has git conflict markers") {
		t.Errorf("Parse: %v", err)
	}
}

// gitMerge merges what two branches made of the base.
func gitMerge(t *testing.T, ours, theirs side) (merged []byte, conflict bool) {
	t.Helper()
	dir := t.TempDir()
	for name, edit := range map[string]side{"ours": ours, "base": func(*Lock) {}, "theirs": theirs} {
		l := base()
		edit(l)
		if err := os.WriteFile(filepath.Join(dir, name), l.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "git", "merge-file", "-p", "ours", "base", "theirs")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "HOME="+dir, "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	merged, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return merged, err != nil
}
