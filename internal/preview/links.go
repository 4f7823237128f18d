package preview

import (
	"html"
	"net/url"
	"path"
	"strings"

	xhtml "golang.org/x/net/html"
)

// target is what an address in a document points to.
type target struct {
	// path is a file of the project, or "".
	path string
	// fragment is a place in it, or in the document itself when path is "".
	fragment string
	// away is the address of another site, or of no known kind, to be shown.
	away string
	// web is an address of the web, which an image may be loaded from.
	web bool
}

// resolve reads an address as GitHub does: relative to the document, or to the
// project's root when it begins with a slash.
func (s *sanitizer) resolve(address string) target {
	u, err := url.Parse(strings.Trim(address, " \t\r\n"))
	if err != nil {
		return target{away: address}
	}
	if u.Scheme != "" || u.Host != "" || u.Opaque != "" || u.User != nil {
		return target{away: address, web: u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")}
	}
	if u.Path == "" {
		return target{fragment: u.Fragment}
	}
	name := strings.TrimPrefix(u.Path, "/")
	if !strings.HasPrefix(u.Path, "/") {
		name = path.Join(path.Dir(s.o.Path), u.Path)
	}
	if name = path.Clean(name); name == ".." || strings.HasPrefix(name, "../") || strings.ContainsAny(name, "\\\x00") {
		return target{away: address}
	}
	return target{path: name, fragment: u.Fragment}
}

// link writes where a link leads. What leads elsewhere is only told.
func (s *sanitizer) link(address string) {
	t := s.resolve(address)
	switch {
	case t.away != "":
		s.set("title", t.away)
		s.set("class", "away")
	case t.path == "" && t.fragment == "":
		s.set("href", "#")
	case t.path == "":
		s.set("href", "#"+s.fragment(t.fragment))
	case isMarkdown(t.path):
		href := s.o.Document(t.path)
		if t.fragment != "" {
			href += "#" + url.PathEscape(t.fragment)
		}
		s.set("href", href)
	default:
		s.set("href", s.o.File(t.path))
	}
}

// fragment is the id that a fragment means: a heading's, else one of the author's.
func (s *sanitizer) fragment(f string) string {
	if s.anchors[f] {
		return f
	}
	return userID + strings.TrimPrefix(f, userID)
}

func isMarkdown(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".md" || ext == ".markdown"
}

// image writes an image of the project; of others it shows the text.
func (s *sanitizer) image(n *xhtml.Node) {
	src := attr(n, "src")
	address := s.imageAddress(src)
	if address == "" {
		s.out.WriteString(`<span class="remote"`)
		s.set("title", src)
		s.out.WriteString(">" + html.EscapeString(firstOf(attr(n, "alt"), "image")) + "</span>")
		return
	}
	s.out.WriteString("<img")
	s.set("src", address)
	s.set("alt", attr(n, "alt"))
	for _, a := range n.Attr {
		if a.Namespace == "" && (a.Key == "width" || a.Key == "height" || a.Key == "align" || a.Key == "title") {
			s.attribute("img", a.Key, a.Val)
		}
	}
	s.out.WriteString(">")
}

// imageAddress is where an image is loaded from; "" if it is not to be loaded.
func (s *sanitizer) imageAddress(src string) string {
	t := s.resolve(src)
	switch {
	case t.path != "":
		return s.o.File(t.path)
	case t.web && s.o.RemoteImages:
		return t.away
	}
	return ""
}

// source writes the choice of an image in a picture: one address, no list of sizes.
func (s *sanitizer) source(n *xhtml.Node) {
	if n.Parent == nil || n.Parent.Data != "picture" {
		return
	}
	first, _, _ := strings.Cut(strings.TrimSpace(attr(n, "srcset")), " ")
	address := s.imageAddress(strings.TrimSuffix(first, ","))
	media := attr(n, "media")
	if address == "" || strings.Trim(media, "abcdefghijklmnopqrstuvwxyz0123456789-:() ") != "" {
		return
	}
	s.out.WriteString("<source")
	s.set("srcset", address)
	s.set("media", media)
	s.out.WriteString(">")
}

func attr(n *xhtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == key {
			return a.Val
		}
	}
	return ""
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
