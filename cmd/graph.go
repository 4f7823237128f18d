package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/show"
	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

type graphOptions struct {
	vars   varFlags
	format string
	json   bool
}

func newGraphCmd(a *app) *cobra.Command {
	o := &graphOptions{}
	c := &cobra.Command{
		Use:     "graph",
		Short:   "Print the reference graph as DOT or Mermaid",
		Long:    "Graph prints which declaration of the spec refers to which, for Graphviz or Mermaid.",
		Example: "  mlops graph | dot -Tsvg > graph.svg\n  mlops graph --format mermaid",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return runGraph(a, o) },
	}
	o.vars.register(c)
	c.Flags().StringVar(&o.format, "format", "dot", "dot or mermaid")
	c.Flags().BoolVar(&o.json, "json", false, "print nodes and links as JSON")
	return c
}

func runGraph(a *app, o *graphOptions) error {
	if o.format != "dot" && o.format != "mermaid" {
		return errors.New(`--format is "dot" or "mermaid"`)
	}
	s, err := a.open(o.vars, o.json)
	if err != nil {
		return err
	}
	defer s.close()
	nodes, links := s.project.Nodes(), unique(s.project.Links)
	if o.json {
		return a.printJSON(map[string]any{"format_version": planner.FormatVersion, "nodes": nodes, "links": links})
	}
	if o.format == "mermaid" {
		fmt.Fprint(a.Streams.Out, mermaid(nodes, links))
		return nil
	}
	fmt.Fprint(a.Streams.Out, dot(nodes, links))
	return nil
}

// edge is one link of graph --json.
type edge struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func unique(links []hclspec.Link) []edge {
	seen := map[edge]bool{}
	out := []edge{}
	for _, l := range links {
		e := edge{l.From, l.To}
		if !seen[e] {
			seen[e] = true
			out = append(out, e)
		}
	}
	return out
}

// dot writes the Graphviz language; labels are quoted strings.
func dot(nodes []string, links []edge) string {
	var b strings.Builder
	b.WriteString("digraph mlops {\n  rankdir = \"LR\"\n  node [shape = box]\n")
	for _, n := range nodes {
		fmt.Fprintf(&b, "  %s\n", dotQuote(n))
	}
	for _, l := range links {
		fmt.Fprintf(&b, "  %s -> %s\n", dotQuote(l.From), dotQuote(l.To))
	}
	b.WriteString("}\n")
	return b.String()
}

func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(show.Line(s)) + `"`
}

// mermaid writes a flowchart; ids are numbers, labels are escaped as entities.
func mermaid(nodes []string, links []edge) string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	id := map[string]int{}
	for i, n := range nodes {
		id[n] = i
		label := strings.NewReplacer("#", "#35;", `"`, "#quot;").Replace(show.Line(n))
		fmt.Fprintf(&b, "  n%d[\"%s\"]\n", i, label)
	}
	for _, l := range links {
		fmt.Fprintf(&b, "  n%d --> n%d\n", id[l.From], id[l.To])
	}
	return b.String()
}
