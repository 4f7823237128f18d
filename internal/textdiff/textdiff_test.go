package textdiff

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func text644(path, data string) *File { return &File{Path: path, Mode: "0644", Data: []byte(data)} }

func TestPatchText(t *testing.T) {
	t.Parallel()
	exe := func(path, data string) *File { return &File{Path: path, Mode: "0755", Data: []byte(data)} }
	tests := []struct {
		name     string
		old, new *File
		want     string
	}{
		{"nothing", nil, nil, ""},
		{"same", text644("f", "a\n"), text644("f", "a\n"), ""},
		{
			"create", nil, text644("d/f", "a\nb\n"),
			"diff --git a/d/f b/d/f\nnew file mode 100644\n--- /dev/null\n+++ b/d/f\n@@ -0,0 +1,2 @@\n+a\n+b\n",
		},
		{"create empty", nil, exe("f", ""), "diff --git a/f b/f\nnew file mode 100755\n"},
		{
			"delete", text644("f", "a"), nil,
			"diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n",
		},
		{"delete empty", text644("f", ""), nil, "diff --git a/f b/f\ndeleted file mode 100644\n"},
		{
			"change", text644("f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n"), text644("f", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
			"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
		},
		{
			"final newline", text644("f", "a\nb"), text644("f", "a\nb\n"),
			"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n",
		},
		{
			"context without newline", text644("f", "a\nb"), text644("f", "b"),
			"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n-a\n b\n\\ No newline at end of file\n",
		},
		{
			"hunks that touch are one", text644("f", "a\n1\n2\n3\n4\n5\n6\nb"), text644("f", "1\n2\n3\n4\n5\n6\n"),
			"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,8 +1,6 @@\n-a\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n\\ No newline at end of file\n",
		},
		{
			"hunks apart are two", text644("f", "a\n1\n2\n3\n4\n5\n6\n7\nb\n"), text644("f", "1\n2\n3\n4\n5\n6\n7\n"),
			"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -6,4 +5,3 @@\n 5\n 6\n 7\n-b\n",
		},
		{"quoted for one byte", nil, text644("\x7f", ""), "diff --git \"a/\\177\" \"b/\\177\"\nnew file mode 100644\n"},
		{"plain path", nil, text644("a~b c", ""), "diff --git a/a~b c b/a~b c\nnew file mode 100644\n"},
		{"mode", text644("f", "a"), exe("f", "a"), "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n"},
		{"rename", text644("f", "a"), text644("g", "a"), "diff --git a/f b/g\nrename from f\nrename to g\n"},
		{
			"all at once", text644("f", ""), exe("g h", "a\n"),
			"diff --git a/f b/g h\nold mode 100644\nnew mode 100755\nrename from f\nrename to g h\n--- a/f\n+++ b/g h\t\n@@ -0,0 +1 @@\n+a\n",
		},
		{
			"quoted", text644("\x01\a\"é\x7f", ""), nil,
			`diff --git "a/\001\a\"\303\251\177" "b/\001\a\"\303\251\177"` + "\ndeleted file mode 100644\n",
		},
		{"binary", text644("f", "a"), text644("f", "a\x00"), ""},
		{"binary created", nil, text644("f", "\x00"), ""},
		{"binary moved", text644("f", "\x00"), text644("g", "\x00"), "diff --git a/f b/g\nrename from f\nrename to g\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := Patch(tt.old, tt.new)
			if string(got) != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if tt.want == "" && got != nil {
				t.Error("no patch is not nil")
			}
		})
	}
}

func TestIsBinary(t *testing.T) {
	t.Parallel()
	for at, want := range map[int]bool{0: true, 7999: true, 8000: false} {
		b := bytes.Repeat([]byte("a"), 8001)
		b[at] = 0
		if IsBinary(b) != want {
			t.Errorf("NUL at %d: %t", at, !want)
		}
	}
	if IsBinary(nil) {
		t.Error("nothing is binary")
	}
}

// randomText has few distinct lines, with every kind of end and byte.
func randomText(r *rand.Rand) string {
	words := []string{"", "", "a", "b", "}", "c\r", "\r", "\rd", "\xff\xfe", "-- x", "++ y", "@@ -1 +1 @@", "\\ No newline", "é\u202e"}
	words = words[:1+r.IntN(len(words))]
	var b strings.Builder
	for range r.IntN(1 << r.IntN(8)) {
		b.WriteString(words[r.IntN(len(words))])
		b.WriteByte('\n')
	}
	if r.IntN(3) == 0 {
		b.WriteString(words[r.IntN(len(words))])
	}
	return b.String()
}

