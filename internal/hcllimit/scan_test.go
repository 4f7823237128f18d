package hcllimit

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// soup returns random text made of pieces that mean something to the lexer.
func soup(r *rand.Rand, n int) string {
	pieces := []string{
		"a", "for", "if", "x1", "_b-c", "1", "1.5", "2.", "3...", "1e5", "1e+", "é", " ", "  ", "\n", "\r\n", "\t",
		"(", ")", "[", "]", "{", "}", "~}", "${", "%{", "${~", "%{~", "$${", "%%{", "$$${", "$", "%", "\"", "\"", "\\", "\\\"",
		"<<E\n", "<<-E\n", "\nE\n", "E\n", "  E\r\n", "<<F\r\n", "\nF\n", "<<", "<",
		"=", "==", "=>", "!", "!=", "+", "-", "*", "/", "&&", "||", "&", "?", ":", "::", ".", "...", ",", "[*]", ".*",
		"#c\n", "//c\r\n", "/*c*/", "/*", "*/", "if ", "%{if x}", "%{endif}", "%{for x in y}", "%{ else }", "%{endfor}", ";", "'", "@", "~", "^", "`",
	}
	var b strings.Builder
	for range n {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// TestTokensLikeLexer holds the scanner to the lexer: as many tokens, so the
// same modes. Unclosed comments are refused, so they are left out.
func TestTokensLikeLexer(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	checked := 0
	for range 15_000 {
		src := []byte(soup(r, 1+r.IntN(40)))
		tokens, _ := hclsyntax.LexConfig(src, "", hcl.InitialPos)
		s := newScanner(src, limits{1 << 20, 1 << 20}, modeMain)
		s.run()
		if s.failed || endsInvalid(tokens) {
			continue
		}
		checked++
		if s.tokens != len(tokens)-1 {
			t.Fatalf("%q: %d tokens, lexer %d", src, s.tokens, len(tokens)-1)
		}
		tokens, _ = hclsyntax.LexTemplate(src, "", hcl.InitialPos)
		s = newScanner(src, limits{1 << 20, 1 << 20}, modeBare)
		s.join = true
		s.run()
		if s.failed || endsInvalid(tokens) {
			continue
		}
		if s.tokens != len(tokens)-1 {
			t.Fatalf("%q: %d template tokens, lexer %d", src, s.tokens, len(tokens)-1)
		}
	}
	if checked < 5_000 {
		t.Fatalf("only %d soups compared", checked)
	}
}

// endsInvalid tells whether the lexer gave up before the end of the text.
func endsInvalid(tokens hclsyntax.Tokens) bool {
	return len(tokens) > 1 && tokens[len(tokens)-2].Type == hclsyntax.TokenInvalid
}
