package hclspec

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// maxLinks is how many symbolic links of one path are looked at. Systems follow no
// more than that.
const maxLinks = 255

var errGit = errors.New("leads into git's own directory")

// hidden is a file system without git's directory, which may hold credentials: not
// by name, and not by symbolic links, which anyone can send in a pull request.
type hidden struct {
	fs.FS
	// folders are those that are no links.
	folders *sync.Map
}

func hide(fsys fs.FS) hidden { return hidden{fsys, &sync.Map{}} }

// Open opens what stands at name.
func (h hidden) Open(name string) (fs.File, error) {
	if err := h.allows("open", name); err != nil {
		return nil, err
	}
	return h.FS.Open(name)
}

// ReadDir lists a folder, without git's.
func (h hidden) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := h.allows("readdir", name); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(h.FS, name)
	out := entries[:0]
	for _, entry := range entries {
		if !strings.EqualFold(entry.Name(), ".git") {
			out = append(out, entry)
		}
	}
	return out, err
}

// Stat describes what stands at name.
func (h hidden) Stat(name string) (fs.FileInfo, error) {
	if err := h.allows("stat", name); err != nil {
		return nil, err
	}
	return fs.Stat(h.FS, name)
}

// ReadFile returns the content of a file.
func (h hidden) ReadFile(name string) ([]byte, error) {
	if err := h.allows("read", name); err != nil {
		return nil, err
	}
	return fs.ReadFile(h.FS, name)
}

// allows refuses a name that leads into git's directory. What else is wrong with it
// is for whoever opens it to say.
func (h hidden) allows(op, name string) error {
	links, ok := h.FS.(fs.ReadLinkFS)
	if !ok {
		return nil // it has no links
	}
	at, rest := ".", strings.Split(name, "/")
	for hops := 0; len(rest) > 0 && hops < maxLinks; {
		segment := rest[0]
		rest = rest[1:]
		if strings.EqualFold(segment, ".git") {
			return &fs.PathError{Op: op, Path: name, Err: errGit}
		}
		next := path.Join(at, segment) // .. goes up from where links have led
		if _, known := h.folders.Load(next); known || segment == ".." {
			at = next
			continue
		}
		target, link := h.look(links, next)
		if !link {
			at = next
			continue
		}
		hops++
		rest = append(strings.Split(target, "/"), rest...)
	}
	return nil
}

// look returns where a link leads, with slashes.
func (h hidden) look(links fs.ReadLinkFS, name string) (target string, link bool) {
	info, err := links.Lstat(name)
	switch {
	case err != nil:
		return "", false
	case info.IsDir():
		h.folders.Store(name, nil)
		return "", false
	case info.Mode()&fs.ModeSymlink == 0:
		return "", false
	}
	target, err = links.ReadLink(name)
	return strings.ReplaceAll(target, `\`, "/"), err == nil
}
