package facts

import (
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

func (c *checker) checkModels() {
	for _, m := range c.models {
		if p := m.text("artifact"); !c.known(p) {
			c.fault(m.at(site{attr: "artifact"}), "Missing artifact", m.self()+" is the file "+quote(p)+", which no stage makes, the spec does not write and the project does not have."+
				c.suggestPath(p)+" Write the out of the stage that makes it, such as stage.NAME.outs.KEY.")
		}
	}
}

func (c *checker) checkServices() {
	ports := map[int64]*fact{}
	for _, s := range c.services {
		port, _ := number(s.get("port")).Int64()
		if first := ports[port]; first != nil {
			c.fault(s.at(site{attr: "port"}), "Port taken twice", fmt.Sprintf("%s listens on port %d, which %s at %s does already. Give it another `port`.", s.self(), port, first.self(), place(first.Range)))
		} else {
			ports[port] = s
		}
		c.checkInputs(s)
		c.checkLog(s)
	}
}

// checkInputs: a request holds what the model takes.
func (c *checker) checkInputs(s *fact) {
	_, given := factOf(s.get("inputs"))
	_, wanted := factOf(field(s.get("model"), "inputs"))
	if given != "" && wanted != "" && given != wanted {
		_, model := factOf(s.get("model"))
		c.fault(s.at(site{attr: "inputs"}), "Inputs differ", fmt.Sprintf("%s takes %s, and its model %s takes %s. Leave `inputs` out, or name the same dataset in both.",
			s.self(), who("dataset", given), who("model", model), who("dataset", wanted)))
	}
}

func (c *checker) checkLog(s *fact) {
	if s.text("log") == "" || yes(s.get("allow_pii")) {
		return
	}
	var personal []string
	for _, col := range items(field(s.get("inputs"), "fields")) {
		if yes(field(col, "pii")) && text(field(col, "role")) == "feature" {
			personal = append(personal, quote(text(field(col, "name"))))
		}
	}
	if len(personal) > 0 {
		_, name := factOf(s.get("inputs"))
		c.fault(s.at(site{attr: "log"}), "Personal data in log", fmt.Sprintf("%s logs requests, which hold personal data of %s: %s. Give these columns another role, remove `log`, or say `allow_pii = true`.",
			s.self(), who("dataset", name), listed(personal, "and")))
	}
}

func (c *checker) checkMonitors() {
	g := newGraph(c)
	for _, m := range c.monitors {
		reference := m.text("reference")
		if !c.known(reference) {
			c.fault(m.at(site{attr: "reference"}), "Missing reference", m.self()+" compares with "+quote(reference)+", which no stage makes, no dataset holds and the project does not have."+
				c.suggestPath(reference)+" Write the out of the stage that makes it, such as stage.NAME.outs.KEY.")
		}
		c.checkReference(g, m)
		c.checkWatched(m)
		if m.text("on_breach") == "retrain" && len(c.stages) == 0 {
			c.fault(m.at(site{attr: "on_breach"}), "Nothing to retrain", m.self()+" retrains when data drifts, and there is no stage that could run. Declare one, or write \"alert\".")
		}
	}
}

// checkReference: what live data is compared with must be there when the model
// is made, so it is none of what follows from the model.
func (c *checker) checkReference(g *graph, m *fact) {
	reference := m.text("reference")
	model := field(m.get("service"), "model")
	artifact := text(field(model, "artifact"))
	if artifact == "" {
		return
	}
	made, from := g.makers(artifact), g.makers(reference)
	if len(made) == 0 || len(from) == 0 || !g.needs(from, made) {
		return
	}
	_, name := factOf(model)
	c.fault(m.at(site{attr: "reference"}), "Reference made too late", fmt.Sprintf("%s compares with %s, which %s makes only after %s has made %s. Take what the model is trained on.",
		m.self(), quote(reference), c.stages[from[0]].self(), c.stages[made[0]].self(), who("model", name)))
}

// checkWatched is about the columns of a monitor, where they are written out.
func (c *checker) checkWatched(m *fact) {
	for i, v := range items(m.Attrs["columns"]) {
		at := m.at(site{"columns", nth(i)})
		column, name := c.column(m, v)
		switch {
		case column.IsNull() && len(c.columns) > 0:
			c.fault(at, "Unknown column", "No dataset declares a column "+quote(name)+"."+
				c.hints.suggest(name, func() []string { return slices.Collect(maps.Keys(c.columns)) }))
		case yes(field(column, "pii")) && !yes(m.get("allow_pii")):
			c.fault(at, "Personal data in monitor", m.self()+" watches the column "+quote(name)+", which is personal data and would be copied into reports. Remove it, or say `allow_pii = true`.")
		}
	}
}

// column finds what an element of a monitor's columns means, by the monitor's
// dataset where one is known.
func (c *checker) column(m *fact, v cty.Value) (found cty.Value, name string) {
	if kind, name := factOf(v); kind == "column" {
		return v, name
	}
	name = text(v)
	if d := c.named[m.text("dataset")]; d != nil {
		return field(d.get("columns"), name), name
	}
	if col, ok := c.columns[name]; ok {
		return col, name
	}
	return cty.NullVal(cty.DynamicPseudoType), name
}
