package applier

import (
	"strings"
	"testing"

	"github.com/mlops-as-code/mlops/internal/fsops/faultfs"
)

// TestFlushedBeforeNamed holds the law that makes a loss of power harmless:
// nothing gets a name that others read before its bytes are flushed, nothing is
// overwritten before what it held is reachable and flushed, and the ref moves
// only when all files are in place and flushed.
func TestFlushedBeforeNamed(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s.setup(w)
			f := faultfs.New(faultfs.Fault{})
			req := w.request(w.plan())
			req.Open = f.Open
			if _, err := Apply(w.context(), req); err != nil {
				t.Fatal(err)
			}
			checkOrder(t, f.Log())
		})
	}
}

func checkOrder(t *testing.T, log []string) {
	dirty := map[string]bool{} // written and not flushed
	same := map[string]string{}
	var unflushed []string // published and not flushed
	renames := 0
	for i, op := range log {
		f := strings.Fields(op)
		switch f[0] {
		case "write":
			dirty[f[1]] = true
		case "sync":
			clear(dirty)
			unflushed = nil
		case "link":
			same[f[2]] = f[1]
		case "rename":
			from, to := f[1], f[2]
			if strings.HasSuffix(to, "apply.json") || strings.HasSuffix(to, "/.gitignore") {
				continue // of no use after a loss of power
			}
			renames++
			if from == ".mlops/stage/backup" || strings.HasPrefix(to, ".mlops/stage/") {
				continue
			}
			written := from
			if own := same[from]; own != "" {
				written = own
			}
			for _, name := range []string{written, written[strings.LastIndexByte(written, '/')+1:]} {
				if dirty[name] {
					t.Errorf("%d: %s: the bytes are not flushed", i, op)
				}
			}
			if to == ".git" || strings.HasPrefix(to, "refs/heads/") || to == "HEAD" {
				if len(unflushed) > 0 {
					t.Errorf("%d: %s: before %v is flushed", i, op, unflushed)
				}
				continue
			}
			if !strings.HasPrefix(to, "objects/") {
				unflushed = append(unflushed, to)
			}
		}
	}
	if renames == 0 {
		t.Error("nothing was renamed")
	}
}
