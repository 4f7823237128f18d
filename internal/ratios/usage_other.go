//go:build !unix

package main

import (
	"os"
	"time"
)

// selfCPU is not known here: the table then has no processor time.
func selfCPU() time.Duration { return 0 }

// selfPeak is not known here.
func selfPeak() int64 { return 0 }

// childPeak is not known here: the memory group then is not measured.
func childPeak(*os.ProcessState) int64 { return 0 }
