package readme

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// DatasetCard makes DATASET_CARD.md for a declared dataset, with the front matter
// of the Hugging Face Hub (huggingface.co/docs/hub/datasets-cards). Whatever no
// fact states is left out and named as missing. The error is a *SectionError with
// Index -1.
func DatasetCard(p Project, name string) ([]byte, []Missing, error) {
	d, ok := p.theFact("dataset", name)
	if !ok {
		return nil, nil, &SectionError{Index: -1, Reason: fmt.Sprintf("The project declares no dataset %q", name), Fix: near(name, namesOf(p.facts("dataset")), "Name one that it declares")}
	}
	c, err := newCard(p, first(p.Path, "DATASET_CARD.md"))
	if err != nil {
		return nil, nil, err
	}
	c.datasetFrontMatter(d)
	c.blocks = append(c.blocks, c.prose(d, "description")...)
	c.need(d.get("description"), "description", "State description of dataset "+name)
	c.part(c.say("Source"), c.datasetSource(d), "Give dataset "+name+" a source block")
	var columns []block
	if len(d.at("fields").items()) > 0 {
		columns = c.derived(dataDictionaryKind(), map[string]cty.Value{"datasets": words(name)})
	}
	c.part(c.say("Structure"), columns, "Declare columns of dataset "+name)
	if pii := d.at("pii").texts(); len(pii) > 0 {
		c.part(c.say("Personal data"), []block{paragraph(c.say("These columns hold personal data: {1}.", codes(pii)))}, "")
	}
	c.part(c.say("License"), c.datasetLicense(d), "")
	c.part(c.say("Contact"), c.people(), "State project.authors")
	return c.bytes(first(c.plain(d, "title"), name))
}

// codes are code spans in a sentence.
func codes(all []string) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = code(s)
	}
	return strings.Join(out, ", ")
}

func (c *card) datasetFrontMatter(d view) {
	c.license(c.need(c.plain(d, "license"), "license", "State license of dataset "+d.name))
	c.front.scalar("", "pretty_name", first(c.plain(d, "title"), d.name))
	if size := hubSize(d.at("source").at("rows").number()); size != "" {
		c.front.list("", "size_categories", []string{size})
	}
	problem, _ := c.project.theFact("problem", "")
	if problem.at("target").get("dataset") == d.name {
		if task := hubTask(problem.get("kind"), d); task != "" {
			c.front.list("", "task_categories", []string{task})
		}
	}
}

func (c *card) datasetSource(d view) []block {
	var items []string
	add := func(label, inline string) {
		if inline != "" {
			items = append(items, c.say("{1}: {2}", label, inline))
		}
	}
	from := d.at("source")
	add(c.say("Source"), c.origin(from))
	add(c.say("Generator"), code(from.get("generator")))
	add(c.say("Rows"), from.at("rows").number())
	add(c.say("Random seed"), from.at("seed").number())
	add(c.say("SHA-256"), code(from.get("sha256")))
	if at := d.get("homepage"); safeURL(at) {
		add(c.say("Homepage"), "<"+destination(at)+">")
	}
	if items == nil {
		return nil
	}
	add(c.say("Path"), code(d.get("path")))
	add(c.say("Version"), escapeInline(c.plain(d, "version"), false))
	out := []block{bullets(items, nil)}
	if get := fetch(d); get != nil {
		out = append(out, shell(get...))
	}
	return out
}

func (c *card) datasetLicense(d view) []block {
	spdx := c.plain(d, "license")
	if spdx == "" {
		return nil
	}
	return []block{paragraph(c.say("Licensed under {1}.", escapeInline(spdx, false)))}
}
