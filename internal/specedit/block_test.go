package specedit_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/specedit"
)

const appended = `file "src/\"x\".py" {
  content = <<-EOT
    import x

      $${y}
  EOT
  mode    = "0755"
}

file_keys "p" {
  path = "pyproject.toml"
  set = {
    "tool.ruff" = 100
    x           = [1, "two", { three = null }]
  }
}

readme {
  section "title" {}

  section "custom" "why" {
    vars = merge(var.a, { b = 1 })
  }
}
`

func appendedBlocks() []specedit.Block {
	return []specedit.Block{
		{
			Type: "file", Labels: []string{`src/"x".py`},
			Attributes: []specedit.Attr{
				{Name: "content", Value: str("import x\n\n  ${y}\n")},
				{Name: "mode", Value: str("0755")},
			},
		},
		{
			Type: "file_keys", Labels: []string{"p"},
			Attributes: []specedit.Attr{
				{Name: "path", Value: str("pyproject.toml")},
				{Name: "set", Value: cty.ObjectVal(map[string]cty.Value{
					"tool.ruff": num(100),
					"x":         list(num(1), str("two"), cty.ObjectVal(map[string]cty.Value{"three": cty.NullVal(cty.String)})),
				})},
			},
		},
		{
			Type: "readme",
			Blocks: []specedit.Block{
				{Type: "section", Labels: []string{"title"}},
				{
					Type: "section", Labels: []string{"custom", "why"},
					Attributes: []specedit.Attr{{Name: "vars", Expr: "merge(var.a,{b=1})"}},
				},
			},
		},
	}
}

func TestAppendBlocks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, between string }{
		{"", ""},
		{"\uFEFF", ""},
		{"# head", "\n\n"},
		{"a = 1\n", "\n"},
		{"a = 1\n\n", ""},
		{"a   =  1\n \n\n", ""},
	} {
		got, err := specedit.AppendBlocks([]byte(c.text), appendedBlocks()...)
		if want := c.text + c.between + appended; string(got) != want || err != nil {
			t.Errorf("%q: %v\n%s\nwant\n%s", c.text, err, got, want)
		}
	}
	if got, err := specedit.AppendBlocks([]byte("a")); string(got) != "a" || err != nil {
		t.Errorf("no block: %q, %v", got, err)
	}
}

func TestAppendBlocksInCRLF(t *testing.T) {
	t.Parallel()
	b := specedit.Block{Type: "b", Attributes: []specedit.Attr{
		{Name: "lf", Value: str("1\n2\n")},
		{Name: "crlf", Value: str("1\r\n2\r\n")},
	}}
	for eol, want := range map[string]string{
		"\n":   "a = 1\n\nb {\n  lf   = <<-EOT\n    1\n    2\n  EOT\n  crlf = \"1\\r\\n2\\r\\n\"\n}\n",
		"\r\n": "a = 1\r\n\r\nb {\r\n  lf   = \"1\\n2\\n\"\r\n  crlf = <<-EOT\r\n    1\r\n    2\r\n  EOT\r\n}\r\n",
	} {
		got, err := specedit.AppendBlocks([]byte("a = 1"+eol), b)
		if string(got) != want || err != nil {
			t.Errorf("%q: %v\n%q\n%q", eol, err, got, want)
		}
	}
}

