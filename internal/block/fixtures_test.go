package block

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const makefile = `.PHONY: test
test:
	pytest \
	  -q

# >>> conda initialize >>>
# <<< conda initialize <<<
-include local.mk
`

const makefileAfter = `.PHONY: test
test:
	pytest \
	  -q

# >>> conda initialize >>>
# <<< conda initialize <<<
# >>> mlops component.pipeline.file_block.make["repro"]
repro:
	dvc repro
# <<< mlops component.pipeline.file_block.make["repro"]
-include local.mk
`

const readme = "---\nlicense: mit\n---\n# Churn\n\n```sh\nmake test\n```"

const readmeAfter = "---\nlicense: mit\n---\n" +
	"<!-- >>> mlops file_block.badges -->\n![ci](x.svg)\n\n<!-- <<< mlops file_block.badges -->\n" +
	"# Churn\n\n```sh\nmake test\n```\n" +
	"<!-- >>> mlops file_block.footer -->\n\nMade by mlops.\n<!-- <<< mlops file_block.footer -->"

const editorconfig = "\ufeffroot = true\r\n\r\n[*]\r\nindent_style = space\r\n"

const editorconfigAfter = "\ufeffroot = true\r\n# >>> mlops file_block[\"py files\"]\r\n[*.py]\r\nindent_size = 4\r\n# <<< mlops file_block[\"py files\"]\r\n\r\n[*]\r\nindent_style = space\r\n"

const workflow = "# yaml-language-server: $schema=x\n---\non: push\njobs:\n  test:\n    steps:\n      - run: make test\n"

const workflowAfter = "# yaml-language-server: $schema=x\n---\non: push\njobs:\n  test:\n    steps:\n      - run: make test\n" +
	"# >>> mlops file_block.steps\n      - run: dvc repro\n# <<< mlops file_block.steps\n"

func TestFixtures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, before, after string
		wants               []Want
	}{
		{"Makefile", makefile, makefileAfter, []Want{
			{`component.pipeline.file_block.make["repro"]`, []byte("repro:\n\tdvc repro\n"), Comment{}, Position{Before, "-include local.mk"}},
		}},
		{"README.md", readme, readmeAfter, []Want{
			{"file_block.footer", []byte("\nMade by mlops.\n"), Comment{}, Position{}},
			{"file_block.badges", []byte("![ci](x.svg)\n\n"), Comment{}, Position{Place: Start}},
		}},
		{".editorconfig", editorconfig, editorconfigAfter, []Want{
			{`file_block["py files"]`, []byte("[*.py]\nindent_size = 4\n"), Comment{}, Position{After, "root = true"}},
		}},
		{".github/workflows/ci.yml", workflow, workflowAfter, []Want{
			{"file_block.steps", []byte("      - run: dvc repro\n"), Comment{}, Position{After, "      - run: make test"}},
		}},
	} {
		var addresses []string
		for i := range c.wants {
			c.wants[i].Comment, _ = CommentFor(c.file)
			addresses = append(addresses, c.wants[i].Address)
		}
		got := must(t)(Put([]byte(c.before), c.wants...))
		if diff := cmp.Diff(c.after, string(got)); diff != "" {
			t.Errorf("%s:\n%s", c.file, diff)
		}
		if back := must(t)(Remove(got, addresses...)); string(back) != c.before {
			t.Errorf("%s: removed:\n%s", c.file, back)
		}
	}
}

// What others do to a file between two runs: a formatter indents the markers, an
// editor ends the last line, git turns the line ends.
func TestEditsOfOthers(t *testing.T) {
	t.Parallel()
	w := want("file_block.n", "own\n")
	text := string(must(t)(Put([]byte("x"), w)))
	for name, c := range map[string]struct{ edited, put, removed string }{
		"indented": {strings.ReplaceAll(text, "# ", "    # "), strings.ReplaceAll(text, "# ", "    # "), "x"},
		"ended":    {text + "\n", text + "\n", "x\n"},
		"blanks":   {strings.ReplaceAll(text, "\n", " \n"), strings.Replace(strings.ReplaceAll(text, "\n", " \n"), "own ", "own", 1), "x "},
		"CRLF":     {crlf(text), crlf(text), "x"},
		"more":     {"y\n" + text + "\nz\n", "y\n" + text + "\nz\n", "y\nx\nz\n"},
	} {
		got := must(t)(Put([]byte(c.edited), w))
		if string(got) != c.put {
			t.Errorf("%s: %q", name, got)
		}
		if back := must(t)(Remove(got, w.Address)); string(back) != c.removed {
			t.Errorf("%s: removed: %q", name, back)
		}
	}
}

func benchText(regions, between int) ([]byte, []Want) {
	var b bytes.Buffer
	var wants []Want
	for i := range regions {
		w := want("file_block.n"+itoa(i), "a/\nb/\n")
		wants = append(wants, w)
		b.WriteString(render(w.Comment, true, w.Address) + "\nx/\n" + render(w.Comment, false, w.Address) + "\n")
		b.WriteString(strings.Repeat("some line of the user's\n", between))
	}
	return b.Bytes(), wants
}

func BenchmarkFind(b *testing.B) {
	plain := bytes.Repeat([]byte("some line of the user's\n"), 40_000)
	marked, _ := benchText(1000, 40)
	for name, text := range map[string][]byte{"plain": plain, "marked": marked} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := Find(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPut(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		text, wants := benchText(n, 1)
		fresh := bytes.Repeat([]byte("some line of the user's\n"), n)
		for name, before := range map[string][]byte{"replace": text, "insert": fresh} {
			b.Run(name+itoa(n), func(b *testing.B) {
				for b.Loop() {
					if _, err := Put(before, wants...); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
