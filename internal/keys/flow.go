package keys

import (
	"bytes"
	"strings"
)

// texts gives the members to insert: margin is what their lines begin with, and
// lines says whether each gets lines of its own.
type texts func(margin string, lines bool) []string

// grow inserts members at the end of a list or map of brackets, in its layout.
func (d *document) grow(n *node, members texts) []splice {
	if len(n.kids) == 0 {
		return d.fill(n, members)
	}
	last := n.kids[len(n.kids)-1]
	at := last.val.end
	if last.comma >= 0 {
		at = last.comma + 1
	}
	if !ownLine(d.text, last.start) {
		gap := d.gap(n)
		new := strings.Join(members("", false), ","+gap)
		if d.tooLong(n, gap+new) {
			return d.unfold(n, members)
		}
		if last.comma >= 0 {
			return []splice{{at, at, gap + new + ","}}
		}
		return []splice{{at, at, "," + gap + new}}
	}
	margin := margin(d.text, last.start)
	new := d.eol + margin + strings.Join(members(margin, true), ","+d.eol+margin)
	if last.comma >= 0 {
		end := d.noteEnd(at)
		return []splice{{end, end, new + ","}}
	}
	end := d.noteEnd(at)
	return []splice{{at, at, ","}, {end, end, new}}
}

// tooLong reports whether a list of TOML on one line, whose key begins it, has no
// room there for more. A line that is too long already is so by its author's choice.
func (d *document) tooLong(n *node, more string) bool {
	start := lineStart(d.text, n.open)
	long := n.end - start
	return d.format == TOML && n.kind == list && start == lineStart(d.text, n.end-1) &&
		long <= maxLine && long+len(more) > maxLine && bytes.IndexByte(d.text[start:n.open], '{') < 0
}

// unfold inserts members at the end of a list on one line, each on a line of its
// own as the others are then.
func (d *document) unfold(n *node, members texts) []splice {
	outer := margin(d.text, n.open)
	deep := d.eol + outer + d.unit()
	var made []splice
	from := n.open
	for _, k := range n.kids {
		made = append(made, splice{from, k.start, string(d.text[from]) + deep})
		from = k.comma
	}
	last := n.kids[len(n.kids)-1].val.end
	new := "," + deep + strings.Join(members(outer, true), ","+deep) + "," + d.eol + outer
	return append(made, splice{last, n.end - 1, new})
}

// gap returns the white space after the commas of a list or map on one line.
func (d *document) gap(n *node) string {
	if c := len(n.kids); c > 1 && n.kids[c-2].comma >= 0 {
		between := d.text[n.kids[c-2].comma+1 : n.kids[c-1].start]
		if len(bytes.Trim(between, " ")) == 0 {
			return string(between)
		}
		return " "
	}
	if k := n.kids[0]; n.kind == mapping && k.sep >= 0 && k.sep+1 == k.val.start && d.format == JSON {
		return ""
	}
	return " "
}

// noteEnd returns the end of the comment that follows at on its line, or at.
func (d *document) noteEnd(at int) int {
	for p := blank(d.text, at); p < len(d.text); p = blank(d.text, p) {
		switch {
		case p == lineEndAt(d.text, p):
			return p
		case d.format != JSON && d.text[p] == '#':
			return lineEndAt(d.text, p)
		case d.format != JSON || d.text[p] != '/':
			return at
		}
		end := jsonComment(d.text, p)
		if end < 0 || bytes.IndexByte(d.text[p:end], '\n') >= 0 {
			return at
		}
		p = end
	}
	return len(d.text)
}

// fill inserts members between brackets that have none.
func (d *document) fill(n *node, members texts) []splice {
	from, to := n.open+1, n.end-1
	inner := bytes.TrimSpace(d.text[from:to])
	outer := margin(d.text, n.open)
	deep := outer + d.unit()
	switch {
	case (len(inner) > 0 || n.open < lineStart(d.text, to)) && ownLine(d.text, to):
		at := lineStart(d.text, to)
		m := margin(d.text, to) + d.unit()
		return []splice{{at, at, m + strings.Join(members(m, true), ","+d.eol+m) + d.eol}}
	case len(inner) > 0:
		return []splice{{to, to, strings.Join(members("", false), ", ")}}
	case d.format == JSON && d.airy():
		return []splice{{from, to, d.eol + deep + strings.Join(members(deep, true), ","+d.eol+deep) + d.eol + outer}}
	case d.format == JSON:
		return []splice{{from, to, strings.Join(members("", false), ",")}}
	}
	one := strings.Join(members("", false), ", ")
	switch {
	case n.kind == list && d.format == TOML && n.start-lineStart(d.text, n.start)+len(one) > maxLine:
		one = d.eol + deep + strings.Join(members(deep, true), ","+d.eol+deep) + "," + d.eol + outer
	case n.kind == mapping:
		one = " " + one + " "
	}
	return []splice{{from, to, one}}
}

