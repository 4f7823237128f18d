package readme

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// pieces reads sections: each file of the archive below a folder is one, whose name
// is NUMBER-ID-OWNERSHIP, with -marked where markers enclose it.
func pieces(files []txtar.File, folder string) []Piece {
	var out []Piece
	for _, f := range files {
		name, ok := strings.CutPrefix(f.Name, folder+"/")
		if !ok {
			continue
		}
		words := strings.Split(name, "-")
		p := Piece{ID: words[1], Ownership: words[2], Marked: len(words) > 3, Text: strings.Trim(string(f.Data), "\n")}
		if heads := outline(p.Text).heads; len(heads) > 0 && !p.Marked { // as pieceOf does
			p.Heading, p.Level = heads[0].text, heads[0].level
		}
		out = append(out, p)
	}
	return out
}

func wasOf(list []Piece) []Was {
	var out []Was
	for _, p := range list {
		out = append(out, Was{ID: p.ID, Ownership: p.Ownership, Heading: p.Heading, Level: p.Level, Digest: digestOf(p.Text)})
	}
	return out
}

func sidesOf(disk string, was, want []Piece) Sides {
	bases := map[string]string{}
	for _, p := range was {
		bases[digestOf(p.Text)] = p.Text
	}
	return Sides{
		Disk: []byte(disk), Was: wasOf(was), Want: want, Digest: digestOf,
		Base: func(d string) (string, bool) { t, ok := bases[d]; return t, ok },
	}
}

// TestCompose runs the archives of testdata/compose: sections as they were, as they
// are wanted, the file on disk, and what must come of it.
func TestCompose(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/compose/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no archives", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			get := func(name string) string {
				i := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == name })
				if i < 0 {
					return ""
				}
				return string(ar.Files[i].Data)
			}
			s := sidesOf(get("disk"), pieces(ar.Files, "was"), pieces(ar.Files, "want"))
			s.Import = strings.Contains(string(ar.Comment), "\nimport\n")
			c, err := Compose(s)
			text, told := "", ""
			var fault *LocateError
			switch {
			case errors.As(err, &fault):
				told = fault.Error() + "\n"
			case err != nil:
				t.Fatal(err)
			default:
				text = string(c.Text)
				for _, o := range c.Outcomes {
					told += fmt.Sprintf("%s %s %s %d\n", o.ID, o.Drift, o.Will, len(o.Conflicts))
					for _, x := range o.Conflicts {
						told += fmt.Sprintf("  line %d, spec %d, base %d\n", x.Mine.Line, x.Theirs.Line, x.Base.Line)
					}
				}
			}
			if text == get("disk") {
				text = "same\n"
			}
			if os.Getenv("MLOPS_UPDATE") != "" {
				ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return f.Name == "text" || f.Name == "told" })
				ar.Files = append(ar.Files, txtar.File{Name: "text", Data: []byte(text)}, txtar.File{Name: "told", Data: []byte(told)})
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := get("text"); text != want {
				t.Errorf("got:\n%s\nwant:\n%s", text, want)
			}
			if want := get("told"); told != want {
				t.Errorf("told:\n%s\nwant:\n%s", told, want)
			}
		})
	}
}

// TestComposeLaws holds what no README may break, over random sections, edits and
// foreign text: composing twice is composing once, foreign lines survive in their
// order, what was rendered and not touched becomes what is wanted, and every piece
// of an edit that is neither overwritten nor refused is still there.
func TestComposeLaws(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 7))
		was := randomPieces(r, "@")
		want := mutate(r, was)
		plain := joinPieces(was)
		c, err := Compose(sidesOf(plain, was, want))
		if err != nil {
			t.Fatal(seed, err)
		}
		if got := string(c.Text); got != joinPieces(want) && !keepsUser(was, want) {
			t.Fatalf("seed %d: untouched, got:\n%s\nwant:\n%s", seed, got, joinPieces(want))
		}
		disk, foreign := scribble(r, was)
		s := sidesOf(disk, was, want)
		c, err = Compose(s)
		if err != nil {
			t.Fatal(seed, err)
		}
		var left []string
		for line := range strings.Lines(string(c.Text)) {
			if strings.HasPrefix(line, "foreign") {
				left = append(left, strings.TrimSpace(line))
			}
		}
		slices.Sort(left)
		slices.Sort(foreign)
		if !slices.Equal(left, foreign) {
			t.Fatalf("seed %d: foreign text %q became %q in:\n%s\nfrom:\n%s", seed, foreign, left, c.Text, disk)
		}
		if slices.ContainsFunc(c.Outcomes, func(o Outcome) bool { return o.Will == "refuse" }) {
			continue
		}
		again := s
		again.Disk, again.Was = c.Text, wasOf(want)
		twice, err := Compose(again)
		if err != nil || string(twice.Text) != string(c.Text) {
			t.Fatalf("seed %d: not settled: %v\n%s\nthen:\n%s", seed, err, c.Text, twice.Text)
		}
	}
}

