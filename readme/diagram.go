package readme

import (
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	"github.com/mlops-as-code/mlops/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

func architectureKind() kind {
	return kind{
		name: "architecture", heading: "Architecture",
		doc:     "The parts of the system and what flows between them: a diagram, a picture, text, or all of these.",
		example: "section \"architecture\" {\n  nodes = [{ id = \"app\", label = \"Web app\" }, { id = \"db\", label = \"Features\", shape = \"database\" }]\n  edges = [{ from = \"db\", to = \"app\", label = \"reads\" }]\n}\n",
		attrs: append([]schema.Attr{
			{Name: "body", Type: cty.String, Default: "nothing", Doc: "Markdown that comes first."},
			{Name: "image", Type: cty.String, Default: "none", Doc: "A picture: a path relative to the project root, or a web address."},
			{Name: "alt", Type: cty.String, Default: "none; needed with `image`", Doc: "What the picture shows, as plain text."},
		}, graphAttrs()...),
		render: renderArchitecture,
	}
}

func diagramKind() kind {
	source := schema.Attr{Name: "source", Type: cty.String, Default: "drawn from `nodes`", Doc: "The diagram in Mermaid's own language, as it stands."}
	return kind{
		name: "diagram", optional: true,
		doc:     "A diagram in Mermaid, which GitHub draws: nodes and edges, or Mermaid's own language.",
		example: "section \"diagram\" \"flow\" {\n  direction = \"LR\"\n  nodes     = [{ id = \"raw\", label = \"Raw data\" }, { id = \"model\", label = \"Model\" }]\n  edges     = [{ from = \"raw\", to = \"model\" }]\n}\n",
		attrs:   append(graphAttrs(), source),
		render:  renderDiagram,
	}
}

// graphAttrs are the attributes of the kinds that draw nodes and edges.
func graphAttrs() []schema.Attr {
	return []schema.Attr{
		{
			Name: "nodes", Type: cty.List(record("id", "label?", "group?", "shape?")), Default: "none",
			Doc: "Nodes: `id` for the edges, `label` and `group` as plain text, `shape` one of `" + strings.Join(nodeShapes(), "`, `") + "`.",
		},
		{Name: "edges", Type: cty.List(record("from", "to", "label?")), Default: "none", Doc: "Arrows between the `id`s of two nodes; `label` is plain text."},
		{Name: "direction", Type: cty.String, Default: "`\"TB\"`", OneOf: flowDirections(), Doc: "Where the arrows lead: `TB` is down, `LR` to the right."},
	}
}

func flowDirections() []string { return []string{"TB", "LR", "BT", "RL"} }

func nodeShapes() []string { return []string{"box", "round", "database", "circle", "choice"} }

func renderArchitecture(r *request) []block {
	out := r.body(r.level)
	if src := r.target(&r.fields, "image"); src != "" {
		out = append(out, block{text: image(r.need("alt"), src)})
	}
	out = append(out, graph(r)...)
	if out == nil {
		r.fail("", "There is nothing to show", "Give nodes, image or body")
	}
	return out
}

func renderDiagram(r *request) []block {
	source, drawn := r.text("source"), graph(r)
	switch {
	case source != "" && drawn != nil:
		r.fail("source", "There are two diagrams", "Leave out source, or nodes")
	case source != "":
		return []block{fence("mermaid", trimLines(source))}
	case drawn == nil:
		r.fail("", "There is nothing to draw", "Give nodes or source")
	}
	return drawn
}

// trimLines is s without white space at the end of lines.
func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \t")
	}
	return strings.Join(lines, "\n")
}

var nodeID = lazy.Regexp(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)

// drawing is a Mermaid flowchart in the making. Nodes are numbered, so that no
// name of the user's can be a word of Mermaid's.
type drawing struct {
	number map[string]int
	groups []string
	// lines are the nodes by their group; those without one are under "".
	lines map[string][]string
}

// graph is the diagram of the section's nodes and edges; nil without any.
func graph(r *request) []block {
	direction := r.choice("direction", flowDirections()...)
	c := drawing{number: map[string]int{}, lines: map[string][]string{}}
	nodes, edges := r.objects("nodes"), r.objects("edges")
	if len(nodes) == 0 && len(edges) == 0 {
		return nil
	}
	if len(nodes) > maxNodes {
		r.fail("nodes", fmt.Sprintf("There are more than %d nodes", maxNodes), "Split the diagram")
		return nil
	}
	r.each(nodes, c.node)
	text := "flowchart " + direction + "\n" + strings.Join(c.lines[""], "\n")
	for i, g := range c.groups {
		text += fmt.Sprintf("\n    subgraph g%d[\"%s\"]\n    %s\n    end", i, mermaidLabel(g), strings.Join(c.lines[g], "\n    "))
	}
	r.each(edges, func(f *fields) { text += "\n" + c.edge(f) })
	return []block{fence("mermaid", strings.ReplaceAll(text, "\n\n", "\n"))}
}

// node takes up a node.
func (c *drawing) node(f *fields) {
	id, group := f.need("id"), f.line("group")
	if _, twice := c.number[id]; twice {
		f.failIn("id", "stands twice", "Give each node an id of its own")
	}
	if !nodeID().MatchString(id) {
		f.failIn("id", "is not a name", "Use letters, digits, dots, hyphens and underscores")
	}
	n := len(c.number)
	c.number[id] = n
	if _, known := c.lines[group]; !known && group != "" {
		c.groups = append(c.groups, group)
	}
	marks := map[string][2]string{
		"box": {"[", "]"}, "round": {"(", ")"}, "database": {"[(", ")]"}, "circle": {"((", "))"}, "choice": {"{", "}"},
	}[f.choice("shape", nodeShapes()...)]
	label := mermaidLabel(first(f.line("label"), id))
	c.lines[group] = append(c.lines[group], fmt.Sprintf("    n%d%s\"%s\"%s", n, marks[0], label, marks[1]))
}

// edge is the line of an edge.
func (c *drawing) edge(f *fields) string {
	var ends [2]int
	for i, name := range []string{"from", "to"} {
		n, known := c.number[f.need(name)]
		if !known {
			f.failIn(name, "is not the id of a node", "Write the id of one of the nodes")
		}
		ends[i] = n
	}
	label := ""
	if s := f.line("label"); s != "" {
		label = "|\"" + mermaidLabel(s) + "\"|"
	}
	return fmt.Sprintf("    n%d -->%s n%d", ends[0], label, ends[1])
}
