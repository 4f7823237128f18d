package readme

import (
	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func pretrainedModelsKind() kind {
	return kind{
		name: "pretrained_models", heading: "Pretrained models",
		doc:     "Which trained models there are, where to get them, and under which license.",
		example: "section \"pretrained_models\" {\n  items = [{ name = \"Churn 1.0\", url = \"https://example.com/churn.skops\", size = \"2 MB\", license = \"MIT\" }]\n}\n",
		attrs: []schema.Attr{
			{
				Name: "items", Type: cty.List(record("name", "url?", "file?", "format?", "version?", "size?", "sha256?", "license?", "trained_on?")), Default: "the declared models",
				Doc: "Models in order, all plain text but for `url`, a web address, and `file`, a path in the project.",
			},
		},
		reads:  []string{"model"},
		render: renderPretrainedModels,
	}
}

var hexDigest = lazy.Regexp(`^[0-9a-f]{64}$`)

func renderPretrainedModels(r *request) []block {
	var rows [][]string
	for _, f := range r.objects("items") {
		name := cell(f.need("name"))
		if at := f.web("url"); at != "" {
			name = linkTo(name, at)
		}
		sum := f.line("sha256")
		if sum != "" && !hexDigest().MatchString(sum) {
			f.failIn("sha256", "is not 64 hexadecimal digits in lower case", "Write it as sha256sum prints it")
		}
		rows = append(rows, []string{
			name, codeCell(f.line("file")), cell(f.line("format")), cell(f.line("version")), cell(f.line("size")),
			codeCell(sum), cell(f.line("license")), cell(f.line("trained_on")),
		})
		r.adopt(f)
	}
	if rows == nil {
		for _, m := range r.project.facts("model") {
			data := m.at("inputs")
			data.kind, data.name = "dataset", data.get("name")
			rows = append(rows, []string{
				cell(first(r.plain(m, "title"), m.name)), codeCell(m.get("artifact")), cell(r.plain(m, "format")), cell(r.plain(m, "version")), "", "",
				cell(r.plain(m.at("card"), "license")), cell(first(r.plain(data, "title"), data.name)),
			})
		}
	}
	if rows == nil {
		r.fail("", "The project declares no model", "Declare one, or give items")
		return nil
	}
	return []block{table([]column{
		{head: r.say("Model")},
		{head: r.say("File")},
		{head: r.say("Format")},
		{head: r.say("Version")},
		{head: r.say("Size")},
		{head: r.say("SHA-256")},
		{head: r.say("License")},
		{head: r.say("Trained on")},
	}, rows)}
}