func keepsUser(was, want []Piece) bool {
	return slices.ContainsFunc(want, func(p Piece) bool { return p.Ownership == "user" }) || slices.ContainsFunc(was, func(p Piece) bool { return p.Ownership == "user" })
}

func joinPieces(list []Piece) string {
	var out []string
	for _, p := range list {
		out = append(out, p.Marker())
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, "\n\n") + "\n"
}

func randomPieces(r *rand.Rand, body string) []Piece {
	out := []Piece{{ID: "title", Ownership: "spec", Heading: "Name", Level: 1, Text: "# Name\n\n" + body}}
	for i := range 1 + r.IntN(5) {
		p := Piece{ID: fmt.Sprintf("custom.s%d", i), Ownership: []string{"spec", "shared", "user"}[r.IntN(3)], Heading: fmt.Sprintf("S%d", i), Level: 2}
		if p.Marked = r.IntN(4) == 0; p.Marked {
			p.Heading, p.Level, p.Text = "", 0, fmt.Sprintf("badge %d %s", i, body)
		} else {
			p.Text = fmt.Sprintf("## S%d\n\none %s\n\ntwo\n\n```sh\n# three\n```", i, body)
		}
		out = append(out, p)
	}
	return out
}

// mutate is what the spec may do: another text, another order, less and more.
func mutate(r *rand.Rand, was []Piece) []Piece {
	out := slices.Clone(was)
	for i := range out {
		if r.IntN(3) == 0 {
			out[i].Text = strings.Replace(out[i].Text, "@", "%", 1)
			out[i].Text = strings.Replace(out[i].Text, "two", "zwei", r.IntN(2))
		}
	}
	if len(out) > 2 && r.IntN(3) == 0 {
		i := 1 + r.IntN(len(out)-1)
		out = slices.Delete(out, i, i+1)
	}
	if len(out) > 2 && r.IntN(3) == 0 {
		out[1], out[len(out)-1] = out[len(out)-1], out[1]
	}
	if r.IntN(3) == 0 {
		out = slices.Insert(out, 1+r.IntN(len(out)), Piece{ID: "usage", Ownership: "spec", Heading: "Usage", Level: 2, Text: "## Usage\n\nnew"})
	}
	return out
}

// scribble is what people and other tools do.
func scribble(r *rand.Rand, was []Piece) (disk string, foreign []string) {
	var out []string
	for i, p := range was {
		text := p.Marker()
		switch r.IntN(7) {
		case 0:
			text = strings.Replace(text, "two", "two, they say", 1)
		case 1:
			text = strings.Replace(text, "one", "ONE", 1)
		}
		out = append(out, text)
		switch r.IntN(7) {
		case 2:
			// A heading of the same words above the section is not taken for it.
			if f := fmt.Sprintf("foreign %d", i); !p.Marked {
				out = slices.Insert(out, len(out)-1, fmt.Sprintf("%s %s\n\n%s", strings.Repeat("#", p.Level), p.Heading, f))
				foreign = append(foreign, f)
			}
		case 0:
			f := fmt.Sprintf("foreign %d", i)
			out = append(out, "## Mine "+f+"\n\n"+f)
			foreign = append(foreign, f)
		case 1:
			f := fmt.Sprintf("foreign %d", i)
			out = append(out, "<!-- START doctoc generated -->\n"+f+"\n<!-- END doctoc generated -->")
			foreign = append(foreign, f)
		case 3, 4:
			// In the middle of the section; between markers it would be the section's.
			if f := fmt.Sprintf("foreign %d", i); !p.Marked {
				out[len(out)-1] = withBlock(r, text, "<!-- START doctoc generated -->\n"+f+"\n<!-- END doctoc generated -->")
				foreign = append(foreign, f)
			}
		}
	}
	return strings.Join(out, strings.Repeat("\n", 2+r.IntN(2))) + "\n", foreign
}

// FuzzCompose looks for panics, and for text that is lost where nothing is wanted.
func FuzzCompose(f *testing.F) {
	f.Add("# A\n\n<!-- mlops:x -->\n\ny\n\n<!-- /mlops:x -->\n\n## B\n", "# A\n\nnew")
	f.Fuzz(func(t *testing.T, disk, text string) {
		want := []Piece{{ID: "title", Ownership: "spec", Heading: "A", Level: 1, Text: strings.TrimSpace(text)}}
		if c, err := Compose(sidesOf(disk, nil, want)); err == nil && len(c.Text) == 0 && strings.TrimSpace(disk) != "" {
			t.Errorf("%q became nothing", disk)
		}
	})
}
