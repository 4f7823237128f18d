package cmd_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the real program: the test binary calls itself.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mlops": mlops})
}

// TestScript runs every script of testdata/script: what a user types, and what
// must come of it. MLOPS_UPDATE=1 rewrites the expected files of cmp.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("MLOPS_UPDATE") != "",
		Setup:               isolate,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exitcode": exitcode,
			"gitinit":  gitinit,
			"insync":   insync,
			"binary":   binary,
			"same":     same,
			"serve":    serve,
		},
	})
}
