package hclfunc

import (
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/mlops-as-code/mlops/internal/hcllimit"
	"github.com/zclconf/go-cty/cty"
)

// tree is a project of files by path.
type tree map[string]string

func (t tree) ReadFile(name string) ([]byte, error) {
	text, ok := t[path.Clean(name)]
	if !ok {
		return nil, fmt.Errorf("%s: no such file in the project", name)
	}
	return []byte(text), nil
}

func (t tree) Exists(name string) (bool, error) {
	if strings.HasPrefix(name, "..") {
		return false, fmt.Errorf("%s: leads out of the project", name)
	}
	_, ok := t[path.Clean(name)]
	return ok, nil
}

// Glob knows what package path does; "**" stands for one level.
func (t tree) Glob(pattern string) ([]string, error) {
	var out []string
	for name := range t {
		ok, err := path.Match(strings.ReplaceAll(pattern, "**", "*"), name)
		if err != nil {
			return nil, errors.New(pattern + ": syntax error in pattern")
		}
		if ok {
			out = append(out, name)
		}
	}
	sort.Strings(out)
	return out, nil
}

func project() tree {
	return tree{
		"hello.txt":         "Hello, World!",
		"crlf.txt":          "\ufeffa\r\nb\r\n",
		"bin.dat":           "\xff\x00",
		"data/a.txt":        "a",
		"data/b.txt":        "b",
		"data/c.md":         "c",
		"d[a]ta/x.txt":      "x",
		"backends.tftpl":    "%{ for addr in ip_addrs ~}\nbackend ${addr}:${port}\n%{ endfor ~}\n",
		"bad.tftpl":         "one\ntwo ${nope}\n",
		"syntax.tftpl":      "one\n${\n",
		"recursive.tftpl":   "${templatefile(\"backends.tftpl\", {})}",
		"number.tftpl":      "${n}",
		"nested/deep/e.txt": "e",
	}
}

func eval(t *testing.T, src string, b *hcllimit.Budget) (cty.Value, hcl.Diagnostics) {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(src), "spec.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%s: %s", src, diags)
	}
	ctx := &hcl.EvalContext{
		Functions: Table(project(), b),
		Variables: map[string]cty.Value{
			"secret":  cty.StringVal("hunter2").Mark(Sensitive),
			"unknown": cty.UnknownVal(cty.String),
			"strings": cty.ListVal([]cty.Value{cty.StringVal("a"), cty.StringVal("b")}),
		},
	}
	return expr.Value(ctx)
}

// TestExamples holds expressions that are true. Most stand in Terraform's
// documentation of its functions.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, src := range examples() {
		t.Run(src, func(t *testing.T) {
			t.Parallel()
			v, diags := eval(t, src, hcllimit.NewBudget(100_000, 1<<20))
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if v.Type() != cty.Bool || !v.True() {
				t.Errorf("got %#v", v)
			}
		})
	}
}

func examples() []string {
	split := func(r rune) bool { return r == '\n' }
	return strings.FieldsFunc(exampleTexts+exampleCollections+exampleOthers, split)
}

