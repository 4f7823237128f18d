package planner

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/lockfile"
)

// undone is one file and its locks, as an apply and later edits left them.
func undone(ownership string, before, after, disk []byte) UndoSides {
	object := func(content []byte) *lockfile.Lock {
		l := &lockfile.Lock{Version: lockfile.Version}
		if content != nil {
			digest := RenderedDigest(content)
			l.Objects = []lockfile.Object{{
				Address: "file.f", Path: "f", Kind: "file", Mode: "0644", Ownership: ownership, Rendered: digest, Applied: digest,
			}}
		}
		return l
	}
	was, is := object(before), object(after)
	files := UndoFiles(was, is, nil)
	f := &files[0]
	version := func(content []byte) *FileVersion {
		if content == nil {
			return nil
		}
		return &FileVersion{content, "0644"}
	}
	f.Before, f.After, f.Exact = version(before), version(after), true
	f.Disk = &Disk{}
	if disk != nil {
		f.Disk = &Disk{Type: "file", Mode: "0644", Content: disk, Size: int64(len(disk))}
	}
	f.At = f.Disk
	f.IsAfter = after != nil && disk != nil && bytes.Equal(disk, after)
	f.IsBefore = before != nil && disk != nil && bytes.Equal(disk, before)
	return UndoSides{Name: "abc1234", Files: files, Before: was, After: is, Lock: is, BeforeSrc: was.Bytes(), AfterSrc: is.Bytes(), LockSrc: is.Bytes()}
}

func TestUndoOneFile(t *testing.T) {
	t.Parallel()
	a, b, mine := []byte("1\n2\n3\n4\n5\n"), []byte("1\n2\n3\n4\nfive\n"), []byte("one\n2\n3\n4\nfive\n")
	for _, tc := range []struct {
		name                string
		before, after, disk []byte
		ownership, action   string
		want                string
	}{
		{"changed", a, b, b, "spec", "update", string(a)},
		{"changed and edited elsewhere", a, b, mine, "spec", "update", "one\n2\n3\n4\n5\n"},
		{"changed and edited there", a, b, []byte("1\n2\n3\n4\nV\n"), "spec", "conflict", ""},
		{"changed and deleted", a, b, nil, "spec", "conflict", ""},
		{"changed and undone by hand", a, b, a, "spec", "adopt", string(a)},
		{"made", nil, b, b, "spec", "delete", ""},
		{"made and edited", nil, b, mine, "spec", "conflict", ""},
		{"made and the user's since", nil, b, mine, "user", "forget", ""},
		{"made and deleted", nil, b, nil, "spec", "delete", ""},
		{"removed", a, nil, nil, "spec", "create", string(a)},
		{"removed and there again", a, nil, mine, "spec", "conflict", ""},
		{"removed and restored by hand", a, nil, a, "spec", "adopt", string(a)},
		{"binary", []byte("\x00a"), []byte("\x00b"), []byte("\x00c"), "spec", "conflict", ""},
		{"binary, untouched", []byte("\x00a"), []byte("\x00b"), []byte("\x00b"), "spec", "update", "\x00a"},
		{"lines of Windows, not by git", a, b, bytes.ReplaceAll(mine, []byte("\n"), []byte("\r\n")), "spec", "conflict", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := Undo(undone(tc.ownership, tc.before, tc.after, tc.disk))
			if len(p.Changes) != 1 || p.Changes[0].Actions[0] != tc.action {
				t.Fatalf("changes: %+v, want %s", p.Changes, tc.action)
			}
			c := p.Changes[0]
			if tc.want != "" && string(p.bytesOf(c.After)) != tc.want && c.Actions[0] != "adopt" {
				t.Errorf("after: %q, want %q", p.bytesOf(c.After), tc.want)
			}
			if (tc.action == "conflict") != (len(p.Failed()) > 0) {
				t.Errorf("failed: %q", p.Failed())
			}
			if p.Lock == nil {
				t.Error("the lock stays as it is")
			}
		})
	}
}

func (p *Plan) bytesOf(s *State) []byte {
	if s == nil {
		return nil
	}
	return p.Blobs[s.Digest]
}

// The laws of undo: without edits the result is what was before, byte for byte;
// no line that the user wrote is lost without a conflict; and nothing is deleted
// that is not as the apply left it.
func TestUndoLosesNoEdit(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 14))
	conflicts, merged := 0, 0
	for n := range 3000 {
		before := randomLines(r, "old")
		after := editedLines(r, before, "new")
		disk := editedLines(r, after, fmt.Sprintf("mine%d", n))
		if r.IntN(10) == 0 {
			before = nil
		}
		p := Undo(undone("spec", joined(before), joined(after), joined(disk)))
		if len(p.Failed()) > 0 {
			conflicts++
			continue
		}
		result := joined(disk)
		for _, c := range p.Changes {
			switch c.Actions[0] {
			case "update":
				result = p.bytesOf(c.After)
				merged++
			case "delete":
				result = nil
			}
		}
		if slices.Equal(disk, after) && !bytes.Equal(result, joined(before)) {
			t.Fatalf("%d: unedited, and not as before:\n%q\n%q", n, result, joined(before))
		}
		for _, line := range disk {
			if strings.HasPrefix(line, "mine") && !bytes.Contains(result, []byte(line+"\n")) {
				t.Fatalf("%d: %q is lost in %q", n, line, result)
			}
		}
	}
	if conflicts == 0 || merged == 0 {
		t.Fatalf("%d conflicts and %d merges: the law was not tried", conflicts, merged)
	}
}

func randomLines(r *rand.Rand, word string) []string {
	var out []string
	for range 1 + r.IntN(12) {
		out = append(out, fmt.Sprintf("%s %d", word, r.IntN(20)))
	}
	return out
}

// editedLines replaces, adds and removes some lines, or none.
func editedLines(r *rand.Rand, lines []string, word string) []string {
	out := slices.Clone(lines)
	for range r.IntN(4) {
		at := r.IntN(len(out) + 1)
		line := fmt.Sprintf("%s %d", word, r.IntN(100))
		switch {
		case at < len(out) && r.IntN(3) == 0:
			out[at] = line
		case at < len(out) && len(out) > 1 && r.IntN(3) == 0:
			out = slices.Delete(out, at, at+1)
		default:
			out = slices.Insert(out, at, line)
		}
	}
	return out
}

func joined(lines []string) []byte {
	if lines == nil {
		return nil
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}
