package readme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/readme/internal/datafile"
)

// ModelCard makes MODEL_CARD.md for a declared model, with the front matter of
// the Hugging Face Hub (huggingface.co/docs/hub/model-cards). Whatever no fact
// and no metrics file states is left out and named as missing. The error is a
// *SectionError with Index -1.
func ModelCard(p Project, name string) ([]byte, []Missing, error) {
	m, ok := p.theFact("model", name)
	if !ok {
		return nil, nil, &SectionError{Index: -1, Reason: fmt.Sprintf("The project declares no model %q", name), Fix: near(name, namesOf(p.facts("model")), "Name one that it declares")}
	}
	c, err := newCard(p, first(p.Path, "MODEL_CARD.md"))
	if err != nil {
		return nil, nil, err
	}
	data := m.at("inputs")
	data.kind, data.name = "dataset", data.get("name")
	mc := modelCard{c, m, data, view{m.at("card").value, "the card of", m.name}, c.project.appraisers(m)}
	mc.frontMatter()
	c.blocks = append(c.blocks, c.prose(m, "description")...)
	c.need(m.get("description"), "description", "State description of model "+name)
	c.part(c.say("Details"), mc.details(), "")
	c.part(c.say("Uses"), mc.uses(), "State intended_use in the card of model "+name)
	c.part(c.say("Limitations"), mc.limits(), "State limitations in the card of model "+name)
	mc.training()
	mc.evaluation()
	c.part(c.say("Citation"), c.prose(mc.said, "citation"), "")
	return c.bytes(first(c.plain(m, "title"), name))
}

// ModelCardSources are the metrics files that ModelCard reads for the model, also
// those that are not there yet; nil for a model that is not declared.
func ModelCardSources(p Project, name string) []string {
	m, ok := p.theFact("model", name)
	if !ok {
		return nil
	}
	var out []string
	for _, s := range p.appraisers(m) {
		for _, file := range s.at("metrics").values() {
			out = appendNew(out, file)
		}
	}
	slices.Sort(out)
	return out
}

// modelCard is a card in the making: the model, the dataset it takes, the card
// block, and the stages that score it.
type modelCard struct {
	*card
	model, data, said view
	scored            []view
}

func (c *modelCard) frontMatter() {
	problem := c.problem()
	task := hubTask(problem.get("kind"), c.data)
	c.license(c.need(c.plain(c.said, "license"), "license", "State license in the card of model "+c.model.name))
	c.front.scalar("", "library_name", hubLibrary(c.model.get("format")))
	c.front.scalar("", "pipeline_tag", task)
	if format := c.model.get("format"); plainYAML().MatchString(format) {
		c.front.list("", "tags", []string{format})
	}
	if id := hubDataset().FindStringSubmatch(c.data.get("homepage")); id != nil {
		c.front.list("", "datasets", id[1:])
	}
	numbers := c.numbers()
	var metrics []string
	for _, m := range numbers {
		metrics = appendNew(metrics, hubMetric(lastStep(m.path)))
	}
	c.front.list("", "metrics", metrics)
	if task != "" && c.data.name != "" && len(numbers) > 0 {
		c.index(task, numbers)
	}
}

// index writes the results as the Hub reads them.
func (c *modelCard) index(task string, numbers []measure) {
	y := &c.front
	y.line("", "model-index:")
	y.scalar("  ", "- name", first(c.plain(c.model, "title"), c.model.name))
	y.line("    ", "results:")
	y.line("      ", "- task:")
	y.scalar("          ", "type", task)
	y.line("        ", "dataset:")
	y.scalar("          ", "name", first(c.plain(c.data, "title"), c.data.name))
	y.scalar("          ", "type", c.data.name)
	y.line("        ", "metrics:")
	for _, m := range numbers {
		y.scalar("          ", "- type", first(hubMetric(lastStep(m.path)), lastStep(m.path)))
		y.line("            ", "value: "+yamlNumber(m.value))
		y.scalar("            ", "name", m.path)
	}
}

// numbers are those of the metrics files that are there.
func (c *modelCard) numbers() []measure {
	var out []measure
	for _, s := range c.scored {
		for _, file := range s.at("metrics").values() {
			src, ok := c.source("", file)
			if !ok || !src.present() {
				continue
			}
			for _, m := range c.numbersOf("", src) {
				if _, is := datafile.Rat(m.value); is && !inList(m.path) && len(out) < maxLeaves {
					out = append(out, m)
				}
			}
		}
	}
	return out
}

