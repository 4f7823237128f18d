package readme

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTakeIn shows what becomes of a README: its kinds in order.
func TestTakeIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", ""},
		{"usual", "# Demo\n\nIt shows.\n\n## Why\n\nBecause.\n\n## Background\n\nLong ago.\n", "title custom.why background"},
		{"no end of line", "# Demo\n\n## Why\n\nBecause.", "title custom.why"},
		{"windows", "# Demo\r\n\r\n## Why\r\n\r\nBecause.\r\n", "title custom.why"},
		{"byte order mark", "\ufeff# Demo\n\n## Why\n\nBecause.\n", "title custom.why"},
		{"setext", "Demo\n====\n\nWhy\n---\n\nBecause.\n", "verbatim.demo verbatim.why"},
		{"text first", "<p align=\"center\">logo</p>\n\n# Demo\n\n## Why\n\nBecause.\n", "verbatim.lead verbatim.demo custom.why"},
		{"no heading", "Only text.\n", "verbatim.lead"},
		{"several titles", "# A\n\na\n\n# B\n\nb\n", "title verbatim.b"},
		{"same headings", "# A\n\n## X\n\na\n\n## X\n\nb\n", "title verbatim.x verbatim.x-2"},
		{"below the title", "# A\n\n### X\n\na\n\n## Y\n\nb\n", "title verbatim.x custom.y"},
		{"bold", "# *A*\n\n## X\n\n* b\n", "verbatim.a custom.x"},
		{"decomposed accents", "# A\n\n## Cafe\u0301\n\nb\n", "title verbatim.cafe"},
		{"other tool", "# A\n\n## X\n\nb\n\n<!-- START doctoc -->\n- [c](#c)\n<!-- END doctoc -->\n\nd\n\n## Y\n\ne\n", "title custom.x custom.y"},
		{"open fence", "# A\n\n## X\n\n```\n\n## no\n", "title verbatim.x"},
		{"many blank lines", "# A\n\n\n\n## X\n\n\n\nb\n\n\n\n", "title verbatim.x"},
		{"front matter", "---\ntitle: X\ntags: [a]\n---\n\n# X\n\nb\n\n## Y\n\nc\n", "verbatim.lead verbatim.x custom.y"},
		{"front matter alone", "---\ntitle: X\n---\n", "verbatim.lead"},
		{"front matter at once", "\ufeff---\r\n# It.\r\n\"a b\": |\r\n  ```\r\n\r\n  # no\r\n---\r\n# X\r\n\r\nb\r\n", "verbatim.lead verbatim.x"},
		{"front matter and more", "---\ntitle: X\n---\n\n![logo](x.png)\n\n# X\n", "verbatim.lead verbatim.x"},
		{"rules", "---\n\n# X\n\nNote: b\n\n---\n\n## Y\n\nc\n", "verbatim.lead verbatim.x custom.y"},
		{"open front matter", "---\ntitle: X\n\n# X\n\nb\n", "verbatim.lead verbatim.x"},
		{"front matter below", "# X\n\n---\ntitle: X\n---\n\nb\n", "verbatim.x verbatim.title-x"},
		{"other letters", "# 日本\n\n## 使い方\n\nb\n", "title custom.part-2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all, err := TakeIn(t.Context(), []byte(c.file), Project{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range all.Sections {
				got = append(got, strings.TrimSuffix(s.Kind+"."+s.Name, "."))
			}
			if text := strings.Join(got, " "); text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
		})
	}
}

