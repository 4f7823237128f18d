package hclfunc

import (
	"encoding/base64"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func fileEntries(e env) []entry {
	md5Hex, sha1Hex, sha256Hex, sha512Hex, sha256Base64, sha512Base64 := digests()
	sum := func(name, doc string, d digest) entry {
		return entry{name, doc, e.fileFunc(func(data []byte) (string, error) { return d.sum(string(data)), nil }), nil}
	}
	return []entry{
		{"basename", "Returns the last part of a path.", mapText("path", path.Base), copies},
		{"dirname", "Returns all of a path but its last part.", mapText("path", path.Dir), copies},
		{"file", "Returns the content of a project file, which must be UTF-8.", e.fileFunc(utf8Text), nil},
		{"filebase64", "Returns the content of a project file in Base64.", e.fileFunc(e.base64Text), nil},
		sum("filebase64sha256", "Returns the SHA-256 digest of a project file in Base64.", sha256Base64),
		sum("filebase64sha512", "Returns the SHA-512 digest of a project file in Base64.", sha512Base64),
		{"fileexists", "Tells whether a file exists in the project.", e.existsFunc(), nil},
		sum("filemd5", "Returns the MD5 digest of a project file in hexadecimal.", md5Hex),
		{"fileset", "Returns the names of the files that match a pattern, relative to a directory.", e.fileSetFunc(), nil},
		sum("filesha1", "Returns the SHA-1 digest of a project file in hexadecimal.", sha1Hex),
		sum("filesha256", "Returns the SHA-256 digest of a project file in hexadecimal.", sha256Hex),
		sum("filesha512", "Returns the SHA-512 digest of a project file in hexadecimal.", sha512Hex),
		{"templatefile", "Renders a template file with the given variables.", e.templateFunc(), nil},
	}
}

// read charges for a file after reading it; Files bounds how much it reads.
func (e env) read(name string) ([]byte, error) {
	data, err := e.files.ReadFile(name)
	if err != nil {
		return nil, argError(0, err)
	}
	if err := e.budget.Steps(int64(len(data)) / 32); err != nil {
		return nil, err
	}
	return data, e.budget.Bytes(int64(len(data)))
}

// fileFunc is a function of a file's content.
func (e env) fileFunc(f func([]byte) (string, error)) function.Function {
	return textFunc(cty.String, []string{"path"}, func(a []string) (cty.Value, error) {
		data, err := e.read(a[0])
		if err != nil {
			return cty.NilVal, err
		}
		text, err := f(data)
		if err != nil {
			return cty.NilVal, argError(0, fmt.Errorf("%s: %w", a[0], err))
		}
		return cty.StringVal(text), nil
	})
}

func utf8Text(data []byte) (string, error) {
	if !utf8.Valid(data) {
		return "", errors.New("the content is not valid UTF-8; use filebase64 for binary files, or \"source\" to copy one")
	}
	return string(data), nil
}

func (e env) base64Text(data []byte) (string, error) {
	if err := e.budget.Bytes(int64(len(data)) * 4 / 3); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

func (e env) existsFunc() function.Function {
	return textFunc(cty.Bool, []string{"path"}, func(a []string) (cty.Value, error) {
		ok, err := e.files.Exists(a[0])
		if err != nil {
			return cty.NilVal, argError(0, err)
		}
		return cty.BoolVal(ok), nil
	})
}

func (e env) fileSetFunc() function.Function {
	return textFunc(cty.Set(cty.String), []string{"path", "pattern"}, func(a []string) (cty.Value, error) {
		if strings.HasPrefix(a[1], "/") {
			return cty.NilVal, argError(1, fmt.Errorf("%s: is absolute; patterns are relative to the path", a[1]))
		}
		dir := path.Clean(a[0])
		names, err := e.files.Glob(path.Join(escapeGlob(dir), a[1]))
		if err != nil {
			return cty.NilVal, argError(1, err)
		}
		if err := e.budget.Steps(int64(len(names)) * valueSteps); err != nil {
			return cty.NilVal, err
		}
		vals := make([]cty.Value, 0, len(names))
		for _, name := range names {
			rel, err := filepath.Rel(dir, name)
			if err != nil {
				return cty.NilVal, argError(0, err)
			}
			vals = append(vals, cty.StringVal(filepath.ToSlash(rel)))
		}
		if len(vals) == 0 {
			return cty.SetValEmpty(cty.String), nil
		}
		return cty.SetVal(vals), nil
	})
}

// escapeGlob makes a pattern that matches only the path itself.
func escapeGlob(dir string) string {
	var out strings.Builder
	for _, r := range dir {
		if strings.ContainsRune(`*?[]{}\`, r) {
			out.WriteByte('\\')
		}
		out.WriteRune(r)
	}
	return out.String()
}
