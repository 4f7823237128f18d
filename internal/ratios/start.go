package main

import "context"

// startRows compares the start of the binary with that of an empty Go program.
func startRows(ctx context.Context, l *lab) ([]row, error) {
	c := contest{rounds: l.rounds, batch: 11}
	got, err := c.run(ctx, []side{
		{"mlops version", func(ctx context.Context, _ int) (cost, error) { return l.all(ctx, l.dir, []string{l.mlops, "version"}) }},
		{"an empty program", func(ctx context.Context, _ int) (cost, error) { return l.all(ctx, l.dir, []string{l.empty}) }},
		{"git --version", func(ctx context.Context, _ int) (cost, error) { return l.all(ctx, l.dir, git("--version")) }},
	})
	if err != nil {
		return nil, err
	}
	ours, empty := got["mlops version"], got["an empty program"]
	more := func(of func(cost) float64) spread {
		var out []float64
		for i := range ours {
			out = append(out, (of(ours[i])-of(empty[i]))*1000/float64(c.batch))
		}
		return spreadOf(out)
	}
	r := row{
		name: "`mlops version` over an empty Go program", goal: 5, unit: "ms", got: more(wall), cpu: more(cpu).median,
		ours: ms(c.milliseconds(ours)), theirs: ms(c.milliseconds(empty)),
	}
	return []row{r, c.ratio("`mlops version` over `git --version`", 0, ours, got["git --version"])}, nil
}
