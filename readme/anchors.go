package readme

// Anchors makes the fragments by which GitHub links to headings. The zero value is
// ready; one value is for one document, whose headings it must be given in order.
type Anchors struct{ slugs slugger }

// Next is the fragment of the next heading, given its plain text; it differs from all
// before it. It is empty for the first heading without a letter or digit.
func (a *Anchors) Next(text string) string { return a.slugs.slug(text) }
