package pyvalue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestUnicode compares properties and case mappings of every code point that
// can have any with digests that CPython's oracle wrote.
func TestUnicode(t *testing.T) {
	t.Parallel()
	const file = "testdata/unicode.json"
	if python := os.Getenv("MLOPS_PYTHON"); python != "" && os.Getenv("MLOPS_UPDATE") == "1" {
		out, err := exec.Command(python, filepath.Join("testdata", "oracle.py"), "unicode").Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(out, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]string
	if err := json.Unmarshal(data, &want); err != nil || len(want) < 19 {
		t.Fatalf("%d digests, %v", len(want), err)
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		text := codePointText(name)
		sum := sha256.Sum256([]byte(text))
		if got := hex.EncodeToString(sum[:]); got != want[name] {
			t.Errorf("%s: digest %s, CPython has %s", name, got, want[name])
		}
	}
}

// codePointText is what oracle.py digests under a name.
func codePointText(name string) string {
	questions := map[string]func(string) bool{
		"isalnum":      func(s string) bool { return all(s, isAlnum) },
		"isalpha":      func(s string) bool { return all(s, isAlpha) },
		"isdecimal":    func(s string) bool { return all(s, isDecimal) },
		"isdigit":      func(s string) bool { return all(s, isDigit) },
		"isidentifier": isIdentifier,
		"islower":      func(s string) bool { return oneCase(s, isLower, isUpper) },
		"isnumeric":    func(s string) bool { return all(s, isNumeric) },
		"isprintable":  func(s string) bool { return all(s, isPrintable) },
		"isspace":      func(s string) bool { return all(s, isSpace) },
		"istitle":      isTitled,
		"sigma":        func(s string) bool { return finalSigma([]rune("A"+s+"\u03a3"), 2) },
		"isupper":      func(s string) bool { return oneCase(s, isUpper, isLower) },
	}
	forms := map[string]func(string) string{
		"capitalize": capitalize, "casefold": caseFold, "lower": toLower, "swapcase": swapCase, "title": toTitle, "upper": toUpper,
	}
	var sb strings.Builder
	for r := rune(0); r < 0xe1000; r++ {
		if r >= 0xd800 && r < 0xe000 || r >= 0x32000 && r < 0xe0000 {
			continue
		}
		c := string(r)
		switch ask, form := questions[name], forms[name]; {
		case ask != nil && ask(c):
			sb.WriteByte('1')
		case ask != nil:
			sb.WriteByte('0')
		case form != nil:
			if s := form(c); s != c {
				fmt.Fprintf(&sb, "%x=%s;", r, s)
			}
		case isDecimal(r):
			fmt.Fprintf(&sb, "%x=%d;", r, decimalValue(r))
		}
	}
	return sb.String()
}