// mutated returns a text near to s, or one that has nothing to do with it.
func mutated(r *rand.Rand, s string) string {
	if r.IntN(8) == 0 {
		return randomText(r)
	}
	lines := strings.SplitAfter(s, "\n")
	for range r.IntN(6) {
		i := r.IntN(len(lines) + 1)
		j := min(len(lines), i+r.IntN(4))
		add := strings.SplitAfter(randomText(r), "\n")
		lines = slices.Replace(lines, i, j, add[:r.IntN(min(5, len(add)+1))]...)
	}
	return strings.Join(lines, "")
}

func TestPatchLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 8000 {
		old := randomText(r)
		new := mutated(r, old)
		if r.IntN(4) == 0 { // more common lines than are looked at
			tail := strings.Repeat("}\n", 60+r.IntN(20)) + randomText(r)
			old, new = old+tail, new+tail
		}
		law(t, []byte(old), []byte(new))
	}
}

// law holds for every pair of texts: the patch turns one into the other, the
// counts are those of the patch, and the edits are in order and not empty.
func law(t *testing.T, old, new []byte) {
	t.Helper()
	patch := Patch(&File{Path: "f", Data: old}, &File{Path: "f", Data: new})
	binary := IsBinary(old) || IsBinary(new)
	if (patch == nil) != (binary || bytes.Equal(old, new)) {
		t.Fatalf("patch %q of %q, %q", patch, old, new)
	}
	if got, err := apply(old, patch); patch != nil && (err != nil || !bytes.Equal(got, new)) {
		t.Fatalf("%v: %q, %q: patch\n%s\ngives %q", err, old, new, patch, got)
	}
	added, removed := counts(patch)
	if a, d := Stat(old, new); a != added || d != removed {
		t.Fatalf("stat +%d -%d, patch +%d -%d", a, d, added, removed)
	}
	linesLaw(t, splitLines(old), splitLines(new), Lines(old, new))
}

func linesLaw(t *testing.T, old, new [][]byte, list []Edit) {
	t.Helper()
	i, j := 0, 0
	for n, e := range append(list, Edit{len(old), len(old), len(new), len(new)}) {
		if e.OldStart < i || e.OldEnd < e.OldStart || e.NewEnd < e.NewStart ||
			n < len(list) && e.OldEnd-e.OldStart+e.NewEnd-e.NewStart == 0 ||
			0 < n && n < len(list) && e.OldStart == i {
			t.Fatalf("edits %v", list)
		}
		if !slices.EqualFunc(old[i:e.OldStart], new[j:e.NewStart], bytes.Equal) {
			t.Fatalf("edits %v: not the same before %v", list, e)
		}
		i, j = e.OldEnd, e.NewEnd
	}
}

// Small differences get a shortest diff: as short as dynamic programming finds.
func TestLinesShortest(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		old := randomText(r)
		new := mutated(r, old)
		a, b := splitLines([]byte(old)), splitLines([]byte(new))
		want := distance(a, b)
		got := 0
		for _, e := range Lines([]byte(old), []byte(new)) {
			got += e.OldEnd - e.OldStart + e.NewEnd - e.NewStart
		}
		if want <= 24 && got != want {
			t.Fatalf("%q, %q: %d lines, %d would do", old, new, got, want)
		}
	}
}

// distance is the least count of inserted and deleted lines.
func distance(a, b [][]byte) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			best := min(row[j], row[j+1]) + 1
			if bytes.Equal(a[i], b[j]) {
				best = diagonal
			}
			diagonal, row[j+1] = row[j+1], best
		}
	}
	return row[len(b)]
}

// What is too large to match is one edit, and its patch right.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(15, 16))
	for range 500 {
		tail := strings.Repeat("x\n", r.IntN(80)) + randomText(r)
		old := randomText(r)
		a, b := []byte(old+tail), []byte(mutated(r, old)+tail)
		if bytes.Equal(a, b) {
			continue
		}
		d := compareUpTo(0, a, b)
		if got, err := apply(a, d.appendHunks([]byte("\n"))); err != nil || !bytes.Equal(got, b) || len(d.edits) != 1 {
			t.Fatalf("%q, %q: %v: got %q with %v", a, b, err, got, d.edits)
		}
	}
}

func FuzzPatch(f *testing.F) {
	for _, s := range [][2]string{
		{"", "a"},
		{"a\nb\n", "b\n"},
		{"a\r\n", "a\n"},
		{"x\nx\nx\n", "x\n"},
		{"\xff", "\x00"},
		{strings.Repeat("a\n", 99), strings.Repeat("a\n", 80) + "b\na"},
	} {
		f.Add([]byte(s[0]), []byte(s[1]))
	}
	f.Fuzz(func(t *testing.T, old, new []byte) { law(t, old, new) })
}
