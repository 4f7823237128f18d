package readme

import (
	"fmt"
	"math/big"
	"path"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/mlops-as-code/mlops/readme/internal/datafile"
)

func environmentalImpactKind() kind {
	return kind{
		name: "environmental_impact", heading: "Environmental impact",
		doc:     "Energy and carbon dioxide of training, as stated or from the emissions.csv of CodeCarbon.",
		example: "section \"environmental_impact\" {\n  hardware  = \"1 x A100\"\n  hours     = \"2\"\n  kg_co2eq  = \"0.4\"\n  source    = \"CodeCarbon 3.0\"\n}\n",
		attrs: []schema.Attr{
			{Name: "hardware", Type: cty.String, Default: "that of the file", Doc: "What it ran on, as plain text."},
			{Name: "hours", Type: cty.String, Default: "those of the file", Doc: "Hours of computing, a number."},
			{Name: "provider", Type: cty.String, Default: "that of the file", Doc: "Cloud or owner of the hardware, as plain text."},
			{Name: "region", Type: cty.String, Default: "that of the file", Doc: "Where it stands, as plain text."},
			{Name: "kg_co2eq", Type: cty.String, Default: "the sum over the file", Doc: "Kilograms of carbon dioxide equivalent, a number."},
			{Name: "source", Type: cty.String, Default: "the file", Doc: "How the numbers were found, as plain text."},
			{Name: "file", Type: cty.String, Default: "an emissions.csv that a declared stage writes, when no number is given", Doc: "Path of a file that CodeCarbon wrote."},
		},
		reads: []string{"stage"},
		sources: func(r *request) []string {
			if f := r.emissionsFile(); f != "" {
				return []string{f}
			}
			return nil
		},
		render: renderEnvironmentalImpact,
	}
}

// emissionsFile is the file that the section names, or the one of a stage.
func (r *request) emissionsFile() string {
	if f := r.line("file"); f != "" || r.line("kg_co2eq") != "" {
		return f
	}
	for _, s := range r.project.facts("stage") {
		for _, attr := range []string{"metrics", "outs"} {
			for _, file := range s.at(attr).values() {
				if path.Base(file) == "emissions.csv" {
					return file
				}
			}
		}
	}
	return ""
}

// impact is what a file says, as plain text.
type impact struct{ hardware, hours, provider, region, kg, energy, source string }

func renderEnvironmentalImpact(r *request) []block {
	var found impact
	file := r.emissionsFile()
	if file != "" {
		s, ok := r.source("file", file)
		if !ok || !s.present() {
			return r.notRun([]source{s})
		}
		found = r.emissions(s)
		found.source = linkTo(code(file), r.href(file))
	}
	if own := r.line("source"); own != "" {
		found.source = escapeInline(own, false)
	}
	items := r.labelled([]labelled{
		{r.say("Hardware"), first(r.line("hardware"), found.hardware)},
		{r.say("Hours"), first(r.decimal("hours"), found.hours)},
		{r.say("Provider"), first(r.line("provider"), found.provider)},
		{r.say("Region"), first(r.line("region"), found.region)},
		{r.say("Energy in kWh"), found.energy},
		{r.say("Carbon dioxide equivalent in kg"), first(r.decimal("kg_co2eq"), found.kg)},
	})
	if len(items) == 0 {
		r.fail("", "Nothing says what training cost the environment", "Give kg_co2eq or a file")
		return nil
	}
	if found.source != "" {
		items = append(items, r.say("{1}: {2}", r.say("Source"), found.source))
	}
	return []block{bullets(items, nil)}
}

// decimal is a field that holds a decimal.
func (f *fields) decimal(name string) string {
	s := f.line(name)
	if _, ok := datafile.Rat(s); s != "" && !ok {
		f.failIn(name, "is not a number", "Write one such as 0.4")
	}
	return s
}

// emissions adds up what CodeCarbon wrote: a row for each run.
func (r *request) emissions(s source) impact {
	t, ok := r.rows("file", s)
	if !ok {
		return impact{}
	}
	if t.Column("emissions") < 0 || len(t.Rows) == 0 {
		r.fail("file", fmt.Sprintf("%q has no column emissions with a number", s.path), "Name a file that CodeCarbon wrote")
		return impact{}
	}
	out := impact{
		provider: r.distinct(s, t, "cloud_provider"), region: first(r.distinct(s, t, "cloud_region"), r.distinct(s, t, "region"), r.distinct(s, t, "country_name")),
		hardware: strings.Trim(r.distinct(s, t, "cpu_model")+"; "+r.distinct(s, t, "gpu_model"), "; "),
	}
	if sum := r.sum(s, t, "duration"); sum != nil {
		out.hours = datafile.Round(sum.Quo(sum, big.NewRat(3600, 1)), 2)
	}
	for _, c := range []struct {
		column string
		to     *string
	}{{"emissions", &out.kg}, {"energy_consumed", &out.energy}} {
		if sum := r.sum(s, t, c.column); sum != nil {
			*c.to = shownNumber(strings.TrimSuffix(strings.TrimRight(sum.FloatString(12), "0"), "."), auto)
		}
	}
	return out
}

// sum adds up a column; nil when there is none.
func (r *request) sum(s source, t datafile.Table, name string) *big.Rat {
	at := t.Column(name)
	if at < 0 {
		return nil
	}
	total := new(big.Rat)
	for i, row := range t.Rows {
		x, ok := datafile.Rat(row[at])
		if !ok {
			r.fail("file", fmt.Sprintf("Row %d of %q holds no number in the column %q", i+1, s.path, name), "Correct the file")
			return nil
		}
		total.Add(total, x)
	}
	return total
}

// distinct are the texts of a column, each once.
func (r *request) distinct(s source, t datafile.Table, name string) string {
	const most = 5
	var out []string
	for _, row := range t.Rows {
		if at := t.Column(name); at >= 0 && len(out) < most && r.quotable("file", s.path, row[at]) && r.shortCell("file", s.path, row[at]) {
			out = appendNew(out, oneLine(row[at]))
		}
	}
	return strings.Join(out, ", ")
}
