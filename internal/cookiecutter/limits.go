package cookiecutter

// Limits bound a template and what it generates. A zero field is the default.
type Limits struct {
	// Files is the number of files and directories; the default is 50,000.
	Files int
	// Bytes is the size of all files together, of the template and of the
	// result each; the default is 256 MiB.
	Bytes int64
	// Steps is what one file may cost to render, in steps of the engine; the
	// default is the engine's.
	Steps int64
	// Depth is how many directories may be nested; the default is 64.
	Depth int
}

func (l Limits) withDefaults() Limits {
	if l.Files <= 0 {
		l.Files = 50_000
	}
	if l.Bytes <= 0 {
		l.Bytes = 256 << 20
	}
	if l.Depth <= 0 {
		l.Depth = 64
	}
	return l
}
