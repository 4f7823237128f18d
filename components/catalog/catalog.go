// Package catalog holds the built-in components: plain files, one folder each,
// embedded in the binary. It knows nothing of what is in them.
package catalog

import (
	"embed"
	"io/fs"
)

// What lies beside the folders is Go code.
//
//go:embed all:*/*
var files embed.FS

// Files are the built-in components, a folder each.
func Files() fs.FS { return files }