// maxLine is the length in bytes past which a new list of TOML gets more lines.
const maxLine = 88

// airy reports whether a JSON file has its members on lines of their own.
func (d *document) airy() bool {
	return d.root == nil || len(d.root.kids) == 0 || d.root.multi(d.text)
}

// unit returns what one level of indentation is in a JSON or TOML file.
func (d *document) unit() string {
	if d.format == JSON {
		if d.root != nil && d.root.multi(d.text) {
			if m := margin(d.text, d.root.kids[0].start); m != "" && ownLine(d.text, d.root.kids[0].start) {
				return m
			}
		}
		return "  "
	}
	for _, sec := range d.sections {
		for _, p := range sec.pairs {
			if v := p.val; v.kind == list && v.multi(d.text) {
				m := margin(d.text, v.kids[len(v.kids)-1].start)
				if deeper, ok := strings.CutPrefix(m, margin(d.text, p.start)); ok && deeper != "" {
					return deeper
				}
			}
		}
	}
	return "    "
}

// shrink removes one member from between brackets: its own line, when it has one,
// and the comma that would be left over.
func (d *document) shrink(n *node, i int) []splice {
	k := n.kids[i]
	end := k.val.end
	var made []splice
	if last := i == len(n.kids)-1; last && k.comma < 0 && i > 0 {
		made = []splice{{n.kids[i-1].comma, n.kids[i-1].comma + 1, ""}}
	}
	tidy := k.comma < 0 || len(bytes.TrimSpace(d.text[end:k.comma])) == 0
	if k.comma >= 0 && tidy {
		end = k.comma + 1
	}
	if rest := d.noteEnd(end); tidy && ownLine(d.text, k.start) && rest == lineEndAt(d.text, end) {
		return append(made, splice{lineStart(d.text, k.start), nextLine(d.text, rest), ""})
	}
	if !tidy {
		return []splice{{k.start, end, ""}, {k.comma, k.comma + 1, ""}}
	}
	return d.shrinkInline(n, i, splice{k.start, end, ""}, made)
}

// shrinkInline removes a member that shares its line with others.
func (d *document) shrinkInline(n *node, i int, cut splice, made []splice) []splice {
	k := n.kids[i]
	if len(made) > 0 {
		if c := made[0].from; len(bytes.TrimSpace(d.text[c+1:k.start])) == 0 {
			return []splice{{c, cut.to, ""}}
		}
		return append(made, cut)
	}
	if last := i == len(n.kids)-1; last && i > 0 && len(bytes.Trim(d.text[n.kids[i-1].comma+1:k.start], " \t")) == 0 {
		cut.from = n.kids[i-1].comma + 1
	} else if after := blank(d.text, cut.to); after < lineEndAt(d.text, cut.to) {
		if !last {
			cut.to = after
		}
	} else if !ownLine(d.text, cut.from) {
		cut.from -= len(d.text[:cut.from]) - len(bytes.TrimRight(d.text[:cut.from], " \t"))
	}
	if inner := d.text[n.open+1 : cut.from]; len(n.kids) == 1 && len(bytes.Trim(inner, " ")) == 0 &&
		len(bytes.Trim(d.text[cut.to:n.end-1], " ")) == 0 {
		cut.from, cut.to = n.open+1, n.end-1
	}
	return []splice{cut}
}

// colon returns what stands between a key and its value in the neighborhood.
func (d *document) colon(n *node) string {
	def := map[Format]string{JSON: ": ", YAML: ": ", TOML: " = "}[d.format]
	if n == nil || len(n.kids) == 0 {
		if d.format == JSON && !d.airy() && d.root.kids[0].sep+1 == d.root.kids[0].val.start {
			return ":"
		}
		return def
	}
	k := n.kids[len(n.kids)-1]
	if k.sep < 0 || k.odd {
		return def
	}
	between := string(d.text[k.keyEnd:k.val.start])
	if strings.Trim(between, " :=") != "" || d.format == YAML && !strings.HasSuffix(between, " ") || d.format == YAML && !n.flow {
		return def
	}
	return between
}
