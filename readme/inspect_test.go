package readme

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// TestInspect has a document, and the findings as "line kind".
func TestInspect(t *testing.T) {
	t.Parallel()
	p := Project{
		Files:  []string{"LICENSE", "docs/guide.md"},
		Exists: func(name string) bool { return name == "a b.png" || name == "src" },
		Read: func(name string) ([]byte, error) {
			if name == "docs/guide.md" {
				return []byte("# Guide\n\n## Set up\n"), nil
			}
			return nil, fs.ErrNotExist
		},
	}
	for _, c := range []struct{ text, want string }{
		{"[a](LICENSE) [b](docs) [c](src/) [d](a%20b.png) [e](/LICENSE) [f](./LICENSE?raw=1)", ""},
		{"[a](NOPE)\n\n[b](docs/nope.md#x)", "1 missing file, 3 missing file"},
		{"[a](<no such file.md>) and [b](docs/guide.md \"title\")", "1 missing file"},
		{"# One\n\n[a](#one) [b](#two) [c](#)", "3 bad anchor"},
		{"[a](docs/guide.md#set-up) [b](docs/guide.md#setup)", "1 bad anchor"},
		{"<a id=\"x\"></a>\n[a](#x) [b](#user-content-x)", ""},
		{"![](LICENSE) ![logo](LICENSE) <img src=\"LICENSE\"> <img src='NOPE' alt=''>", "1 image without alt text, 1 image without alt text, 1 missing file"},
		{"[![](LICENSE)](NOPE)", "1 image without alt text, 1 missing file"},
		{"[a]: NOPE\n[^1]: a note", "1 missing file"},
		{"`[a](NOPE)` ``[b](NOPE) ` `` [c](NOPE)", "1 missing file"},
		{"```\n[a](NOPE)\n```\n\n    [b](NOPE)\n\n<!-- [c](NOPE)\n[d](NOPE) --> [e](NOPE)", "8 missing file"},
		{"[a](https://example.com/x) <https://example.com> [b](mailto:a@example.com) [c](../../issues)", ""},
		{"[a](javascript:alert(1)) [b]()", "1 unsafe link, 1 dead link"},
		{"# A\n\n## B\n\n### C\n\n## D\n\n### C\n\n## B\n", "11 same heading"},
	} {
		var got []string
		for _, f := range Inspect("README.md", []byte(c.text), p) {
			got = append(got, fmt.Sprint(f.Line, " ", f.Kind))
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%q: got %q, want %q", c.text, text, c.want)
		}
	}
}

// FuzzInspect sees to it that nothing breaks the inspection, and that code has no
// links.
func FuzzInspect(f *testing.F) {
	f.Add("[a](b) ![](c) `d` <img src='x'>")
	f.Fuzz(func(t *testing.T, text string) {
		Inspect("README.md", []byte(text), Project{})
		fenced := "~~~~~~~~~~\n" + strings.ReplaceAll(text, "~", "") + "\n~~~~~~~~~~\n"
		if found := Inspect("README.md", []byte(fenced), Project{}); len(found) > 0 && len(fenced) < maxShown {
			t.Errorf("%q has %v", fenced, found)
		}
	})
}
