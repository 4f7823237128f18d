package readme

import (
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
)

func dataKind() kind {
	return kind{
		name: "data", heading: "Data",
		doc:     "Which data the project uses: where it comes from, where it lies, its license, and how to get it.",
		example: "section \"data\" {\n  items = [{ name = \"Customers\", path = \"data/customers.csv\", license = \"CC0-1.0\", rows = \"1000\" }]\n}\n",
		attrs: []schema.Attr{
			{
				Name: "items", Type: cty.List(record("name", "description?", "path?", "source?", "url?", "version?", "license?", "rows?", "personal?")), Default: "the declared datasets",
				Doc: "Datasets, all as plain text but for `path` and `url`, a web address that the name leads to; `personal` says which personal data there is.",
			},
			{Name: "datasets", Type: cty.List(cty.String), Default: "all of them", Doc: "Names of the declared datasets to show, in this order."},
			commandsAttr("derived for datasets that come from a URL"),
		},
		reads:  []string{"dataset"},
		render: renderData,
	}
}

func renderData(r *request) []block {
	columns := []column{
		{head: r.say("Dataset")},
		{head: r.say("Description")},
		{head: r.say("Path")},
		{head: r.say("Source")},
		{head: r.say("Version")},
		{head: r.say("License")},
		{head: r.say("Rows"), right: true},
		{head: r.say("Personal data")},
	}
	get := commands(r)
	rows := r.ownData()
	if rows == nil {
		for _, d := range r.chosen("dataset", "datasets") {
			rows = append(rows, r.dataRow(d))
			if get == nil {
				get = append(get, fetch(d)...)
			}
		}
	}
	if len(rows) == 0 {
		r.fail("", "The project declares no dataset", "Declare one, or give items")
		return nil
	}
	out := []block{table(columns, rows)}
	if get != nil {
		out = append(out, paragraph(r.say("Get the data:")), shell(get...))
	}
	return out
}

func (r *request) ownData() [][]string {
	var rows [][]string
	for _, f := range r.objects("items") {
		name := cell(f.need("name"))
		if at := f.web("url"); at != "" {
			name = linkTo(name, at)
		}
		rows = append(rows, []string{
			name, cell(f.line("description")), codeCell(f.line("path")), cell(f.line("source")), cell(f.line("version")),
			cell(f.line("license")), cell(f.line("rows")), cell(f.line("personal")),
		})
		r.adopt(f)
	}
	return rows
}

func (r *request) dataRow(d view) []string {
	name := cell(r.plain(d, "title"))
	if at := d.get("homepage"); safeURL(at) {
		name = linkTo(name, destination(at))
	}
	from := d.at("source")
	return []string{
		first(name, codeCell(d.name)), cell(r.brief(d, "description")), codeCell(d.get("path")), r.origin(from), cell(r.plain(d, "version")),
		cell(r.plain(d, "license")), from.at("rows").number(), codeCells(d.at("pii").texts()),
	}
}

// origin says in a cell where a dataset comes from.
func (r *request) origin(from view) string {
	switch from.get("type") {
	case "bundled":
		return r.say("generated")
	case "url":
		if at := from.get("url"); safeURL(at) {
			return "<" + destination(at) + ">"
		}
	case "file":
		return codeCell(from.get("path"))
	case "s3":
		return codeCell("s3://" + from.get("bucket") + "/" + from.get("path"))
	case "gcs":
		return codeCell("gs://" + from.get("bucket") + "/" + from.get("path"))
	case "azure":
		return r.say("Azure container {1}", codeCell(from.get("bucket")+"/"+from.get("path")))
	case "sql":
		return r.say("SQL query")
	case "feature_view":
		return r.say("feature view {1}", codeCell(from.get("view")))
	}
	return ""
}

// fetch are the commands that get a dataset from its URL and compare its digest.
func fetch(d view) []string {
	from := d.at("source")
	if from.get("type") != "url" || !safeURL(from.get("url")) {
		return nil
	}
	out := []string{"curl --fail --location --create-dirs --output " + word(d.get("path")) + " " + word(from.get("url"))}
	if sum := from.get("sha256"); sum != "" {
		out = append(out, "echo "+word(sum+"  "+d.get("path"))+" | sha256sum --check")
	}
	return out
}

// word is s as one word of a POSIX shell.
func word(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@%+,") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
