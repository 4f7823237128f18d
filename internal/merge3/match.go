package merge3

// matcher pairs the lines of two sifted texts.
type matcher struct {
	a, b   sifted
	search search
}

// box is a range of lines in both texts.
type box struct{ a, b span }

func (x box) size() int { return x.a.to - x.a.from + x.b.to - x.b.from }

// match marks the lines in a box that have no partner as out. It pairs what the
// ends share, cuts the rest in two, goes down into the smaller part and on with
// the larger one: so it is never deeper than the logarithm of the lines.
func (m *matcher) match(x box) {
	for {
		x = m.trim(x)
		if x.a.from == x.a.to || x.b.from == x.b.to {
			break
		}
		i, j, ok := m.search.cut(m.a.id[x.a.from:x.a.to], m.b.id[x.b.from:x.b.to])
		if !ok {
			break
		}
		i, j = i+x.a.from, j+x.b.from
		part, rest := box{span{x.a.from, i}, span{x.b.from, j}}, box{span{i, x.a.to}, span{j, x.b.to}}
		if part.size() > rest.size() {
			part, rest = rest, part
		}
		m.match(part)
		x = rest
	}
	fill(m.a.out[x.a.from:x.a.to])
	fill(m.b.out[x.b.from:x.b.to])
}

func (m *matcher) trim(x box) box {
	head, tail := ends(m.a.id[x.a.from:x.a.to], m.b.id[x.b.from:x.b.to])
	return box{span{x.a.from + head, x.a.to - tail}, span{x.b.from + head, x.b.to - tail}}
}

func fill(out []bool) {
	for i := range out {
		out[i] = true
	}
}
