package pyvalue

// What a single computation may use at most, whatever its budget.
const (
	// MaxSize is the largest single result, in bytes: a str by its UTF-8,
	// a list or tuple by 16 bytes an element.
	MaxSize = 64 << 20
	// MaxSteps is the number of steps of a budget that was not given.
	MaxSteps = 10_000_000
	// MaxIntBits is the size of the largest int.
	MaxIntBits = 1 << 20
	// MaxDepth is how deep values may be nested in repr, comparison, hash,
	// JSON and host calls before Python's RecursionError is raised.
	MaxDepth = 900
)

// Budget is what a run may still spend. It is shared by all computations of a
// run and not safe for concurrent use. A nil *Budget stands for a fresh one
// of MaxSteps and MaxSize for each function called with it.
type Budget struct {
	steps, bytes       int64
	maxSteps, maxBytes int64
	depth              int
}

// NewBudget returns a budget of so many steps (about one an element visited)
// and so many bytes allocated for results in total.
func NewBudget(steps, bytes int64) *Budget {
	return &Budget{steps: steps, bytes: bytes, maxSteps: steps, maxBytes: bytes}
}

func (b *Budget) orDefault() *Budget {
	if b == nil {
		return NewBudget(MaxSteps, MaxSize)
	}
	return b
}

// Spent is how many steps and bytes were spent.
func (b *Budget) Spent() (steps, bytes int64) { return b.maxSteps - b.steps, b.maxBytes - b.bytes }

// Step spends n steps; a *LimitError when there are not so many left.
func (b *Budget) Step(n int) error {
	if b == nil {
		return nil
	}
	if n < 0 || int64(n) > b.steps {
		b.steps = 0
		return &LimitError{What: "steps", Limit: b.maxSteps}
	}
	b.steps -= int64(n)
	return nil
}

// look spends what it takes to go through a text once: nothing for a short one.
func (b *Budget) look(text string) error {
	if len(text) < 64 {
		return nil
	}
	return b.Step(len(text) / 64)
}

// Alloc spends n bytes, before they are allocated; a *LimitError when n is
// above MaxSize or there are not so many left.
func (b *Budget) Alloc(n int64) error {
	if n < 0 || n > MaxSize {
		return &LimitError{What: "bytes in one value", Limit: MaxSize}
	}
	if b == nil {
		return nil
	}
	if n > b.bytes {
		b.bytes = 0
		return &LimitError{What: "bytes of memory", Limit: b.maxBytes}
	}
	b.bytes -= n
	return nil
}

// Enter goes one level deeper; a RecursionError beyond MaxDepth. Each Enter
// without an error is followed by a Leave.
func (b *Budget) Enter() error {
	if b == nil {
		return nil
	}
	if b.depth >= MaxDepth {
		return Raise("RecursionError", "maximum recursion depth exceeded")
	}
	b.depth++
	return nil
}

// Leave goes back up what Enter went down.
func (b *Budget) Leave() {
	if b != nil {
		b.depth--
	}
}

// elemSize is what an element of a list or tuple counts.
const elemSize = 16
