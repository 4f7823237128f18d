package hclspec

import (
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// evaluateAll computes the nodes in order. File blocks that stand next to each
// other and neither refer to one another nor read files share the processors.
func (e *evaluator) evaluateAll(sorted []*node) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for len(sorted) > 0 {
		batch := together(sorted)
		var files []*fileEval
		for _, n := range batch {
			if !n.isFile() {
				diags = append(diags, e.evaluate(n)...)
			} else if f := e.startFiles(n); f != nil {
				files = append(files, f)
			}
		}
		parallel(len(files), 2, func(k int) { files[k].evaluate() })
		for _, f := range files {
			diags = append(diags, f.finish()...)
			f.n.failed = f.n.failed || f.n.flawed || f.diags.HasErrors()
		}
		sorted = sorted[len(batch):]
	}
	return diags
}

// startFiles prepares a file block unless something it needs has failed.
func (e *evaluator) startFiles(n *node) *fileEval {
	if n.failed || e.blocked(n) {
		n.failed = true
		return nil
	}
	e.reads.takeTrace()
	return e.prepareFiles(n)
}

// isFile tells the nodes that stand for objects with a path.
func (n *node) isFile() bool { return slices.Contains(objectKinds, n.kind) }

// objectKinds are the blocks whose objects have a path of their own or share one.
var objectKinds = []string{"file", "file_block", "file_keys", "directory"}

// together returns how far the nodes may be evaluated at the same time: the
// first alone, unless it is a file block and independent ones follow.
func together(sorted []*node) []*node {
	if !sorted[0].isFile() || sorted[0].readsFiles() {
		return sorted[:1]
	}
	taken := map[string]bool{}
	for i, n := range sorted {
		if !n.isFile() || n.readsFiles() || n.refersTo(taken) {
			return sorted[:i]
		}
		taken[n.key], taken[n.kind+"."] = true, true
	}
	return sorted
}

func (n *node) refersTo(keys map[string]bool) bool {
	for _, r := range n.refs {
		if keys[r.node] {
			return true
		}
	}
	return false
}

// readsFiles reports whether a file block calls a function that reads the
// project. A body that cannot be looked into is taken to.
func (n *node) readsFiles() bool {
	if n.reading == nil {
		found := readsFiles(n.block.Body)
		n.reading = &found
	}
	return *n.reading
}

func readsFiles(body hcl.Body) bool {
	syntax, ok := body.(*hclsyntax.Body)
	if !ok {
		return true
	}
	found := false
	// The visitor never fails.
	_ = hclsyntax.VisitAll(syntax, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
			found = found || strings.HasPrefix(call.Name, "file") || strings.HasPrefix(call.Name, "template")
		}
		return nil
	})
	return found
}

// parallel calls do for every number below n, on all processors when there are
// at least enough of them.
func parallel(n, enough int, do func(int)) {
	workers := runtime.GOMAXPROCS(0)
	if n < enough {
		workers = 1
	}
	var wg sync.WaitGroup
	for w := range workers {
		part := func() {
			for k := w * n / workers; k < (w+1)*n/workers; k++ {
				do(k)
			}
		}
		if workers == 1 {
			part()
			return
		}
		wg.Go(part)
	}
	wg.Wait()
}
