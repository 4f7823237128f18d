package readme

import (
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func reproducibilityKind() kind {
	return kind{
		name: "reproducibility", heading: "Reproducibility",
		doc:     "What pins a run: Python, lock file, container, pipeline, parameters, seeds and versions of the data.",
		example: "section \"reproducibility\" {\n  entries = { \"Random seed\" = \"42\", \"CUDA\" = \"12.4\" }\n}\n",
		attrs: []schema.Attr{
			{Name: "entries", Type: cty.Map(cty.String), Default: "none", Doc: "Further rows, or other texts for those of the same name, as plain text."},
		},
		reads:  []string{"stage", "dataset"},
		render: renderReproducibility,
	}
}

func renderReproducibility(r *request) []block {
	file := func(names ...string) string {
		if f := r.firstFile(names...); f != "" {
			return linkTo(codeCell(f), r.href(f))
		}
		return ""
	}
	rows := []labelled{
		{r.say("Python"), cell(r.fact("python", strings.Join(r.project.Python, ", ")))},
		{r.say("Dependencies"), file("uv.lock", "poetry.lock", "pdm.lock", "pixi.lock", "conda-lock.yml", "requirements.lock", "requirements.txt", "environment.yml", "environment.yaml", "pyproject.toml")},
		{r.say("Container"), file("Dockerfile", "Containerfile")},
		{r.say("Pipeline"), file("dvc.lock", "dvc.yaml")},
		{r.say("Parameters"), file("params.yaml")},
		{r.say("Random seed"), cell(strings.Join(r.seeds(), ", "))},
		{r.say("Data"), r.dataVersions()},
	}
	entries := r.pairs("entries")
	var out [][]string
	for _, row := range rows {
		if own, has := entries[row.label]; has {
			row.text = cell(own)
			delete(entries, row.label)
		}
		if row.text != "" {
			out = append(out, []string{row.label, row.text})
		}
	}
	for _, k := range slices.Sorted(maps.Keys(entries)) {
		out = append(out, []string{cell(k), cell(entries[k])})
	}
	if out == nil {
		r.fail("", "Nothing that is managed or declared pins a run", "Give entries")
		return nil
	}
	return []block{table([]column{{head: r.say("Part")}, {head: r.say("Pinned by")}}, out)}
}

// seeds are those of the stages and of generated data, each once.
func (r *request) seeds() []string {
	var out []string
	for _, s := range r.project.facts("stage") {
		out = appendNew(out, seedOf(s))
	}
	for _, d := range r.project.facts("dataset") {
		out = appendNew(out, d.at("source").at("seed").number())
	}
	return out
}

// dataVersions says in a cell which versions of the datasets are used.
func (r *request) dataVersions() string {
	var out []string
	for _, d := range r.project.facts("dataset") {
		version := cell(r.plain(d, "version"))
		if sum := d.at("source").get("sha256"); version == "" && len(sum) > 12 {
			version = r.say("SHA-256 {1}…", sum[:12])
		}
		if version != "" {
			out = append(out, r.say("{1}: {2}", cell(first(r.plain(d, "title"), d.name)), version))
		}
	}
	return strings.Join(out, "; ")
}
