package hcllimit

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func TestExplainSyntax(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		src, summary string
		line, col    int
		detail       string
	}{
		"secret":    {"a = <<E\nx\n  token: ${{ secrets.TOKEN }} # c\nE\n", "Unescaped workflow expression", 3, 10, `"$${{ secrets.TOKEN }}"`},
		"quoted":    {"a = \"${{ github.event_name == 'push' }}\"\n", "Unescaped workflow expression", 1, 6, `"$${{ github.event_name == 'push' }}"`},
		"function":  {"a = <<E\nkey: ${{ hashFiles('**/lock') }}-${{ runner.os }}\nE\n", "Unescaped workflow expression", 2, 6, `hashFiles`},
		"curl":      {"a = \"curl -w %{http_code}\"\n", "Invalid template control keyword", 1, 16, `"%%{"`},
		"date":      {"a = \"%{%Y}\"\n", "Invalid template directive", 1, 8, `"%%{"`},
		"other":     {"a = \"${x y}\"\n", "Extra characters after interpolation expression", 1, 10, "closing brace"},
		"elsewhere": {"a = \"$${{ x }}\"\nb = ]\n", "Invalid expression", 2, 5, "Expected the start"},
		"object":    {"a = \"${{ x = 1 }.x}\"\nb = ]\n", "Invalid expression", 2, 5, "Expected the start"},
	} {
		_, diags := hclsyntax.ParseConfig([]byte(tt.src), "f.hcl", hcl.InitialPos)
		if !diags.HasErrors() {
			t.Fatalf("%s parses", name)
		}
		d := ExplainSyntax([]byte(tt.src), diags)[0]
		if d.Summary != tt.summary || d.Subject.Start.Line != tt.line || d.Subject.Start.Column != tt.col || !strings.Contains(d.Detail, tt.detail) {
			t.Errorf("%s: %s: %s\n%s", name, d.Subject, d.Summary, d.Detail)
		}
	}
}

func TestExplainSyntaxKeepsOthers(t *testing.T) {
	t.Parallel()
	diags := hcl.Diagnostics{
		{Severity: hcl.DiagWarning, Summary: "w"},
		{Severity: hcl.DiagError, Summary: "no place"},
		{Severity: hcl.DiagError, Summary: "beyond", Subject: &hcl.Range{Start: hcl.Pos{Byte: 1 << 20}}},
	}
	if got := ExplainSyntax([]byte("${{ x }}"), diags); len(got) != len(diags) {
		t.Errorf("%v", got)
	}
	two := "a = \"${{ a.b }}\"\n\nb = \"${{ c.d }}\"\n"
	_, diags = hclsyntax.ParseConfig([]byte(two), "f", hcl.InitialPos)
	if got := ExplainSyntax([]byte(two), diags); len(got) < 1 || got[0].Subject.Start.Line != 1 {
		t.Errorf("%v", got)
	}
}

// TestPositionLikeLexer compares positions with those the lexer gives its
// tokens.
func TestPositionLikeLexer(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	for range 2_000 {
		src := []byte(soup(r, 1+r.IntN(40)))
		if r.IntN(4) == 0 {
			src = append([]byte("\ufeff"), src...)
		}
		tokens, _ := hclsyntax.LexConfig(src, "", hcl.InitialPos)
		if endsInvalid(tokens) {
			continue
		}
		prev := hcl.InitialPos
		for _, tok := range tokens {
			got := Position(src, hcl.InitialPos, tok.Range.Start.Byte)
			if d := cmp.Diff(tok.Range.Start, got); d != "" {
				t.Fatalf("%q, %s: %s", src, tok.Type, d)
			}
			if prev = Position(src, prev, tok.Range.Start.Byte); prev != got {
				t.Fatalf("%q: %v from there, %v from the start", src, prev, got)
			}
		}
	}
	if got := Range("f", []byte("a\u0301é\rx"), 0, 6); got.End.Column != 4 {
		t.Errorf("%v", got)
	}
}

func TestSplitTemplate(t *testing.T) {
	t.Parallel()
	src := "\ufeffa ${~ x ~} $${y} %%{ %{ if \"}${\"}\"}\" }b%{~endif~}\n${{}}$"
	parts, diags := SplitTemplate("t", []byte(src))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var got []string
	for _, p := range parts {
		s := src[p.Start:p.End] + "|" + src[p.InnerStart:p.InnerEnd]
		if p.Control {
			s += "|control"
		}
		if p.TrimBefore {
			s += "|before"
		}
		if p.TrimAfter {
			s += "|after"
		}
		if !p.Closed {
			s += "|open"
		}
		got = append(got, s)
	}
	want := []string{"${~ x ~}| x |before|after", "%{ if \"}${\"}\"}\" }| if \"}${\"}\"}\" |control", "%{~endif~}|endif|control|before|after", "${{}}|{}"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	parts, _ = SplitTemplate("t", []byte("a ${ b { }"))
	if len(parts) != 1 || parts[0].Closed {
		t.Errorf("%+v", parts)
	}
	if _, diags := SplitTemplate("t", []byte("a\n${[["+strings.Repeat("(", 300))); place(t, diags) != "Nesting too deep @2:202" {
		t.Errorf("%v", diags)
	}
}
