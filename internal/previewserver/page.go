package previewserver

import (
	"crypto/rand"
	_ "embed" // the page's own script and style
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mlops-as-code/mlops/internal/preview"
	"github.com/mlops-as-code/mlops/internal/show"
)

//go:embed assets/app.js
var script string

//go:embed assets/style.css
var style string

func (s *Server) asset(kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, text)
	}
}

// page is the bar with the choices and the frame.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	docs := s.o.Source.Documents()
	doc := r.FormValue("doc")
	if !slices.Contains(docs, doc) && len(docs) > 0 {
		doc = docs[0]
	}
	disk := s.o.Disk
	if as := r.FormValue("as"); as != "" {
		disk = as == "disk"
	}
	nonce := rand.Text()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+nonce+"'; style-src 'self'; connect-src 'self'; frame-src 'self'; "+
		"frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	var b strings.Builder
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"+
		"<title>%s - %s</title>\n<link rel=\"stylesheet\" href=\"style.css\">\n<script nonce=%q src=\"app.js\" defer></script>\n</head>\n<body class=\"app\">\n<header>\n<h1>%s</h1>\n<nav aria-label=\"Documents\">\n",
		html.EscapeString(show.Line(doc)), html.EscapeString(show.Line(s.o.Title)), nonce, html.EscapeString(show.Line(s.o.Title)))
	for _, name := range docs {
		choice(&b, name == doc, "doc="+url.QueryEscape(name)+"&as="+as(disk), name)
	}
	b.WriteString("</nav>\n<nav aria-label=\"State\">\n")
	choice(&b, !disk, "doc="+url.QueryEscape(doc)+"&as=plan", "As planned")
	choice(&b, disk, "doc="+url.QueryEscape(doc)+"&as=disk", "On disk")
	fmt.Fprintf(&b, "</nav>\n<button id=\"theme\" type=\"button\">Light or dark</button>\n<p id=\"state\" role=\"status\"></p>\n</header>\n<main><iframe id=\"document\" title=\"Preview\" sandbox=\"allow-same-origin\" src=\"view/%s?as=%s\"></iframe></main>\n</body>\n</html>\n",
		escapePath(doc), as(disk))
	fmt.Fprint(w, b.String())
}

func as(disk bool) string {
	if disk {
		return "disk"
	}
	return "plan"
}

func choice(b *strings.Builder, now bool, query, text string) {
	current := ""
	if now {
		current = " aria-current=\"page\""
	}
	fmt.Fprintf(b, "<a href=\"?%s\"%s>%s</a>\n", html.EscapeString(query), current, html.EscapeString(show.Line(text)))
}

// escapePath is a path as part of an address.
func escapePath(name string) string {
	parts := strings.Split(name, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// view is the document in the frame, or what is wrong with it.
func (s *Server) view(w http.ResponseWriter, r *http.Request) {
	name, disk := r.PathValue("path"), r.FormValue("as") == "disk"
	images := "'self'"
	if s.o.RemoteImages {
		images += " https: http:"
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src "+images+"; style-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-same-origin")
	fmt.Fprintf(w, "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>%s</title>\n<link rel=\"stylesheet\" href=\"/%s/style.css\">\n</head>\n<body class=\"markdown\">\n<article>\n%s</article>\n</body>\n</html>\n",
		html.EscapeString(show.Line(name)), s.token, s.inTime(func() string { return s.article(name, disk) }))
}

// patience is how long a document may take to become a page: some Markdown takes the
// parser a time that grows with the square of its length.
const patience = 15 * time.Second

// inTime is what render gives, or a word that it takes too long. One runs at a time.
func (s *Server) inTime(render func() string) string {
	late := time.After(patience)
	fault := "<div class=\"fault\" role=\"alert\">\n<h1>The document takes too long to show</h1>\n</div>\n"
	select {
	case s.working <- struct{}{}:
	case <-late:
		return fault
	}
	made := aside(func() string {
		defer func() { <-s.working }()
		return render()
	})
	select {
	case out := <-made:
		return out
	case <-late:
		return fault
	}
}

func aside(f func() string) <-chan string {
	out := make(chan string, 1)
	go func() { out <- f() }()
	return out
}

func (s *Server) article(name string, disk bool) string {
	text, err := s.o.Source.Markdown(name, disk)
	if err == nil {
		var out []byte
		out, err = preview.HTML(text, preview.Options{
			Path: name, Slug: s.o.Anchors(), RemoteImages: s.o.RemoteImages,
			File: func(p string) string { return "/" + s.token + "/file/" + escapePath(p) },
			Document: func(p string) string {
				return "/" + s.token + "/view/" + escapePath(p) + "?as=" + as(disk)
			},
		})
		if err == nil {
			return string(out)
		}
		err = fmt.Errorf("%s: %w", name, err)
	}
	return "<div class=\"fault\" role=\"alert\">\n<h1>There is nothing to show</h1>\n<pre>" + html.EscapeString(show.Text(err.Error())) + "</pre>\n</div>\n"
}
