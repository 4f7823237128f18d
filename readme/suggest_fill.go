package readme

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// chunk is a piece of Markdown that blank lines go around: "text", "fence", "table",
// "list" or "heading".
type chunk struct {
	kind, text string
	// lang and code are those of a fence, items the entries of a list, rows the cells of
	// a table without its delimiter row.
	lang, code string
	items      []string
	rows       [][]string
}

// chunks takes Markdown apart. What is neither code, table, flat list nor heading is
// text.
func chunks(markdown string) []chunk {
	var out []chunk
	var lines []string
	var s scan
	end := func() {
		if text := strings.Trim(strings.Join(lines, "\n"), "\n"); text != "" {
			out = append(out, chunkOf(text))
		}
		lines = nil
	}
	for line := range strings.SplitSeq(markdown, "\n") {
		coded := s.mark != ""
		s.line(expandTabs(line))
		switch {
		case !coded && s.mark == "" && strings.TrimSpace(line) == "":
			end()
			continue
		case !coded && s.mark != "" && len(s.stack) == 0, !coded && atxLine().MatchString(line):
			end()
		}
		lines = append(lines, line)
		if coded && s.mark == "" && len(s.stack) == 0 || !coded && atxLine().MatchString(line) {
			end()
		}
	}
	end()
	return out
}

func chunkOf(text string) chunk {
	lines := strings.Split(text, "\n")
	c := chunk{kind: "text", text: text}
	switch m := fenceLine().FindStringSubmatch(lines[0]); {
	case m != nil && len(lines) > 2:
		c.kind, c.lang = "fence", strings.ToLower(strings.TrimSpace(m[2]))
		c.code = strings.Join(lines[1:len(lines)-1], "\n")
	case atxLine().MatchString(lines[0]):
		c.kind = "heading"
	case len(lines) > 2 && strings.Contains(lines[1], "-") && strings.Trim(lines[1], "|-: ") == "" && strings.Contains(lines[0], "|"):
		c.kind = "table"
		for i, line := range lines {
			if i == 1 {
				continue
			}
			var cells []string
			for _, cell := range pipeCells(strings.Trim(strings.TrimSpace(line), "|")) {
				cells = append(cells, strings.TrimSpace(strings.ReplaceAll(cell, `\|`, "|")))
			}
			c.rows = append(c.rows, cells)
		}
	default:
		for _, line := range lines {
			m := listItem().FindStringSubmatch(line)
			switch {
			case m != nil:
				c.items = append(c.items, strings.TrimSpace(m[1]))
			case len(c.items) > 0 && strings.HasPrefix(line, "  ") && !listMark().MatchString(strings.TrimSpace(line)):
				c.items[len(c.items)-1] += " " + strings.TrimSpace(line)
			default:
				return chunk{kind: "text", text: text}
			}
		}
		c.kind = "list"
	}
	return c
}

var (
	listItem = lazy.Regexp(`^(?:[-+*]|[0-9]{1,9}[.)]) +(\S.*)$`)
	task     = lazy.Regexp(`^\[([ xX])\] +(.*)$`)
	onlyLink = lazy.Regexp(`^\[([^\]\[]+)\]\(<?([^()<>\s]+)>?\)(?:\s*(?:[:,–—-])?\s+(.*))?$`)
	envCell  = lazy.Regexp("^`?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{3,})`?$")
	envItem  = lazy.Regexp("^`([A-Z][A-Z0-9_]+)`(?:\\s*[:,–—-]\\s*(.*))?$")
	spdxName = lazy.Regexp(`\b(MIT|Apache-2\.0|BSD-[23]-Clause|GPL-[23]\.0(?:-only|-or-later)?|LGPL-[23]\.[01](?:-only|-or-later)?|AGPL-3\.0(?:-only|-or-later)?|MPL-2\.0|ISC|CC0-1\.0|CC-BY-4\.0|Unlicense)\b`)
	install  = lazy.Regexp(`(?m)^(?:\$ )?(?:python3? -m )?(?:pip3?|uv|poetry|conda|mamba|pixi|npm|brew|apt(?:-get)?|go|cargo) (?:install|add|sync|create|env)\b`)
)

// joined is the Markdown of chunks.
func joined(list []chunk) string {
	var out []string
	for _, c := range list {
		out = append(out, c.text)
	}
	return strings.Join(out, "\n\n")
}

// only is the one chunk of a kind; -1 where there are none or several.
func only(list []chunk, kind string) int {
	at := slices.IndexFunc(list, func(c chunk) bool { return c.kind == kind })
	if at < 0 || slices.ContainsFunc(list[at+1:], func(c chunk) bool { return c.kind == kind }) {
		return -1
	}
	return at
}

