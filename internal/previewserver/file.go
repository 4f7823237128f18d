package previewserver

import (
	"bytes"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/mlops-as-code/mlops/internal/safepath"
	"github.com/mlops-as-code/mlops/internal/show"
)

// maxFile is the size of a file above which it is not handed out.
const maxFile = 16 << 20

// images are the kinds of files that are handed out as what they are; all others are
// text or nothing.
func imageType(name string) string {
	return map[string]string{
		".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
		".avif": "image/avif", ".svg": "image/svg+xml", ".ico": "image/x-icon", ".bmp": "image/bmp",
	}[strings.ToLower(path.Ext(name))]
}

// file is an image or a text file of the project.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("path")
	data, err := ReadFile(s.o.Root, name, maxFile)
	if err != nil {
		refuse(w, http.StatusNotFound, show.Line(name)+": is no file of the project that can be shown.")
		return
	}
	kind := imageType(name)
	switch {
	case kind != "":
		// An image has no scripts, whatever stands in it.
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox")
	case utf8.Valid(data) && !bytes.ContainsRune(data, 0):
		kind = "text/plain; charset=utf-8"
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'; sandbox allow-same-origin")
	default:
		refuse(w, http.StatusUnsupportedMediaType, show.Line(name)+": is neither an image nor text.")
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(data) // the reader may be gone
}

// ReadFile reads a regular file of at most limit bytes, through no link, and nothing
// that lies in a git directory. Its errors say no more than that.
func ReadFile(root *os.Root, name string, limit int64) ([]byte, error) {
	p, err := safepath.Parse(name)
	if err != nil {
		return nil, err
	}
	for _, dir := range p.Parents() {
		if info, err := root.Lstat(string(dir)); err != nil || !info.IsDir() {
			return nil, fs.ErrNotExist
		}
	}
	was, err := root.Lstat(name)
	if err != nil || !was.Mode().IsRegular() || was.Size() > limit {
		return nil, fs.ErrNotExist
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if now, err := f.Stat(); err != nil || !os.SameFile(was, now) {
		return nil, fs.ErrNotExist
	}
	return io.ReadAll(io.LimitReader(f, limit))
}
