package readme

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
)

// Finding is something that a document lacks or has wrong.
type Finding struct {
	// Path is the document, Line where, from 1; 0 is the whole of it.
	Path string `json:"path"`
	Line int    `json:"line"`
	// Kind is a word for what it is: "dead link", "missing file", "bad anchor", "image
	// without alt text", "same heading", "unsafe link", "unsafe HTML", "text" or "too long".
	Kind string `json:"kind"`
	// Fault tells what is wrong from what could be better.
	Fault bool `json:"fault"`
	// Text and Fix are sentences without period: what is so, and what to do.
	Text string `json:"text"`
	Fix  string `json:"fix"`

	target string // of a link to a file that is missing
}

// maxShown is the size in bytes from which on GitHub may not show all of a README: it
// cuts at 512,000.
const maxShown = 400_000

// Inspect finds what is wrong in the links, images and headings of a Markdown document,
// by line. Links to other sites are not followed: nothing is asked on the network. The
// project says with Files, Exists and Read what is there; Exists must know folders,
// too.
func Inspect(name string, text []byte, p Project) []Finding {
	p.Path = name
	i := inspector{project: p, at: name}
	body := belowFrontOf(strings.TrimPrefix(string(text), "\ufeff"))
	i.anchors = anchorsOf(body)
	i.headings(body)
	i.lines(body)
	if len(text) > maxShown {
		i.fault(0, "too long", fmt.Sprintf("The document has %d bytes, and GitHub shows the first 512,000", len(text)), "Move parts of it into files of their own")
	}
	slices.SortStableFunc(i.found, func(a, b Finding) int { return a.Line - b.Line })
	return i.found
}

type inspector struct {
	project Project
	at      string
	anchors map[string]bool
	found   []Finding
}

func (i *inspector) fault(line int, kind, text, fix string) {
	i.found = append(i.found, Finding{Path: i.at, Line: line, Kind: kind, Fault: true, Text: text, Fix: fix})
}

var (
	imageLink = lazy.Regexp(`!\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*(<[^<>]*>|(?:[^\s()]|\([^\s()]*\))*)[^)]*\)`)
	textLink  = lazy.Regexp(`\[((?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\(\s*(<[^<>]*>|(?:[^\s()]|\([^\s()]*\))*)[^)]*\)`)
	linkLabel = lazy.Regexp(`^ {0,3}\[([^\^\]][^\]]*)\]:\s*(<[^<>]*>|\S+)`)
	imageTag  = lazy.Regexp(`(?i)<img\b[^>]*>`)
	linkTag   = lazy.Regexp(`(?i)<a\b[^>]*\bhref\s*=\s*["']([^"']*)["']`)
	sourceOf  = lazy.Regexp(`(?i)\bsrc\s*=\s*["']([^"']*)["']`)
	altOf     = lazy.Regexp(`(?i)\balt\s*=\s*["']`)
	idOf      = lazy.Regexp(`(?i)<[a-z][^>]*\b(?:id|name)\s*=\s*["']([^"']+)["']`)
	unsafeTag = lazy.Regexp(`(?i)</?(?:script|iframe|object|embed|applet|form|style|link|meta|base|frame|frameset)\b[^<>]{0,40}|<[a-z][a-z0-9-]*\b[^<>]{0,200}?[\s"'/]on[a-z]{3,20}\s*=`)
	schemeOf  = lazy.Regexp(`^[A-Za-z][A-Za-z0-9+.-]*:`)
)

// anchorsOf are the fragments that links into a document may have.
func anchorsOf(text string) map[string]bool {
	out := map[string]bool{}
	var s slugger
	for _, h := range outline(belowFrontOf(text)).heads {
		out[s.slug(plainText(h.text))] = true
	}
	for _, m := range idOf().FindAllStringSubmatch(text, -1) {
		out[m[1]] = true
	}
	return out
}

// headings finds headings that stand twice on one level below the same parent.
func (i *inspector) headings(text string) {
	seen := map[string]int{}
	parents := [7]string{}
	for _, h := range outline(text).heads {
		plain := plainText(h.text)
		key := fmt.Sprint(h.level, "\x00", strings.Join(parents[:h.level], "\x00"), "\x00", plain)
		if first := seen[key]; first > 0 {
			i.fault(h.line, "same heading", fmt.Sprintf("The heading %q stands in line %d already", plain, first), "Give one of them another text")
		} else {
			seen[key] = h.line
		}
		parents[h.level] = plain
		clear(parents[h.level+1:])
	}
}

// lines looks at what is neither code nor comment.
func (i *inspector) lines(text string) {
	var s scan
	comment := false
	for line := range strings.Lines(text) {
		line = expandTabs(strings.TrimRight(line, "\r\n"))
		coded := s.mark != ""
		s.number++
		s.line(line)
		if coded || s.mark != "" || indentOf(line) >= 4 && len(s.stack) == 0 && s.paragraph == nil {
			continue
		}
		if line, comment = uncommented(line, comment); strings.TrimSpace(line) != "" {
			i.line(s.number, uncoded(line))
		}
	}
}

// uncommented is a line without its HTML comments; open says that one goes on.
func uncommented(line string, open bool) (string, bool) {
	var b strings.Builder
	for {
		if open {
			_, rest, closed := strings.Cut(line, "-->")
			if !closed {
				return b.String(), true
			}
			line, open = rest, false
		}
		before, rest, opened := strings.Cut(line, "<!--")
		b.WriteString(before)
		if !opened {
			return b.String(), false
		}
		line, open = rest, true
	}
}

