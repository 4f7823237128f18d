package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/mlops-as-code/mlops/planner"
	"github.com/spf13/cobra"
)

// release is the version of a build that knows no tag.
const release = "0.1.0-dev"

// version is the module version the build recorded, without the leading v.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" || strings.HasPrefix(info.Main.Version, "v0.0.0-") {
		return release
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}

func newVersionCmd(a *app) *cobra.Command {
	var json bool
	c := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "Version prints the version of mlops and what it was built with.",
		Example: "  mlops version\n  mlops version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if json {
				return a.printJSON(map[string]string{
					"mlops_version": version(), "plan_format": planner.FormatVersion,
					"go_version": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
				})
			}
			fmt.Fprintf(a.Streams.Out, "mlops %s\n%s on %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
	c.Flags().BoolVar(&json, "json", false, "print it as JSON")
	return c
}