func TestAppendBlocksRefuses(t *testing.T) {
	t.Parallel()
	attr := func(name, expr string, v cty.Value) specedit.Block {
		return specedit.Block{Type: "b", Attributes: []specedit.Attr{{Name: name, Expr: expr, Value: v}}}
	}
	deep := specedit.Block{Type: "b"}
	for range 300 {
		deep = specedit.Block{Type: "b", Blocks: []specedit.Block{deep}}
	}
	for name, b := range map[string]specedit.Block{
		"type":             {Type: "a b"},
		"label not UTF-8":  {Type: "b", Labels: []string{"\xff"}},
		"attribute's name": attr("a.b", "", num(1)),
		"nothing":          attr("a", "", cty.NilVal),
		"unknown":          attr("a", "", cty.DynamicVal),
		"sensitive":        attr("a", "", num(1).Mark("x")),
		"injection":        attr("a", "1\n}\nb {", cty.NilVal),
		"two lines":        attr("a", "1\n+ 2", cty.NilVal),
		"comment":          attr("a", "1 # c\nb = 2", cty.NilVal),
		"carriage return":  attr("a", "<<T\r\nx\r\nT\r\n", cty.NilVal),
		"deep expression":  attr("a", strings.Repeat("[", 1e5), cty.NilVal),
		"deep":             deep,
		"twice":            {Type: "b", Attributes: []specedit.Attr{{Name: "a", Value: num(1)}, {Name: "a", Value: num(2)}}},
	} {
		if got, err := specedit.AppendBlocks(nil, b); !errors.Is(err, specedit.ErrValue) {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
}

func TestRemoveBlock(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"only", "«b» {}", ""},
		{"with comments", "# head\n\n# one\n/* two\n */\n// three\n«b» \"l\" {\n  x = 1\n} # tail\n\nc {}\n", "# head\n\nc {}\n"},
		{"first", "«b» {}\n\n\nc {}\n", "c {}\n"},
		{"middle", "a {}\n\n«b» {}\n\nc {}\n", "a {}\n\nc {}\n"},
		{"last", "a {}\n\n«b» {}\n\n", "a {}\n"},
		{"tight", "a {}\n«b» {}\nc {}\n", "a {}\nc {}\n"},
		{"comment behind code", "a = 1 # c\n«b» {}\n", "a = 1 # c\n"},
		{"comments behind code", "a = 1 /* c */ /* d */\n/* e */ «b» {}\n", "a = 1 /* c */ /* d */\n"},
		{"comment of its own", "a = 1\n# c\n\n«b» {}\nd = 2\n", "a = 1\n# c\n\nd = 2\n"},
		{"nested", "r {\n  # c\n  «b» \"x\" {\n    y = 1\n  }\n\n  b \"z\" {}\n}\n", "r {\n  b \"z\" {}\n}\n"},
		{"nested last", "r {\n  x = 1\n\n  «b» {}\n}\n", "r {\n  x = 1\n}\n"},
		{"CRLF and byte order mark", "\uFEFF# c\r\n«b» {\r\n}\r\n\r\nc {}\r\n", "\uFEFFc {}\r\n"},
	} {
		before, rest, _ := strings.Cut(c.in, "«")
		head, after, _ := strings.Cut(rest, "»")
		text := []byte(before + head + after)
		at := blockAt(t, text, len(before))
		for _, rng := range []hcl.Range{at.DefRange(), hcl.RangeBetween(at.TypeRange, at.CloseBraceRange)} {
			got, err := specedit.RemoveBlock(text, file, rng)
			if string(got) != c.want || err != nil {
				t.Errorf("%s: %v\n%q\n%q", c.name, err, got, c.want)
			}
		}
		if _, err := specedit.RemoveBlock(text, file, span(len(before), len(before))); !errors.Is(err, specedit.ErrPlace) {
			t.Errorf("%s: no block: %v", c.name, err)
		}
	}
	if _, err := specedit.RemoveBlock([]byte("{}"), "x.mlops.hcl.json", span(0, 2)); !errors.Is(err, specedit.ErrJSON) {
		t.Error(err)
	}
}