func lastStep(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

func (c *modelCard) details() []block {
	problem := c.problem()
	target := strings.Join(append(c.data.at("targets").texts(), c.data.get("target")), ", ")
	if len(c.data.at("targets").texts()) > 0 {
		target = strings.Join(c.data.at("targets").texts(), ", ")
	}
	items := c.labelled([]labelled{
		{c.say("Problem"), strings.ReplaceAll(c.plain(problem, "kind"), "_", " ")},
		{c.say("Target"), target},
		{c.say("Version"), c.plain(c.model, "version")},
		{c.say("Format"), c.plain(c.model, "format")},
		{c.say("License"), c.plain(c.said, "license")},
		{c.say("Owner"), c.need(c.plain(c.said, "owner"), "owner", "State owner in the card of model "+c.model.name)},
	})
	items = append(items, c.contact(c.plain(c.said, "contact"))...)
	if at := c.project.Repository; safeURL(at) && strings.Contains(at, "://") {
		items = append(items, c.say("{1}: {2}", c.say("Repository"), "<"+destination(at)+">"))
	}
	if items == nil {
		return nil
	}
	return []block{bullets(items, nil)}
}

// problem is the project's problem, when the model must be the one that solves it.
func (c *modelCard) problem() view {
	problem, _ := c.project.theFact("problem", "")
	if of := problem.at("target").get("dataset"); of != "" && of == c.data.name || len(c.project.facts("model")) == 1 {
		return problem
	}
	return view{}
}

func (c *modelCard) uses() []block {
	var out []block
	if text := c.prose(c.said, "intended_use"); text != nil {
		out = append(append(out, heading(3, c.say("Intended use"))), text...)
	}
	if text := c.prose(c.said, "out_of_scope"); text != nil {
		out = append(append(out, heading(3, c.say("Out of scope"))), text...)
	} else {
		c.missing = append(c.missing, Missing{"out-of-scope use", "State out_of_scope in the card of model " + c.model.name})
	}
	return out
}

func (c *modelCard) limits() []block {
	out := c.prose(c.said, "limitations")
	if text := c.prose(c.said, "ethics"); text != nil {
		out = append(append(out, heading(3, c.say("Ethical considerations"))), text...)
	}
	if risk := c.said.get("risk_class"); risk != "" {
		out = append(out, paragraph(c.say("Risk class under the EU AI Act: {1}", code(risk))))
	}
	return out
}

func (c *modelCard) training() {
	var out []block
	if len(c.data.at("fields").items()) > 0 {
		out = append(append(out, heading(3, c.say("Data"))), paragraph(c.say("The model takes the features of {1}.", escapeInline(first(c.plain(c.data, "title"), c.data.name), false))),
			c.columnTable(c.columnRows(c.data)))
	}
	var names []string
	params := false
	for _, s := range c.project.trainers() {
		if slices.Contains(s.at("outs").values(), c.model.get("artifact")) {
			names = append(names, s.name)
			params = params || len(flatten("", s.at("params"))) > 0
		}
	}
	if names != nil {
		stages := map[string]cty.Value{"stages": words(names...)}
		out = append(append(out, heading(3, c.say("Procedure"))), c.derived(trainingKind(), stages)...)
		if params {
			out = append(append(out, heading(3, c.say("Hyperparameters"))), c.derived(hyperparametersKind(), stages)...)
		}
	}
	c.part(c.say("Training"), out, "Declare the stage that writes "+first(c.model.get("artifact"), "the model's file"))
}

func (c *modelCard) evaluation() {
	var names, files []string
	for _, s := range c.scored {
		names, files = append(names, s.name), append(files, s.at("metrics").values()...)
	}
	var out []block
	if names != nil {
		out = append(c.derived(evaluationKind(), map[string]cty.Value{"stages": words(names...)}), heading(3, c.say("Metrics")))
		out = append(out, c.derived(metricsKind(), map[string]cty.Value{"files": words(files...)})...)
	}
	if names != nil && len(c.numbers()) == 0 {
		c.missing = append(c.missing, Missing{"results", "Run stage " + strings.Join(names, ", ")})
	}
	c.part(c.say("Evaluation"), out, "Declare a stage that reads "+first(c.model.get("artifact"), "the model's file")+" and writes metrics")
}
