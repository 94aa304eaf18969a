package faults

import "syscall"

// childAttr ties a server's life to ours even if we are killed.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
