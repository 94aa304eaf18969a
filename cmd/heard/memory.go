package main

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// limitMemory gives the garbage collector a ceiling unless GOMEMLIMIT does: nine tenths of what a container allows,
// or three quarters of the machine. Without one, a burst grows the heap until the kernel ends us.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
			debug.SetMemoryLimit(n / 10 * 9)
			return
		}
	}
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return // not Linux: the runtime's own default
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "MemTotal:" {
			if kib, err := strconv.ParseInt(fields[1], 10, 64); err == nil && kib > 0 {
				debug.SetMemoryLimit(kib * 1024 / 4 * 3)
			}
			return
		}
	}
}
