package cookiecutter

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// OpenZip returns the tree in a zip archive, as ReadZip reads it.
func OpenZip(data []byte, l Limits) (*Tree, error) {
	files, err := ReadZip(data, l)
	if err != nil {
		return nil, err
	}
	return NewTree(files, l)
}

// zipEntry begins each entry of an archive's directory.
const zipEntry = "PK\x01\x02"

// ReadZip returns the files in a zip archive. As Cookiecutter asks, its first
// entry is a directory, and the template is what is in it. Refused are entries
// outside of it, encrypted ones, what is no regular file, and archives beyond
// the limits, told while they are unpacked. Names are not judged.
func ReadZip(data []byte, l Limits) ([]File, error) {
	l = l.withDefaults()
	if bytes.Count(data, []byte(zipEntry)) > l.Files { // before the directory is read
		return nil, fmt.Errorf("the zip archive has more than %d files", l.Files)
	}
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("not a zip archive: %w", err)
	}
	if len(r.File) == 0 {
		return nil, errors.New("the zip archive is empty")
	}
	top := r.File[0].Name
	if !strings.HasSuffix(top, "/") {
		return nil, errors.New("the zip archive does not begin with a directory that holds the template")
	}
	var files []File
	left := l.Bytes
	for _, entry := range r.File {
		if strings.HasSuffix(entry.Name, "/") {
			continue
		}
		f, err := unzip(entry, top, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(f.Content))
		files = append(files, f)
	}
	return files, nil
}

// unzip is one entry; left is how large it may be.
func unzip(entry *zip.File, top string, left int64) (File, error) {
	name, ok := strings.CutPrefix(entry.Name, top)
	if !ok {
		return File{}, fmt.Errorf("%q: not in the archive's first directory, %s", entry.Name, top)
	}
	mode := entry.Mode()
	switch {
	case entry.Flags&1 != 0:
		return File{}, fmt.Errorf("%s: is encrypted, and mlops asks for no passwords: unpack the archive and use the folder, or name the template's repository", name)
	case !mode.IsRegular():
		return File{}, fmt.Errorf("%s: not a regular file", name)
	}
	r, err := entry.Open()
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", name, err)
	}
	defer func() { _ = r.Close() }()
	content, err := io.ReadAll(io.LimitReader(r, left+1))
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", name, err)
	}
	if int64(len(content)) > left {
		return File{}, fmt.Errorf("%s: the archive unpacks to more than its limit", name)
	}
	return File{Path: name, Content: content, Executable: mode&0o111 != 0}, nil
}
