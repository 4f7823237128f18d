package readme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func pipelineKind() kind {
	return kind{
		name: "pipeline", heading: "Pipeline",
		doc:     "The stages in the order they run, with what each reads and writes, as a table and a Mermaid diagram.",
		example: "section \"pipeline\" {\n  stages = [\n    { name = \"prepare\", command = \"python -m churn.prepare\", outs = [\"data/train.csv\"] },\n    { name = \"train\", command = \"python -m churn.train\", deps = [\"data/train.csv\"], outs = [\"models/model.skops\"] },\n  ]\n}\n",
		attrs: []schema.Attr{
			{
				Name: "stages", Type: cty.List(record("name", "command?", "description?", "deps*", "outs*")), Default: "the declared stages",
				Doc: "Stages in order: `description` is plain text, `deps` and `outs` are paths.",
			},
			{Name: "diagram", Type: cty.Bool, Default: "true", Doc: "Whether there is a diagram; above 100 nodes there is none."},
			{Name: "direction", Type: cty.String, OneOf: []string{"LR", "TD"}, Default: "`\"LR\"`", Doc: "Where the diagram leads: `LR` to the right, `TD` down."},
		},
		reads:  []string{"stage", "dataset"},
		render: renderPipeline,
	}
}

// step is a stage as the section shows it.
type step struct {
	name, about, command string
	deps, outs           []string
	// datasets are the names of the datasets among deps that no stage makes.
	datasets []string
}

func renderPipeline(r *request) []block {
	direction := r.choice("direction", "LR", "TD")
	steps := r.steps()
	if len(steps) == 0 {
		r.fail("", "The project declares no stage", "Declare one, or give stages")
		return nil
	}
	columns := []column{
		{head: r.say("Stage")}, {head: r.say("Purpose")}, {head: r.say("Command")}, {head: r.say("Reads")}, {head: r.say("Writes")},
	}
	var rows [][]string
	for _, s := range steps {
		rows = append(rows, []string{codeCell(s.name), cell(s.about), codeCell(s.command), codeCells(s.deps), codeCells(s.outs)})
	}
	out := []block{table(columns, rows)}
	if chart := flowchart(direction, steps); chart != "" && r.flag("diagram", true) {
		out = append(out, fence("mermaid", chart))
	}
	return out
}

// steps are the stages that the section states, or else those of the project.
func (r *request) steps() []step {
	var out []step
	for _, f := range r.objects("stages") {
		s := step{name: f.need("name"), about: f.line("description"), command: f.line("command"), deps: f.texts("deps"), outs: f.texts("outs")}
		r.adopt(f)
		out = append(out, s)
	}
	if out != nil {
		return out
	}
	for _, f := range r.project.facts("stage") {
		s := step{name: f.name, about: r.brief(f, "description"), command: stageCommand(f), deps: f.at("deps").texts()}
		for _, attr := range []string{"outs", "metrics", "plots"} {
			s.outs = append(s.outs, f.at(attr).values()...)
		}
		for _, in := range f.at("inputs").items() {
			if name := in.get("dataset"); name != "" && r.project.maker(in.get("path")) == "" {
				s.datasets = append(s.datasets, name)
			}
		}
		out = append(out, s)
	}
	return out
}

// stageCommand is the shell command that a stage runs, without the toolchain's
// prefix.
func stageCommand(f view) string {
	if module := f.get("run"); module != "" {
		return "python -m " + module
	}
	return oneLine(f.get("command"))
}

// maxNodes is how many nodes a diagram can have and still be read.
const maxNodes = 100

// flowchart is the stages as a Mermaid flowchart; "" when it would have too many
// nodes.
func flowchart(direction string, steps []step) string {
	var b strings.Builder
	b.WriteString("flowchart " + direction + "\n")
	makers, datasets := map[string]int{}, []string{}
	for i, s := range steps {
		fmt.Fprintf(&b, "    n%d[\"%s\"]\n", i, mermaidLabel(s.name))
		for _, out := range s.outs {
			makers[out] = i
		}
		datasets = append(datasets, s.datasets...)
	}
	slices.Sort(datasets)
	datasets = slices.Compact(datasets)
	if len(steps)+len(datasets) > maxNodes {
		return ""
	}
	for i, name := range datasets {
		fmt.Fprintf(&b, "    d%d[(\"%s\")]\n", i, mermaidLabel(name))
	}
	for i, s := range steps {
		for _, from := range edgesTo(i, s, makers, datasets) {
			fmt.Fprintf(&b, "    %s --> n%d\n", from, i)
		}
	}
	return b.String()
}

// edgesTo are the nodes that a stage depends on, each once, in the order of its
// dependencies.
func edgesTo(i int, s step, makers map[string]int, datasets []string) []string {
	var out []string
	add := func(node string) {
		if !slices.Contains(out, node) {
			out = append(out, node)
		}
	}
	for _, name := range s.datasets {
		at, _ := slices.BinarySearch(datasets, name)
		add(fmt.Sprintf("d%d", at))
	}
	for _, dep := range s.deps {
		for p := dep; p != ""; p = p[:max(0, strings.LastIndexByte(p, '/'))] {
			if from, made := makers[p]; made && from != i {
				add(fmt.Sprintf("n%d", from))
				break
			}
		}
	}
	return out
}

// mermaidLabel is text for a label in double quotes, where Mermaid knows entity
// codes of its own.
func mermaidLabel(s string) string {
	return strings.NewReplacer("#", "#35;", "%", "#37;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "`", "#96;", `\`, "#92;").Replace(oneLine(s))
}
