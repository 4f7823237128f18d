package readme

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/zclconf/go-cty/cty"
)

// mlSections are sections of every kind on facts, without any field but those
// that must be there.
func mlSections() []Section {
	out := []Section{{Kind: "title"}}
	for _, k := range mlKinds() {
		s := Section{Kind: k.name, Fields: cty.EmptyObjectVal}
		switch k.name {
		case "include":
			s.Fields = cty.ObjectVal(map[string]cty.Value{"path": cty.StringVal("params.yaml"), "title": cty.StringVal("Included")})
		case "dataset_card":
			s.Fields = cty.ObjectVal(map[string]cty.Value{"dataset": cty.StringVal("customers")})
		}
		out = append(out, s)
	}
	return out
}

func commonFacts(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("testdata/ml/facts.hcl")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func commonFiles() map[string]string {
	return map[string]string{
		"params.yaml": "seed: 4711\n", "reports/metrics.json": `{"roc_auc": 0.8125, "log_loss": 0.375}`,
		"reports/emissions.csv": "emissions,duration,region\n0.0625,7200,Berlin\n",
	}
}

func mlProject(t *testing.T, facts string, files map[string]string) Project {
	t.Helper()
	return Project{
		Name: "churn", Files: []string{"MODEL_CARD.md", "README.md", "params.yaml"}, Facts: parseFacts(t, facts),
		Read: func(path string) ([]byte, error) {
			if s, has := files[path]; has {
				return []byte(s), nil
			}
			return nil, fs.ErrNotExist
		},
	}
}

// everything is the README with all kinds, and the cards.
func everything(t *testing.T, facts string, files map[string]string) string {
	t.Helper()
	p := mlProject(t, facts, files)
	out, err := Render(mlSections(), p)
	if err != nil {
		t.Fatal(err)
	}
	model, _, err := ModelCard(p, p.facts("model")[0].name)
	if err != nil {
		t.Fatal(err)
	}
	data, _, err := DatasetCard(p, "customers")
	if err != nil {
		t.Fatal(err)
	}
	return string(slices.Concat(out, model, data))
}

// A change of one fact, or of one value in a file, is seen, and the old value is
// nowhere left.
func TestOneChangeIsSeen(t *testing.T) {
	t.Parallel()
	facts, files := commonFacts(t), commonFiles()
	before := everything(t, facts, files)
	for _, c := range [][2]string{
		{"data/raw/customers.csv", "data/raw/clients.csv"},
		{"One row for each customer", "A line per client"},
		{"CC0-1.0", "CC-BY-4.0"},
		{"0123456789abcdef", "fedcba9876543210"},
		{"Age at signup", "Years lived"},
		{"110", "120"},
		{"pro|plus", "gold"},
		{"email", "mail_address"},
		{"12000", "13000"},
		{"majority_class", "stratified"},
		{"pipeline.prepare", "steps.prepare"},
		{"Clean and split.", "Wash."},
		{"data/train.parquet", "data/fit.parquet"},
		{"models/model.skops", "models/best.skops"},
		{"max_depth", "max_leaves"},
		{"0.01", "0.03"},
		{"8Gi", "16Gi"},
		{"evaluate --all", "evaluate --most"},
		{"0.75", "0.85"},
		{"Churn *model*", "Loss _model_"},
		{"Retrained each week.", "Retrained daily."},
		{"retention calls", "letters"},
		{"Decisions on prices", "Hiring"},
		{"<one> country", "[two] countries"},
		{"Older customers", "Young customers"},
		{"Growth team", "Data team"},
		{"growth@example.com", "data@example.com"},
		{"8080", "8081"},
		{"0 6 * * 1", "0 7 * * 2"},
		{"MLFLOW_TRACKING_URI", "WANDB_API_KEY"},
		{"Answers over HTTP.", "Answers by post."},
		{"1.2.0", "2.0.0"},
	} {
		changed := strings.ReplaceAll(facts, c[0], c[1])
		after := everything(t, changed, files)
		old, fresh := plainOf(c[0]), plainOf(c[1])
		if changed == facts || !strings.Contains(plainOf(before), old) || strings.Contains(plainOf(after), old) || !strings.Contains(plainOf(after), fresh) {
			t.Errorf("%q to %q: the old value is left, or the new one is not there", c[0], c[1])
		}
	}
	for file, c := range map[string][2]string{
		"params.yaml": {"4711", "4712"}, "reports/metrics.json": {"0.8125", "0.9375"}, "reports/emissions.csv": {"0.0625", "0.1875"},
	} {
		changed := commonFiles()
		changed[file] = strings.Replace(changed[file], c[0], c[1], 1)
		after := everything(t, facts, changed)
		if !strings.Contains(before, c[0]) || strings.Contains(after, c[0]) || !strings.Contains(after, c[1]) {
			t.Errorf("%s: %s to %s is not seen", file, c[0], c[1])
		}
	}
}

// plainOf drops what escaping adds, and quotes.
func plainOf(s string) string { return strings.NewReplacer(`\`, "", `"`, "").Replace(s) }

// A section says of each file that a stage has not made yet who will, and stands
// as it did once the file is there.
func TestNotRunYet(t *testing.T) {
	t.Parallel()
	all := commonFiles()
	delete(all, "reports/metrics.json")
	p := mlProject(t, commonFacts(t), all)
	for _, kind := range []string{"metrics", "results"} {
		out, err := Render([]Section{{Kind: kind}}, p)
		if err != nil || !strings.Contains(string(out), "`evaluate` has not run yet") {
			t.Errorf("%s: %v\n%s", kind, err, out)
		}
	}
	p.Facts = slices.DeleteFunc(p.Facts, func(f Fact) bool { return f.Kind == "stage" })
	_, err := Render([]Section{{Kind: "metrics", Fields: cty.ObjectVal(map[string]cty.Value{"files": words("reports/metrics.json")})}}, p)
	if se := (*SectionError)(nil); !errors.As(err, &se) || se.Field != "files" {
		t.Errorf("a file that nobody makes: %v", err)
	}
	p.Read = func(string) ([]byte, error) { return nil, errors.New("it burns") }
	_, err = Render([]Section{{Kind: "include", Fields: cty.ObjectVal(map[string]cty.Value{"path": cty.StringVal("x")})}}, p)
	if err == nil || !strings.Contains(err.Error(), "it burns") {
		t.Errorf("an unreadable file: %v", err)
	}
	p.Read = func(string) ([]byte, error) { return bytes.Repeat([]byte("x"), MaxSource+1), nil }
	if _, err = Render([]Section{{Kind: "include", Fields: cty.ObjectVal(map[string]cty.Value{"path": cty.StringVal("x")})}}, p); err == nil {
		t.Error("a huge file passed")
	}
}

// Whatever the values of facts are, Render answers with a document or a
// SectionError.
func TestOddFacts(t *testing.T) {
	t.Parallel()
	odd := []cty.Value{
		cty.NilVal, cty.DynamicVal, cty.NullVal(cty.DynamicPseudoType), cty.StringVal("\x1b"), cty.EmptyObjectVal, cty.EmptyTupleVal, cty.NumberIntVal(-3),
		cty.PositiveInfinity, cty.MustParseNumberVal("1e5000"), cty.True, cty.StringVal("|`*<x>\n\n# y").Mark("secret"), cty.MapValEmpty(cty.String),
		cty.ListVal([]cty.Value{cty.NullVal(cty.String)}), cty.TupleVal([]cty.Value{cty.DynamicVal, cty.StringVal("`"), cty.EmptyObjectVal}), cty.UnknownVal(cty.String),
		cty.StringVal(strings.Repeat("x ", 5000)), cty.ObjectVal(map[string]cty.Value{"a b": cty.StringVal("c|d"), "x": cty.UnknownVal(cty.Number)}),
	}
	r := rand.New(rand.NewPCG(13, 14))
	for range 60 {
		p := Sample()
		for i, f := range p.Facts {
			attrs := f.Value.AsValueMap()
			for k := range attrs {
				if v := odd[r.IntN(len(odd))]; r.IntN(8) == 0 && v != cty.NilVal {
					attrs[k] = v
				}
			}
			p.Facts[i].Value = cty.ObjectVal(attrs)
			if r.IntN(30) == 0 {
				p.Facts[i].Value = odd[r.IntN(len(odd))]
			}
		}
		for _, s := range mlSections() {
			out, err := Render([]Section{s}, p)
			if se := (*SectionError)(nil); err != nil && (!errors.As(err, &se) || se.Reason == "" || se.Fix == "") {
				t.Fatalf("%s: %#v", s.Kind, err)
			}
			shape(t, string(out))
		}
		_, _, _ = ModelCard(p, "churn")
		_, _, _ = DatasetCard(p, "customers")
	}
}

// cellsOf are the texts of a table's cells as another parser finds them.
func cellsOf(t *testing.T, md string) [][]string {
	t.Helper()
	src := []byte(md + "\n")
	var rows [][]string
	_ = ast.Walk(markdownParser().Parse(text.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if kind := n.Kind(); entering && (kind == east.KindTableRow || kind == east.KindTableHeader) {
			var row []string
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				row = append(row, shown(c, src))
			}
			rows = append(rows, row)
		}
		return ast.WalkContinue, nil
	})
	return rows
}

// A table shows exactly the texts that are put into it, as text and as code.
func TestTableLaw(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(15, 16))
	for range 1500 {
		columns := []column{{head: "a"}, {head: "b", right: true}, {head: "c"}}
		want := [][]string{{"a", "b", "c"}}
		var rows [][]string
		for range 1 + r.IntN(3) {
			x, y := oneLine("x"+pick(r, inlineParts(), r.IntN(8))+"."), oneLine(pick(r, inlineParts(), 1+r.IntN(8))+"|")
			rows = append(rows, []string{cell(x), codeCell(y), "z"})
			want = append(want, []string{x, y, "z"})
		}
		md := table(columns, rows).text
		if diff := cmp.Diff(want, cellsOf(t, md)); diff != "" {
			t.Fatalf("%s\n-want +shown\n%s", md, diff)
		}
	}
}

// The lines of a padded table are equally wide and fit.
func TestTablePadding(t *testing.T) {
	t.Parallel()
	for _, words := range [][]string{{"a", "漢字かな", "ÄÖ"}, {"가나", "≥ 3", "x"}, {"e\u0301", "😀", "©"}, {strings.Repeat("w", 90), "", ""}} {
		md := table([]column{{head: "h"}, {head: "i", right: true}}, [][]string{{words[0], words[1]}, {words[2], "y"}}).text
		padded := !strings.Contains(md, "prettier-ignore")
		if want := columnsOf(strings.Join(words, "")) >= 0 && len(words[0]) < 80; padded != want {
			t.Errorf("%q: padded is %v\n%s", words, padded, md)
		}
		widths := map[int]bool{}
		for line := range strings.Lines(md) {
			widths[columnsOf(strings.TrimSpace(line))] = true
		}
		if padded && len(widths) != 1 {
			t.Errorf("%q: uneven\n%s", words, md)
		}
	}
}

func TestMermaidLabels(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(17, 18))
	for range 500 {
		label := mermaidLabel(pick(r, inlineParts(), 1+r.IntN(9)))
		if strings.ContainsAny(label, "\"<>`\\\n") {
			t.Fatalf("%q", label)
		}
	}
	var many []step
	for i := range maxNodes + 1 {
		many = append(many, step{name: fmt.Sprint("s", i)})
	}
	if flowchart("LR", many) != "" || flowchart("LR", many[1:]) == "" {
		t.Error("the limit of nodes does not hold")
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in        string
		precision int
		want      string
	}{
		{"0.87341", auto, "0.8734"},
		{"0.5", auto, "0.5"},
		{"3.10", auto, "3.10"},
		{"1e-3", auto, "0.001"},
		{"0.00001", auto, "1.00e-05"},
		{"0.00000", auto, "0.0000"},
		{"-0.00001", auto, "-1.00e-05"},
		{"1e3", auto, "1000"},
		{"NaN", auto, "NaN"},
		{"0.875", 2, "0.88"},
		{"2", 3, "2.000"},
		{"", 2, ""},
	} {
		if got := shownNumber(c.in, c.precision); got != c.want {
			t.Errorf("%s to %d: %s, want %s", c.in, c.precision, got, c.want)
		}
	}
	for _, c := range [][3]string{{"0.8", "0.873412", "+0.0734"}, {"1", "1", "0"}, {"2", "1.5", "-0.5"}, {"0.1", "0.10000001", "0.0000"}, {"x", "1", ""}} {
		if got := change(c[0], c[1], auto); got != c[2] {
			t.Errorf("%s to %s: %s", c[0], c[1], got)
		}
	}
	d := (&request{project: &Project{}}).directions("none")
	for path, want := range map[string]string{"test.rmse": "lower", "val_f1": "higher", "recall_at_10": "higher", "epochs": "", "a.b.log_loss": "lower", "recall_at_k0": ""} {
		if got := d.better(path); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}

// Sections of every kind have their words in every language.
func TestEveryLanguage(t *testing.T) {
	t.Parallel()
	p := mlProject(t, commonFacts(t), commonFiles())
	seen := map[string]bool{}
	for _, lang := range Languages() {
		p.Lang = lang
		out, err := Render(mlSections(), p)
		if err != nil || seen[string(out)] {
			t.Errorf("%s: %v, or the same as in another language", lang, err)
		}
		seen[string(out)] = true
		shape(t, string(out))
		card, _, err := ModelCard(p, "churn")
		if err != nil {
			t.Errorf("%s: %v", lang, err)
		}
		cardHolds(t, string(card))
	}
}

// A model's card reads just the files it says.
func TestModelCardSources(t *testing.T) {
	t.Parallel()
	p := mlProject(t, commonFacts(t), nil)
	declared := ModelCardSources(p, "churn")
	if diff := cmp.Diff([]string{"reports/metrics.json"}, declared); diff != "" || ModelCardSources(p, "none") != nil {
		t.Error(diff)
	}
	p.Read = func(path string) ([]byte, error) {
		if !slices.Contains(declared, path) {
			t.Errorf("the card reads %s", path)
		}
		return nil, fs.ErrNotExist
	}
	if _, _, err := ModelCard(p, "churn"); err != nil {
		t.Error(err)
	}
}

// A text of a file that is too long for a table is refused, and what is many is
// counted.
func TestLongTexts(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("_a", maxLine)
	for file, text := range map[string]string{"a.json": `{"k": "` + long + `"}`, "a.csv": "k\n" + long + "\n"} {
		p := Project{Read: func(string) ([]byte, error) { return []byte(text), nil }}
		for _, kind := range []string{"metrics", "table", "configuration"} {
			fields := cty.ObjectVal(map[string]cty.Value{"file": cty.StringVal(file), "files": words(file)})
			if _, err := Render([]Section{{Kind: kind, Fields: fields}}, p); err == nil {
				t.Errorf("%s of %s passed", kind, file)
			}
		}
	}
	many := make([]string, 30)
	for i := range many {
		many[i] = fmt.Sprint("v", i)
	}
	if got := someCells(many); !strings.HasSuffix(got, "`v19`, … (30)") {
		t.Error(got)
	}
}
