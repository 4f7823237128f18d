package readme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Missing is a part of a card that nothing states, and so is left out.
type Missing struct {
	// Part is the part in a few words, Fix what to do, as a sentence without period.
	Part, Fix string
}

// card is a document of its own beside the README, made from the facts alone.
type card struct {
	*request
	front   yamlText
	blocks  []block
	missing []Missing
}

// newCard begins the card that stands at the path.
func newCard(p Project, path string) (*card, error) {
	words, ok := phrasebookOf(p.Lang)
	if !ok {
		return nil, &SectionError{Index: -1, Reason: "There is no language " + p.Lang, Fix: "Use one of " + strings.Join(Languages(), ", ")}
	}
	p.Path = path
	return &card{request: &request{project: &p, phrasebook: words, level: 2}}, nil
}

// need notes that a part is missing when it is empty, and returns it.
func (c *card) need(text, part, fix string) string {
	if text == "" {
		c.missing = append(c.missing, Missing{part, fix})
	}
	return text
}

// part adds a section, or notes that it is missing; an empty fix means that it
// need not be there.
func (c *card) part(title string, blocks []block, fix string) {
	switch {
	case len(blocks) > 0:
		c.blocks = append(append(c.blocks, heading(2, title)), blocks...)
	case fix != "":
		c.missing = append(c.missing, Missing{lowerFirst(title), fix})
	}
}

// derived renders a section of a kind with the given fields.
func (c *card) derived(k kind, fields map[string]cty.Value) []block {
	r := &request{project: c.project, phrasebook: c.phrasebook, level: 2}
	r.value = cty.ObjectVal(fields)
	out := k.render(r)
	c.adopt(&r.fields)
	return out
}

// bytes is the card: front matter, heading and parts.
func (c *card) bytes(title string) ([]byte, []Missing, error) {
	if c.err != nil {
		c.err.Index = -1
		return nil, nil, c.err
	}
	out := []string{}
	if front := c.front.b.String(); front != "" {
		out = append(out, "---\n"+front+"---")
	}
	for _, b := range append([]block{heading(1, c.distinct(title))}, c.blocks...) {
		out = append(out, b.guarded())
	}
	return []byte(strings.Join(out, "\n\n") + "\n"), c.missing, nil
}

// distinct is a title that no other heading of the card has.
func (c *card) distinct(title string) string {
	for _, b := range c.blocks {
		for _, h := range outline(b.text).heads {
			if plainText(h.text) == oneLine(title) {
				return c.say("Card of {1}", title)
			}
		}
	}
	return title
}

// people are the authors of the project, as items of a list.
func (c *card) people() []block {
	var items []string
	for _, a := range c.project.Authors {
		item := escapeInline(c.fact("author", a.Name), false)
		if emailAddress().MatchString(a.Email) {
			item = strings.TrimSpace(item + " <" + a.Email + ">")
		}
		if item != "" {
			items = append(items, item)
		}
	}
	if items == nil {
		return nil
	}
	return []block{bullets(items, nil)}
}

// license writes the license into the front matter.
func (c *card) license(spdx string) {
	if spdx != "" && !spdxExpression().MatchString(spdx) {
		c.fail("", fmt.Sprintf("The license %q is not an SPDX expression", spdx), "Write an identifier such as Apache-2.0")
	}
	id, name := hubLicense(spdx)
	c.front.scalar("", "license", id)
	c.front.scalar("", "license_name", name)
}

// appraisers are the stages that score a model: those with metrics that read its
// file, or else all with metrics.
func (p *Project) appraisers(model view) []view {
	all := slices.DeleteFunc(p.facts("stage"), func(s view) bool { return len(s.at("metrics").keys()) == 0 })
	var out []view
	for _, s := range all {
		if slices.Contains(s.at("deps").texts(), model.get("artifact")) || slices.Contains(s.at("outs").values(), model.get("artifact")) {
			out = append(out, s)
		}
	}
	if out == nil && len(p.facts("model")) == 1 {
		return all
	}
	return out
}
