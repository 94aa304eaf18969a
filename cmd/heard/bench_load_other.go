//go:build !linux

package main

import "errors"

// Run says why there is no load here.
func (benchLoadCmd) Run() error {
	return errors.New("measuring needs Linux: its load is raw sockets and one epoll set")
}
