package pgtemp

import "syscall"

// childAttr puts the server in its own process group, and ties its life to ours even if we are killed.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