// uncoded is a line without its code spans.
func uncoded(line string) string {
	var b strings.Builder
	for line != "" {
		at := strings.IndexByte(line, '`')
		if at < 0 {
			break
		}
		marks := line[at : at+len(line[at:])-len(strings.TrimLeft(line[at:], "`"))]
		b.WriteString(line[:at])
		rest := line[at+len(marks):]
		end := sameRun(rest, marks)
		if end < 0 {
			b.WriteString(strings.ReplaceAll(marks, "`", " "))
			line = rest
			continue
		}
		b.WriteString("code")
		line = rest[end+len(marks):]
	}
	b.WriteString(line)
	return b.String()
}

// sameRun is where a run of just those marks stands; -1 is nowhere.
func sameRun(text, marks string) int {
	for at := 0; ; {
		next := strings.IndexByte(text[at:], '`')
		if next < 0 {
			return -1
		}
		at += next
		run := len(text[at:]) - len(strings.TrimLeft(text[at:], "`"))
		if run == len(marks) {
			return at
		}
		at += run
	}
}

func (i *inspector) line(n int, line string) {
	if m := unsafeTag().FindStringSubmatch(line); m != nil {
		i.fault(n, "unsafe HTML", fmt.Sprintf("The tag %q could run as a program, and hosting sites drop it", strings.TrimSpace(m[0])), "Remove it, or put it into code")
	}
	for _, m := range imageLink().FindAllStringSubmatch(line, -1) {
		if strings.TrimSpace(m[1]) == "" {
			i.noAlt(n, m[2])
		}
		i.target(n, m[2])
	}
	for _, m := range textLink().FindAllStringSubmatch(imageLink().ReplaceAllString(line, "image"), -1) {
		i.target(n, m[2])
	}
	if m := linkLabel().FindStringSubmatch(line); m != nil {
		i.target(n, m[2])
	}
	for _, tag := range imageTag().FindAllString(line, -1) {
		src := sourceOf().FindStringSubmatch(tag)
		if src == nil {
			continue
		}
		if !altOf().MatchString(tag) {
			i.noAlt(n, src[1])
		}
		i.target(n, src[1])
	}
	for _, m := range linkTag().FindAllStringSubmatch(line, -1) {
		i.target(n, m[1])
	}
}

func (i *inspector) noAlt(n int, dest string) {
	i.fault(n, "image without alt text", fmt.Sprintf("The image %q has no alternative text", dest), "Say in a few words what it shows")
}

// target checks where a link leads.
func (i *inspector) target(n int, dest string) {
	dest = strings.TrimSuffix(strings.TrimPrefix(dest, "<"), ">")
	lower := strings.ToLower(dest)
	switch {
	case dest == "":
		i.fault(n, "dead link", "A link leads nowhere", "Give it a target")
		return
	case strings.HasPrefix(lower, "javascript:"), strings.HasPrefix(lower, "vbscript:"), strings.HasPrefix(lower, "data:text"):
		i.fault(n, "unsafe link", fmt.Sprintf("The link %q would run as a program", dest), "Remove it")
		return
	case strings.HasPrefix(dest, "//"), schemeOf().MatchString(dest):
		return
	}
	file, fragment, _ := strings.Cut(dest, "#")
	file, _, _ = strings.Cut(file, "?")
	if file == "" {
		i.fragment(n, dest, fragment, i.anchors)
		return
	}
	name, err := url.PathUnescape(file)
	if err != nil {
		name = file
	}
	if rooted, is := strings.CutPrefix(name, "/"); is {
		name = path.Clean(rooted)
	} else {
		name = path.Join(path.Dir(i.at), name)
	}
	if strings.HasPrefix(name, "../") || name == ".." || name == "." {
		return // beyond the project, such as the pages of the hosting site
	}
	if !i.there(name) {
		i.fault(n, "missing file", fmt.Sprintf("%q is neither managed nor there", name), "Correct the link, or add the file")
		i.found[len(i.found)-1].target = name
		return
	}
	if fragment == "" || path.Ext(name) != ".md" || i.project.Read == nil {
		return
	}
	if other, err := i.project.Read(name); err == nil {
		i.fragment(n, dest, fragment, anchorsOf(string(other)))
	}
}

func (i *inspector) fragment(n int, dest, fragment string, anchors map[string]bool) {
	plain, err := url.PathUnescape(fragment)
	if err != nil {
		plain = fragment
	}
	if fragment == "" || fragment == "top" || anchors[fragment] || anchors[plain] || anchors[strings.TrimPrefix(plain, "user-content-")] {
		return
	}
	i.fault(n, "bad anchor", fmt.Sprintf("The link %q leads to no heading", dest), near(plain, slices.Sorted(maps.Keys(anchors)), "Write the anchor of a heading that is there"))
}

func (i *inspector) there(name string) bool {
	if at, found := slices.BinarySearch(i.project.Files, name); found || at < len(i.project.Files) && strings.HasPrefix(i.project.Files[at], name+"/") {
		return true
	}
	for _, f := range i.project.Files {
		if strings.HasPrefix(f, name+"/") {
			return true
		}
	}
	if i.project.Exists == nil {
		return true
	}
	return fs.ValidPath(name) && i.project.Exists(name)
}
