//go:build !heardbreak

package sabotage

import "time"

// Here tells whether to break something now: never.
func Here(string) bool { return false }

// Die ends the process when its name is asked for: never.
func Die(string) {}

// Now is the clock.
func Now() time.Time { return time.Now() }
