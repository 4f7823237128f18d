package keys

import "bytes"

// node is a value in the text: its bytes are text[start:end]. A list or map of
// brackets (JSON, TOML, flow style of YAML) has flow set, its brackets are at
// open and end-1; the others are YAML's block collections.
type node struct {
	kind       kind
	flow       bool
	start, end int
	open       int     // opening bracket, or first byte after the properties of a YAML value
	value      any     // of a scalar; for an alias the name it has
	kids       []*kid  // of a list or map, in the order of the text
	anchor     *anchor // YAML
	target     *node   // of an alias
	tag        string  // YAML: a tag that makes the value Tagged
	indent     int     // column of a block collection, from 0
	keep       bool    // a block scalar whose trailing blank lines are part of it
	tail       int     // end, plus the blank lines that belong to a block scalar
}

type kind byte

const (
	scalar kind = iota + 1
	list
	mapping
	alias
)

// kid is a member of a list or map. In a list, start is the element or, in block
// style, its dash. In a map, start is the key.
type kid struct {
	start  int
	key    []string // one segment, but for TOML's dotted keys; nil: no text that a Key could name
	keyEnd int
	sep    int // the colon or equals sign; -1: none
	val    *node
	comma  int  // the comma after the member; -1: none
	merge  bool // YAML's <<
	odd    bool // YAML's explicit key (?), next to which nothing is inserted
}

// multi reports whether some member of the node begins a line of its own.
func (n *node) multi(text []byte) bool {
	return len(n.kids) > 0 && ownLine(text, n.kids[len(n.kids)-1].start)
}

// tree decodes the node.
func (n *node) tree() any {
	var v any
	switch n.kind {
	case scalar:
		v = n.value
	case alias:
		return ref(n.value.(string))
	case list:
		l := make([]any, len(n.kids))
		for i, k := range n.kids {
			l[i] = k.val.tree()
		}
		v = l
	case mapping:
		m := make(Map, 0, len(n.kids))
		for _, k := range n.kids {
			m = m.put(k.key, k.val.tree())
		}
		v = m
	}
	if n.tag != "" {
		return Tagged{n.tag, v}
	}
	return v
}

// put appends a member; the segments of a dotted key share their maps. A key that
// has no text is not visible in the tree.
func (m Map) put(key []string, v any) Map {
	if len(key) == 0 {
		return append(m, Pair{"\x00", v})
	}
	if len(key) > 1 {
		for i := range m {
			if sub, ok := m[i].Value.(Map); ok && m[i].Key == key[0] {
				m[i].Value = sub.put(key[1:], v)
				return m
			}
		}
		v = Map(nil).put(key[1:], v)
	}
	return append(m, Pair{key[0], v})
}

// splice replaces text[from:to] by with.
type splice struct {
	from, to int
	with     string
}

// apply makes splices that are in order and do not overlap; ok is false else.
func apply(text []byte, edits []splice) (out []byte, ok bool) {
	at := 0
	for _, s := range edits {
		if s.from < at || s.to < s.from || s.to > len(text) {
			return nil, false
		}
		out = append(append(out, text[at:s.from]...), s.with...)
		at = s.to
	}
	return append(out, text[at:]...), true
}

// lineStart returns the offset of the line that holds at.
func lineStart(text []byte, at int) int {
	return bytes.LastIndexByte(text[:at], '\n') + 1
}

// lineEndAt returns the offset of the line end (CR LF or LF, or the end of the
// text) of the line that holds at.
func lineEndAt(text []byte, at int) int {
	i := bytes.IndexByte(text[at:], '\n')
	if i < 0 {
		return len(text)
	}
	if i += at; i > at && text[i-1] == '\r' {
		i--
	}
	return i
}

// nextLine returns the offset after the line end that begins at or after at.
func nextLine(text []byte, at int) int {
	i := bytes.IndexByte(text[at:], '\n')
	if i < 0 {
		return len(text)
	}
	return at + i + 1
}

// ownLine reports whether only white space stands before at on its line.
func ownLine(text []byte, at int) bool {
	return len(bytes.TrimLeft(text[lineStart(text, at):at], " \t")) == 0
}

// margin returns the white space that the line of at begins with.
func margin(text []byte, at int) string {
	line := text[lineStart(text, at):]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// blank skips spaces and tabs.
func blank(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	return at
}
