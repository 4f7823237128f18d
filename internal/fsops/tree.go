package fsops

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ReadFile returns the content of a regular file. It fails on anything else,
// without opening it, and on a file of more than limit bytes.
func ReadFile(d Reader, name string, limit int64) ([]byte, error) {
	info, err := d.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	f, err := d.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// Another file may stand there by now, as git replaces its index.
	if info, err = f.Stat(); err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, limit)
	}
	buf := make([]byte, info.Size()+1)
	n, err := io.ReadFull(f, buf)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return buf[:n:n], nil
	}
	if err == nil {
		err = fmt.Errorf("%s: grew while it was read", name)
	}
	return nil, err
}

// WriteFile makes a new file with the given content and describes it as it was
// after the last byte. On error nothing of that name is left, unless removing
// it fails too.
func WriteFile(d Dir, name string, content []byte, perm fs.FileMode) (fs.FileInfo, error) {
	f, err := d.Create(name, perm)
	if err != nil {
		return nil, err
	}
	var info fs.FileInfo
	_, err = f.Write(content)
	if err == nil {
		info, err = f.Stat()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = d.Remove(name)
		return nil, err
	}
	return info, nil
}

// MkdirAll makes name and its missing parents and returns those it made,
// outermost first, also on error.
func MkdirAll(d Dir, name string, perm fs.FileMode) (made []string, err error) {
	var missing []string
	for dir := name; dir != "."; dir = path.Dir(dir) {
		if _, err := d.Lstat(dir); err == nil {
			break
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		missing = append(missing, dir)
	}
	slices.Reverse(missing)
	for _, dir := range missing {
		err := d.Mkdir(dir, perm)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return made, err
		}
		made = append(made, dir)
	}
	return made, nil
}

// RemoveAll removes name and, when it is a directory, all below it. It follows
// no link. That name does not exist is no error.
func RemoveAll(d Dir, name string) error {
	info, err := d.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.IsDir() {
		list, err := d.ReadDir(name)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := RemoveAll(d, name+"/"+e.Name()); err != nil {
				return err
			}
		}
	}
	return d.Remove(name)
}

// RemoveEmpty removes directory name and then its parents, up to but not
// including the directory d, as long as they are empty. It returns those it
// removed, innermost first.
func RemoveEmpty(d Dir, name string) (removed []string) {
	for ; name != "." && !strings.HasPrefix(name, "../"); name = path.Dir(name) {
		list, err := d.ReadDir(name)
		if err != nil || len(list) > 0 || d.Remove(name) != nil {
			return removed
		}
		removed = append(removed, name)
	}
	return removed
}
