//go:build heardbreak

package sabotage

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Here tells whether to break something now, by chance.
func Here(name string) bool {
	want, often, _ := strings.Cut(os.Getenv("HEARD_SABOTAGE"), ":")
	if want != name {
		return false
	}
	n, err := strconv.Atoi(often)
	return err != nil || rand.IntN(n) == 0
}

// Die ends the process as a power cut does, by the same chance.
func Die(name string) {
	if Here(name) {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // nothing more is done until it has arrived
	}
}

// Now is the clock of this node.
func Now() time.Time {
	shift, err := time.ParseDuration(os.Getenv("HEARD_CLOCK"))
	if err != nil {
		return time.Now()
	}
	return time.Now().Add(shift)
}