// Any README comes back byte for byte, or is refused for half a marker or for not
// being UTF-8.
func TestTakeInGivesBack(t *testing.T) {
	t.Parallel()
	bits := []string{
		"---\na: 1\n---\n", "---\n", "# A\n", "## B\n", "## B\n", "### C\n", "A\n===\n", "B\n---\n", "\n", "\n\n", "\n", "text\n", "- item\n", "  - [x](#a)\n", "```\n", "~~~sh\n", "> quote\n", "> # Q\n",
		"<div>\n", "</div>\n", "<!-- note -->\n", "<!-- START doctoc -->\n", "<!-- END doctoc -->\n", "<!--\n", "-->\n", "cafe\u0301\n", "\r\n", "text\r\n", "## D\r\n", "  \n", "\t\n",
		"\tcode\n", "| a | b |\n", "---\n", "## Why <!-- x -->\n", "#\n", "# A\n", "1. one\n", "\u202e\n", "\x00\n", "${x} %{y}\n", "no end", "lone\r", "\r", "two\r\r\n",
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 3000 {
		var b strings.Builder
		for range r.IntN(14) {
			b.WriteString(bits[r.IntN(len(bits))])
		}
		gives(t, b.String())
	}
}

func gives(t *testing.T, file string) (kinds int) {
	t.Helper()
	all, err := TakeIn(t.Context(), []byte(file), Project{Name: "x"})
	if err != nil {
		t.Errorf("%v: %q", err, file)
		return 0
	}
	if !all.lossless([]byte(file), Project{Name: "x"}) {
		t.Errorf("%q does not come back", file)
	}
	return len(all.Sections)
}

// The READMEs of the modules that the tests download come back, too, and those below
// MLOPS_READMES, a folder of npm packages: then there must be 200 different ones.
func TestTakeInRealOnes(t *testing.T) {
	t.Parallel()
	least, sections := 20, 0
	if os.Getenv("MLOPS_READMES") != "" {
		least = 200
	}
	all := realOnes(t)
	for _, text := range all {
		sections += gives(t, text)
	}
	if len(all) < least || sections < len(all) {
		t.Errorf("%d sections of %d READMEs", sections, len(all))
	}
	t.Logf("%d sections of %d different READMEs", sections, len(all))
}

// realOnes are the READMEs that are at hand, each text once.
func realOnes(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	seen := map[string]bool{}
	for _, root := range []string{strings.TrimSpace(string(out)), os.Getenv("MLOPS_READMES")} {
		if root == "" {
			continue
		}
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && name == filepath.Join(root, "cache") {
				return fs.SkipDir
			}
			if d.IsDir() || strings.ToLower(d.Name()) != "readme.md" {
				return nil
			}
			data, err := os.ReadFile(name)
			if text := string(data); !seen[text] {
				seen[text] = true
				all = append(all, text)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// FuzzTakeIn holds any text to the law that it comes back.
func FuzzTakeIn(f *testing.F) {
	f.Add("# A\n\n## B\n\ntext\n")
	f.Fuzz(func(t *testing.T, file string) {
		all, err := TakeIn(t.Context(), []byte(file), Project{Name: "x"})
		if err == nil && !all.lossless([]byte(file), Project{Name: "x"}) {
			t.Errorf("%q does not come back", file)
		}
	})
}

// TestTakeInManyHeadings: a README with more headings than sections are made of is
// still taken in.
func TestTakeInManyHeadings(t *testing.T) {
	t.Parallel()
	disk := "Hello.\n" + strings.Repeat("\n## Again\n\nx\n", 3*maxTaken)
	taken, err := TakeIn(t.Context(), []byte(disk), Project{Name: "x"})
	if err != nil || len(taken.Sections) != 1 {
		t.Fatal(err, taken)
	}
}

// TestTakeInOfMarks: Markdown whose marks a parser would pair for minutes is taken in.
func TestTakeInOfMarks(t *testing.T) {
	t.Parallel()
	for _, mark := range []string{"[", "[a](", "[a](\n", "`[", "*a_", "### [\n", "> ", "<!-- ", "<a "} {
		disk := "# Name\n\n" + strings.Repeat(mark, (1<<17)/len(mark)) + "\n"
		for _, file := range []string{disk, "# " + strings.ReplaceAll(disk[8:], "\n", "") + "\n"} {
			taken, err := TakeIn(t.Context(), []byte(file), Project{Name: "x"})
			if err != nil || len(taken.Sections) == 0 {
				t.Errorf("%q: %v", mark, err)
			}
			_ = Inspect("README.md", []byte(file), Project{})
		}
	}
}

// TestTakeInEnds: a context that is done ends it.
func TestTakeInEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := TakeIn(ctx, []byte("# Name\n"), Project{Name: "x"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
