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
	// Total is what all variables, names and files of one generation may cost
	// together; of it the zero fields have defaults, too.
	Total Work
	// Depth is how many directories may be nested; the default is 64.
	Depth int
}

// DefaultLimits are those of zero Limits.
func DefaultLimits() Limits { return Limits{}.withDefaults() }

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
	l.Total = l.Total.withDefaults()
	return l
}

// Work is what renders cost. It is counted, never measured, so that a template that
// is rendered once is rendered always.
type Work struct {
	// Steps are those of the engine; the default is 50 million.
	Steps int64
	// Memory is the size of all values that were computed and of all text that was
	// written, in bytes; the default is 4 GiB.
	Memory int64
}

func (w Work) withDefaults() Work {
	if w.Steps <= 0 {
		w.Steps = 50_000_000
	}
	if w.Memory <= 0 {
		w.Memory = 4 << 30
	}
	return w
}
