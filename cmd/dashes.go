package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// dashes lets Terraform's habits work: `-out=x` and `-detailed-exitcode` become
// long flags, where pflag would read a bundle of short ones. Only names of real
// flags are touched, and nothing after `--`.
func dashes(root *cobra.Command, args []string) []string {
	known := map[string]bool{"help": true, "version": true, "detailed-exit-code": true}
	collect(root, known)
	out := make([]string, 0, len(args))
	for i, arg := range args {
		if arg == "--" {
			return append(out, args[i:]...)
		}
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		single := strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--")
		if single && len(name) > 1 && known[name] {
			arg = "-" + arg
		}
		out = append(out, arg)
	}
	return out
}

func collect(c *cobra.Command, known map[string]bool) {
	add := func(f *pflag.Flag) { known[f.Name] = true }
	c.Flags().VisitAll(add)
	c.PersistentFlags().VisitAll(add)
	for _, sub := range c.Commands() {
		collect(sub, known)
	}
}

// spell accepts --detailed-exit-code, which other tools say.
func spell(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "detailed-exit-code" {
		name = "detailed-exitcode"
	}
	return pflag.NormalizedName(name)
}

// flagFault says which flag may be meant by one that is not there.
func flagFault(c *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	given := cmp.Or(unknown.GetSpecifiedShortnames(), unknown.GetSpecifiedName())
	meant, limit := "", min(3, len(given))
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if d := levenshtein.Distance(given, f.Name, nil); d < limit && !f.Hidden {
			meant, limit = f.Name, d
		}
	})
	if meant != "" {
		return fmt.Errorf("%w; did you mean --%s?", err, meant)
	}
	return fmt.Errorf("%w; run `%s --help` for the flags", err, c.CommandPath())
}
