package block

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// flat is a region without what a test cannot write down.
type flat struct {
	Address       string
	Line, EndLine int
	Body          string
}

func flatten(regions []Region) (out []flat) {
	for _, r := range regions {
		out = append(out, flat{r.Address, r.Line, r.EndLine, string(r.Body)})
	}
	return out
}

func TestFind(t *testing.T) {
	t.Parallel()
	const a, z = "# >>> mlops file_block.a\n", "# <<< mlops file_block.a\n"
	for name, c := range map[string]struct {
		text string
		want []flat
	}{
		"nothing":         {"a\nb\n", nil},
		"empty body":      {a + z, []flat{{"file_block.a", 1, 2, ""}}},
		"body":            {"x\n" + a + "b\n\nc\n" + z + "y", []flat{{"file_block.a", 2, 6, "b\n\nc\n"}}},
		"no last end":     {a + "b\n" + strings.TrimSpace(z), []flat{{"file_block.a", 1, 3, "b\n"}}},
		"CRLF":            {"# >>> mlops file_block.a\r\nb\r\n# <<< mlops file_block.a\r\n", []flat{{"file_block.a", 1, 3, "b\r\n"}}},
		"BOM":             {bom + a + z, []flat{{"file_block.a", 1, 2, ""}}},
		"indented":        {"\t # >>>  mlops\tfile_block.a \t\r\n  b\n  " + z, []flat{{"file_block.a", 1, 3, "  b\n"}}},
		"mixed comments":  {"<!-- >>> mlops file_block.a -->\nb\n// <<< mlops file_block.a\n", []flat{{"file_block.a", 1, 3, "b\n"}}},
		"code fence":      {"```sh\n" + a + z + "```\n", []flat{{"file_block.a", 2, 3, ""}}},
		"others in body":  {a + "# >>> conda initialize >>>\n# <<< conda initialize <<<\n" + z, []flat{{"file_block.a", 1, 4, "# >>> conda initialize >>>\n# <<< conda initialize <<<\n"}}},
		"prose":           {"The line # >>> mlops file_block.a opens\n>>> mlops file_block.a\n#>>> mlops file_block.a\n# >>> mlopsx\n# >> mlops a.b\n", nil},
		"long first word": {strings.Repeat("x", 17) + " >>> mlops file_block.a\n", nil},
		"addresses": {
			`(* >>> mlops component.x.file_block.y["a \"b\" é"] *)` + "\n" + `(* <<< mlops component.x.file_block.y["a \"b\" é"] *)` + "\n; >>> mlops file_block[\"é\"]\n; <<< mlops file_block[\"é\"]",
			[]flat{{`component.x.file_block.y["a \"b\" é"]`, 1, 2, ""}, {`file_block["é"]`, 3, 4, ""}},
		},
	} {
		got, err := Find([]byte(c.text))
		if diff := cmp.Diff(c.want, flatten(got)); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestFindFaults(t *testing.T) {
	t.Parallel()
	const form = "has the form of a marker of mlops and is none: "
	for text, want := range map[string]string{
		"x\n# >>> mlops f.a\n":                                      "line 2: opens f.a, and no line closes it",
		"x\n# <<< mlops f.a\n":                                      "line 2: closes f.a, which is not open",
		"# >>> mlops f.a\n# >>> mlops f.b\n# <<< mlops f.b\n":       "line 2: opens f.b inside f.a, which line 1 opened",
		"# >>> mlops f.a\n\n# >>> mlops f.a\n":                      "line 3: opens f.a again before it is closed; line 1 opened it",
		"# >>> mlops f.a\n# <<< mlops f.b\n":                        "line 2: closes f.b, but line 1 opened f.a",
		"# >>> mlops f.a\n# <<< mlops f.a\n\n# >>> mlops f.a\n":     "line 4: opens f.a a second time; the first is on line 1",
		"# >>> mlops f.a\n# <<< mlops f.a\n# <<< mlops f.a\n":       "line 3: closes f.a, which is not open",
		"# >>> mlops\n":                                             "line 1: " + form + "# >>> mlops",
		"  # <<< mlops \r\n":                                        "line 1: " + form + "# <<< mlops",
		"# >>> mlops initialize >>>\n":                              "line 1: " + form + "# >>> mlops initialize >>>",
		"# >>> mlops file_block\n":                                  "line 1: " + form + "# >>> mlops file_block",
		"# >>> mlops f.a.\n":                                        "line 1: " + form + "# >>> mlops f.a.",
		"# >>> mlops f[\"a]\n":                                      "line 1: " + form + "# >>> mlops f[\"a]",
		"# >>> mlops f[0]\n":                                        "line 1: " + form + "# >>> mlops f[0]",
		"# >>> mlops f[\"a\"]x\n":                                   "line 1: " + form + "# >>> mlops f[\"a\"]x",
		"# >>> mlops f.a two words\n":                               "line 1: " + form + "# >>> mlops f.a two words",
		"<!-- >>> mlops f.a-->\n":                                   "line 1: " + form + "<!-- >>> mlops f.a-->",
		"# >>> mlops f[\"\x1b[2J\"]\n":                              "line 1: " + form + "# >>> mlops f[\"\\u{1b}[2J\"]",
		"# >>> mlops f.\xff\n":                                      "line 1: " + form + "# >>> mlops f.\\x{ff}",
		"\xff# >>> mlops f.a\n":                                     "line 1: " + form + "\\x{ff}# >>> mlops f.a",
		"# >>> mlops f." + strings.Repeat("a", maxAddress) + "\n":   "line 1: " + form + "# >>> mlops f." + strings.Repeat("a", maxShown-15) + "…",
		"# >>> mlops f" + strings.Repeat(".a", maxAddress/2) + "\n": "line 1: " + form + "# >>> mlops f" + strings.Repeat(".a", (maxShown-13)/2) + "…",
		"x\r# >>> mlops f.a\n":                                      "line 1: " + form + "x\\r# >>> mlops f.a",
		"a\nb\x00\n":                                                "line 2: holds a NUL byte, so the file is no text",
		"\xff\xfe#\x00":                                             "is UTF-16 and must be UTF-8 to hold a block",
		"\xfe\xff\x00#":                                             "is UTF-16 and must be UTF-8 to hold a block",
		"# >>> mlops f.a\n" + strings.Repeat("x\n", 50):             "line 1: opens f.a, and no line closes it",
	} {
		got, err := Find([]byte(text))
		var fault *Error
		if !errors.As(err, &fault) || err.Error() != want || got != nil {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestFindLimits(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range maxRegions {
		a := "f.a" + strings.Repeat("b", i%3) + itoa(i)
		b.WriteString("# >>> mlops " + a + "\n# <<< mlops " + a + "\n")
	}
	full := b.String()
	if got, err := Find([]byte(full)); err != nil || len(got) != maxRegions {
		t.Fatalf("%d regions, %v", len(got), err)
	}
	if _, err := Put([]byte(full), want("f.more", "")); err == nil || err.Error() != "would have more than 10,000 regions" {
		t.Error(err)
	}
	const more = "# >>> mlops f.more\n# <<< mlops f.more\n"
	if _, err := Find([]byte(full + more)); err == nil || err.Error() != "line 20001: opens one region more than the 10,000 that a file may have" {
		t.Error(err)
	}
	if _, err := Find(make([]byte, maxText+1)); err == nil || err.Error() != "is larger than 64 MiB" {
		t.Error(err)
	}
}

// A name is an identifier of HCL, whatever the character.
func TestNameIsHCL(t *testing.T) {
	t.Parallel()
	names := 0
	for r := rune(1); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) || r >= 0x3400 && r < 0xa000 || r >= 0x12400 && r < 0x1b000 || r >= 0xac00 && r < 0xd7a4 || r >= 0x1f000 && r < 0xe0000 {
			continue // long runs of letters, and what is not assigned
		}
		for _, s := range []string{string(r), "a" + string(r)} {
			ok := name([]byte(s)) == len(s)
			if ok != hclsyntax.ValidIdentifier(s) {
				t.Errorf("%+q: %v", s, ok)
			}
			if ok {
				names++
			}
		}
	}
	if names < 30_000 {
		t.Errorf("only %d names", names)
	}
}

// What HCL reads as a traversal with names and string keys is an address.
func TestAddressIsTraversal(t *testing.T) {
	t.Parallel()
	parts := []string{"f", ".a", `["b c"]`, `["\"é\\"]`, ".x-y", "[0]", ".", `["`, `"]`, "[*]", `["$${x}"]`, `["%%{"]`, " ", ".*", `["\n"]`, ".9"}
	rng, addresses := random(1), 0
	for range 20_000 {
		var b strings.Builder
		for range 1 + rng.IntN(5) {
			b.WriteString(pick(rng, parts))
		}
		s := b.String()
		got := address([]byte(s)) == len(s)
		if got != traversal(s) {
			t.Fatalf("%s: %v", s, got)
		}
		if got {
			addresses++
		}
	}
	if addresses < 150 {
		t.Errorf("only %d addresses", addresses)
	}
}

func traversal(s string) bool {
	steps, diags := hclsyntax.ParseTraversalAbs([]byte(s), "", hcl.InitialPos)
	if diags.HasErrors() || len(steps) < 2 || strings.HasPrefix(s, " ") || strings.HasSuffix(s, " ") {
		return false
	}
	for _, step := range steps[1:] {
		if i, ok := step.(hcl.TraverseIndex); ok && !strings.HasPrefix(i.Key.GoString(), "cty.StringVal") {
			return false
		}
	}
	return !strings.Contains(strings.ReplaceAll(s, "b c", ""), " ")
}
