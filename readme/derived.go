package readme

import (
	"fmt"
	"slices"
	"strings"
)

// architectureOf draws what the project declares: data, stages, models, services
// and monitors, and what flows between them; nil when that is nothing, or more
// than a diagram can show.
func architectureOf(r *request) []block {
	c := chart{ids: map[string]string{}}
	p := r.project
	made := map[string]string{} // who writes a path
	for _, s := range p.facts("stage") {
		id := c.node("[", s.name, "]", "stage."+s.name)
		for _, attr := range []string{"outs", "metrics", "plots"} {
			for _, out := range s.at(attr).values() {
				made[out] = id
			}
		}
	}
	for _, d := range p.facts("dataset") {
		if by := made[d.get("path")]; by != "" {
			c.ids["dataset."+d.name] = by
		} else {
			made[d.get("path")] = c.node("[(", d.name, ")]", "dataset."+d.name)
		}
	}
	for _, s := range p.facts("stage") {
		for _, dep := range s.at("deps").texts() {
			c.edge(made[dep], c.ids["stage."+s.name])
		}
	}
	c.operation(p, made)
	if len(c.ids) == 0 || len(c.ids) > maxNodes {
		return nil
	}
	return []block{fence("mermaid", "flowchart LR\n"+strings.Join(append(c.nodes, c.edges...), "\n"))}
}

// chart is a Mermaid flowchart in the making; ids are those of the nodes by what
// they stand for.
type chart struct {
	ids          map[string]string
	nodes, edges []string
}

func (c *chart) node(open, label, end, key string) string {
	id := fmt.Sprint("n", len(c.nodes))
	c.ids[key] = id
	c.nodes = append(c.nodes, "    "+id+open+`"`+mermaidLabel(label)+`"`+end)
	return id
}

// edge adds an arrow, once, where both ends are known.
func (c *chart) edge(from, to string) {
	line := "    " + from + " --> " + to
	if from != "" && to != "" && from != to && !slices.Contains(c.edges, line) {
		c.edges = append(c.edges, line)
	}
}

// operation adds models, services and monitors.
func (c *chart) operation(p *Project, made map[string]string) {
	for _, m := range p.facts("model") {
		c.edge(made[m.get("artifact")], c.node("([", first(oneLine(m.get("title")), m.name), "])", "model."+m.name))
	}
	for _, s := range p.facts("service") {
		id := c.node("[[", s.name, "]]", "service."+s.name)
		c.edge(c.ids["model."+s.at("model").get("name")], id)
		if log := s.get("log"); log != "" {
			made[log] = id
		}
	}
	for _, m := range p.facts("monitor") {
		id := c.node("{{", m.name, "}}", "monitor."+m.name)
		c.edge(made[m.get("reference")], id)
		c.edge(made[m.get("current")], id)
		c.edge(c.ids["service."+m.at("service").get("name")], id)
	}
}

// variablesOf are the variables that the environments declare, as a table: the
// values are secrets, and only their names are known.
func variablesOf(r *request) []block {
	type variable struct{ secrets, places []string }
	all := map[string]*variable{}
	var names []string
	for _, e := range r.project.facts("environment") {
		vars := e.at("variables")
		for _, k := range vars.keys() {
			if all[k] == nil {
				all[k], names = &variable{}, append(names, k)
			}
			all[k].secrets, all[k].places = appendNew(all[k].secrets, vars.get(k)), append(all[k].places, e.name)
		}
	}
	if names == nil {
		return nil
	}
	slices.Sort(names)
	var rows [][]string
	for _, n := range names {
		rows = append(rows, []string{codeCell(n), codeCells(all[n].secrets), codeCells(all[n].places)})
	}
	return []block{table([]column{{head: r.say("Variable")}, {head: r.say("Secret")}, {head: r.say("Environment")}}, rows)}
}

