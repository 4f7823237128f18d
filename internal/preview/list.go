package preview

import (
	"strings"
	"sync"
)

// allowList is what GitHub lets a document hold, by its public list, as far as a page
// without scripts has use for it.
type allowList struct {
	// allowed elements stand as they are; of others the content stays, and of
	// swallowed ones nothing.
	allowed, swallowed, void map[string]bool
	// blocks are those whose direction follows from their text.
	blocks map[string]bool
	// texts are the attributes that hold any text, words those that hold a plain word.
	texts, words map[string]bool
}

var lists = sync.OnceValue(func() *allowList {
	return &allowList{
		allowed: set(`a abbr b bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
			h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p picture pre q rp rt ruby s samp section small span strike strong sub
			summary sup table tbody td tfoot th thead time tr tt u ul var wbr`),
		swallowed: set(`applet audio base canvas datalist dialog embed fencedframe frame frameset head iframe link math meta
			noembed noframes noscript object option param plaintext portal script select slot style svg template textarea
			title track video xmp`),
		void:   set(`br col hr wbr`),
		blocks: set(`blockquote dd dt figcaption h1 h2 h3 h4 h5 h6 li p summary td th`),
		texts:  set(`abbr aria-label summary title`),
		words:  set(`align aria-hidden border cellpadding cellspacing datetime dir height lang scope span valign width`),
	}
})

func set(names string) map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		out[name] = true
	}
	return out
}
