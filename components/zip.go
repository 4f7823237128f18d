package components

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/mlops-as-code/mlops/hclspec"
	"github.com/mlops-as-code/mlops/internal/cookiecutter"
	"github.com/mlops-as-code/mlops/internal/show"
)

// MaxArchive is the largest zip archive that is read, in bytes.
const MaxArchive = MaxBytes

// cutZip splits what stands in an archive from the archive, which is a file beside the
// one that names it, or a URL.
func cutZip(text string) (archive, inside string, ok bool) {
	from := 0
	switch {
	case strings.HasPrefix(text, "./"), strings.HasPrefix(text, "../"):
	case strings.HasPrefix(text, "https://"), strings.HasPrefix(text, "http://"):
		from = strings.Index(text, "://") + len("://")
		host := strings.IndexByte(text[from:], '/')
		if host < 0 {
			return "", "", false
		}
		from += host
	default:
		return "", "", false
	}
	const ending = ".zip"
	for i := from; i+len(ending) <= len(text); i++ {
		rest := text[i+len(ending):]
		if strings.EqualFold(text[i:i+len(ending)], ending) && (rest == "" || strings.HasPrefix(rest, "//") || rest[0] == '?') {
			return text[:i+len(ending)], rest, true
		}
	}
	return "", "", false
}

// IsArchive tells the path of a zip archive, or of a folder in one, from others.
func IsArchive(name string) bool {
	if strings.HasPrefix(name, "/") {
		name = "." + name
	}
	_, inside, ok := cutZip(name)
	return ok && !strings.HasPrefix(inside, "?")
}

func parseZip(archive, inside string) (Source, error) {
	s := Source{Kind: Zip}
	if strings.ContainsRune(inside, '?') {
		return s, errors.New("has a ?, and a zip archive has no ref; leave out what follows the ?, or name the template's repository")
	}
	var err error
	if dir, has := strings.CutPrefix(inside, "//"); has {
		if s.dir, err = parseDir(dir); err != nil {
			return Source{}, err
		}
	}
	if strings.Contains(archive, "://") {
		s.remote, err = parseRemote(archive)
		return s, err
	}
	local, err := parseLocal(archive)
	s.path = local.path
	return s, err
}

// Unzip reads the Cookiecutter template in a folder of a zip archive. It is bounded as
// every tree is, and an error when there is no template, or when the archive holds what
// a tree cannot.
func Unzip(data []byte, dir string) (*Tree, error) {
	if len(data) > MaxArchive {
		return nil, fmt.Errorf("is larger than %d MiB, the limit for an archive", MaxArchive>>20)
	}
	files, err := cookiecutter.ReadZip(data, cookiecutter.Limits{Files: 2 * MaxFiles, Bytes: MaxBytes})
	if err != nil {
		return nil, err
	}
	all, tree := NewTree(), NewTree()
	for _, f := range files {
		if err := all.Add(f.Path, f.Content, f.Executable); err != nil {
			return nil, err
		}
		inner, inside := strings.CutPrefix(f.Path, dir+"/")
		if dir == "" {
			inner, inside = f.Path, true
		}
		if !inside {
			continue
		}
		if err := tree.Add(inner, f.Content, f.Executable); err != nil {
			return nil, err
		}
	}
	if is, err := IsTemplate(tree, "."); err != nil || !is {
		at := "its first folder"
		if dir != "" {
			at = show.Clip(dir, 200)
		}
		return nil, fmt.Errorf("there is no %s in %s, and only templates of Cookiecutter come as archives", CookiecutterFile, at)
	}
	return tree, nil
}

// Archive reads the template in an archive that lies in the project, and says where.
func Archive(project fs.FS, from *hclspec.ComponentFiles, src Source) (name string, t *Tree, err error) {
	at := "."
	if from != nil {
		at = from.Local
	}
	if name = path.Join(at, src.Path()); at == "" || !fs.ValidPath(name) {
		return name, nil, fmt.Errorf("%s leads outside the project; an archive is a file in it, or the https URL of one", src.Path())
	}
	info, err := fs.Stat(project, name)
	switch {
	case err != nil:
		return name, nil, reason(name, err)
	case !info.Mode().IsRegular():
		return name, nil, fmt.Errorf("%s: is no file", name)
	case info.Size() > MaxArchive:
		return name, nil, fmt.Errorf("%s: is larger than %d MiB, the limit for an archive", name, MaxArchive>>20)
	}
	data, err := fs.ReadFile(project, name)
	if err != nil {
		return name, nil, reason(name, err)
	}
	if t, err = Unzip(data, src.Dir()); err != nil {
		return name, nil, fmt.Errorf("%s: %w", name, err)
	}
	return name, t, nil
}
