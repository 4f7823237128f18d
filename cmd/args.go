package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// countArgs has every command say in our words that there are too few or too many
// arguments: cobra's count them, and do not say which are meant.
func countArgs(c *cobra.Command) {
	for _, sub := range c.Commands() {
		countArgs(sub)
	}
	if judge := c.Args; judge != nil && !c.HasSubCommands() {
		c.Args = func(c *cobra.Command, args []string) error {
			return countFault(c, args, judge(c, args))
		}
	}
}

func countFault(c *cobra.Command, args []string, err error) error {
	usage := strings.TrimSuffix(c.UseLine(), " [flags]")
	switch {
	case err == nil:
		return nil
	case strings.HasPrefix(err.Error(), "unknown command"): // what cobra.NoArgs says
		return fmt.Errorf("`%s` takes no argument, not %q", c.CommandPath(), args[0])
	case !strings.Contains(err.Error(), "arg(s)"):
		return err
	case len(args) == 0:
		return fmt.Errorf("an argument is missing: the command is `%s`; `%s --help` has examples", usage, c.CommandPath())
	}
	return fmt.Errorf("too many arguments: the command is `%s`; `%s --help` has examples", usage, c.CommandPath())
}
