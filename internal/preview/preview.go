// Package preview makes a page that is safe to show of Markdown that nobody vouches
// for: it looks as on GitHub and holds nothing that runs, loads or leads elsewhere.
//
// Safe means: only elements and attributes of one list, no scripts, styles, forms or
// frames; links lead to anchors of the page and to files of the project, by addresses
// that the caller makes; a link to anywhere else is shown and leads nowhere; images of
// others are shown by their text unless the caller wants them. Ids that the author
// wrote stand behind "user-content-", those of headings are GitHub's.
//
// The package reads nothing and opens nothing.
package preview

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"github.com/mlops-as-code/mlops/internal/gfm"
	"github.com/yuin/goldmark/renderer"
	ghtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// MaxBytes is the size of Markdown above which no page is made of it.
const MaxBytes = 1 << 20

// Options say where the links of a document lead.
type Options struct {
	// Path is the document's path in the project; relative links start there.
	Path string
	// Slug gives the headings their ids, in order.
	Slug func(text string) string
	// File and Document are the addresses of a file of the project: as it is, and of
	// one that is Markdown as a page.
	File, Document func(path string) string
	// RemoteImages lets images of other sites through.
	RemoteImages bool
}

// HTML is the document as HTML that is safe to stand in a page. Markdown that is too
// large, or HTML in it that is nested too deep, is an error.
func HTML(src []byte, o Options) ([]byte, error) {
	if len(src) > MaxBytes {
		return nil, fmt.Errorf("is larger than %d MiB, and no preview is made of it", MaxBytes>>20)
	}
	doc, err := gfm.Parse(src, o.Slug)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if doc.FrontMatter != "" {
		fmt.Fprintf(&b, "<pre><code class=\"language-yaml\">%s</code></pre>\n", html.EscapeString(doc.FrontMatter))
	}
	r := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(ghtml.NewRenderer(ghtml.WithUnsafe()), 1000),
		util.Prioritized(&nodes{doc: doc}, 100),
	))
	if err := r.Render(&b, doc.Source, doc.Root); err != nil {
		return nil, err
	}
	s := &sanitizer{list: lists(), o: o, slugs: doc.Slugs, anchors: map[string]bool{}}
	for _, slug := range doc.Slugs {
		s.anchors[slug] = true
	}
	return s.clean(strings.ToValidUTF8(b.String(), "\ufffd"))
}