const exampleTexts = `
chomp("hello\n") == "hello"
chomp("hello\r\n") == "hello"
chomp("hello\n\n") == "hello"
endswith("hello world", "world")
!endswith("hello world", "hello")
format("Hello, %s!", "Ander") == "Hello, Ander!"
format("There are %d lights", 4) == "There are 4 lights"
format("%#v", "hello") == "\"hello\""
format("%#v", true) == "true"
format("%#v", {a = 1}) == "{\"a\":1}"
format("%v", null) == "null"
format("%05d|%-5d|%+d|% d|%x|%X|%o|%b", 42, 42, 42, 42, 255, 255, 8, 5) == "00042|42   |+42| 42|ff|FF|10|101"
format("%.2f %6.1f %e %g", 3.14159, 2.25, 123456, 1e30) == "3.14    2.2 1.234560e+05 1e+30"
format("%[2]s %[1]s %%", "a", "b") == "b a %"
format("%q %t %5s|%-5s|", "a\"b", true, "é", "é") == "\"a\\\"b\" true     é|é    |"
formatlist("Hello, %s!", ["Valentina", "Ander", "Olivia", "Sam"]) == tolist(["Hello, Valentina!", "Hello, Ander!", "Hello, Olivia!", "Hello, Sam!"])
formatlist("%s, %s!", "Salutations", ["Valentina", "Ander"]) == tolist(["Salutations, Valentina!", "Salutations, Ander!"])
"  items: ${indent(2, "[\n  foo,\n  bar,\n]\n")}" == "  items: [\n    foo,\n    bar,\n  ]\n  "
join("-", ["foo", "bar", "baz"]) == "foo-bar-baz"
join(", ", ["foo"]) == "foo"
join(",", ["a"], ["b", "c"]) == "a,b,c"
lower("HELLO") == "hello"
lower("АЛЛО!") == "алло!"
regex("[a-z]+", "53453453.345345aaabbbccc23454") == "aaabbbccc"
regex("(\\d\\d\\d\\d)-(\\d\\d)-(\\d\\d)", "2019-02-01") == ["2019", "02", "01"]
regex("^(?:(?P<scheme>[^:/?#]+):)?(?://(?P<authority>[^/?#]*))?", "https://terraform.io/docs/") == {authority = "terraform.io", scheme = "https"}
regex("(a)|(b)", "b")[0] == null
can(regex("a", "a")) && !can(regex("[a-z]+", "53453453.34534523454"))
regexall("[a-z]+", "1234abcd5678efgh9") == tolist(["abcd", "efgh"])
length(regexall("[a-z]+", "1234abcd5678efgh9")) == 2
length(regexall("[a-z]+", "123456789")) == 0
regexall("(\\w)(\\d)", "a1 b2") == tolist([["a", "1"], ["b", "2"]])
regexall("\\b", "ab cd") == tolist(["", "", "", ""])
regexall("^a", "aaa") == tolist(["a"])
replace("1 + 2 + 3", "+", "-") == "1 - 2 - 3"
replace("hello world", "/w.*d/", "everybody") == "hello everybody"
replace("a1b22", "/([a-z])(\\d+)/", "$2$1") == "1a22b"
replace("abc", "", "-") == "-a-b-c-"
replace("abc", "/", "-") == "abc"
replace("hello", "/(?P<x>l)/", "$${x}$${x}") == "hellllo"
split(",", "foo,bar,baz") == tolist(["foo", "bar", "baz"])
split(",", "foo") == tolist(["foo"])
split(",", "") == tolist([""])
split("", "abc") == tolist(["a", "b", "c"])
startswith("hello world", "hello")
!startswith("hello world", "world")
strcontains("hello world", "wor")
!strcontains("hello world", "wod")
strrev("hello") == "olleh"
strrev("a ☃") == "☃ a"
substr("hello world", 1, 4) == "ello"
substr("🤔🤷", 0, 1) == "🤔"
substr("hello world", -5, -1) == "world"
substr("hello world", 6, 10) == "world"
title("hello world") == "Hello World"
trim("?!hello?!", "!?") == "hello"
trim("foobar", "far") == "oob"
trim("   hello! world.!  ", "! ") == "hello! world."
trimprefix("helloworld", "hello") == "world"
trimprefix("--hello", "-") == "-hello"
trimsuffix("helloworld", "world") == "hello"
trimspace("  hello\n\n") == "hello"
upper("hello") == "HELLO"
upper("алло!") == "АЛЛО!"
`

