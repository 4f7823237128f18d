package planner

// Settled is the JSON of the plan that follows a successful apply of p: the same
// inputs, nothing to change, and only the drift that ownership keeps.
func (p *Plan) Settled(message string) ([]byte, error) {
	next := *p
	next.Changes, next.Leftover, next.Notes, next.Blobs, next.Store = []Change{}, []FileRef{}, nil, nil, nil
	next.Drift = []Drift{}
	for _, d := range p.Drift {
		if d.Will == "keep" {
			next.Drift = append(next.Drift, d)
		}
	}
	if p.Lock != nil {
		next.Inputs.Lock, next.Lock = p.Lock.After, nil
	}
	next.Summary = summarize(&next)
	next.Commit.Message = message
	if err := next.Seal(); err != nil {
		return nil, err
	}
	return next.JSON(false)
}
