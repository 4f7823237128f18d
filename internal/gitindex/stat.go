package gitindex

import "io/fs"

// portableStat records what every system tells. git reads the file once, sees
// that it is the recorded one and fills in the rest.
func portableStat(info fs.FileInfo) Stat {
	t := info.ModTime()
	return Stat{
		MTimeSec: uint32(t.Unix()), MTimeNsec: uint32(t.Nanosecond()),
		Size: uint32(info.Size()),
	}
}
