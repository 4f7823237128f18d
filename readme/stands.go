package readme

// Stand is a section as it stands in a README.
type Stand struct {
	ID string
	// Line is where it begins, from 1; Text is what it says, as Piece.Text.
	Line int
	Text string
	// Twins are the lines at which it may begin, where that cannot be told.
	Twins []int
}

// Stands finds the known sections in the README on disk, in the order of the file:
// those of Was and Want, as Compose finds them. The error is a *LocateError.
func Stands(s Sides) ([]Stand, error) {
	c, _, err := newComposer(s)
	if err != nil {
		return nil, err
	}
	on := c.on
	var out []Stand
	for i := range c.segments {
		seg := &c.segments[i]
		if at := on[seg.id]; seg.id != "" && at != nil && at.segment == seg {
			out = append(out, Stand{seg.id, seg.line, at.text(), c.twins[seg.id]})
		}
	}
	return out, nil
}