// routesOf are the endpoints of the declared services, and what a request holds.
func routesOf(r *request) []block {
	var out []block
	services := r.project.facts("service")
	for _, s := range services {
		if len(services) > 1 {
			out = append(out, heading(min(r.level+1, 6), s.name))
		}
		var rows [][]string
		for _, k := range s.at("endpoints").keys() {
			rows = append(rows, []string{codeCell(k), codeCell(s.at("endpoints").get(k))})
		}
		out = append(out, table([]column{{head: r.say("Endpoint")}, {head: r.say("Path")}}, rows))
		var fields [][]string
		for _, c := range s.at("inputs").at("fields").items() {
			if c.kind, c.name = "column", c.get("name"); c.get("role") == "feature" {
				fields = append(fields, []string{codeCell(c.name), codeCell(c.get("type")), cell(r.plain(c, "unit")), allowed(c), cell(r.plain(c, "description"))})
			}
		}
		if fields != nil {
			out = append(out, paragraph(r.say("A request holds these features:")), table([]column{
				{head: r.say("Feature")}, {head: r.say("Type")}, {head: r.say("Unit")}, {head: r.say("Values")}, {head: r.say("Description")},
			}, fields))
		}
	}
	return out
}

// targetsOf are the declared environments that services are deployed to.
func targetsOf(r *request) []block {
	var rows [][]string
	for _, e := range r.project.facts("environment") {
		by := e.get("deploy")
		if by == "none" {
			by = ""
		}
		approval := ""
		if e.at("approval").yes() {
			approval = r.say("needed")
		}
		at := ""
		if u := e.get("url"); safeURL(u) {
			at = "<" + destination(u) + ">"
		}
		if by+at != "" {
			rows = append(rows, []string{codeCell(e.name), codeCell(by), approval, codeCell(e.get("namespace")), at, cell(r.brief(e, "description"))})
		}
	}
	if rows == nil {
		return nil
	}
	return []block{table([]column{
		{head: r.say("Environment")}, {head: r.say("Deployed with")}, {head: r.say("Approval")}, {head: r.say("Namespace")}, {head: r.say("Address")}, {head: r.say("Description")},
	}, rows)}
}

// derivation says what a kind that states things by itself is derived from when
// none of its attributes is given.
type derivation struct {
	attrs  []string
	reads  []string
	render func(*request) []block
	// reason and fix are the fault when there is nothing to derive from.
	reason, fix string
}

func derivations() map[string]derivation {
	return map[string]derivation{
		"architecture": {
			[]string{"nodes", "body", "body_file", "image"},
			[]string{"stage", "dataset", "model", "service", "monitor"},
			architectureOf, "There is nothing to show", "Declare stages, models or services, or give nodes, image or body",
		},
		"env_variables": {[]string{"items"}, []string{"environment"}, variablesOf, "No declared environment has variables", "Declare one with variables, or give items"},
		"api":           {[]string{"endpoints", "functions"}, []string{"service"}, routesOf, "There is neither an endpoint nor a function", "Declare a service, or give endpoints or functions"},
		"deployment":    {[]string{"targets"}, []string{"environment"}, targetsOf, "No declared environment says how it is deployed", "Declare one with deploy or url, or give targets"},
	}
}

// withDerivations are the kinds, those of the table derived where their attributes
// are left out.
func withDerivations(kinds []kind) []kind {
	all := derivations()
	for i := range kinds {
		if d, has := all[kinds[i].name]; has {
			kinds[i] = d.on(kinds[i])
		}
	}
	return kinds
}

func (d derivation) on(k kind) kind {
	k.attrs = slices.Clone(k.attrs)
	for i := range k.attrs {
		if a := &k.attrs[i]; slices.Contains(d.attrs, a.Name) {
			a.Required = false
			if a.Name != "body_file" && (a.Default == "" || a.Default == "none") {
				a.Default = "derived from the declared facts"
			}
		}
	}
	k.reads = d.reads
	stated := k.render
	k.render = func(r *request) []block {
		if slices.ContainsFunc(d.attrs, func(a string) bool { return r.given(a) != "" }) {
			return stated(r)
		}
		out := d.render(r)
		if out == nil {
			r.fail("", d.reason, d.fix)
		}
		return out
	}
	return k
}
