package readme

import (
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/mlops-as-code/mlops/readme/internal/datafile"
)

func resultsKind() kind {
	row := cty.ObjectWithOptionalAttrs(map[string]cty.Type{
		"model": cty.String, "metrics": cty.Map(cty.String), "file": cty.String, "command": cty.String, "checkpoint": cty.String, "paper": cty.String,
	}, []string{"metrics", "file", "command", "checkpoint", "paper"})
	return kind{
		name: "results", heading: "Results",
		doc:     "Models side by side with their numbers, the best in bold, and the command behind each row.",
		example: "section \"results\" {\n  rows = [\n    { model = \"Boosting\", metrics = { roc_auc = \"0.87\" }, command = \"python -m churn.train\" },\n    { model = \"Majority class\", metrics = { roc_auc = \"0.5\" } },\n  ]\n}\n",
		attrs: []schema.Attr{
			{
				Name: "rows", Type: cty.List(row), Default: "one for each metrics file of the declared stages",
				Doc: "Models in order: `metrics` holds numbers by metric, or `file` is the path of a file that does; `command` reproduces them; `checkpoint` and `paper` are web addresses or paths.",
			},
			{Name: "keys", Type: cty.List(cty.String), Default: "every number that is in no list", Doc: "Metrics to show, in this order."},
			{Name: "precision", Type: cty.Number, Default: "as in the file, at most 4", Doc: "How many decimals are shown, 0 to 12."},
			{Name: "highlight_best", Type: cty.Bool, Default: "true", Doc: "Whether the best number of a metric is bold, where it is known which way is better."},
			{Name: "higher_is_better", Type: cty.Map(cty.Bool), Default: "known for common metrics and those of project.problem", Doc: "By metric, whether a higher number is better."},
		},
		reads: []string{"stage", "model", "problem"},
		sources: func(r *request) []string {
			var files []string
			for _, c := range r.contenders() {
				files = appendNew(files, c.file)
			}
			return files
		},
		render: renderResults,
	}
}

// contender is one row of results.
type contender struct {
	name, file, command, checkpoint, paper string
	numbers                                map[string]string
	// order are the metrics as they came.
	order []string
}

// contenders are the rows as the section or the stages state them, without the
// numbers of files.
func (r *request) contenders() []contender {
	var out []contender
	for _, f := range r.objects("rows") {
		c := contender{
			name: cell(f.need("model")), file: f.line("file"), command: codeCell(f.line("command")),
			checkpoint: r.goal(f, "checkpoint", r.say("weights")), paper: r.goal(f, "paper", r.say("paper")), numbers: f.pairs("metrics"),
		}
		c.order = slices.Sorted(maps.Keys(c.numbers))
		if c.numbers == nil && c.file == "" {
			f.failIn("metrics", "is missing", "Give metrics or a file")
		}
		r.adopt(f)
		out = append(out, c)
	}
	if out != nil {
		return out
	}
	models := r.project.facts("model")
	for _, s := range r.project.facts("stage") {
		for _, k := range s.at("metrics").keys() {
			name := codeCell(s.name)
			if len(models) == 1 {
				name = cell(first(r.plain(models[0], "title"), models[0].name))
			}
			out = append(out, contender{name: name, file: s.at("metrics").get(k), command: codeCell(r.stageCommands([]view{s})[0])})
		}
	}
	return out
}

// goal is a link to a web address or file in a field, for a cell.
func (r *request) goal(f *fields, name, text string) string {
	if at := r.target(f, name); at != "" {
		return linkTo(text, at)
	}
	return ""
}

func renderResults(r *request) []block {
	all, waiting := r.counted(r.contenders())
	if r.err != nil || len(all) == 0 {
		if waiting == nil {
			r.fail("", "No declared stage writes metrics", "Declare one with metrics, or give rows")
		}
		return r.notRun(waiting)
	}
	keys := r.texts("keys")
	if keys == nil {
		for _, c := range all {
			for _, k := range c.order {
				keys = appendNew(keys, k)
			}
		}
	}
	const most = 30
	if len(keys) > most {
		r.fail("keys", fmt.Sprintf("There are more than %d metrics", most), "Name those to show in keys")
		return nil
	}
	columns := []column{{head: r.say("Model")}}
	for _, k := range keys {
		columns = append(columns, column{head: codeCell(k), right: true})
	}
	columns = append(columns, column{head: r.say("Command")}, column{head: r.say("Weights")}, column{head: r.say("Paper")})
	return append([]block{table(columns, r.resultRows(all, keys, waiting))}, r.notRun(waiting)...)
}

func (r *request) resultRows(all []contender, keys []string, waiting []source) [][]string {
	rows := make([][]string, len(all))
	for i, c := range all {
		rows[i] = []string{c.name}
	}
	precision, better, bold := r.number("precision", 0, 12, auto), r.directions("higher_is_better"), r.flag("highlight_best", true)
	for _, k := range keys {
		var values []string
		for _, c := range all {
			values = append(values, c.numbers[k])
		}
		if slices.Max(values) == "" && waiting == nil {
			r.fail("keys", fmt.Sprintf("No row has the metric %q", k), near(k, all[0].order, "Name one that there is"))
		}
		top := best(values, better.better(k))
		for i, v := range values {
			shown := cell(shownNumber(v, precision))
			if bold && top[i] {
				shown = "**" + shown + "**"
			}
			rows[i] = append(rows[i], shown)
		}
	}
	for i, c := range all {
		rows[i] = append(rows[i], c.command, c.checkpoint, c.paper)
	}
	return rows
}

// best tells which values no other beats; none when there are less than two to
// compare or all are the same.
func best(values []string, better string) []bool {
	out := make([]bool, len(values))
	if better == "" {
		return out
	}
	compared, tops := 0, 0
	for i, v := range values {
		x, ok := datafile.Rat(v)
		if !ok {
			continue
		}
		compared++
		out[i] = true
		for _, w := range values {
			if y, ok := datafile.Rat(w); ok && (better == "higher" && y.Cmp(x) > 0 || better == "lower" && y.Cmp(x) < 0) {
				out[i] = false
			}
		}
		if out[i] {
			tops++
		}
	}
	if compared < 2 || tops == compared {
		return make([]bool, len(values))
	}
	return out
}

// counted reads the numbers of the rows that have a file, and leaves out those
// whose file is not there yet.
func (r *request) counted(all []contender) ([]contender, []source) {
	var out []contender
	var waiting []source
	for _, c := range all {
		if c.file == "" {
			out = append(out, c)
			continue
		}
		s, ok := r.source(r.given("rows"), c.file)
		if !ok {
			return nil, nil
		}
		if !s.present() {
			waiting = append(waiting, s)
			continue
		}
		numbers := map[string]string{}
		for _, m := range r.numbersOf(r.given("rows"), s) {
			if _, stated := numbers[m.path]; stated || m.value == "" {
				continue
			}
			numbers[m.path] = m.value
			if _, number := datafile.Rat(m.value); number && !inList(m.path) {
				c.order = appendNew(c.order, m.path)
			}
		}
		maps.Copy(numbers, c.numbers)
		c.numbers = numbers
		out = append(out, c)
	}
	return out, waiting
}
