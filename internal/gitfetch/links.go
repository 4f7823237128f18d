package gitfetch

import (
	"errors"
	"path"
	"slices"
	"strings"
)

// maxTarget bounds the target of a link, in bytes.
const maxTarget = 4096

// loadLinks reads where the links lead.
func (w *walker) loadLinks() error {
	for _, l := range w.links {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		kind, target, err := w.objs.read(l.id, w.limits.File)
		switch {
		case err != nil:
			return err
		case kind != "blob" || len(target) > maxTarget:
			return refused(l.path, "is a link that leads nowhere")
		}
		outer, err := w.outer(l.path, string(target))
		if err != nil {
			return err
		}
		if outer != nil {
			w.found = append(w.found, *outer)
			continue
		}
		w.tree.Links = append(w.tree.Links, Link{l.path, string(target)})
	}
	return nil
}

// outer is the file of the repository, outside of the directory asked for, that a link
// leads to; nil when it leads elsewhere.
func (w *walker) outer(link, target string) (*found, error) {
	if w.dir == "" || path.IsAbs(target) {
		return nil, nil
	}
	to := path.Join(w.dir, path.Dir(link), target)
	if to == ".." || strings.HasPrefix(to, "../") || strings.HasPrefix(to, w.dir+"/") {
		return nil, nil
	}
	if len(w.found) >= w.limits.Files {
		return nil, overLimit("%q: more than the limit of %d files", link, w.limits.Files)
	}
	e, err := w.lookup(to)
	if err != nil || e == nil || !strings.HasPrefix(e.mode, "100") {
		return nil, err
	}
	return &found{link, e.id, e.mode == "100755"}, nil
}

// lookup finds an entry of the commit by its path; nil when there is none.
func (w *walker) lookup(name string) (*entry, error) {
	at := w.repo
	parts := strings.Split(name, "/")
	for n, segment := range parts {
		entries, err := w.list(at)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(entries, func(e entry) bool { return e.name == segment })
		switch {
		case i < 0:
			return nil, nil
		case n == len(parts)-1:
			return &entries[i], nil
		case !entries[i].isDir():
			return nil, nil
		}
		at = entries[i].id
	}
	return nil, errors.New("an empty path")
}