func blocksOf(t *testing.T, text []byte) hclsyntax.Blocks {
	t.Helper()
	f, diags := hclsyntax.ParseConfig(text, file, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	return f.Body.(*hclsyntax.Body).Blocks
}

func blockAt(t *testing.T, text []byte, start int) *hclsyntax.Block {
	t.Helper()
	for _, b := range blocksOf(t, text) {
		for _, b := range append(b.Body.Blocks, b) {
			if b.TypeRange.Start.Byte == start {
				return b
			}
		}
	}
	t.Fatalf("no block at %d in\n%s", start, text)
	return nil
}

func randomBlock(r *rand.Rand, depth int) specedit.Block {
	b := specedit.Block{Type: []string{"file", "b-1", "for"}[r.IntN(3)]}
	for range r.IntN(3) {
		b.Labels = append(b.Labels, cty.NormalizeString(strings.ToValidUTF8(randomValue(r), "")))
	}
	for i := range r.IntN(4) {
		b.Attributes = append(b.Attributes, specedit.Attr{Name: fmt.Sprint("a", i*i*i*99), Value: randomConstant(r, 2)})
	}
	for range r.IntN(3) * depth {
		b.Blocks = append(b.Blocks, randomBlock(r, depth-1))
	}
	return b
}

func sameBlock(got *hclsyntax.Block, want specedit.Block) bool {
	if got.Type != want.Type || fmt.Sprintf("%q", got.Labels) != fmt.Sprintf("%q", want.Labels) ||
		len(got.Body.Attributes) != len(want.Attributes) || len(got.Body.Blocks) != len(want.Blocks) {
		return false
	}
	for _, a := range want.Attributes {
		if v, diags := got.Body.Attributes[a.Name].Expr.Value(nil); diags.HasErrors() || plain(v) != plain(a.Value) {
			return false
		}
	}
	for i, b := range got.Body.Blocks {
		if !sameBlock(b, want.Blocks[i]) {
			return false
		}
	}
	return true
}

// What is appended is read back, is as the formatter has it, and removing it
// again from the end gives what stood there.
func TestBlockLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	for range 200 {
		eol := []string{"\n", "\r\n"}[r.IntN(2)]
		text := []byte([]string{"", "# head" + eol, "x = {" + eol + "  y = 1" + eol + "}" + eol}[r.IntN(3)])
		var states [][]byte
		var want []specedit.Block
		for range 1 + r.IntN(4) {
			states = append(states, text)
			b := randomBlock(r, 1)
			want = append(want, b)
			next, err := specedit.AppendBlocks(text, b)
			if err != nil {
				t.Fatalf("%v: %#v", err, b)
			}
			if !bytes.HasPrefix(next, text) {
				t.Fatalf("%q is no start of %q", text, next)
			}
			text = next
		}
		for i, b := range blocksOf(t, text) {
			if !sameBlock(b, want[i]) {
				t.Fatalf("%#v\n%s", want[i], text)
			}
		}
		if out, diags := hclspec.Format(hclspec.Source{Name: file, Src: text}); diags.HasErrors() || !bytes.Equal(out, text) {
			t.Fatalf("formatted\n%s\nis\n%s", text, out)
		}
		one := blocksOf(t, text)[r.IntN(len(want))]
		checkRemove(t, text, one)
		for i := len(states) - 1; i > 0; i-- {
			list := blocksOf(t, text)
			out, err := specedit.RemoveBlock(text, file, list[len(list)-1].DefRange())
			if err != nil || !bytes.Equal(out, states[i]) {
				t.Fatalf("%v\n%q\nwant\n%q", err, out, states[i])
			}
			text = out
		}
	}
}

// checkRemove holds that nothing but one block and empty lines goes.
func checkRemove(t *testing.T, text []byte, b *hclsyntax.Block) {
	t.Helper()
	out, err := specedit.RemoveBlock(text, file, b.DefRange())
	if err != nil {
		t.Fatal(err)
	}
	squeeze := func(parts ...[]byte) string {
		return strings.ReplaceAll(strings.ReplaceAll(string(bytes.Join(parts, nil)), "\r", ""), "\n", "")
	}
	if squeeze(out) != squeeze(text[:b.TypeRange.Start.Byte], text[b.CloseBraceRange.End.Byte:]) && !strings.HasPrefix(string(text), "# head") {
		t.Fatalf("without %s of\n%s\nis\n%s", b.DefRange(), text, out)
	}
	if again, diags := hclspec.Format(hclspec.Source{Name: file, Src: out}); diags.HasErrors() || !bytes.Equal(again, out) {
		t.Fatalf("not formatted:\n%s", out)
	}
}