const exampleCollections = `
alltrue(["true", true])
!alltrue([true, false])
alltrue([])
!alltrue([true, null])
anytrue(["true"])
anytrue([true, false])
!anytrue([])
chunklist(["a", "b", "c", "d", "e"], 2) == tolist([tolist(["a", "b"]), tolist(["c", "d"]), tolist(["e"])])
chunklist(["a", "b", "c"], 1) == tolist([tolist(["a"]), tolist(["b"]), tolist(["c"])])
coalesce("a", "b") == "a"
coalesce("", "b") == "b"
coalesce(1, 2) == 1
coalesce(["", "b"]...) == "b"
coalesce(1, "hello") == "1"
coalesce(true, "hello") == "true"
coalesce(null, 2) == 2
coalescelist(["a", "b"], ["c", "d"]) == ["a", "b"]
coalescelist([], ["c", "d"]) == ["c", "d"]
compact(["a", "", "b", null, "c"]) == tolist(["a", "b", "c"])
concat(["a", ""], ["b", "c"]) == ["a", "", "b", "c"]
concat(tolist(["a"]), tolist(["b"])) == tolist(["a", "b"])
concat(tolist(["a"]), tolist([1])) == tolist(["a", "1"])
contains(["a", "b", "c"], "a")
!contains(["a", "b", "c"], "d")
distinct(["a", "b", "a", "c", "d", "b"]) == tolist(["a", "b", "c", "d"])
distinct([{a = 1}, {a = 1}, {a = 2}]) == tolist([{a = 1}, {a = 2}])
element(["a", "b", "c"], 1) == "b"
element(["a", "b", "c"], 3) == "a"
element(["a", "b", "c"], -1) == "c"
element(["a", "b", "c"], length(["a", "b", "c"]) - 1) == "c"
flatten([["a", "b"], [], ["c"]]) == ["a", "b", "c"]
flatten([[["a", "b"], []], ["c"]]) == ["a", "b", "c"]
index(["a", "b", "c"], "b") == 1
keys({a = 1, c = 2, d = 3}) == ["a", "c", "d"]
keys(tomap({b = 1, a = 2})) == tolist(["a", "b"])
length([]) == 0
length(["a", "b"]) == 2
length({"a" = "b"}) == 1
length("hello") == 5
length("👾🕹️") == 2
lookup({a = "ay", b = "bee"}, "a", "what?") == "ay"
lookup({a = "ay", b = "bee"}, "c", "what?") == "what?"
lookup({a = "ay"}, "a") == "ay"
lookup(tomap({a = "1"}), "b", 2) == "2"
lookup({a = 1}, "b", null) == null
matchkeys(["i-123", "i-abc", "i-def"], ["us-west", "us-east", "us-east"], ["us-east"]) == tolist(["i-abc", "i-def"])
merge({a = "b", c = "d"}, {e = "f", c = "z"}) == {a = "b", c = "z", e = "f"}
merge({a = "b"}, {a = [1, 2], c = "z"}, {d = 3}) == {a = [1, 2], c = "z", d = 3}
merge() == {}
merge([{a = "b", c = "d"}, {}, {e = "f", c = "z"}]...) == {a = "b", c = "z", e = "f"}
one([]) == null
one(["hello"]) == "hello"
one(toset(["hello"])) == "hello"
!can(one(["hello", "goodbye"]))
range(3) == tolist([0, 1, 2])
range(1, 4) == tolist([1, 2, 3])
range(1, 8, 2) == tolist([1, 3, 5, 7])
range(4, 1) == tolist([4, 3, 2])
range(10, 5, -2) == tolist([10, 8, 6])
!can(range(1025))
reverse([1, 2, 3]) == [3, 2, 1]
setintersection(["a", "b"], ["b", "c"], ["b", "d"]) == toset(["b"])
setproduct(["development", "staging", "production"], ["app1", "app2"]) == tolist([["development", "app1"], ["development", "app2"], ["staging", "app1"], ["staging", "app2"], ["production", "app1"], ["production", "app2"]])
setproduct(["staging", "production"], ["a", 2]) == tolist([["staging", "a"], ["staging", "2"], ["production", "a"], ["production", "2"]])
length(setproduct(["a"], [])) == 0
setproduct(toset(["a"]), [1]) == toset([["a", 1]])
setsubtract(["a", "b", "c"], ["a", "c"]) == toset(["b"])
setunion(setsubtract(["a", "b", "c"], ["a", "c", "d"]), setsubtract(["a", "c", "d"], ["a", "b", "c"])) == toset(["b", "d"])
setunion(["a", "b"], ["b", "c"], ["d"]) == toset(["a", "b", "c", "d"])
slice(["a", "b", "c", "d"], 1, 3) == ["b", "c"]
sort(["e", "d", "a", "x"]) == tolist(["a", "d", "e", "x"])
sum([10, 13, 6, 4.5]) == 33.5
sum(toset(["1", "2"])) == 3
transpose({"a" = ["1", "2"], "b" = ["2", "3"]}) == tomap({"1" = tolist(["a"]), "2" = tolist(["a", "b"]), "3" = tolist(["b"])})
values({a = 3, c = 2, d = 1}) == [3, 2, 1]
zipmap(["a", "b"], [1, 2]) == {a = 1, b = 2}
`
