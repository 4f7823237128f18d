package preview

import (
	"fmt"
	"html"
	"strings"

	"github.com/mlops-as-code/mlops/internal/lazy"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// sanitizer writes a tree of HTML anew, element by element: what is not on the list
// does not get out.
type sanitizer struct {
	list  *allowList
	o     Options
	slugs []string
	// anchors are the ids of the headings.
	anchors map[string]bool
	out     strings.Builder
}

// clean is the HTML with only what is allowed in it, well formed.
func (s *sanitizer) clean(text string) ([]byte, error) {
	body := &xhtml.Node{Type: xhtml.ElementNode, Data: "body", DataAtom: atom.Body}
	list, err := xhtml.ParseFragment(strings.NewReader(text), body)
	if err != nil {
		return nil, fmt.Errorf("cannot be shown: %w", err)
	}
	for _, n := range list {
		s.node(n)
	}
	return []byte(s.out.String()), nil
}

func (s *sanitizer) children(n *xhtml.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.node(c)
	}
}

func (s *sanitizer) node(n *xhtml.Node) {
	switch n.Type {
	case xhtml.TextNode:
		s.out.WriteString(html.EscapeString(n.Data))
	case xhtml.ElementNode:
		s.element(n)
	default: // comments and the like
	}
}

func (s *sanitizer) element(n *xhtml.Node) {
	tag := n.Data
	switch {
	case n.Namespace != "" || s.list.swallowed[tag]:
	case tag == "img":
		s.image(n)
	case tag == "source":
		s.source(n)
	case tag == "input":
		s.box(n)
	case !s.list.allowed[tag]:
		s.children(n)
	default:
		s.open(n)
		if !s.list.void[tag] {
			s.children(n)
			s.out.WriteString("</" + tag + ">")
		}
	}
}

// open writes the start of an allowed element.
func (s *sanitizer) open(n *xhtml.Node) {
	s.out.WriteString("<" + n.Data)
	directed := false
	for _, a := range n.Attr {
		if a.Namespace != "" {
			continue
		}
		directed = directed || a.Key == "dir"
		s.attribute(n.Data, a.Key, a.Val)
	}
	if s.list.blocks[n.Data] && !directed {
		s.out.WriteString(` dir="auto"`)
	}
	s.out.WriteString(">")
}

func (s *sanitizer) set(key, value string) {
	s.out.WriteString(" " + key + `="` + html.EscapeString(value) + `"`)
}

var (
	plainWord = lazy.Regexp(`^[A-Za-z0-9 ._%+-]{0,100}$`)
	ownClass  = lazy.Regexp(`^(?:language-[A-Za-z0-9_+#.-]{1,40}|alert alert-(?:note|tip|important|warning|caution)|alert-title|footnotes)$`)
)

func (s *sanitizer) attribute(tag, key, value string) {
	switch {
	case key == "id" || key == "name" && tag == "a":
		s.set("id", s.id(tag, value))
	case key == "href" && tag == "a":
		s.link(value)
	case key == "class":
		if ownClass().MatchString(value) {
			s.set("class", value)
		}
	case key == "open" && tag == "details", key == "start" && tag == "ol", key == "reversed" && tag == "ol", key == "value" && tag == "li",
		(key == "colspan" || key == "rowspan") && (tag == "td" || tag == "th"), key == "type" && tag == "ol":
		if plainWord().MatchString(value) {
			s.set(key, value)
		}
	case s.list.texts[key]:
		s.set(key, value)
	case s.list.words[key] && plainWord().MatchString(value):
		s.set(key, value)
	}
}

// id is that of the next heading for a heading, and one of the author's else.
func (s *sanitizer) id(tag, value string) string {
	if len(tag) == 2 && tag[0] == 'h' && len(s.slugs) > 0 && s.slugs[0] == value {
		s.slugs = s.slugs[1:]
		return value
	}
	return userID + strings.TrimPrefix(value, userID)
}

const userID = "user-content-"

// box is a check box, which nobody can check.
func (s *sanitizer) box(n *xhtml.Node) {
	checked := ""
	for _, a := range n.Attr {
		if a.Key == "type" && !strings.EqualFold(a.Val, "checkbox") {
			return
		}
		if a.Key == "checked" {
			checked = " checked"
		}
	}
	s.out.WriteString(`<input type="checkbox" disabled` + checked + `>`)
}
