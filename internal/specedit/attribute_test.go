package specedit_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/specedit"
)

const file = "mlops.hcl"

func span(start, end int) hcl.Range {
	return hcl.Range{Filename: file, Start: hcl.Pos{Line: 1, Column: 1, Byte: start}, End: hcl.Pos{Byte: end}}
}

// set sets the literal that stands between « and ».
func set(t *testing.T, marked, value string) (string, error) {
	t.Helper()
	before, rest, ok := strings.Cut(marked, "«")
	literal, after, closed := strings.Cut(rest, "»")
	if !ok || !closed {
		t.Fatalf("no marks in %q", marked)
	}
	out, err := specedit.SetAttribute([]byte(before+literal+after), file, span(len(before), len(before)+len(literal)), value)
	return string(out), err
}

func TestSetAttribute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, value, want string }{
		{"quoted", "a = «\"x\"» # why\n", "y", "a = \"y\" # why\n"},
		{"the same", "a  =  «\"\\u0078\"»", "x", "a  =  \"\\u0078\""},
		{"escapes", "a = «\"x\"»\n", "\"\\ ${x} %{y} $${z} $ % \t\r\n\x00\x7f\u00a0\U000e0041", `a = "\"\\ $${x} %%{y} $$${z} $ % \t\r\n\u0000\u007f\u00a0\U000e0041"` + "\n"},
		{"empty", "a = «\"x\"»", "", `a = ""`},
		{"two lines into a heredoc", "b {\n  a = «\"x\"»\n}\n", "one\n${two}\n", "b {\n  a = <<-EOT\n    one\n    $${two}\n  EOT\n}\n"},
		{"two lines before a comment", "b {\n  a = «\"x\"» # why\n}\n", "one\ntwo\n", "b {\n  a = \"one\\ntwo\\n\" # why\n}\n"},
		{"several lines in quotes stay", "a = «\"1\\n2\\n\"»\n", "1\n3\n", "a = \"1\\n3\\n\"\n"},
		{"all lines indented", "a = «\"x\"»\n", "  one\n  two\n", "a = <<EOT\n  one\n  two\nEOT\n"},
		{"plain heredoc", "a = «<<TXT\nold\nTXT»\n", "  one\n\n", "a = <<TXT\n  one\n\nTXT\n"},
		{"flush heredoc", "b {\n\ta = «<<-TXT\n\t\t\told\n\t\tTXT»\n}\n", "one\n\n  two\n", "b {\n\ta = <<-TXT\n\t\t\tone\n\n\t\t\t  two\n\t\tTXT\n}\n"},
		{"empty flush heredoc", "b {\n  a = «<<-TXT\n  TXT»\n}\n", "one\n", "b {\n  a = <<-TXT\n    one\n  TXT\n}\n"},
		{"flush, all lines indented", "a = «<<-TXT\n  old\n  TXT»\n", " one\n  two\n", "a = <<TXT\n one\n  two\n  TXT\n"},
		{"flush, white lines", "a = «<<-T\n  old\nT»\n", " \none\n     \n", "a = <<-T\n \n  one\n     \nT\n"},
		{"no final line end", "a = «<<-T\n  old\nT»\n", "one\ntwo", "a = \"one\\ntwo\"\n"},
		{"delimiter in the value", "a = «<<T\nold\nT»\n", "x\n T \n  T_\n", "a = <<T__\nx\n T \n  T_\nT__\n"},
		{"escapes in a heredoc", "a = «<<T\nold\nT»\n", "${x}%{y}$${z}%%{$\n$\n\\n\"\n", "a = <<T\n$${x}%%{y}$$${z}%%%{$\n$\n\\n\"\nT\n"},
		{"carriage return", "a = «<<T\nold\nT»\n", "one\r\ntwo\r\n", "a = \"one\\r\\ntwo\\r\\n\"\n"},
		{"control character", "a = «<<T\nold\nT»\n", "\x1b[2J\n", "a = \"\\u001b[2J\\n\"\n"},
		{"CRLF in a CRLF file", "a = «<<-T\r\n  old\r\n  T»\r\n", "one\r\n\r\n", "a = <<-T\r\n  one\r\n\r\n  T\r\n"},
		{"LF in a CRLF file", "a = «<<-T\r\n  old\r\n  T»\r\n", "one\n", "a = \"one\\n\"\r\n"},
		{"byte order mark", "\uFEFFa = «\"x\"»\n", "1\n2\n", "\uFEFFa = <<-EOT\n  1\n  2\nEOT\n"},
		{"in a list", "a = [\n  «<<T\nold\nT»\n  , \"z\"]\n", "new\n", "a = [\n  <<T\nnew\nT\n  , \"z\"]\n"},
		{"in a call", "a = upper(«\"x\"»)\n", "1\n2\n", "a = upper(\"1\\n2\\n\")\n"},
		{"combining mark", "a = «<<-T\n  old\n  T»\n", "\u0301x\n", "a = <<T\n\u0301x\n  T\n"},
	} {
		got, err := set(t, c.in, c.value)
		if got != c.want || err != nil {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
}

func TestSetAttributeRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in, value string
		want            error
	}{
		{"interpolation", "a = «\"x${y}\"»", "z", specedit.ErrNotConstant},
		{"wrapped", "a = «\"${\"y\"}\"»", "z", specedit.ErrNotConstant},
		{"directive", "a = «<<T\n%{ if true ~}\nx\n%{ endif ~}\nT»\n", "z", specedit.ErrNotConstant},
		{"number in a template", "a = «<<T\n${1 ~}\nT»\n", "z", specedit.ErrNotConstant},
		{"reference", "a = «var.x»", "z", specedit.ErrNotConstant},
		{"number", "a = «1»", "z", specedit.ErrNotConstant},
		{"parentheses", "a = «(\"x\")»", "z", specedit.ErrNotConstant},
		{"key", "a = { «\"x\"» = 1 }", "z", specedit.ErrNotConstant},
		{"half", "a = «\"x»y\"", "z", specedit.ErrPlace},
		{"name", "«a» = \"x\"", "z", specedit.ErrPlace},
		{"not UTF-8", "a = «\"x\"»", "\xff", specedit.ErrValue},
		{"not NFC", "a = «\"x\"»", "e\u0301", specedit.ErrValue},
	} {
		if got, err := set(t, c.in, c.value); !errors.Is(err, c.want) || got != "" {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	if _, err := set(t, "a = «\"x\"»\nb = {", "y"); !errors.As(err, new(hcl.Diagnostics)) {
		t.Errorf("a file that does not parse: %v", err)
	}
	for _, at := range []hcl.Range{span(0, 1<<40), span(-5, 3), span(9, 2)} {
		if _, err := specedit.SetAttribute([]byte(`a = "x"`), file, at, "y"); !errors.Is(err, specedit.ErrPlace) {
			t.Errorf("%v: %v", at, err)
		}
	}
}

func TestErrorsNameThePlace(t *testing.T) {
	t.Parallel()
	at := hcl.Range{Start: hcl.Pos{Line: 3, Column: 5, Byte: 4}, End: hcl.Pos{Byte: 9}}
	_, err := specedit.SetAttribute([]byte("a = var.x"), file, at, "y")
	if want := "mlops.hcl:3:5: the value is computed here: edit it by hand"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	_, err = specedit.SetAttribute([]byte(`{"a": "x"}`), "mlops.hcl.json", span(6, 9), "y")
	if want := "mlops.hcl.json: HCL's JSON syntax is not edited in place: edit it by hand"; !errors.Is(err, specedit.ErrJSON) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// literals are the constants that are strings, in order, and their ranges.
func literals(t *testing.T, text []byte) (values []string, at []hcl.Range) {
	t.Helper()
	f, diags := hclsyntax.ParseConfig(text, file, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, nil
	}
	var list []hclsyntax.Expression
	_ = hclsyntax.VisitAll(f.Body.(*hclsyntax.Body), func(n hclsyntax.Node) hcl.Diagnostics {
		if x, is := n.(hclsyntax.Expression); is {
			if _, is := specedit.Literal(x); is {
				list = append(list, x)
			}
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b hclsyntax.Expression) int { return a.Range().Start.Byte - b.Range().Start.Byte })
	for _, x := range list {
		v, diags := x.Value(nil)
		if diags.HasErrors() || v.Type() != cty.String {
			t.Fatalf("%s: %v", x.Range(), diags)
		}
		values, at = append(values, v.AsString()), append(at, x.Range())
	}
	return values, at
}

// checkSet holds the laws of SetAttribute for the i-th literal of a text.
func checkSet(t *testing.T, text []byte, i int, value string) {
	t.Helper()
	values, at := literals(t, text)
	if len(values) == 0 {
		return
	}
	i %= len(values)
	out, err := specedit.SetAttribute(text, file, at[i], value)
	if err != nil {
		if utf8.ValidString(value) && cty.NormalizeString(value) == value && !errors.As(err, new(hcl.Diagnostics)) && !errors.Is(err, specedit.ErrNotConstant) {
			t.Fatalf("%v: %q into\n%s", err, value, text)
		}
		return
	}
	before, after := text[:at[i].Start.Byte], text[at[i].End.Byte:]
	if !bytes.HasPrefix(out, before) || !bytes.HasSuffix(out, after) || len(out) < len(before)+len(after) {
		t.Fatalf("bytes outside changed:\n%q\n%q", text, out)
	}
	got, places := literals(t, out)
	values[i] = value
	if !slices.Equal(got, values) {
		t.Fatalf("%q into\n%s\ngives\n%s\n%q\nwant %q", value, text, out, got, values)
	}
	if again, err := specedit.SetAttribute(out, file, places[i], value); err != nil || !bytes.Equal(again, out) {
		t.Fatalf("%v, not idempotent:\n%s\n%s", err, out, again)
	}
}

func randomText(r *rand.Rand, words []string, n int) string {
	var b strings.Builder
	for range r.IntN(n) {
		b.WriteString(words[r.IntN(len(words))])
	}
	return b.String()
}

func randomValue(r *rand.Rand) string {
	words := []string{
		"a", "bc", " ", "  ", "\t", "\n", "\n", "\n", "$", "%", "{", "}", "${", "%{", "$${", "~}", "\"", "\\", "\\n", "\\u", "EOT", "T",
		"EOT\n", "\nT\n", "é", "\u0301", "😀", "\u00a0", "\u2028", "#", "//", "/*", "<<T\n", "=", "\ufeff", "\u3000",
	}
	switch r.IntN(6) {
	case 0:
		words = append(words, "\r\n", "\r\n", "\r", "\x00", "\x1b", "\u0085")
	case 1:
		return strings.ReplaceAll(cty.NormalizeString(randomText(r, words, 20)), "\n", "\r\n")
	case 2:
		return cty.NormalizeString(randomText(r, words, 20)) + "\n"
	}
	return cty.NormalizeString(randomText(r, words, 20))
}

// randomLiteral is one in any style; it may need a line end behind it.
func randomLiteral(r *rand.Rand, eol string) string {
	quotes := []string{`""`, `"x"`, `"a\nb\n"`, `"$${x}\u00e9"`}
	if r.IntN(2) == 0 {
		return quotes[r.IntN(len(quotes))]
	}
	lines := []string{"", "x", "  x", "\tx", "  \t  x", "   ", "$${y}", "    z", "é \"\\"}
	b := strings.Builder{}
	b.WriteString([]string{"<<", "<<-"}[r.IntN(2)] + "T" + eol)
	for range r.IntN(5) {
		b.WriteString(lines[r.IntN(len(lines))] + eol)
	}
	return b.String() + []string{"", "  ", "\t"}[r.IntN(3)] + "T"
}

// randomSpec has literals in several surroundings.
func randomSpec(r *rand.Rand) []byte {
	eol := []string{"\n", "\n", "\r\n"}[r.IntN(3)]
	var b strings.Builder
	b.WriteString([]string{"", "\uFEFF", "# head" + eol, eol + eol}[r.IntN(4)])
	for i := range 1 + r.IntN(4) {
		lit := randomLiteral(r, eol)
		name := string(rune('a' + i))
		b.WriteString([]string{"", "// c" + eol, "/* d */ ", eol}[r.IntN(4)])
		switch r.IntN(7) {
		case 0:
			b.WriteString("blk \"l\" {" + eol + "\t" + name + "= " + lit + eol + "}" + eol)
		case 1:
			b.WriteString(name + " = [ 1," + eol + "  " + lit + eol + " , \"w\" ]" + eol)
		case 2:
			b.WriteString(name + " = {" + eol + "    k = " + lit + eol + "    l  = \"w\" # c" + eol + "}" + eol)
		case 3:
			b.WriteString(name + " = f(" + lit + eol + ") # \"no\"" + eol)
		case 4:
			b.WriteString(name + " = \"p${f(\"q\")}\" == \"s\" ? { x = \"y\" }[\"x\"] : " + lit + eol)
		default:
			b.WriteString("  " + name + "   =" + lit + eol)
		}
	}
	return []byte(b.String())
}

func TestSetAttributeLaws(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	styles := map[bool]int{}
	for range 3000 {
		text := randomSpec(r)
		values, at := literals(t, text)
		if len(values) == 0 {
			t.Fatalf("no literal in\n%s", text)
		}
		i := r.IntN(len(values))
		checkSet(t, text, i, randomValue(r))
		styles[text[at[i].Start.Byte] == '<']++
	}
	if styles[true] < 500 || styles[false] < 500 {
		t.Errorf("styles met: %v", styles)
	}
}

// What the formatter left alone before, it leaves alone after, for a value in
// the same style.
func TestSetAttributeKeepsTheFormat(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 8))
	for range 800 {
		text, diags := hclspec.Format(hclspec.Source{Name: file, Src: randomSpec(r)})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		_, at := literals(t, text)
		i := r.IntN(len(at))
		value := randomValue(r)
		if text[at[i].Start.Byte] == '"' {
			value = strings.ReplaceAll(value, "\n", " ")
		}
		out, err := specedit.SetAttribute(text, file, at[i], value)
		if err != nil || text[at[i].Start.Byte] != out[at[i].Start.Byte] {
			continue
		}
		if again, diags := hclspec.Format(hclspec.Source{Name: file, Src: out}); diags.HasErrors() || !bytes.Equal(again, out) {
			t.Fatalf("%q into\n%s\ngives\n%s\nand formatted\n%s", value, text, out, again)
		}
	}
}

func FuzzSetAttribute(f *testing.F) {
	f.Add([]byte("a = \"x\"\nb {\n  c = <<-EOT\n    y\n  EOT\n}\n"), uint8(1), "one\n${two}\n")
	f.Add([]byte("a = [<<T\r\nx\r\nT\r\n, \"y\"]\r\n"), uint8(0), "T\r\n")
	f.Add([]byte("\uFEFFa = \"\"\n"), uint8(0), "%{\r")
	f.Fuzz(func(t *testing.T, text []byte, i uint8, value string) {
		if len(text) > 1<<12 || len(value) > 1<<12 {
			return
		}
		checkSet(t, text, int(i), value)
	})
}