// around adds what stands around a chunk to the fields that say it.
func around(list []chunk, at int, fields map[string]cty.Value) map[string]cty.Value {
	if fields == nil {
		return nil
	}
	for name, text := range map[string]string{"before": joined(list[:at]), "after": joined(list[at+1:])} {
		if text != "" {
			fields[name] = cty.StringVal(text)
		}
	}
	return fields
}

// look is a content that tells a kind.
type look struct {
	kind, what string
	fits       func([]chunk) bool
}

func looks() []look {
	fence := func(test func(chunk) bool) func([]chunk) bool {
		return func(list []chunk) bool {
			return slices.ContainsFunc(list, func(c chunk) bool { return c.kind == "fence" && test(c) })
		}
	}
	return []look{
		{"env_variables", "environment variables", func(list []chunk) bool { return variables(list) != nil }},
		{"citation", "a BibTeX entry", fence(func(c chunk) bool { return c.lang == "bibtex" || strings.HasPrefix(strings.TrimSpace(c.code), "@") })},
		{"project_tree", "a tree of files", fence(func(c chunk) bool {
			return strings.Contains(c.code, "├──") || strings.Contains(c.code, "└──")
		})},
		{"installation", "commands that install", fence(func(c chunk) bool { return install().MatchString(c.code) })},
		{"license", "a sentence on a license", func(list []chunk) bool {
			return len(list) == 1 && list[0].kind == "text" && len(list[0].text) < 300 && spdxName().MatchString(list[0].text) && strings.Contains(strings.ToLower(list[0].text), "licen")
		}},
		{"roadmap", "a list of tasks", func(list []chunk) bool { return tasks(list) != nil }},
		{"toc", "a list of links to headings", func(list []chunk) bool {
			return len(list) == 1 && list[0].kind == "list" && !slices.ContainsFunc(list[0].items, func(s string) bool {
				m := onlyLink().FindStringSubmatch(s)
				return m == nil || !strings.HasPrefix(m[2], "#")
			})
		}},
	}
}

// fillers read the fields of a kind out of the text; nil where it does not say them.
func fillers() map[string]func([]chunk) map[string]cty.Value {
	body := func(list []chunk) map[string]cty.Value {
		if len(list) == 0 {
			return nil
		}
		text := joined(list)
		if strings.Contains(text, "\n") {
			text += "\n" // for a heredoc
		}
		return map[string]cty.Value{"body": cty.StringVal(text)}
	}
	return map[string]func([]chunk) map[string]cty.Value{
		"background": body, "lessons": body, "appendix": body,
		"installation": commandsOf, "tests": commandsOf, "usage": commandsOf, "training": commandsOf,
		"env_variables": variables, "roadmap": tasks, "citation": bibtexOf, "license": licensed,
		"features": bulletsOf, "acknowledgements": linksOf, "related": linksOf, "faq": questions, "troubleshooting": problems,
	}
}

// commandsOf are the lines of the only piece of code, where a shell runs it.
func commandsOf(list []chunk) map[string]cty.Value {
	at := only(list, "fence")
	if at < 0 || !slices.Contains([]string{"sh", "bash", "shell", "console", "zsh", ""}, list[at].lang) || strings.Contains(list[at].code, "\\\n") {
		return nil
	}
	var lines []cty.Value
	for line := range strings.SplitSeq(list[at].code, "\n") {
		if line = strings.TrimPrefix(strings.TrimSpace(line), "$ "); line != "" {
			lines = append(lines, cty.StringVal(line))
		}
	}
	if lines == nil {
		return nil
	}
	return around(list, at, map[string]cty.Value{"commands": cty.ListVal(lines)})
}

// variables are environment variables in a table or a list.
func variables(list []chunk) map[string]cty.Value {
	if at := only(list, "table"); at >= 0 {
		return around(list, at, variableRows(list[at].rows))
	}
	at := only(list, "list")
	if at < 0 {
		return nil
	}
	var items []cty.Value
	for _, item := range list[at].items {
		m := envItem().FindStringSubmatch(item)
		if m == nil {
			return nil
		}
		items = append(items, record1("name", m[1], "description", m[2]))
	}
	return around(list, at, map[string]cty.Value{"items": cty.TupleVal(items)})
}

