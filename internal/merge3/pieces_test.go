package merge3

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// wordPieces are words at single spaces; a line is known by its first word.
func wordPieces() Pieces {
	return Pieces{
		Key:   func(line []byte) string { first, _, _ := strings.Cut(string(line), " "); return first },
		Words: func(line []byte) [][]byte { return bytes.SplitAfter(line, []byte(" ")) },
	}
}

func TestMergePieces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, base, mine, theirs, want string }{
		{"neighbours", "a 1\nb 2\n", "a 1!\nb 2\n", "a 1\nb 3\n", "a 1!\nb 3\n"},
		{"words of a line", "a 1 x\n", "a 1 y\n", "a 2 x\n", "a 2 y\n"},
		{"the same word", "a 1 x\n", "a 3 x\n", "a 2 x\n", ""},
		{"a line behind a changed one", "a 1\n", "a 1\nb\n", "a 2\n", "a 2\nb\n"},
		{"a line before a changed one", "a 1\n", "b\na 1\n", "a 2\n", "b\na 2\n"},
		{"a key that mine changed", "a 1 x\n", "A 1 x\n", "a 2 x\n", "A 2 x\n"},
		{"a key that theirs changed", "a 1 x\n", "a 1 y\n", "A 2 x\n", ""},
		{"a changed line that mine deleted", "k\na 1\nk\n", "k\nk\n", "k\na 2\nk\n", ""},
		{"an edited line that theirs deleted", "k\na 1\nk\n", "k\na 2\nk\n", "k\nk\n", ""},
		{"both add in one place", "k\n", "k\nx\n", "k\ny\n", ""},
		{"both add the same", "k\na 1\n", "k\nx\na 1 m\n", "k\nx\na 2\n", ""},
		{"one of two lines", "a 1 x\nb 2 x\n", "a 3 m\nb 2 m\n", "a 4 x\nb 5 x\n", ""},
		{"no line end", "a 1", "a 1 m", "a 2", ""},
	} {
		res, err := MergePieces([]byte(c.base), []byte(c.mine), []byte(c.theirs), wordPieces())
		if err != nil {
			t.Fatal(err)
		}
		if string(res.Text) != c.want || (c.want == "") != (len(res.Conflicts) > 0) {
			t.Errorf("%s: got %q with %d conflicts, want %q", c.name, res.Text, len(res.Conflicts), c.want)
		}
	}
}

// What both changed is a conflict of its own, beside what is settled.
func TestMergePiecesDivides(t *testing.T) {
	t.Parallel()
	res := must(MergePieces([]byte("a 1 x\nb 2 x\n"), []byte("a 3 x\nb 2 m\n"), []byte("a 4 x\nb 5 x\n"), wordPieces()))(t)
	if got := string(res.Mine()) + string(res.Theirs()); len(res.Conflicts) != 1 || got != "a 3 x\nb 5 m\na 4 x\nb 5 m\n" {
		t.Errorf("%d conflicts, sides %q", len(res.Conflicts), got)
	}
}

// What theirs replaced and mine reworded is in the hole alone, not beside it, too.
func TestMergePiecesReworded(t *testing.T) {
	t.Parallel()
	res := must(MergePieces([]byte("k\nrun it one\n"), []byte("k\nrun it mine\n"), []byte("k\nsay it theirs\n"), wordPieces()))(t)
	if got := string(res.Mine()) + string(res.Theirs()); len(res.Conflicts) != 1 || got != "k\nrun it mine\nk\nsay it theirs\n" {
		t.Errorf("%d conflicts, sides %q", len(res.Conflicts), got)
	}
}

// TestMergePiecesLaws holds that nothing changes where whole lines do, that a merge
// again changes nothing, that a side which changed nothing gives way, and that a line
// that only one side has in all three texts is not lost.
func TestMergePiecesLaws(t *testing.T) {
	t.Parallel()
	finer := 0
	for i := range 4000 {
		r := rand.New(rand.NewPCG(31, uint64(i)))
		base := randomRows(r, 2+r.IntN(5))
		in := triple{[]byte(strings.Join(base, "")), []byte(editRows(r, base, "m")), []byte(editRows(r, base, "t"))}
		plain, err := Merge(in.base, in.mine, in.theirs)
		if err != nil {
			t.Fatal(err)
		}
		fine := must(MergePieces(in.base, in.mine, in.theirs, wordPieces()))(t)
		if len(plain.Conflicts) == 0 && !bytes.Equal(plain.Text, fine.Text) {
			t.Fatalf("%q: %q by lines, %q by pieces", in, plain.Text, fine.Text)
		}
		if (len(plain.Conflicts) == 0) != (len(fine.Conflicts) == 0) && len(fine.Conflicts) > 0 {
			t.Fatalf("%q: a conflict by pieces only", in)
		}
		if len(fine.Conflicts) > 0 {
			sidesStay(t, in, fine)
			continue
		}
		if len(plain.Conflicts) > 0 {
			finer++
		}
		again := must(MergePieces(in.base, fine.Text, in.theirs, wordPieces()))(t)
		if !bytes.Equal(again.Text, fine.Text) {
			t.Fatalf("%q: %q, and merged again %q", in, fine.Text, again.Text)
		}
		for _, side := range [][]byte{in.mine, in.theirs} {
			for _, word := range strings.Fields(string(side)) {
				if strings.HasPrefix(word, "m") || strings.HasPrefix(word, "t") {
					if !strings.Contains(string(fine.Text), word) {
						t.Fatalf("%q: %q lost %q", in, fine.Text, word)
					}
				}
			}
		}
	}
	if finer < 300 {
		t.Errorf("pieces settled %d of 4000 merges only", finer)
	}
}

// sidesStay holds that the user's side of a merge with conflicts has all that mine
// added, and the spec's all of theirs, each once.
func sidesStay(t *testing.T, in triple, res Result) {
	t.Helper()
	for by, side := range map[string][2][]byte{"m": {in.mine, res.Mine()}, "t": {in.theirs, res.Theirs()}} {
		for word := range strings.FieldsSeq(string(side[0])) {
			if n := strings.Count(" "+strings.ReplaceAll(string(side[1]), "\n", " "), " "+word+" "); strings.HasPrefix(word, by) && n != 1 {
				t.Fatalf("%q: %q has %q %d times", in, side[1], word, n)
			}
		}
	}
}

func randomRows(r *rand.Rand, n int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = string(rune('a'+i)) + " " + string(rune('0'+r.IntN(10))) + " x\n"
	}
	return rows
}

// editRows changes words, adds rows and takes some out; what it adds begins with by and
// is there once.
func editRows(r *rand.Rand, rows []string, by string) string {
	var out strings.Builder
	n := 0
	fresh := func() string { n++; return by + strings.Repeat("'", n) }
	for _, row := range rows {
		switch r.IntN(8) {
		case 0:
			row = strings.Replace(row, "x", fresh(), 1)
		case 1:
			row = row[:2] + fresh() + row[3:]
		case 2:
			row = fresh() + " new\n" + row
		case 3:
			if r.IntN(3) == 0 {
				row = ""
			}
		case 4:
			row = strings.TrimSuffix(row, "\n") + " " + fresh() + "\n"
		case 5:
			row = fresh() + row[1:]
		}
		out.WriteString(row)
	}
	return out.String()
}
