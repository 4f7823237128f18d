//go:build !linux && !darwin

package gitindex

import "io/fs"

// StatOf returns what git would record of a file.
func StatOf(info fs.FileInfo) Stat { return portableStat(info) }