// variableRows reads a table by the words of its header; other columns are refused.
func variableRows(rows [][]string) map[string]cty.Value {
	names := make([]string, len(rows[0]))
	for i, head := range rows[0] {
		switch head = plainTitle(head); {
		case i == 0:
			names[i] = "name"
		case strings.Contains(head, "descr"), strings.Contains(head, "meaning"), strings.Contains(head, "purpose"), head == "note", head == "notes":
			names[i] = "description"
		case strings.Contains(head, "default"):
			names[i] = "default"
		case strings.Contains(head, "example"):
			names[i] = "example"
		case head == "type":
			names[i] = "type"
		default:
			return nil
		}
	}
	var items []cty.Value
	for _, row := range rows[1:] {
		m := envCell().FindStringSubmatch(row[0])
		if m == nil || len(row) > len(names) {
			return nil
		}
		pairs := []string{"name", m[1]}
		for i, cell := range row[1:] {
			if names[i+1] == "default" || names[i+1] == "example" || names[i+1] == "type" {
				cell = strings.Trim(cell, "`")
			}
			if strings.Trim(cell, "-–—") != "" {
				pairs = append(pairs, names[i+1], cell)
			}
		}
		items = append(items, record1(pairs...))
	}
	return map[string]cty.Value{"items": cty.TupleVal(items)}
}

// record1 is an object of the texts that are not empty.
func record1(pairs ...string) cty.Value {
	out := map[string]cty.Value{}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = cty.StringVal(pairs[i+1])
		}
	}
	return cty.ObjectVal(out)
}

func tasks(list []chunk) map[string]cty.Value {
	return itemsOf(list, func(item string) cty.Value {
		m := task().FindStringSubmatch(item)
		if m == nil {
			return cty.NilVal
		}
		out := map[string]cty.Value{"text": cty.StringVal(m[2])}
		if m[1] != " " {
			out["done"] = cty.True
		}
		return cty.ObjectVal(out)
	})
}

func linksOf(list []chunk) map[string]cty.Value {
	return itemsOf(list, func(item string) cty.Value {
		m := onlyLink().FindStringSubmatch(item)
		if m == nil {
			return cty.NilVal
		}
		return record1("text", plainText(m[1]), "url", m[2], "note", m[3])
	})
}

func bulletsOf(list []chunk) map[string]cty.Value {
	return itemsOf(list, func(item string) cty.Value { return cty.StringVal(item) })
}

// itemsOf are the items of the only list; NilVal is one that does not fit.
func itemsOf(list []chunk, item func(string) cty.Value) map[string]cty.Value {
	at := only(list, "list")
	if at < 0 {
		return nil
	}
	var items []cty.Value
	for _, text := range list[at].items {
		v := item(text)
		if v == cty.NilVal {
			return nil
		}
		items = append(items, v)
	}
	return around(list, at, map[string]cty.Value{"items": cty.TupleVal(items)})
}

func bibtexOf(list []chunk) map[string]cty.Value {
	at := only(list, "fence")
	if at < 0 || !strings.HasPrefix(strings.TrimSpace(list[at].code), "@") {
		return nil
	}
	return around(list, at, map[string]cty.Value{"bibtex": cty.StringVal(list[at].code + "\n")})
}

func licensed(list []chunk) map[string]cty.Value {
	all := spdxName().FindAllString(joined(list), -1)
	slices.Sort(all)
	if all = slices.Compact(all); len(all) != 1 || len(list) != 1 || list[0].kind != "text" {
		return nil
	}
	return map[string]cty.Value{"spdx": cty.StringVal(all[0])}
}

// questions are headings with the text below each.
func questions(list []chunk) map[string]cty.Value {
	var items []cty.Value
	for i := 0; i < len(list); {
		m := atxLine().FindStringSubmatch(list[i].text)
		if list[i].kind != "heading" || m[1] != "###" {
			return nil
		}
		n := i + 1
		for n < len(list) && list[n].kind != "heading" {
			n++
		}
		items = append(items, record1("question", plainText(m[2]), "answer", joined(list[i+1:n])))
		i = n
	}
	if items == nil {
		return nil
	}
	return map[string]cty.Value{"items": cty.TupleVal(items)}
}

// problems are the rows of a table: what is seen, why, and what to do.
func problems(list []chunk) map[string]cty.Value {
	at := only(list, "table")
	if at < 0 || len(list[at].rows[0]) < 2 || len(list[at].rows[0]) > 3 {
		return nil
	}
	var items []cty.Value
	for _, row := range list[at].rows[1:] {
		if len(row) != len(list[at].rows[0]) {
			return nil
		}
		pairs := []string{"symptom", row[0], "fix", row[len(row)-1]}
		if len(row) == 3 {
			pairs = append(pairs, "cause", row[1])
		}
		items = append(items, record1(pairs...))
	}
	if items == nil {
		return nil
	}
	return around(list, at, map[string]cty.Value{"items": cty.TupleVal(items)})
}
